"""Of the guide: "Announce the release dates at least four weeks ahead": when the deadlines are,
the ladder of reminders, dates that move, and the deadlines of the team's own. Read `command`
first, then `reminders`."""
