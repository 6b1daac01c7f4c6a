"""Why a plan can't be taken, or which release is meant, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from ...domain.calendar.cycle import format_day
from ...domain.calendar.interval import last_day_of
from ...domain.messages.counts import few
from ...domain.model import Event
from ...domain.releases.plan import title_of, window_words

_NAMED = 5
_SHOWN = 40  # letters of what somebody typed
SAY = "Say: plan MILESTONE DAY."
USAGE = "Say: plan m2 14 January, or to change it: plan m2 13 January because REASON."
NONE_LEFT = "none of the cycle is left to plan."
NO_SCHEDULE = "I know no schedule yet, so I can't check a plan against it."
DROP_WHICH = "Which one? Say: plan drop m2, or plan drop m2 because REASON."


def outside_window(event: Event, day: dt.date) -> str:
    """That the schedule has no place for the day."""
    window = window_words(event)
    return f"{format_day(day)} is outside the window of {title_of(event)}: {window}."


def planned_already(event: Event, day: dt.date) -> str:
    """That nothing changes by a plan."""
    return f"{title_of(event)} is planned for {format_day(day)} already."


def wants_a_reason(event: Event, day: dt.date) -> str:
    """That a plan is changed with a reason only."""
    return (
        f"{title_of(event)} is planned for {format_day(day)}, which the team relies "
        "on; to change it say why: plan MILESTONE DAY because REASON."
    )


def no_plan_to_withdraw(event: Event) -> str:
    """That there is none."""
    return f"{title_of(event)} has no plan that could be withdrawn."


def unread_in_name(unread: str) -> str:
    """That a part of a day stands in a name."""
    return f'"{unread[:_SHOWN]}" looks like a part of the day, and I can\'t read it there.'


def is_past(event: Event) -> str:
    """That nothing is planned any more for a release."""
    return f"{title_of(event)} is past, {format_day(last_day_of(event))}."


def no_release(typed: str, titles: Sequence[str]) -> str:
    """That none is called so, and which there are."""
    if not titles:
        return f'"{typed[:_SHOWN]}" is no release that is planned; {NONE_LEFT}'
    return f'"{typed[:_SHOWN]}" is no release that is planned; there are {few(titles, _NAMED)}.'
