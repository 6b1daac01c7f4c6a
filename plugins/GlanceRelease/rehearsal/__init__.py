"""The past as it was known then, and what would have been said: for `simulate`, and for looking
at a cycle that is over. Read `transcript` first, then `past`."""
