"""
"Someone has to keep an eye on these jobs ... and that person is you" (Glance, release-cpl.rst):
what is wrong with the periodic jobs since when, who may have broken it, and how long the gate is.
Read `command` first, then `facts`."""
