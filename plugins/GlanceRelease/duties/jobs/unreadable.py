"""Zuul can't be read for long: then silence about the periodic jobs means nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ...domain.ci.builds import NIGHTS, Gap
from ...domain.ci.unread_nights import blind_since
from ...domain.messages.clauses import remark
from ...domain.messages.counts import counted
from ...domain.messages.doc import Doc, doc, line
from ...domain.messages.notice import Notice
from ...domain.moment import Moment
from ...domain.releases.freeze_state import State
from ...registry import rule
from ..freeze.facts import branch_states
from .facts import watched

RULE = "zuul"
MEMORY = "zuul unreadable since"
TOLD = "zuul said unreadable since"
IN_A_FREEZE = dt.timedelta(days=1)
ELSE = dt.timedelta(days=7)
NO_BUILDS = "none of its newer builds can be read"
A_TROUBLE = dt.timedelta(hours=6)  # what is shorter is not remembered
SAID_WITHIN = dt.timedelta(days=90)  # whenever the bot is there again to say it
_OUTSIDE = (
    *(State.OPEN, State.STABLE, State.UNMAINTAINED, State.END_OF_LIFE),
    *(State.MISSING, State.UNKNOWN),
)


def last_read(moment: Moment) -> dt.datetime | None:
    """The last good answer about the periodic jobs, where the newest was none: the bot's first
    start where there never was any; the last build that can be read, where none of a newer night
    can. None while Zuul answers."""
    fact = moment[NIGHTS]
    projects = watched(moment)
    if not projects:
        return None
    blind = blind_since(fact.value, projects) if fact.value is not None else None
    if fact.problem is None or blind is not None:
        return blind
    return fact.value.until if fact.value is not None else moment.snapshot.born


def remembered(moment: Moment, said: bool) -> dict[str, str]:
    """What the memory keeps of a trouble that lasts: the last good answer, and when the trouble was
    first seen, so that the bot's own absence is not taken for Zuul's; and that it was told, until
    its end was `said`."""
    read = last_read(moment)
    if read is None:
        return {TOLD: ""} if said and back_after(moment) is not None else {}
    since = _since(moment, read)
    is_told = since is not None and moment.now >= _due(moment, since)
    told = {TOLD: since.isoformat()} if since is not None and is_told else {}
    if moment.now - read < A_TROUBLE or _seen(moment, read) is not None:
        return told
    return {**told, MEMORY: f"{read.isoformat()} {moment.now.isoformat()}"}


def back_after(moment: Moment) -> dt.timedelta | None:
    """For how long Zuul could not be read, where that was told and it can be again."""
    told, history = moment.snapshot.memory.get(TOLD, ""), moment[NIGHTS].value
    if not told or history is None or last_read(moment) is not None:
        return None
    since = dt.datetime.fromisoformat(told)
    end = next((gap.end for gap in history.gaps if gap.end > since), history.until)
    return end - since if end > since else None


def _seen(moment: Moment, read: dt.datetime) -> dt.datetime | None:
    """When the trouble after an answer was first seen."""
    begin, _, seen = moment.snapshot.memory.get(MEMORY, "").partition(" ")
    return dt.datetime.fromisoformat(seen) if seen and begin == read.isoformat() else None


def _since(moment: Moment, read: dt.datetime) -> dt.datetime | None:
    """Since when Zuul gives no answer: the last good one, unless the bot was down after it."""
    seen = _seen(moment, read)
    if seen is None:
        return None
    return read if seen - read <= IN_A_FREEZE else seen


def was_zuuls(moment: Moment, gap: Gap) -> bool:
    """Whether in a gap Zuul gave no answer; else nobody asked, since the bot was down."""
    return _since(moment, gap.begin) == gap.begin


def length(gap: dt.timedelta) -> str:
    """ "30 hours", "11 days"."""
    hours = gap // dt.timedelta(hours=1)
    return counted(hours, "hour") if hours < 48 else counted(hours // 24, "day")


@rule(
    RULE,
    "Zuul can't be read for a day in a freeze, or for a week",
    "it is said once, and mute silences the channel",
    basis="someone has to keep an eye on the periodic jobs, and nobody can",
    sources=("liaison", "builds"),
)
def unreadable_notices(moment: Moment) -> Iterator[Notice]:
    """One line for each time that Zuul is lost so long, sooner in a freeze."""
    read = last_read(moment)
    since = _since(moment, read) if read else None
    if since is None:
        return
    yield Notice(
        rule=RULE,
        subject="unreadable",
        target=moment.team.announce,
        facts=since.isoformat(),
        due=_due(moment, since),
        grace=SAID_WITHIN,
        say=lambda at: _words(moment, since, at),
        why="while Zuul can't be read, no line about the periodic jobs does not mean that all pass",
    )


def _due(moment: Moment, since: dt.datetime) -> dt.datetime:
    return since + (IN_A_FREEZE if in_a_freeze(moment) else ELSE)


def in_a_freeze(moment: Moment) -> bool:
    """Whether any branch of the team's is frozen now; by the schedule, where no file is known."""
    known = ((row.guess or row).state for row in branch_states(moment))
    return any(state not in _OUTSIDE for state in known)


def _words(moment: Moment, since: dt.datetime, at: dt.datetime) -> Doc:
    """For how long, since when and why, and what that means."""
    head = f"Zuul is unreadable for {length(at - since)}"
    fact = moment[NIGHTS]
    read = f"last read {since:%Y-%m-%d %H:%M} UTC" if fact.value else "never read"
    why = remark(f" ({read}; {fact.problem or NO_BUILDS})", weight=1)
    end = ": how the periodic jobs are is not known."
    return doc(line(head, why, end), brief=(head,))
