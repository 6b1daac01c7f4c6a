"""Wakes Limnoria's thread, which else sleeps up to `supybot.drivers.poll` while no network speaks:
for a line that is claimed on disk, each moment before it leaves is one in which a death would mark
it as perhaps said."""

from __future__ import annotations

import contextlib
import socket
from typing import Any

from supybot.drivers.Socket import SocketDriver


class _Nobody:
    """The network at the bell's end of Limnoria's list: it has nothing to send."""

    zombie = True


class Waker:
    """One more connection in the list of those on which Limnoria waits. Where the list is not what
    it was, nothing is woken, and a line leaves as late as all others do."""

    irc = _Nobody()
    connected = True

    def __init__(self) -> None:
        self.conn, self._rope = socket.socketpair()
        for end in (self.conn, self._rope):
            end.setblocking(False)

    def hang(self) -> None:
        """Put it into Limnoria's list of connections; in Limnoria's thread."""
        rung: list[Any] = SocketDriver._instances
        if self not in rung and self.conn.fileno() != -1:
            rung.append(self)

    def ring(self) -> None:
        """Have Limnoria send what is in its queues now; from any thread."""
        with contextlib.suppress(OSError):
            self._rope.send(b"!")

    def take_down(self) -> None:
        """Take it out of Limnoria's list of connections."""
        if self in SocketDriver._instances:
            SocketDriver._instances.remove(self)
        self.conn.close()
        self._rope.close()

    def _read(self) -> None:
        """Limnoria calls this when it was rung, and then sends what is in its queues."""
        with contextlib.suppress(OSError):
            self.conn.recv(4096)
