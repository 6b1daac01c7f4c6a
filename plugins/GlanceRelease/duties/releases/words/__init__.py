"""What the releases' duties say, as clauses. Read `tasks` first."""
