"""What is said of the cycle that is meant: why there is none, and what follows the last one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from ..domain.calendar.cycle import format_day, format_deadline
from ..domain.messages.counts import few
from ..domain.model import Series

_TOLD = 2
_SHOWN = 40  # letters of what somebody typed
NO_NAMES = "there are none, for its list was not read."


def unknown_series_words(typed: str, there: str) -> str:
    """That no series is called so, and which there are."""
    return f'I know no series "{typed[:_SHOWN]}"; {there}'


def contradiction_words(wrong: Sequence[str]) -> str:
    """What a schedule says against itself, to stand behind its name; empty for nothing."""
    return f"contradicts itself: {few(wrong, _TOLD, '; ')}" if wrong else ""


def no_series(problem: str | None) -> str:
    """That the list of series is not known, and why."""
    return f"I know no series: {problem or 'nothing was ever fetched'}."


def no_cycle(today: dt.date) -> str:
    """That no known cycle has the day."""
    return f"No cycle that I know runs on {format_day(today)}."


def no_schedule(title: str, is_known: bool, problem: str | None, have: Sequence[str]) -> str:
    """Why there is no schedule of a cycle, and of which there is one."""
    there = f"I have {', '.join(have) or 'none'}"
    if is_known:
        return f"openstack/releases has no schedule of {title}; {there}."
    why = f" ({problem})" if problem else ""
    return f"I have not read the schedule of {title}{why}; {there}."


def between_cycles(
    now: dt.datetime, last: Series, week: str, is_out: bool, following: Series | None
) -> str:
    """In which week after the last release today is, and that the next cycle has no schedule."""
    assert last.initial_release is not None
    today = format_day(now.date())
    place = f"{week} of {last.title}" if week else last.title
    released = "released" if is_out else "due"
    when = f"{released} {format_deadline(last.initial_release, now)}"
    next_one = f"the next cycle{f', {following.title},' if following else ''}"
    what = "has no schedule" if following else "is not"
    return f"Today, {today}, is in {place}, {when}; {next_one} {what} in openstack/releases yet."
