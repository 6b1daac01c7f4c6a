"""Who is who in a team and may do what, what people told the bot, and what they want to hear.
Read `roles` first."""
