"""Zuul's API: the periodic builds, what should run, the queues, and what a failing job tested.
Read `client` first, then `builds`."""
