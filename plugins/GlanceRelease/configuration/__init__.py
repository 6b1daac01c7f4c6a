"""The operator's files (bot.yaml, teams/*.yaml, limnoria.conf) become Settings and Teams, or
lines that name every mistake with file, line and key. Read `settings` first."""
