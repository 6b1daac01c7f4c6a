"""A message as a value, before any medium makes it text: an answer's `doc`, and the `notice`
that is said unasked, with the key that lets it leave once. Read `doc` first."""
