"""What the bot costs its host: memory and the wait for its first answer, beside a bare Limnoria."""

from __future__ import annotations

import compileall
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from kit.irc.bot import NOWHERE, REGISTRY, ROOT, Bot
from kit.irc.servers import RELAXED, Server, hybrid
from kit.upstream.server import Upstream

from .round_trip import Asker
from .table import Table

STARTS = 5
SETTLE = 5.0  # seconds until the first refresh is over and what it needed is given back
MEMORY_AIM, START_AIM = 45, 0.6
_OURS = ("supybot.plugins.GlanceRelease", "supybot.commands.defaultPlugins.help")
BARE: dict[str, str | None] = {name: None for name in REGISTRY if name.startswith(_OURS)}


def main() -> Table:
    """Start both in turn; the medians side by side."""
    data = ROOT.parent / "shared" / "upstream"
    compileall.compile_dir(ROOT / "plugins", quiet=1)  # as pip does when it installs
    bare, ours = [], []
    with TemporaryDirectory() as name, hybrid(RELAXED) as server, Upstream() as upstream:
        upstream.serve_tree(data)
        address = upstream.url if data.is_dir() else NOWHERE
        for number in range(STARTS):
            folder = Path(name) / str(number)
            bare.append(_start(Bot(server, folder / "bare", registry=BARE), server, "!ping"))
            ours.append(_start(Bot(server, folder / "ours", upstream=address), server, "!week"))
    columns = [[median(column) for column in zip(*each, strict=True)] for each in (bare, ours)]
    kinds = (
        ("resident memory, MB", 1, str(MEMORY_AIM)),
        ("start to first answer, s", 2, str(START_AIM)),
        ("threads", 0, ""),
    )
    rows = [
        (what, f"{was:.{digits}f}", f"{now:.{digits}f}", f"{now - was:.{digits}f}", aim)
        for (what, digits, aim), was, now in zip(kinds, *columns, strict=True)
    ]
    title = f"Beside a bare Limnoria with Misc, User, Config; medians of {STARTS} starts"
    return Table(title, ("", "bare", "with us", "more", "aim"), rows)


def _start(bot: Bot, server: Server, question: str) -> tuple[float, float, float]:
    """Megabytes after a while, seconds to the first answer, and threads of a fresh start."""
    asker = Asker(server)
    try:
        began = time.perf_counter()
        bot.start()
        asker.ask(question)
        answered = time.perf_counter() - began
        time.sleep(SETTLE)
        return bot.memory() / 2**20, answered, bot.threads()
    finally:
        bot.kill()
        asker.socket.close()
