"""Somebody in the channel: a client that speaks, hears, and waits for lines."""

from __future__ import annotations

import asyncio
import re

from GlanceRelease.frontends.trial_room.guest import Guest, ServerLine
from kit.irc.bot import CHANNEL, NICK
from kit.irc.servers import OPER_PASSWORD, Server

PATIENCE = 15.0  # seconds for a line that must come, on a machine that has other things to do


class Person:
    """One connection; everything it ever heard is in `heard`, and each wait goes on from there."""

    def __init__(self, guest: Guest) -> None:
        self.guest = guest
        self.nick = guest.nick
        self.heard: list[ServerLine] = []
        self._next = 0
        self._news = asyncio.Event()
        self._ear = asyncio.create_task(self._listen())

    @classmethod
    async def join(
        cls, server: Server, nick: str, channel: str = CHANNEL, host: str = "127.0.0.1"
    ) -> Person:
        """Connect from an address of loopback's and join; returns when the server has confirmed
        it."""
        person = cls(await Guest.enter(server.port, nick, channel, host))
        await person.expect_command("001")
        person.raw(f"JOIN {channel}")  # InspIRCd refuses one that came before its welcome
        await person.expect_command("366")
        return person

    async def _listen(self) -> None:
        async for line in self.guest.lines():
            self.heard.append(line)
            self._news.set()

    async def leave(self) -> None:
        """Close the connection."""
        self._ear.cancel()
        self.guest.leave()

    def raw(self, line: str) -> None:
        self.guest.send(line)

    def say(self, text: str) -> None:
        """Say it in the channel."""
        self.guest.tell(self.guest.channel, text)

    def tell(self, nick: str, text: str) -> None:
        """Say it to one person or bot in private."""
        self.guest.tell(nick, text)

    def mode(self, modes: str) -> None:
        """Set modes of the channel; the first in a channel is its operator."""
        self.raw(f"MODE {self.guest.channel} {modes}")

    def kick(self, nick: str) -> None:
        self.raw(f"KICK {self.guest.channel} {nick} :out")

    async def names(self) -> set[str]:
        """Who is in the channel, as the server sees it."""
        self.raw(f"NAMES {self.guest.channel}")
        return {name.lstrip("@+") for name in (await self.expect_command("353")).text.split()}

    async def oper(self) -> None:
        """Become an IRC operator, who may KILL."""
        self.raw(f"OPER oper {OPER_PASSWORD}")
        await self.expect_command("381")

    async def _take(self, seconds: float) -> ServerLine:
        async with asyncio.timeout(seconds):
            while self._next >= len(self.heard):
                self._news.clear()
                await self._news.wait()
        self._next += 1
        return self.heard[self._next - 1]

    async def expect(
        self, pattern: str = "", sender: str = NICK, seconds: float = PATIENCE
    ) -> ServerLine:
        """The next thing that `sender` says, in public or private, with this pattern in it."""
        return await self._find(
            lambda line: (
                line.command in ("PRIVMSG", "NOTICE")
                and line.sender == sender
                and re.search(pattern, line.text) is not None
            ),
            f"{sender}: {pattern!r}",
            seconds,
        )

    async def expect_command(
        self, command: str, sender: str = "", seconds: float = 5
    ) -> ServerLine:
        """The next line of this kind: a numeric, JOIN, QUIT, and so on."""
        return await self._find(
            lambda line: line.command == command and sender in ("", line.sender),
            f"{sender} {command}".strip(),
            seconds,
        )

    async def _find(self, fits: object, wanted: str, seconds: float) -> ServerLine:
        assert callable(fits)
        began = self._next
        try:
            async with asyncio.timeout(seconds):
                while not fits(line := await self._take(seconds)):
                    pass
        except TimeoutError:
            heard = "\n".join(f"  {line}" for line in self.heard[began:]) or "  nothing"
            raise AssertionError(f"{self.nick} waited for {wanted} and heard\n{heard}") from None
        return line

    async def ask(self, question: str, pattern: str = "", seconds: float = PATIENCE) -> str:
        """Say it in the channel; the bot's first line after that (with this pattern)."""
        self._next = len(self.heard)
        self.say(question)
        return (await self.expect(pattern, seconds=seconds)).text

    async def ask_alone(self, question: str, pattern: str = "", seconds: float = PATIENCE) -> str:
        """Say it to the bot in private; its first line after that (with this pattern)."""
        self._next = len(self.heard)
        self.tell(NICK, question)
        return (await self.expect(pattern, seconds=seconds)).text

    async def answer(self, question: str, quiet: float = 0.5) -> list[str]:
        """Say it in the channel; all that the bot says to it: a first line, and what follows until
        it is silent."""
        first = await self.ask(question)
        return [first, *await self.lines(quiet)]

    async def unanswered(self, question: str, quiet: float = 0.5) -> list[str]:
        """Say what the bot leaves alone; whatever it said within that many seconds."""
        self._next = len(self.heard)
        self.say(question)
        return await self.lines(quiet)

    async def lines(self, quiet: float = 0.5, sender: str = NICK) -> list[str]:
        """All that `sender` says from here on, until a silence of that many seconds."""
        said: list[str] = []
        while True:
            try:
                line = await self._take(quiet)
            except TimeoutError:
                return said
            if line.sender == sender and line.command in ("PRIVMSG", "NOTICE"):
                said.append(line.text)
