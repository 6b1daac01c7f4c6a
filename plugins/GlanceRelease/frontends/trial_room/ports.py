"""Ports on this machine for servers that are there for a while only."""

from __future__ import annotations

import contextlib
import random
import socket

PORTS = (20_000, 32_000)


def free_port() -> int:
    """A port that was free a moment ago, below those that connections take by themselves."""
    while True:
        port = random.randrange(*PORTS)  # noqa: S311  no secret
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
