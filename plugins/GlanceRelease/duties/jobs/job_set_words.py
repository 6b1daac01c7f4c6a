"""What is said of jobs that do not run any more, or run again: dropped, broken, stopped."""

from __future__ import annotations

from ...domain.ci.builds import Lane, Outcome
from ...domain.ci.job_names import where
from ...domain.messages.clauses import Clause, clause
from ...domain.messages.counts import counted
from .facts import RETRIED
from .night_change import NightChange
from .selection import JobsView
from .words import with_reason

_FEW = 2  # jobs that are named


def of_lane(view: JobsView, change: NightChange) -> Clause:
    """The jobs of a lane that left or came back at once: a few by their names, more counted."""
    names = [view.name_of(change.lane, job) for job in change.jobs]
    many = len(names) > 1
    place = f"{change.lane.project}{where(change.lane)}"
    which = " and ".join(names) if len(names) <= _FEW else f"{len(names)} jobs of {place}"
    if change.sort == "broken":
        return with_reason(f"{which} can't run: the configuration is broken", change.why)
    if change.sort == "mended":
        return clause(f"{which} can run again{_of_the_others(view, change)}")
    if change.sort == "listed":
        return clause(f"{which} {'are' if many else 'is'} back: Zuul would run {_it(many)} again")
    return clause(
        f"{which} {'were' if many else 'was'} dropped: Zuul would not run {_it(many)} any more"
    )


def _of_the_others(view: JobsView, change: NightChange) -> str:
    """That all is sound, or what of the lane is broken still."""
    still = [view.name_of(change.lane, job) for job in change.still]
    if not still:
        return ": the configuration is sound"
    others = " and ".join(still) if len(still) <= _FEW else f"{len(still)} others"
    return f", {others} can't yet"


def _it(many: bool) -> str:
    return "them" if many else "it"


def stopped(view: JobsView, change: NightChange) -> str:
    """A job that came to no end for some nights while others of its lane did."""
    name = view.name_of(change.lane, change.job)
    nights = f"{counted(change.nights, 'night')} running"
    if change.build is None:
        return f"{name} did not run {nights}, others of {_place(change.lane)} did"
    if change.build.result == RETRIED:
        return f"{name} came to no end {nights}, repeated in vain"
    return f"{name} was {(change.build.result or '').lower()} {nights}"


def resumed(view: JobsView, change: NightChange) -> str:
    """The first run that came to an end after such nights."""
    name, build = view.name_of(change.lane, change.job), change.build
    passed = build is not None and build.outcome is Outcome.PASSED
    nights = counted(change.nights, "night")
    return f"{name} runs again after {nights}{', and passed' if passed else ', and did not pass'}"


def _place(lane: Lane) -> str:
    return f"{lane.project}{where(lane)}"
