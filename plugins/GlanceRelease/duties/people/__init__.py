"""What one person asks of the bot for themselves: subscriptions, reminders of their own,
silence. Read `subscriptions` first."""
