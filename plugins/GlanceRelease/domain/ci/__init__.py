"""What Zuul ran: builds and queues as values, and which night of a pipeline a build belongs to.
Read `builds` first."""
