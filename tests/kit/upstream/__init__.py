"""The upstream services on loopback: begin with `server.Upstream`, on which the others stand."""
