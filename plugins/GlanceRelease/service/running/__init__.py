"""The bot as something that runs: its loop beside Limnoria's thread, its ticks, how it opens and
how it ends. Read `loop` first."""
