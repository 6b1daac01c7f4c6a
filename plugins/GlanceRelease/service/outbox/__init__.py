"""The one door out: notices are entered, claimed, handed to a front end, and counted as said
when the server has them. Read `tick` first, then `ledger` and `delivery`."""
