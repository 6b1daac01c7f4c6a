"""How long `!deadlines` takes beside Limnoria's own `!echo`: the same bot, server and line length.

One asker who waits for each answer (a closed loop), rounds of both in turn so that a busy machine
troubles both alike, no throttle, ircd-hybrid with relaxed limits.
"""

from __future__ import annotations

import socket
import time
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from irc.bot import CHANNEL, NICK, NOWHERE, ROOT, Bot
from irc.ircd import RELAXED, Server, hybrid
from upstream import Upstream

from .table import Table

ROUNDS = 7
ASKED = 300
AIM = 1.15


class Asker:
    """A blocking client: nothing but a socket between the clock and the wire."""

    def __init__(self, server: Server) -> None:
        self.socket = socket.create_connection(("127.0.0.1", server.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.lines = self.socket.makefile("rb")
        self.socket.sendall(f"NICK asker\r\nUSER asker 0 * :asker\r\nJOIN {CHANNEL}\r\n".encode())
        while b" 366 " not in self.lines.readline():
            pass

    def ask(self, text: str, answers: int = 1) -> float:
        """The seconds from the question to the last line of its answer."""
        began = time.perf_counter()
        self.socket.sendall(f"PRIVMSG {CHANNEL} :{text}\r\n".encode())
        while answers:
            line = self.lines.readline()
            answers -= line.startswith(f":{NICK}!".encode()) and b" PRIVMSG " in line
        return time.perf_counter() - began

    def answer(self, text: str) -> list[bytes]:
        """The lines of an answer, which is over when the bot is silent."""
        self.socket.sendall(f"PRIVMSG {CHANNEL} :{text}\r\n".encode())
        time.sleep(1)
        self.socket.sendall(b"PING :end\r\n")
        lines = list(iter(self.lines.readline, b":irc.test PONG irc.test :end\r\n"))
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
            times = _measure(Asker(server))
        finally:
            bot.kill()
    return _table(times)


def _measure(asker: Asker) -> dict[str, list[list[float]]]:
    answer = asker.answer("!deadlines")
    assert answer, "the bot has no answer to !deadlines"
    questions = {"!deadlines": len(answer), "!echo " + "x" * (len(answer[0]) - 2): 1}
    times: dict[str, list[list[float]]] = {question: [] for question in questions}
    for _ in range(ROUNDS):
        for question, lines in questions.items():
            times[question].append([asker.ask(question, lines) for _ in range(ASKED)])
    return {question.split()[0]: rounds[1:] for question, rounds in times.items()}  # one to warm up


def _table(times: dict[str, list[list[float]]]) -> Table:
    rows = []
    for name, rounds in times.items():
        everything = [1000 * one for each in rounds for one in each]
        by_round = [1000 * median(each) for each in rounds]
        rows.append(
            (
                name,
                f"{median(everything):.2f}",
                f"{min(by_round):.2f}-{max(by_round):.2f}",
                f"{quantiles(everything, n=100)[98]:.2f}",
            )
        )
    ours, echo = (median(one for each in rounds for one in each) for rounds in times.values())
    return Table(
        f"Round trip, {(ROUNDS - 1) * ASKED} questions each, in ms",
        ("", "p50", "p50 by round", "p99"),
        rows,
        f"!deadlines takes {ours / echo:.2f} times as long as !echo (aim: at most {AIM}).",
    )
