"""The upstream services on loopback."""
