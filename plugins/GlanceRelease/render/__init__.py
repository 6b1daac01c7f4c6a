"""A Doc on its way to a medium."""
