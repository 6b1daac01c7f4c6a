"""The line after a night: a job failed N nights running, recovered, or nothing ran."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ...domain.ci.builds import NIGHTS, SUSPECTS, Outcome, Verdict
from ...domain.messages.doc import doc
from ...domain.messages.notice import Notice
from ...domain.moment import Moment
from ...registry import rule
from .facts import JobStanding, watched
from .night_changes import LOOK_BACK, NightChange, changes, unsaid
from .selection import JobsView, because, view_of
from .words import (
    LINE_BYTES,
    build_link,
    builds_link,
    counted,
    counted_suspects,
    day,
    night_link,
    suspects_phrase,
    trouble,
    where,
)

RULE = "jobs"
MEMORY = "jobs said"
REMEMBERED = 300
SUSPECTS_WITHIN = dt.timedelta(hours=1)  # how long a line waits for its suspects


@dataclass(frozen=True)
class News:
    """What is to be said now, and the idents of all that is settled by saying it."""

    told: tuple[NightChange, ...] = ()
    idents: tuple[str, ...] = ()


def _news(moment: Moment) -> News:
    """What changed and was not said; nothing while a failure's suspects are still being asked."""
    history = moment[NIGHTS].value
    if history is None:
        return News()
    said = frozenset(moment.snapshot.memory.get(MEMORY, "").split())
    changed = changes(history, moment.team.jobs, watched(moment))
    fresh = [change for change in changed if change.ident not in said]
    born = moment.snapshot.born
    told = unsaid((c for c in fresh if born is None or c.settled >= born), said)
    if any(_waits(moment, change) for change in told):
        return News()
    return News(told, tuple(change.ident for change in fresh))


def _waits(moment: Moment, change: NightChange) -> bool:
    if change.sort != "failing" or moment.now - change.settled > SUSPECTS_WITHIN:
        return False
    standing = _standing_of(moment, change)
    if standing is None or not standing.tips or standing.last_good is None:
        return False
    if change.first is None or change.first.outcome is not Outcome.FAILED:
        return False
    known, fact = moment[SUSPECTS].value, moment[SUSPECTS]
    answered = known is not None and change.first.uuid in known.answers
    return not answered and fact.problem is None


def _standing_of(moment: Moment, change: NightChange) -> JobStanding | None:
    view = view_of(moment)
    return next((s for s in view.judged if (s.lane, s.job) == (change.lane, change.job)), None)


def _remember(moment: Moment) -> Mapping[str, str]:
    news = _news(moment)
    if not news.idents:
        return {}
    kept = moment.snapshot.memory.get(MEMORY, "").split()
    return {MEMORY: " ".join([*kept, *news.idents][-REMEMBERED:])}


@rule(
    RULE,
    "a periodic job failed N nights running or recovered, or nothing ran",
    "jobs.nights in the team's file",
    remember=_remember,
    basis="someone has to keep an eye on the periodic jobs; when it is told is the team's file's",
    sources=("liaison", "builds"),
)
def night_notices(moment: Moment) -> Iterator[Notice]:
    """One line for all that changed, when the night is over or what is missing is late."""
    told = _news(moment).told
    if not told:
        return
    words = doc(_line(view_of(moment), told))
    yield Notice(
        rule=RULE,
        subject=str(told[-1].night),
        target=moment.team.announce,
        facts=".".join(change.ident for change in told)[:300],
        due=max(change.settled for change in told),
        grace=LOOK_BACK,
        say=lambda at: words,
        why="the periodic jobs report to nobody; this changed in the night",
    )


def _line(view: JobsView, told: tuple[NightChange, ...]) -> str:
    """The line at its fullest that fits: with the likeliest suspects, with their count, bare."""
    nights_told = list(dict.fromkeys(change.night for change in told))
    night = (
        f"night of {day(nights_told[-1])}"
        if len(nights_told) == 1
        else (f"nights of {day(nights_told[0])} to {day(nights_told[-1])}")
    )
    text = ""
    for fullness in (3, 2, 1, 0):
        parts = [*_told_empty(view, told), *(_told(view, c, fullness) for c in told if c.job)]
        text = f"Periodic jobs, {night}: {'; '.join(parts)}. {_evidence(view, told)}".rstrip()
        if len(text.encode()) <= LINE_BYTES:
            return text
    failed = sum(change.sort == "failing" for change in told)
    well = sum(change.sort == "recovered" for change in told)
    counts = [
        f"{failed} now fail" if failed else "",
        f"{well} pass again" if well else "",
        *_told_empty(view, told),
    ]
    return (
        f"Periodic jobs, {night}: {'; '.join(filter(None, counts))}. Ask: jobs. "
        f"{_evidence(view, told)}"
    ).rstrip()


def _told(view: JobsView, change: NightChange, fullness: int) -> str:
    name = f"{change.job}{where(change.lane)}"
    if change.sort == "recovered":
        return f"{name} passes again after {counted(change.nights, 'bad night')}"
    running = f" {change.nights} nights running" if change.nights > 1 else ""
    if change.build is not None and change.build.outcome is Outcome.TROUBLE:
        return f"{name}: {trouble(change.build)}, bad{running}"
    standing = next((s for s in view.judged if (s.lane, s.job) == (change.lane, change.job)), None)
    suspects = view.suspects_of(standing) if standing else None
    if suspects is None or not fullness:
        return f"{name} failed{running}"
    if fullness > 1:
        return f"{name} failed{running}, {suspects_phrase(suspects, fullness)}"
    return f"{name} failed{running} ({counted_suspects(suspects)})"


def _told_empty(view: JobsView, told: Iterable[NightChange]) -> list[str]:
    empty = [change for change in told if change.sort == "empty"]
    if not empty:
        return []
    lanes = {
        s.lane
        for s in view.judged
        if s.lane.pipeline == empty[0].lane.pipeline and s.verdict is not Verdict.GONE
    }
    if len(empty) > 1 and {change.lane for change in empty} >= lanes:
        return ["no periodic job ran at all"]
    return [
        f"no job of {c.lane.project}{where(c.lane)} ran{because(view.history, c.lane)}"
        for c in empty
    ]


def _evidence(view: JobsView, told: Iterable[NightChange]) -> str:
    builds = [c.build for c in told if c.build is not None]
    if not builds:
        return ""
    if len(builds) == 1:
        return build_link(view.history, builds[0])
    if len(builds) <= 3:
        return builds_link(view.history, builds)
    return night_link(view.history, builds)
