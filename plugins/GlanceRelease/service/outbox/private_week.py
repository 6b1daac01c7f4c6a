"""The one budget of a week's private lines: what of all rules goes out now to one person, what
shares a line, and what waits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ...domain.messages.notice import Notice
from ...domain.people.private_lines import MOST_A_WEEK, SPARED
from ...render.fit import Medium
from ..storage.ledger_row import LedgerRow
from ..storage.timestamps import instant
from .line_merging import SOON, Group, in_few_lines

WAITS = f"waits, for {MOST_A_WEEK} private lines went to them within a week"
_A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class WeekAllowance:
    """How many private lines that nobody asked for somebody may still get in the seven days that
    end now, and how long ago they got the last one."""

    left: int
    silent_for: dt.timedelta = dt.timedelta.max


def allowance(said: Sequence[dt.datetime], now: dt.datetime) -> WeekAllowance:
    """The same, by when they got those of the last seven days (UTC)."""
    silent_for = now - max(said) if said else dt.timedelta.max
    return WeekAllowance(max(0, MOST_A_WEEK - len(said)), silent_for)


def within_the_week(
    groups: Sequence[Group],
    rows: Sequence[LedgerRow],
    current: Mapping[str, Notice],
    now: dt.datetime,
    week: WeekAllowance,
    medium: Medium,
    joining: Collection[str] = (),
) -> list[Group]:
    """The lines of `groups` where the week has room for them. Where the spared ones are touched,
    all that is due shares a line; of these, what has time waits until something comes that has
    none, or is news that keeps a budget of its own (`joining`), or a day was quiet. What is beyond
    the week's last line waits."""
    wanted = len(groups) + len(rows) - sum(len(group) for _, group in groups)
    if wanted <= max(week.left - SPARED, 0) or not groups:
        return list(groups)
    presses = any(row.rule in joining or _presses(row, now) for row in rows)
    if week.left <= SPARED and week.silent_for < _A_DAY and not presses:
        return []
    return in_few_lines(rows, current, now, medium)[: min(1, week.left)]


def _presses(row: LedgerRow, now: dt.datetime) -> bool:
    """Whether it is of its day, or would be too late soon."""
    due, expires = instant(row.due), instant(row.expires)
    return expires - due <= _A_DAY or expires - now <= SOON
