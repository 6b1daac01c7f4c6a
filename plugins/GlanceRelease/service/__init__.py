"""Rails that are written once, for every duty: facts kept fresh, the ledger and its delivery,
the database, and the loop with its ticks. Read `outbox/tick` first."""
