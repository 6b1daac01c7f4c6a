"""`make run MATRIX=1`: a Synapse, the bot and a console in one terminal, and nothing left after
it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import sys
import threading
from pathlib import Path

import aiohttp
import yaml

from .console import show
from .homeserver import NAME, command, configure, register, synapses_python
from .matrix_guest import MatrixGuest
from .parts_played import PASSER_BY, PlayedTime
from .room import TrialError, TrialRoom, opened

BOT, PLACE = "glancebot", f"#glance:{NAME}"
START = 90.0  # seconds in which Synapse and the bot must be there
DEVICE = "TRIAL"
PASSWORD = "trial"  # noqa: S105  on loopback, for as long as the room is open
PARTS = {"passer-by": PASSER_BY, "liaison": "liaison"}
GREETING = """\
This is {place}, the bot is @{bot}:{name}, you are "{nick}", a passer-by: !deadlines, !plan.
Be the liaison: /as liaison; then !plan m2 12 January, !deadline add, !mute 2h; /as passer-by.
Another time: /at 2027-01-12 09:59 (UTC), /faster 60 (an hour a minute), and reminders come due.
"/msg {bot} help" in a direct chat; any Matrix client: {url}, as {nick}, password
{password}. Ctrl-C or /quit ends it."""


class MatrixTrialRoom(TrialRoom):
    """The same room on Matrix; what it learnt stays with its database and its accounts."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.state = Path(os.environ.get("GLANCE_RELEASE_STATE", root / ".run" / "state"))
        self.folder = root / ".run" / "matrix"
        self.time = PlayedTime.of(os.environ, self.folder / "state")
        self.url = f"http://127.0.0.1:{self.port}"
        self.people = PARTS

    async def _open(self) -> None:
        python = synapses_python(self.root)
        if not python.exists():
            raise TrialError(f"{python} is missing: start the room by `make run MATRIX=1`.")
        with contextlib.suppress(FileNotFoundError):
            (self.folder / "synapse" / "synapse.log").unlink()
        written = configure(self.folder / "synapse", self.port)
        await self._child("Synapse", command(python, written))
        for _ in range(int(START / 0.1)):
            if self._listens():
                break
            await asyncio.sleep(0.1)
        guest = MatrixGuest(self.url, BOT, PLACE, self._hears)
        await self._made(guest)
        config = self._configuration()
        self.bot_command = [sys.executable, "-m", "GlanceRelease", "serve", "--config", str(config)]
        await self._child("the bot", self.bot_command)
        self._part(self._speak_there(guest))
        threading.Thread(target=self._read_input, daemon=True).start()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    async def _made(self, guest: MatrixGuest) -> None:
        """The accounts, and the room, which none of those that are played has power in."""
        made = await register(self.url, BOT, PASSWORD, DEVICE)
        token = self.folder / "token"
        token.touch(mode=0o600)
        token.write_text(f"{made['access_token']}\n")
        keeper = await register(self.url, "keeper", PASSWORD, DEVICE)
        await guest.make_room(keeper["access_token"])
        for part in PARTS.values():
            account = await register(self.url, part, PASSWORD, DEVICE)
            await guest.enter(part, account["access_token"])
        guest.be(PASSER_BY)

    def _configuration(self) -> Path:
        """The project's configuration with the room, in which the liaison is one by their id."""
        folder = self.folder / "config"
        shutil.rmtree(folder, ignore_errors=True)
        away = shutil.ignore_patterns("state", "*.conf", "*.service")
        shutil.copytree(self.root / "config", folder, ignore=away)
        bot = yaml.safe_load((folder / "bot.yaml").read_text()) or {}
        bot |= {"state": str(self.state.resolve()), "web": None}
        bot["matrix"] = {"homeserver": self.url, "token": f"file:{self.folder / 'token'}"}
        (folder / "bot.yaml").write_text(yaml.safe_dump(bot))
        file = folder / "teams" / f"{bot.get('default_team', 'glance')}.yaml"
        team = yaml.safe_load(file.read_text())
        liaison = {"matrix": f"@liaison:{NAME}", "name": "the liaison of the trial"}
        team["people"] = {**(team.get("people") or {}), "release": [liaison]}
        file.write_text(yaml.safe_dump({**team, "channels": [PLACE]}))
        return folder

    async def _watch(self, name: str, child: asyncio.subprocess.Process) -> int | None:
        """Show what went wrong; the bot is ready when it says that it is in the room."""
        assert child.stdout is not None
        async for line in child.stdout:
            text = line.decode(errors="replace").rstrip()
            if name == "the bot" and text.endswith(f"Matrix: {PLACE}: in"):
                self.ready.set()
            elif " INFO " not in text and " WARNING " not in text:
                show(f"[{name}] {text}")
        status = await child.wait()
        if child not in self.children:  # it was ended to start anew
            return None
        raise TrialError(f"{name} has ended by itself (status {status}).")

    def _hears(self, shown: str) -> None:
        self.heard.set()
        show(shown)

    async def _speak_there(self, guest: MatrixGuest) -> int | None:
        """Say what is typed or piped in, once the bot is there."""
        try:
            async with asyncio.timeout(START):
                await self.ready.wait()
        except TimeoutError:
            raise TrialError("the bot did not come.") from None
        words = {"place": PLACE, "bot": BOT, "nick": PASSER_BY, "url": self.url, "name": NAME}
        show(GREETING.format(**words, password=PASSWORD))
        return await self._follow_input(guest)


async def _main() -> int:
    try:
        return await MatrixTrialRoom(Path.cwd()).run()
    except aiohttp.ClientError as error:
        raise TrialError(f"Synapse does not answer: {error}") from None


if __name__ == "__main__":
    sys.exit(opened(_main))
