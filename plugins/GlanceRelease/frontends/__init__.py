"""The networks and media on which the bot speaks, each with all that knows it in its own folder.
Read `irc` first."""
