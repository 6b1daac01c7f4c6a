"""The bot as something that runs: its loop in a thread of its own, its ticks, how it opens and
how it ends. Read `loop` first."""
