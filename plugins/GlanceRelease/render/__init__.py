"""A message or a value on its way to a medium: IRC's lines, HTML, iCalendar, JSON. Read `irc`
first."""
