"""The line after a night in words: what happened to each job, what did not run, where to look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from ...domain.ci.builds import Lane, Outcome, Verdict
from ...domain.ci.job_names import where
from ...domain.messages.clauses import Clause, Link, Phrase, clause, listing
from ...domain.messages.counts import counted
from ...domain.messages.doc import Doc, doc, line
from .claims import Correction
from .correction_words import corrected_words
from .job_set_words import of_lane, resumed, stopped
from .night_change import NightChange
from .selection import JobsView, because
from .unreadable import length
from .words import (
    build_link,
    builds_link,
    counted_suspects,
    day,
    night_link,
    suspects_phrase,
    trouble,
)

_COUNTED = {
    "failing": "now fail",
    "recovered": "pass again",
    "stopped": "do not run",
    "resumed": "run again",
}
_FEW = 2  # jobs that are named where a line has other news too
_EMPTY, _LIST = 1, 2  # what gives way later than suspects do: why nothing ran, a whole job


def night_words(
    view: JobsView,
    told: tuple[NightChange, ...],
    corrected: tuple[Correction, ...] = (),
    lost: dt.timedelta | None = None,
) -> Doc:
    """All that changed, each with its suspects as far as there is room, what was said and is not
    so, for how long Zuul was `lost` before, and where to look."""
    head = f"Periodic jobs{_when(told)}: "
    empty = [*(of_lane(view, c) for c in told if c.jobs), *_told_empty(view, told)]
    empty += _told_again(view, told)
    undone = [clause(corrected_words(view, each), weight=_EMPTY) for each in corrected]
    changed = (_told(view, c) for c in told if c.job)
    each = listing((*undone, *empty, *changed), _LIST, between="; ")
    away = f". Zuul was unreadable for {length(lost)}" if lost else ""
    evidence = _evidence(view, told, corrected)
    end = (f"{away}. ", Link("builds", evidence)) if evidence else (f"{away}.",)
    brief = _brief(view, told, [*undone, *empty])
    return doc(line(head, each, *end), brief=(head, *brief, away))


def _when(told: Sequence[NightChange]) -> str:
    """Which nights are told of; what Zuul lists or does not is of no night."""
    nights_told = list(dict.fromkeys(change.night for change in told if not change.jobs))
    if not nights_told:
        return ""
    if len(nights_told) == 1:
        return f", night of {day(nights_told[0])}"
    return f", nights of {day(nights_told[0])} to {day(nights_told[-1])}"


def _brief(
    view: JobsView, told: Sequence[NightChange], empty: Sequence[Clause]
) -> tuple[Phrase, ...]:
    """What changed without why: the jobs where they are few, else how many they are."""
    jobs = [change for change in told if change.job]
    if len(jobs) <= _FEW:
        return (listing((*empty, *(_bare(view, change) for change in jobs)), between="; "),)
    counts = [
        f"{number} {words}"
        for sort, words in _COUNTED.items()
        if (number := sum(change.sort == sort for change in jobs))
    ]
    return (listing((*counts, *empty), between="; "),)


def _bare(view: JobsView, change: NightChange) -> str:
    """What happened to a job."""
    if change.sort == "stopped":
        return stopped(view, change)
    if change.sort == "resumed":
        return resumed(view, change)
    name = view.name_of(change.lane, change.job)
    if change.sort == "recovered":
        return f"{name} passes again after {counted(change.nights, 'bad night')}"
    running = f" {change.nights} nights running" if change.nights > 1 else ""
    if change.build is not None and change.build.outcome is Outcome.TROUBLE:
        return f"{name}: {trouble(change.build)}, bad{running}"
    if change.first is not None and change.first.outcome is Outcome.TROUBLE:
        return f"{name}: {trouble(change.first)}, then failed, bad{running}"
    return f"{name} failed{running}"


def _told(view: JobsView, change: NightChange) -> Clause:
    """The same, of a failure with three suspects, two, their count, or none."""
    bare = _bare(view, change)
    was_trouble = change.build is not None and change.build.outcome is Outcome.TROUBLE
    standing = view.standing_of(change.lane, change.job) if change.sort == "failing" else None
    suspects = view.suspects_of(standing) if standing and not was_trouble else None
    if suspects is None:
        return clause(bare)
    fewer = [(f"{bare}, ", *suspects_phrase(suspects, 2))] if len(suspects.changes) > 2 else []
    count = f"{bare} ({counted_suspects(suspects)})"
    return clause(f"{bare}, ", *suspects_phrase(suspects, 3), shorter=[*fewer, count, bare])


def _told_empty(view: JobsView, told: Iterable[NightChange]) -> list[Clause]:
    """The lanes in which nothing ran: all of them, those of a whole pipeline, or each."""
    nights = {change.lane: change.night for change in told if change.sort == "empty"}
    empty = list(nights)
    lanes = {s.lane for s in view.judged if s.verdict is not Verdict.GONE}
    if len(empty) > 1 and set(empty) >= lanes:
        return [clause("no periodic job ran at all", weight=_EMPTY)]
    clauses = []
    for pipeline in dict.fromkeys(lane.pipeline for lane in empty):
        these = [lane for lane in empty if lane.pipeline == pipeline]
        if len(these) > 1 and set(these) >= {lane for lane in lanes if lane.pipeline == pipeline}:
            clauses.append(clause(f"no {pipeline} job ran at all", weight=_EMPTY))
        else:
            clauses += [_no_job_of(view, lane, nights[lane]) for lane in these]
    return clauses


def _no_job_of(view: JobsView, lane: Lane, night: dt.date) -> Clause:
    """That nothing ran in a lane, with why where there is room; with the pipeline, where the
    branch has jobs in another too."""
    others = {s.lane for s in view.judged if s.lane[:2] == lane[:2]} - {lane}
    text = f"no {f'{lane.pipeline} ' if others else ''}job of {lane.project}{where(lane)} ran"
    why = because(view.history, lane, night)
    return clause(text, *why, weight=_EMPTY, shorter=[text] if why else ())


def _told_again(view: JobsView, told: Iterable[NightChange]) -> Iterator[Clause]:
    """The lanes in which jobs run again after nights without any: all of them, or each."""
    again = [change for change in told if change.sort == "again"]
    lanes = {s.lane for s in view.judged if s.verdict is not Verdict.GONE}
    if len(again) > 1 and {change.lane for change in again} >= lanes:
        yield _again(view, "all periodic jobs run", again)
        return
    for each in again:
        lane = each.lane
        others = {s.lane for s in view.judged if s.lane[:2] == lane[:2]} - {lane}
        kind = f"{lane.pipeline} jobs" if others else "jobs"
        yield _again(view, f"the {kind} of {lane.project}{where(lane)} run", [each])


def _again(view: JobsView, head: str, again: Sequence[NightChange]) -> Clause:
    """After how many nights, and how many passed."""
    nights = {change.lane: change.night for change in again}
    runs = [r for s in view.judged for r in s.row if r.night == nights.get(s.lane)]
    passed = sum(run.outcome is Outcome.PASSED for run in runs)
    text = f"{head} again after {counted(max(c.nights for c in again), 'night')}"
    return clause(f"{text}, {passed} of {len(runs)} passed", weight=_EMPTY, shorter=[text])


def _evidence(view: JobsView, told: Sequence[NightChange], corrected: Iterable[Correction]) -> str:
    builds = [c.build for c in told if c.build is not None]
    builds += [build for correction in corrected for build in correction.builds]
    if not builds:
        return ""
    if any(c.sort == "again" for c in told):
        return night_link(view.history, builds)
    if len(builds) == 1:
        return build_link(view.history, builds[0])
    if len(builds) <= 3:
        return builds_link(view.history, builds)
    return night_link(view.history, builds)
