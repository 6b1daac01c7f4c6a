"""The real bot as a process: `glance-release serve`, on a real Synapse."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from GlanceRelease.app import App
from GlanceRelease.clock import SteppedClock, instant_of
from GlanceRelease.configuration import settings as read_settings
from GlanceRelease.front_ends import WaysOut
from GlanceRelease.frontends.matrix.delivery import MatrixDoor
from GlanceRelease.frontends.matrix.rooms import NOT_YET
from GlanceRelease.frontends.trial_room.homeserver import register
from kit.irc.bot import NOWHERE, ROOT, settings
from kit.matrix.person import PASSWORD
from kit.matrix.server import Homeserver

DEVICE = "GLANCETEST"
NOW = "2027-01-04T12:00:00Z"
TEAM = """\
name: glance
governance: glance
channels: [{places}]
deliverables: [glance, glance-store, python-glanceclient, glance-tempest-plugin]
{more}"""


class Bot:
    """One bot with a folder of its own; it may be ended, and started again there.

    `places` are the team's; `matrix` is more of bot.yaml's `matrix`, `team` more of the team's
    file; `url` is where the homeserver is for it, if that is not the server's own address.
    """

    def __init__(
        self,
        server: Homeserver,
        folder: Path,
        name: str,
        places: list[str],
        *,
        url: str = "",
        team: str = "",
        matrix: str = "",
        more: str = "",
        now: str = "",
        speed: float = 1.0,
        upstream: str = NOWHERE,
        with_password: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.server = server
        self.folder = folder
        self.name = name
        self.id = f"@{name}:{server.name}"
        self.now = now or NOW
        self.process: subprocess.Popen[bytes] | None = None
        clock = {"GLANCE_RELEASE_NOW": now, "GLANCE_RELEASE_SPEED": str(speed)} if now else {}
        self.environment = {**os.environ, **clock, **(environment or {})}
        shutil.rmtree(folder, ignore_errors=True)
        self.config = folder / "config"
        (self.config / "teams").mkdir(parents=True)
        self.token = folder / "token"
        self.database = f"sqlite:///{folder / 'state.sqlite'}"
        listed = ", ".join(f'"{place}"' for place in places)
        (self.config / "teams" / "glance.yaml").write_text(TEAM.format(places=listed, more=team))
        keys = f"matrix:\n  homeserver: {url or server.url}\n  token: file:{self.token}\n"
        if with_password:
            (folder / "password").write_text(PASSWORD)
            (folder / "password").chmod(0o600)
            keys += f'  user: "{self.id}"\n  password: file:{folder / "password"}\n'
        state = f"state: {folder / 'state'}\n"
        written = settings(self.database, upstream) + state + keys + matrix + more
        (self.config / "bot.yaml").write_text(written)

    async def register(self) -> str:
        """Make the account and put its token where the bot finds it; the token."""
        made = await register(self.server.url, self.name, PASSWORD, DEVICE)
        token: str = made["access_token"]
        self.token.write_text(f"{token}\n")
        self.token.chmod(0o600)
        return token

    @property
    def log(self) -> str:
        file = self.folder / "log"
        return file.read_text(errors="replace") if file.exists() else ""

    @property
    def states(self) -> str:
        """How its places are, as far as the test can see."""
        return ""

    def spawn(self) -> Bot:
        """Start it, and wait for nothing."""
        command = [sys.executable, "-m", "GlanceRelease", "serve", "--config", str(self.config)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=self.folder,
                env={**self.environment, "PYTHONPATH": str(ROOT / "plugins")},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        return self

    async def start(self, seconds: float = 30) -> Bot:
        """Start it; returns when it is in its places, or says how they are."""
        before = self.log.count("Matrix: #") + self.log.count("Matrix: !")
        self.spawn()
        await self.until(
            lambda: self.log.count("Matrix: #") + self.log.count("Matrix: !") > before, seconds
        )
        return self

    async def logged(self, words: str, seconds: float = 20) -> None:
        """Wait until its log has these words."""
        await self.until(lambda: words in self.log, seconds, words)

    async def until(self, fits: object, seconds: float = 20, wanted: str = "its start") -> None:
        assert callable(fits)
        end = time.monotonic() + seconds
        while not fits():
            assert self.process is None or self.process.poll() is None, self.log
            assert time.monotonic() < end, f"waited for {wanted}:\n{self.log}{self.states}"
            await asyncio.sleep(0.05)

    def kill(self) -> None:
        """As by SIGKILL."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)

    def stop(self, seconds: float = 10) -> int:
        """As systemd does it; its exit status."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(seconds)


class BotHere(Bot):
    """The same bot in the test's own process, stepped by the test: it ticks when it is told to."""

    app: App
    clock: SteppedClock
    door: MatrixDoor

    async def start(self, seconds: float = 30) -> BotHere:
        """Start it at the instant of its clock; returns when the state of each place is known."""
        loaded = read_settings.load(self.config)
        ways_out = WaysOut(loaded)
        self.clock = SteppedClock(instant_of(self.now))
        self.app = App(loaded, self.clock, ways_out.door)
        assert ways_out.matrix is not None
        self.door = ways_out.matrix
        await self.app.start(beating=False)
        await ways_out.open(self.app)
        places = self.app.settings.default_team.spoken_in
        await self.until(lambda: all(self.state_of(p) != NOT_YET for p in places), seconds)
        return self

    @property
    def states(self) -> str:
        return str({name: self.state_of(name) for name in self.app.settings.default_team.spoken_in})

    def state_of(self, place: str) -> str:
        """How a place is."""
        return self.door.rooms.state_of(place) if self.door.rooms is not None else NOT_YET

    async def tick(self, now: str = "") -> None:
        """A tick, at an instant; what it says is on the server when it returns."""
        if now:
            self.clock.instant = instant_of(now)
        await self.app.tick()

    async def end(self) -> None:
        """End it as a process ends."""
        if hasattr(self, "app"):
            await self.app.stop()
