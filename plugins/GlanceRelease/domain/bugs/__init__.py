"""Bugs that hold a release: what the tracker says, what counts, and where each fix stands. Read
`tracker` first."""
