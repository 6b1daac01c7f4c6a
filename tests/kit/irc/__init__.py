"""Real IRC servers and services, the people on them, and the bot as a process among them."""
