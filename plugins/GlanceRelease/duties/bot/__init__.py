"""What the bot tells of itself: its commands, its upstreams' age, and what it said, when and
why. No duty of the guide's, but what makes the others trusted. Read `help` first."""
