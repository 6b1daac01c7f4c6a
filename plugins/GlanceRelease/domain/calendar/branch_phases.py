"""What a released series' stable branch is at an instant: stable, unmaintained or end-of-life."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ..memo_by_id import Same
from ..model import Series
from .cycle import end_of

StableStatus = Literal["stable", "unmaintained", "end-of-life"]

# "maintained" for about eighteen months, then unmaintained (project team guide, stable branches).
_MAINTAINED = dt.timedelta(days=548)
# A series that ended this soon went from maintained to its end (dalmatian: 574 days).
_STRAIGHT_TO_END = dt.timedelta(days=600)

_WORDS: dict[str, StableStatus] = {
    "maintained": "stable",
    "extended maintenance": "unmaintained",
    "unmaintained": "unmaintained",
    "end of life": "end-of-life",
}


_DEPARTED = dt.timedelta(days=365)  # a branch that ended this long ago is told only when asked for


@dataclass(frozen=True)
class StablePhase:
    """A stable branch's phase, and the day (UTC) from which it holds; None where nobody wrote it.

    `until` is the day from which the next phase holds, `then` that phase; None where not planned.
    """

    status: StableStatus
    since: dt.date | None
    until: dt.date | None = None
    then: StableStatus | None = None


def has_departed(phase: StablePhase | None, now: dt.datetime) -> bool:
    """Whether a phase is the end, more than a year ago or nobody knows when: nobody is told of it
    unasked."""
    if phase is None or phase.status != "end-of-life":
        return False
    return phase.since is None or is_long_ago(phase.since, now)


def is_long_ago(end: dt.date, now: dt.datetime) -> bool:
    """Whether a branch that ended on this day ended more than a year ago."""
    return now - end_of(end) > _DEPARTED


def phase_at(series: Series, now: dt.datetime) -> StablePhase | None:
    """The phase of a series' stable branch at an aware instant; None before it is released.

    A series is released at the end (UTC) of its initial-release day. A phase with a date begins at
    00:00 UTC of that date. The file's `status` is what a person last wrote: it counts only where no
    date tells, so a flip that comes late, or is looked at from the past, does no harm. Where the
    file has forgotten the dates in between ("unmaintained" without a day), the branch counts as
    stable for the eighteen months that OpenStack maintains one, then as unmaintained, since
    nobody knows when.
    """
    return _phase_on(Same(series), now.astimezone(dt.UTC).date())


@lru_cache(maxsize=256)  # each of a team's deliverables asks for the same ones
def _phase_on(same: Same[Series], day: dt.date) -> StablePhase | None:
    series = same.value
    released = series.initial_release
    written = _WORDS.get(series.status)
    if released is None:
        return StablePhase(written, None) if written else None
    if day <= released:
        return None
    steps = _steps(series, released, written)
    passed = [step for step in steps if step[0] <= day]
    coming = [step for step in steps if step[0] > day]
    status, since = passed[-1][1:]
    until, then = (coming[0][2], coming[0][1]) if coming else (None, None)
    return StablePhase(status, since, until, then)


_Step = tuple[dt.date, StableStatus, dt.date | None]  # from when to reckon, what, the day written


def _steps(series: Series, released: dt.date, written: StableStatus | None) -> list[_Step]:
    steps: list[_Step] = [(released, "stable", released)]
    following = series.next_phase
    then = _WORDS.get(following.status) if following else None
    if following and following.since and then not in (None, "stable"):
        steps.append((following.since, then, following.since))
    if series.eol_date:
        steps.append((series.eol_date, "end-of-life", series.eol_date))
    dated = {status for _, status, _ in steps}
    ended = series.eol_date
    if written == "end-of-life" and "end-of-life" not in dated:
        steps.append((released + _MAINTAINED, "end-of-life", None))
    elif "unmaintained" not in dated and (
        written == "unmaintained" or (ended and ended - released > _STRAIGHT_TO_END)
    ):
        steps.append((released + _MAINTAINED, "unmaintained", None))
    return sorted(steps, key=lambda step: step[0])
