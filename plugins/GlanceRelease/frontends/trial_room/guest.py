"""The little of the IRC protocol that a guest in one channel needs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True)
class ServerLine:
    """One line from the server: who sent it (a nick, or the server), what it is, its words."""

    sender: str
    command: str
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """The last word, which is where IRC puts what people say."""
        return self.words[-1] if self.words else ""


def parse(raw: str) -> ServerLine:
    """Take a line of the protocol apart; the reverse of what a server does to make it."""
    prefix, _, rest = raw[1:].partition(" ") if raw.startswith(":") else ("", "", raw)
    middle, colon, trailing = rest.partition(" :")
    command, *words = middle.split() or [""]
    return ServerLine(
        prefix.partition("!")[0], command.upper(), (*words, *([trailing] if colon else []))
    )


class Guest:
    """A connection to an IRC server, registered and in one channel, that answers PINGs itself."""

    def __init__(
        self, nick: str, channel: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.nick = nick
        self.channel = channel
        self._reader = reader
        self._writer = writer

    @classmethod
    async def enter(cls, port: int, nick: str, channel: str, host: str = "127.0.0.1") -> Guest:
        """Connect to the server on this machine from one of its own addresses, register and join;
        the answers are in `lines`."""
        streams = await asyncio.open_connection("127.0.0.1", port, local_addr=(host, 0))
        guest = cls(nick, channel, *streams)
        for line in (f"NICK {nick}", f"USER {nick} 0 * :{nick}", f"JOIN {channel}"):
            guest.send(line)
        return guest

    def send(self, line: str) -> None:
        """Send one line of the protocol; a line break in it becomes a space, not a second line."""
        safe = " ".join(line.replace("\0", "").splitlines())
        self._writer.write(safe.encode() + b"\r\n")

    def tell(self, target: str, text: str) -> None:
        """Say something to a channel or a nick."""
        self.send(f"PRIVMSG {target} :{text}")

    def be(self, nick: str) -> None:
        """Take another nick."""
        self.send(f"NICK {nick}")
        self.nick = nick

    async def lines(self) -> AsyncIterator[ServerLine]:
        """What the server sends, until it closes the connection."""
        while raw := await self._reader.readline():
            line = parse(raw.decode(errors="replace").rstrip("\r\n"))
            if line.command == "PING":
                self.send(f"PONG :{line.text}")
            else:
                yield line

    def leave(self) -> None:
        """Close the connection without waiting for the server's farewell."""
        self._writer.close()
