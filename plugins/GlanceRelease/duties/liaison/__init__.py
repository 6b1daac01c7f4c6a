"""
"You should also take the time to research what actions you may need to take in advance of those
deadlines" (Glance, release-cpl.rst): what a liaison has to think of in which week, for one who is
new and for one who forgets. Read `command` first."""
