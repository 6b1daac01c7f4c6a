"""
"As soon as you pick your date, stick to it" (Glance, release-cpl.rst): the planned release days,
their announcement weeks ahead, and who proposes on the day. Read `command` first, then
`reminders`."""
