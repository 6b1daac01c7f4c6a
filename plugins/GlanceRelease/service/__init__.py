"""Rails that are written once: refresh, store, outbox and the loop's thread."""
