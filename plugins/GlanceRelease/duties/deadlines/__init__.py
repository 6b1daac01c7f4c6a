"""
"Your colleagues on the Glance team will need at least 4 weeks notice so they can plan and
prioritize" (Glance, release-cpl.rst): when the deadlines are, the ladder of reminders, dates that
move, the deadlines of the team's own. Read `command` first, then `reminders`."""
