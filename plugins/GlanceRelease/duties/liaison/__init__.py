"""What the liaison has to think of in which week, by the guide's own calendar, for one who is
new and for one who forgets. Read `command` first."""
