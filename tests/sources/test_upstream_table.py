"""A new upstream is a row of the table and a folder below sources/; nothing else names them all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from GlanceRelease import duties
from GlanceRelease.configuration.settings import BotFile, Settings, Upstreams
from GlanceRelease.domain.team import Jobs, Team
from GlanceRelease.domain.upstreams import READ, SCHEDULES, UPSTREAMS, with_grounds
from GlanceRelease.registry import COMMANDS

PACKAGE = Path(__file__).resolve().parents[2] / "plugins" / "GlanceRelease"
NOWHERE = "http://127.0.0.1:9"
BEFORE_ROWS = "    for row in (\n"
ROW = """        Upstream("tracker", "tracker", "https://tracker.invalid", dt.timedelta(minutes=7)),
"""
FOLDER = '''"""A made-up tracker: its bugs, as a number."""

from dataclasses import dataclass

from ...domain.snapshot import Key
from ..protocols import Kept


@dataclass(frozen=True)
class Bugs:
    place: object
    upstream: str = "tracker"
    confirm: bool = False
    key = Key("tracker/bugs")

    @property
    def url(self):
        return f"{self.place.address}/bugs"

    @property
    def every(self):
        return self.place.every

    async def fetch(self, http, last, now):
        return Kept(((await http.get(self.url)).body,))

    def read(self, kept):
        return int(kept.bodies[0])


def wanted(scope):
    yield Bugs(scope.places["tracker"])
'''
RUNNING = """
import asyncio, sys
from pathlib import Path
from GlanceRelease.app import App
from GlanceRelease.clock import RunningClock
from GlanceRelease.configuration.settings import load
from GlanceRelease.registry import Ask
from GlanceRelease.render.irc import render

async def main():
    app = App(load(Path(sys.argv[1])), RunningClock())
    await app.start(beating=False)
    try:
        await app.refresh()
        fact = app.snapshots["mine"].facts["tracker/bugs"]
        print(fact.value, app.settings.places["tracker"].every)
        print(*render(app.ask("sources", Ask("somebody")).doc), sep="\\n")
    finally:
        await app.stop()

asyncio.run(main())
"""


@pytest.fixture
def tracker() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Tracker(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"42")

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Tracker) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/prefix/", asked
        server.shutdown()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package with the row and the folder."""
    package = tmp_path / "code" / "GlanceRelease"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    table = package / "domain" / "upstreams.py"
    before, found, after = table.read_text().partition(BEFORE_ROWS)
    assert found
    table.write_text(before + found + ROW + after)
    folder = package / "sources" / "tracker"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "wanted.py").write_text(FOLDER)
    return package.parent


@pytest.fixture
def configuration(tmp_path: Path, tracker: tuple[str, list[str]]) -> Path:
    folder = tmp_path / "config"
    (folder / "teams").mkdir(parents=True)
    places = [f"  {name}: {NOWHERE}\n" for name in UPSTREAMS]
    text = f"default_team: mine\nupstreams:\n{''.join(places)}  tracker: {tracker[0]}\n"
    (folder / "bot.yaml").write_text(text)
    (folder / "teams" / "mine.yaml").write_text(
        'name: mine\ngovernance: mine\nchannels: ["#mine"]\ndeliverables: [mine]\n'
    )
    return folder


def run(code: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(code)},
        cwd=code,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout + done.stderr


def test_a_row_and_a_folder_are_polled_and_told(
    copy: Path, configuration: Path, tracker: tuple[str, list[str]]
) -> None:
    said = run(copy, "-c", RUNNING, str(configuration)).splitlines()
    assert said[0] == "42 0:07:00"
    (line,) = [line for line in said if line.startswith("tracker: ")]
    assert line.startswith("tracker: 1 fact, as of ")
    assert tracker[1] == ["/prefix/bugs"]


def test_the_command_line_asks_it_too(
    copy: Path, configuration: Path, tracker: tuple[str, list[str]]
) -> None:
    said = run(copy, "-m", "GlanceRelease", "ask", "--config", str(configuration), "sources")
    assert "tracker: 1 fact, as of " in said
    assert tracker[1] == ["/prefix/bugs"]


def test_without_its_row_its_key_is_a_mistake(configuration: Path) -> None:
    said = run(PACKAGE.parent, "-m", "GlanceRelease", "ask", "--config", str(configuration), "next")
    assert "bot.yaml:7: upstreams.tracker: no such key" in said


def test_without_its_folder_nothing_starts(copy: Path, configuration: Path) -> None:
    shutil.rmtree(copy / "GlanceRelease" / "sources" / "tracker")
    said = run(copy, "-c", RUNNING, str(configuration))
    assert "No module named 'GlanceRelease.sources.tracker'" in said


def test_who_names_an_upstream_names_a_row() -> None:
    duties.load()
    assert {name for command in COMMANDS.values() for name in command.needs} <= {*READ}
    folders = {path.parent.name for path in (PACKAGE / "sources").glob("*/wanted.py")}
    assert folders == {UPSTREAMS[name].folder for name in READ}


def test_addresses_and_polls_are_the_tables_and_bot_yamls() -> None:
    settings = Settings(Path(), BotFile(), {})
    assert settings.places.keys() == UPSTREAMS.keys() == vars(Upstreams()).keys()
    for name, place in settings.places.items():
        assert (place.address, place.every) == (UPSTREAMS[name].address, UPSTREAMS[name].poll)
    other = Settings(Path(), BotFile(upstreams=Upstreams(zuul="http://z/"), poll_minutes=7), {})
    assert other.places["zuul"].address == "http://z"
    assert other.places["opendev"].every.total_seconds() == 7 * 60


def test_zuul_rests_on_governance_where_the_team_names_no_repositories() -> None:
    team = Team("mine", "mine", ("#c",), ("mine",))
    assert SCHEDULES == ("opendev",)
    assert with_grounds(("zuul",), team) == ("opendev", "zuul")
    named = Team("mine", "mine", ("#c",), ("mine",), jobs=Jobs(repositories=("openstack/mine",)))
    assert with_grounds(("zuul",), named) == ("zuul",)
