"""The line after a night: a job failed N nights running, recovered, or nothing ran."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...domain.ci.builds import NIGHTS, SUSPECTS, Lane, Outcome, Verdict
from ...domain.messages.clauses import Clause, Link, Phrase, clause, listing
from ...domain.messages.counts import counted
from ...domain.messages.doc import Doc, doc, line
from ...domain.messages.notice import Notice
from ...domain.moment import Moment
from ...registry import rule
from .facts import JobStanding, watched
from .night_changes import LOOK_BACK, NightChange, changes, unsaid
from .selection import JobsView, because, view_of
from .words import (
    build_link,
    builds_link,
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
_FEW = 2  # jobs that are named where a line has other news too
_EMPTY, _LIST = 1, 2  # what gives way later than suspects do: why nothing ran, a whole job
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
    return _standing_in(view_of(moment), change)


def _standing_in(view: JobsView, change: NightChange) -> JobStanding | None:
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
    words = _words(view_of(moment), told)
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


def _words(view: JobsView, told: tuple[NightChange, ...]) -> Doc:
    """All that changed, each with its suspects as far as there is room, and where to look."""
    head = f"Periodic jobs, {_when(told)}: "
    empty = _told_empty(view, told)
    each = listing((*empty, *(_told(view, c) for c in told if c.job)), _LIST, between="; ")
    evidence = _evidence(view, told)
    end = (". ", Link("builds", evidence)) if evidence else (".",)
    return doc(line(head, each, *end), brief=(head, *_brief(told, empty)))


def _when(told: Sequence[NightChange]) -> str:
    nights_told = list(dict.fromkeys(change.night for change in told))
    if len(nights_told) == 1:
        return f"night of {day(nights_told[0])}"
    return f"nights of {day(nights_told[0])} to {day(nights_told[-1])}"


def _brief(told: Sequence[NightChange], empty: Sequence[Clause]) -> tuple[Phrase, ...]:
    """What changed without why: the jobs where they are few, else how many they are."""
    jobs = [change for change in told if change.job]
    if len(jobs) <= _FEW:
        return (listing((*empty, *map(_bare, jobs)), between="; "),)
    failed = sum(change.sort == "failing" for change in jobs)
    well = len(jobs) - failed
    counts = [f"{failed} now fail"] * bool(failed) + [f"{well} pass again"] * bool(well)
    return (listing((*counts, *empty), between="; "),)


def _bare(change: NightChange) -> str:
    """What happened to a job."""
    name = f"{change.job}{where(change.lane)}"
    if change.sort == "recovered":
        return f"{name} passes again after {counted(change.nights, 'bad night')}"
    running = f" {change.nights} nights running" if change.nights > 1 else ""
    if change.build is not None and change.build.outcome is Outcome.TROUBLE:
        return f"{name}: {trouble(change.build)}, bad{running}"
    return f"{name} failed{running}"


def _told(view: JobsView, change: NightChange) -> Clause:
    """The same, of a failure with three suspects, two, their count, or none."""
    bare = _bare(change)
    was_trouble = change.build is not None and change.build.outcome is Outcome.TROUBLE
    standing = _standing_in(view, change) if change.sort == "failing" else None
    suspects = view.suspects_of(standing) if standing and not was_trouble else None
    if suspects is None:
        return clause(bare)
    fewer = [(f"{bare}, ", *suspects_phrase(suspects, 2))] if len(suspects.changes) > 2 else []
    count = f"{bare} ({counted_suspects(suspects)})"
    return clause(f"{bare}, ", *suspects_phrase(suspects, 3), shorter=[*fewer, count, bare])


def _told_empty(view: JobsView, told: Iterable[NightChange]) -> list[Clause]:
    empty = [change for change in told if change.sort == "empty"]
    if not empty:
        return []
    lanes = {
        s.lane
        for s in view.judged
        if s.lane.pipeline == empty[0].lane.pipeline and s.verdict is not Verdict.GONE
    }
    if len(empty) > 1 and {change.lane for change in empty} >= lanes:
        return [clause("no periodic job ran at all", weight=_EMPTY)]
    return [_no_job_of(view, change.lane) for change in empty]


def _no_job_of(view: JobsView, lane: Lane) -> Clause:
    """That nothing ran in a lane, with why where there is room."""
    text = f"no job of {lane.project}{where(lane)} ran"
    why = because(view.history, lane)
    return clause(text, *why, weight=_EMPTY, shorter=[text] if why else ())


def _evidence(view: JobsView, told: Iterable[NightChange]) -> str:
    builds = [c.build for c in told if c.build is not None]
    if not builds:
        return ""
    if len(builds) == 1:
        return build_link(view.history, builds[0])
    if len(builds) <= 3:
        return builds_link(view.history, builds)
    return night_link(view.history, builds)
