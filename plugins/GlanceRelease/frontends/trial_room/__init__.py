"""`make run`: an IRC server, the bot and a console in one terminal, for trying it without a
network. Read `room` first."""
