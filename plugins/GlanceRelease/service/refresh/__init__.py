"""Facts kept fresh: who is asked when, what is believed, and what stays while an upstream fails.
Read `refresher` first."""
