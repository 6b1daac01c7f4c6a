"""Round trips beside peers: our commands, Limnoria's own, a bare Limnoria's and Sopel's, asked in
turn over one ircd-hybrid, each bot alone in a channel, so that none reads another's lines."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from random import Random
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from kit.irc.bot import CHANNEL, NICK, NOWHERE, ROOT, Bot
from kit.irc.servers import RELAXED, Server, hybrid
from kit.upstream.server import Upstream

from .costs import BARE
from .round_trip import Asker
from .table import Table

ASKED = 1200
WARM = 100
SOPEL = """
[core]
nick = {nick}
host = 127.0.0.1
port = {port}
use_ssl = false
owner = nobody
channels = #{nick}
prefix = [.]
{enabled}
flood_burst_lines = 100000
flood_refill_rate = 100000
throttle_join = 0
antiloop_threshold = 0
logdir = {folder}
"""
# As it comes, with the plugins that it loads by itself, and with the one that is asked.
SOPELS = {"sopel": "", "sopelping": "enable = ping"}
# Sopel refuses to run as root, as whom containers run benches.
START_SOPEL = "from sopel.cli import run; run.check_not_root = lambda: None; run.main()"


def main() -> Table:
    """Ask everybody once a round, so that a busy machine troubles all alike."""
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
        other = {
            "supybot.nick": "barebot",
            "supybot.networks.test.channels": "#barebot",
        }
        bare = Bot(server, folder / "bare", registry={**BARE, **other})
        try:
            ours.start()
            bare.start()
            with _sopels(server, folder) as sopels:
                return _table(_ask(server, sopels), sopels)
        finally:
            ours.kill()
            bare.kill()


@contextmanager
def _sopels(server: Server, folder: Path) -> Iterator[list[str]]:
    """Sopels from an environment of their own; those that can be installed and come."""
    environment = folder / "environment"
    venv.create(environment, with_pip=False)
    python = str(environment / "bin" / "python")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python"]
    got = subprocess.run([*pip, python, "install", "sopel"], capture_output=True, timeout=300)
    with ExitStack() as running:
        names = SOPELS if got.returncode == 0 else {}
        yield [name for name in names if running.enter_context(_sopel(server, folder, name))]


@contextmanager
def _sopel(server: Server, folder: Path, nick: str) -> Iterator[bool]:
    """One Sopel in the channel of its nick; False where it doesn't come."""
    home = folder / nick
    home.mkdir()
    settings = home / "sopel.cfg"
    enabled = SOPELS[nick]
    settings.write_text(SOPEL.format(port=server.port, nick=nick, enabled=enabled, folder=home))
    python = str(folder / "environment" / "bin" / "python")
    command = [python, "-c", START_SOPEL, "start", "--config", str(settings)]
    with (home / "output").open("wb") as output:
        process = subprocess.Popen(
            command, env={**os.environ, "HOME": str(home)}, stdout=output, stderr=output
        )
    try:
        asker = Asker(server, f"for{nick}", f"#{nick}")
        asker.socket.settimeout(20)
        came = False
        with suppress(TimeoutError):
            while not came:
                line = asker.lines.readline()
                came = line.startswith(f":{nick}!".encode()) and b" JOIN " in line
        asker.socket.close()
        yield came
    finally:
        process.kill()
        process.wait()


def _ask(server: Server, sopels: list[str]) -> dict[str, list[float]]:
    """The seconds to the last line of each answer, by who was asked what."""
    asker = Asker(server)
    answer = asker.answer("!deadlines")
    freeze = asker.answer("!freeze")
    echo = f"!echo {'x' * len(answer[0].strip())}"
    questions = {
        "!deadlines": ("!deadlines", len(answer), NICK, CHANNEL),
        "!freeze": ("!freeze", len(freeze), NICK, CHANNEL),
        "Limnoria's !echo": (echo, 1, NICK, CHANNEL),
        "a bare Limnoria's !ping": ("!ping", 1, "barebot", "#barebot"),
    }
    told = {"sopel": "Sopel's .ping, as it comes", "sopelping": "Sopel's .ping, no other plugin"}
    questions |= {told[nick]: (".ping", 1, nick, f"#{nick}") for nick in sopels}
    for *_, channel in questions.values():
        if channel != CHANNEL:
            asker.join(channel)
    times: dict[str, list[float]] = {name: [] for name in questions}
    chance = Random(0)  # who follows whom changes: a bot that waited long has cold caches
    for number in range(WARM + ASKED):
        for name in chance.sample(list(questions), len(questions)):
            _, last = asker.ask(*questions[name])
            if number >= WARM:
                times[name].append(last)
    return times


def _table(times: dict[str, list[float]], sopels: list[str]) -> Table:
    echo50, echo99 = _of(times["Limnoria's !echo"])
    rows = []
    for name, each in times.items():
        p50, p99 = _of(each)
        ratios = (f"{p50 / echo50:.2f}", f"{p99 / echo99:.2f}")
        rows.append((name, f"{1000 * p50:.2f}", f"{1000 * p99:.2f}", *ratios))
    title = f"Round trips, {ASKED} questions each, in ms (aims beside !echo: p50 1.15, p99 1.3)"
    missing = "" if sopels else "; Sopel could not be had"
    return Table(title + missing, ("", "p50", "p99", "p50 / echo", "p99 / echo"), rows)


def _of(times: list[float]) -> tuple[float, float]:
    return median(times), quantiles(times, n=100)[98]
