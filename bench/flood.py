"""How long an operator's `mute` and a reminder wait while many ask at once: 200 commands in five
seconds from eight hosts, on a server with OFTC's limits, with the configuration that ships."""

from __future__ import annotations

import datetime as dt
import select
import socket
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from kit.irc.bot import CHANNEL, NICK, Bot
from kit.irc.servers import REALISTIC, Server, hybrid
from kit.irc.shipped_lines import shipped

from .outbox import _said
from .table import Table

HOSTS, NICKS, COMMANDS, SECONDS = 8, 5, 5, 5.0
QUESTIONS = ("when x{}", "deadlines", "freeze x{}", "next", "help", "ping", "mute 2h", "list")
DUE = dt.datetime(2027, 1, 13, 10, tzinfo=dt.UTC)  # of a reminder in the shipped configuration
AIM = "5.0 s"


class Client:
    """A connection from one of loopback's addresses."""

    def __init__(self, server: Server, nick: str, host: str = "127.0.0.1") -> None:
        self.socket = socket.create_connection(("127.0.0.1", server.port), source_address=(host, 0))
        self.socket.sendall(f"NICK {nick}\r\nUSER {nick} 0 * :{nick}\r\n".encode())
        self.lines = b""
        self.wait(b" 376 ", b" 422 ")
        self.send(f"JOIN {CHANNEL}")
        self.wait(b" 366 ")

    def send(self, line: str) -> None:
        self.socket.sendall(f"{line}\r\n".encode())

    def read(self) -> None:
        """Take what came."""
        while select.select([self.socket], [], [], 0)[0]:
            self.lines += self.socket.recv(65536)

    def wait(self, *words: bytes, seconds: float = 240) -> float:
        """The seconds until one of the words came."""
        began = time.monotonic()
        while not any(word in self.lines for word in words):
            if time.monotonic() - began > seconds:
                raise AssertionError(f"no {words!r}")
            time.sleep(0.01)
            self.read()
        return time.monotonic() - began


def main() -> Table:
    """How late each is, with nobody else there and in the middle of the flood."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        calm = _mute(folder / "calm", is_flooded=False)
        waits = _mute(folder / "flooded", is_flooded=True)
        late = _reminder(folder / "reminder")
    count = HOSTS * NICKS * COMMANDS
    return Table(
        f"{count} commands in {SECONDS:.0f} s from {HOSTS} hosts, OFTC's limits, as it ships",
        ("", "", "aim"),
        [
            ("mute, nobody else asks", f"{calm:.1f} s", ""),
            ("mute, two seconds into the flood", f"{waits:.1f} s", AIM),
            ("a reminder that comes due then", f"{late:.1f} s", AIM),
        ],
    )


def _crowd(server: Server) -> list[Client]:
    return [
        Client(server, f"guest{host}x{nick}", f"127.0.0.{host + 2}")
        for host in range(HOSTS)
        for nick in range(NICKS)
    ]


def _flood(crowd: list[Client], rounds: range) -> None:
    """Each asks once a round, one in eight in the channel, which takes ten lines a second."""
    pause = SECONDS / COMMANDS / max(1, len(crowd))
    for turn in rounds:
        for number, client in enumerate(crowd):
            words = QUESTIONS[(number + turn) % len(QUESTIONS)].format(f"{turn}a{number}")
            public = number % 8 == 0
            client.send(f"PRIVMSG {CHANNEL} :!{words}" if public else f"PRIVMSG {NICK} :{words}")
            time.sleep(pause)


def _mute(folder: Path, is_flooded: bool) -> float:
    with hybrid(REALISTIC) as server:
        operator = Client(server, "operator")  # the first in a channel is its operator
        bot = Bot(server, folder, registry=shipped())
        try:
            bot.start()
            crowd = _crowd(server) if is_flooded else []
            _flood(crowd, range(2))
            operator.lines = b""
            operator.send(f"PRIVMSG {CHANNEL} :!mute 2h")
            rest = threading.Thread(target=_flood, args=(crowd, range(2, COMMANDS)))
            rest.start()
            waited = operator.wait(b":Silent in")
            rest.join()
            return waited
        finally:
            bot.kill()


def _reminder(folder: Path) -> float:
    with hybrid(REALISTIC) as server:
        Client(server, "operator")
        start = DUE - dt.timedelta(seconds=12)
        bot = Bot(server, folder, now=f"{start:%Y-%m-%dT%H:%M:%SZ}", registry=shipped())
        try:
            began = time.monotonic()
            bot.start()
            crowd = _crowd(server)
            time.sleep(max(0.0, 10 - (time.monotonic() - began)))
            _flood(crowd, range(COMMANDS))
            return _said(folder / "state.sqlite")
        finally:
            bot.kill()
