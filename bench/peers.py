"""Round trips beside peers: our commands, Limnoria's own, a bare Limnoria's and Sopel's, asked in
turn over one ircd-hybrid, each bot with a nick of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from irc.bot import CHANNEL, NICK, NOWHERE, ROOT, Bot
from irc.ircd import RELAXED, Server, hybrid
from upstream import Upstream

from .costs import BARE
from .round_trip import Asker
from .table import Table

ASKED = 600
WARM = 100
SOPEL = """
[core]
nick = sopelbot
host = 127.0.0.1
port = {port}
use_ssl = false
owner = nobody
channels = {channel}
prefix = [.]
enable = ping
flood_burst_lines = 100000
flood_refill_rate = 100000
throttle_join = 0
antiloop_threshold = 0
logdir = {folder}
"""
# Sopel refuses to run as root, as whom containers run benches.
START_SOPEL = "from sopel.cli import run; run.check_not_root = lambda: None; run.main()"


def main() -> Table:
    """Ask everybody in turn, so that a busy machine troubles all alike."""
    data = ROOT.parent / "shared" / "upstream"
    with TemporaryDirectory() as name, hybrid(RELAXED) as server, Upstream() as upstream:
        folder = Path(name)
        upstream.serve_tree(data)
        ours = Bot(
            server,
            folder / "ours",
            upstream=upstream.url if data.is_dir() else NOWHERE,
            registry={"supybot.plugins.Utilities": "True"},
        )
        other = {"supybot.nick": "barebot", "supybot.reply.whenAddressedBy.chars": "~"}
        bare = Bot(server, folder / "bare", registry={**BARE, **other})
        try:
            ours.start()
            bare.start()
            with _sopel(server, folder) as sopel:
                return _table(_ask(server, sopel), sopel)
        finally:
            ours.kill()
            bare.kill()


@contextmanager
def _sopel(server: Server, folder: Path) -> Iterator[bool]:
    """Sopel in an environment of its own; False where it can't be installed or doesn't come."""
    environment = folder / "environment"
    venv.create(environment, with_pip=False)
    python = str(environment / "bin" / "python")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--quiet",
        "--disable-pip-version-check",
        "--python",
        python,
    ]
    if subprocess.run([*pip, "install", "sopel"], capture_output=True, timeout=300).returncode:
        yield False
        return
    settings = folder / "sopel.cfg"
    settings.write_text(SOPEL.format(port=server.port, channel=CHANNEL, folder=folder))
    command = [python, "-c", START_SOPEL, "start", "--config", str(settings)]
    home = {**os.environ, "HOME": str(folder)}
    with (folder / "sopel.out").open("wb") as output:
        process = subprocess.Popen(command, env=home, stdout=output, stderr=output)
    try:
        asker = Asker(server, "waiter")
        asker.socket.settimeout(20)
        with suppress(TimeoutError):
            while b":sopelbot!" not in (line := asker.lines.readline()) or b" JOIN " not in line:
                pass
            yield True
            return
        yield False
    finally:
        process.kill()
        process.wait()


def _ask(server: Server, sopel: bool) -> dict[str, list[float]]:
    """The seconds to the last line of each answer, by who was asked what."""
    asker = Asker(server)
    answer = asker.answer("!deadlines")
    freeze = asker.answer("!freeze")
    echo = f"!echo {'x' * len(answer[0].strip())}"
    questions = {
        "!deadlines": ("!deadlines", len(answer), NICK),
        "!freeze": ("!freeze", len(freeze), NICK),
        "Limnoria's !echo": (echo, 1, NICK),
        "a bare Limnoria's !ping": ("~ping", 1, "barebot"),
    }
    if sopel:
        questions["Sopel's !ping"] = (".ping", 1, "sopelbot")
    times: dict[str, list[float]] = {name: [] for name in questions}
    for number in range(WARM + ASKED):
        for name, (text, lines, nick) in questions.items():
            _, last = asker.ask(text, lines, nick)
            if number >= WARM:
                times[name].append(last)
    return times


def _table(times: dict[str, list[float]], sopel: bool) -> Table:
    echo50, echo99 = _of(times["Limnoria's !echo"])
    rows = []
    for name, each in times.items():
        p50, p99 = _of(each)
        ratios = (f"{p50 / echo50:.2f}", f"{p99 / echo99:.2f}")
        rows.append((name, f"{1000 * p50:.2f}", f"{1000 * p99:.2f}", *ratios))
    title = f"Round trips, {ASKED} questions each, in ms (aims beside !echo: p50 1.15, p99 1.3)"
    missing = "" if sopel else "; Sopel could not be had"
    return Table(title + missing, ("", "p50", "p99", "p50 / echo", "p99 / echo"), rows)


def _of(times: list[float]) -> tuple[float, float]:
    return median(times), quantiles(times, n=100)[98]
