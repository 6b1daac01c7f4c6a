"""All that knows Matrix: its calls, what a sync brings, the rooms' states, events as questions, and
how a line is said once. Read `opening` first, then `sync` and `delivery`."""
