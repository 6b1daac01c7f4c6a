"""Who one can be in the trial room, and which time it is there."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...clock import RunningClock, clock_of, instant_of
from ...configuration import settings as settings_file
from ...domain.people.roles import holders, liaisons
from ...domain.snapshot import Snapshot
from ...sources.bundled_facts import load_bundled

PASSER_BY = "you"
MOST_SPEED = 3600.0
_NO_DAY = "Say it as /at 2027-01-12 09:59 (UTC); or /faster 60, which is an hour in a minute."


class NotPlayed(Exception):  # noqa: N818  what the person sees
    """What was typed names nobody, or no time; the text says so."""


def people_of(folder: Path) -> dict[str, str]:
    """The nick of each part that one can play, as the team's file and governance have them."""
    team = settings_file.load(folder).default_team
    snapshot = Snapshot(team, load_bundled().facts)
    known = {"passer-by": PASSER_BY}
    for part, people in (("liaison", liaisons(snapshot)), ("ptl", holders(snapshot, "ptl"))):
        if people:
            known[part] = people[0].nick
    return known


def users_file(people: Mapping[str, str]) -> str:
    """Limnoria's users.conf in which liaison and PTL are the bot's admins: the room's server has no
    services that could vouch for them, so this stands for that."""
    blocks = [
        f"user {number}\n  name {part}\n  ignore False\n  secure False\n  hashed False\n"
        f"  capability admin\n  hostmask {nick}!*@*\n"
        for number, (part, nick) in enumerate(people.items(), 1)
        if part != "passer-by"
    ]
    return "\n".join(blocks)


def nick_of(people: Mapping[str, str], part: str) -> str:
    """The nick of a part; raises NotPlayed with the parts that there are."""
    nick = people.get(part.strip().lower().replace(" ", "-"))
    if nick is None:
        raise NotPlayed(f"Be one of these: {', '.join(f'/as {known}' for known in people)}.")
    return nick


@dataclass
class PlayedTime:
    """The bot's clock in the room: the machine's, until somebody sets it. `folder` keeps what a
    rehearsal learns, apart from what the room knows of today."""

    folder: Path
    start: dt.datetime | None = None
    speed: float = 1.0
    clock: RunningClock = field(default_factory=RunningClock)

    @classmethod
    def of(cls, environment: Mapping[str, str], folder: Path) -> PlayedTime:
        """The time that the room begins with."""
        start = environment.get("GLANCE_RELEASE_NOW")
        speed = float(environment.get("GLANCE_RELEASE_SPEED") or "1")
        played = cls(folder, instant_of(start) if start else None, speed)
        played.clock = clock_of(environment)
        return played

    def set(self, command: str, words: str) -> str:
        """Follow "/at DAY TIME" or "/faster N"; what is to be said of it. Raises NotPlayed."""
        now = self.clock.now()
        try:
            if command == "/at":
                start, speed = instant_of(words.strip().removesuffix("UTC").strip()), self.speed
            else:
                start, speed = now, float(words.strip())
        except ValueError:
            raise NotPlayed(_NO_DAY) from None
        if not 0 < speed <= MOST_SPEED:
            raise NotPlayed(f"From a little above 0 to {MOST_SPEED:.0f} times as fast, please.")
        again = start < now
        self._keep(anew=again)
        self.start, self.speed, self.clock = start, speed, RunningClock(start, speed)
        pace = f", {speed:g} times as fast" if speed != 1 else ""
        forgot = ", and what was told it later is forgotten" if again else ""
        return f"* it is {start:%Y-%m-%d %H:%M} UTC{pace}{forgot}; the bot starts anew"

    def _keep(self, anew: bool) -> None:
        """A rehearsal goes on with what the room knows; going back in time begins with nothing."""
        if anew:
            shutil.rmtree(self.folder, ignore_errors=True)
        known = os.environ.get("GLANCE_RELEASE_STATE", "")
        if not anew and known and not self.folder.exists() and Path(known).is_dir():
            shutil.copytree(known, self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def environment(self) -> dict[str, str]:
        """What the bot is started with."""
        if self.start is None:
            return dict(os.environ)
        told = {
            "GLANCE_RELEASE_NOW": self.start.isoformat(),
            "GLANCE_RELEASE_SPEED": f"{self.speed}",
        }
        state = {"GLANCE_RELEASE_STATE": str(self.folder)} if self.folder.is_dir() else {}
        return {**os.environ, **told, **state}
