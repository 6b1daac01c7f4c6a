"""How long `!deadlines` takes beside Limnoria's own `!echo`: the same bot, server and line length.

One asker who waits for each answer (a closed loop), rounds of both in turn so that a busy machine
troubles both alike, no throttle, ircd-hybrid with relaxed limits.
"""

from __future__ import annotations

import re
import socket
import time
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from kit.irc.bot import CHANNEL, NICK, NOWHERE, ROOT, Bot
from kit.irc.servers import RELAXED, Server, hybrid
from kit.upstream.server import Upstream

from .table import Table

ROUNDS = 7
ASKED = 300
AIM = 1.15
SETTLE = 30  # questions, a second each
_AGE = re.compile(rb"\(as of [^()]*(?:\([^()]*\)[^()]*)*\)")
FIRST, WHOLE, ECHO = "!deadlines, first line", "!deadlines, whole answer", "!echo"


class Asker:
    """A blocking client: nothing but a socket between the clock and the wire; the bot's owner, for
    nobody else hears its `echo`."""

    def __init__(self, server: Server, nick: str = "owner", channel: str = CHANNEL) -> None:
        self.socket = socket.create_connection(("127.0.0.1", server.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.lines = self.socket.makefile("rb")
        self.socket.sendall(f"NICK {nick}\r\nUSER {nick} 0 * :{nick}\r\n".encode())
        self.join(channel)

    def join(self, channel: str) -> None:
        """Return when it is in the channel."""
        self.socket.sendall(f"JOIN {channel}\r\n".encode())
        while b" 366 " not in self._line():
            pass

    def _line(self) -> bytes:
        line = self.lines.readline()
        if not line:
            raise ConnectionError("the server closed the connection")
        return line

    def ask(
        self, text: str, answers: int = 1, nick: str = NICK, channel: str = CHANNEL
    ) -> tuple[float, float]:
        """The seconds from the question to the first line of its answer, and to the last."""
        times = []
        began = time.perf_counter()
        self.socket.sendall(f"PRIVMSG {channel} :{text}\r\n".encode())
        while len(times) < answers:
            line = self._line()
            if line.startswith(f":{nick}!".encode()) and b" PRIVMSG " in line:
                times.append(time.perf_counter() - began)
        return times[0], times[-1]

    def answer(self, text: str) -> list[bytes]:
        """The lines of an answer, which is over when the bot is silent."""
        self.socket.sendall(f"PRIVMSG {CHANNEL} :{text}\r\n".encode())
        time.sleep(1)
        self.socket.sendall(b"PING :end\r\n")
        lines = list(iter(self._line, b":irc.test PONG irc.test :end\r\n"))
        return [line.split(b" :", 1)[1] for line in lines if b" PRIVMSG " in line]


def main() -> Table:
    """Time both commands and set them side by side."""
    data = ROOT.parent / "shared" / "upstream"
    with TemporaryDirectory() as folder, hybrid(RELAXED) as server, Upstream() as upstream:
        upstream.serve_tree(data)
        bot = Bot(
            server,
            Path(folder) / "bot",
            upstream=upstream.url if data.is_dir() else NOWHERE,
            registry={"supybot.plugins.Utilities": "True"},
        )
        try:
            bot.start()
            times = _measure(Asker(server), data.is_dir())
        finally:
            bot.kill()
    return _table(times)


def _measure(asker: Asker, is_refreshed: bool) -> dict[str, list[list[float]]]:
    """The times of each kind of wait, by round."""
    answer = _settled(asker, is_refreshed)
    echo = "!echo " + "x" * len(answer[0].strip())
    times: dict[str, list[list[float]]] = {FIRST: [], WHOLE: [], ECHO: []}
    for number in range(ROUNDS):
        ours, theirs = [], []
        for _ in range(ASKED):
            ours.append(asker.ask("!deadlines", len(answer)))
            theirs.append(asker.ask(echo))
        if number:  # the first round warms up
            times[FIRST].append([first for first, _ in ours])
            times[WHOLE].append([last for _, last in ours])
            times[ECHO].append([last for _, last in theirs])
    last = asker.answer("!deadlines")
    assert _ageless(last) == _ageless(answer), "its lines were not counted one by one"
    return times


def _settled(asker: Asker, is_refreshed: bool) -> list[bytes]:
    """The answer when the first refresh is over: until then it has fewer lines, and whoever counts
    its lines would take one question's for the next one's. With no upstream it ends with what the
    failure adds: the same answer twice."""
    before: list[bytes] = []
    for _ in range(SETTLE):
        answer = asker.answer("!deadlines")
        if answer and not (is_refreshed and b"bundled" in answer[0]) and answer == before:
            return answer
        before = answer
    raise AssertionError("the first refresh does not end")


def _ageless(answer: list[bytes]) -> list[bytes]:
    """The lines without the age of their facts, which grows while the questions are asked, and the
    trouble behind it."""
    return [_AGE.sub(b"", line) for line in answer]


def _table(times: dict[str, list[list[float]]]) -> Table:
    all_of = {name: [one for each in rounds for one in each] for name, rounds in times.items()}
    rows = []
    for name, rounds in times.items():
        low, *_, high = sorted(map(median, rounds))
        p50, p99 = median(all_of[name]), quantiles(all_of[name], n=100)[98]
        ratio = p50 / median(all_of[ECHO])
        between = f"{1000 * low:.2f}-{1000 * high:.2f}"
        rows.append((name, f"{1000 * p50:.2f}", between, f"{1000 * p99:.2f}", f"{ratio:.2f}"))
    return Table(
        f"Round trip, {(ROUNDS - 1) * ASKED} questions each, in ms (aim: {AIM} times !echo)",
        ("", "p50", "p50 by round", "p99", "p50 / echo"),
        rows,
    )
