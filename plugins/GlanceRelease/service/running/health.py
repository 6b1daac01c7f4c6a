"""Whether the bot is well, as its page tells whoever watches over it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from ...domain.team import Team
from ..outbox.front_end import Door

LONGEST_SILENCE = dt.timedelta(minutes=3)


def health_of(
    last_tick: dt.datetime | None, now: dt.datetime, door: Door | None, teams: Iterable[Team]
) -> dict[str, bool]:
    """Whether the last tick that went well was some minutes ago at most, and whether a line would
    reach some team's channel."""
    ticking = last_tick is not None and now - last_tick < LONGEST_SILENCE
    connected = door is not None and any(door.ready(team.announce) for team in teams)
    return {"ticking": ticking, "connected": connected}
