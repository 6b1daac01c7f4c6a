"""The bot's page over HTTP: read only, without login, off unless bot.yaml has `web`; bounded in
connections, bytes and time. Read `server` first."""
