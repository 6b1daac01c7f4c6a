"""Networks, people and the bot on them."""
