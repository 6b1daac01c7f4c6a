"""How many lines each place and person hears unasked in the weeks of a rehearsal, and whether that
is within the budget of all rules together."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ..domain.address import is_place
from ..domain.calendar.cycle import format_day, monday_of
from ..domain.messages.counts import counted
from ..domain.messages.notice import LedgerEntry
from ..domain.people.private_lines import MOST_A_WEEK

MOST_IN_A_CHANNEL, MOST_IN_ITS_MEDIAN = 8, 3
# The meeting's own lines, and what somebody asked for.
_ASIDE = ("meeting", "report", "subscription", "own reminder")
_WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True)
class WeekCounts:
    """The lines that one place or person hears, by rule, in each week of the rehearsal, by the
    week's Monday."""

    target: str
    weeks: dict[dt.date, Counter[str]]

    @property
    def worst(self) -> dt.date:
        """The Monday of the first week with the most lines."""
        return max(self.weeks, key=lambda monday: self.weeks[monday].total())

    @property
    def median(self) -> float:
        """How many lines the median week has; a silent week is one, too."""
        return statistics.median(rules.total() for rules in self.weeks.values())

    @property
    def is_kept(self) -> bool:
        """Whether the worst week, and of a channel the median one, is within the budget."""
        most = self.weeks[self.worst].total()
        if not is_place(self.target):
            return most <= MOST_A_WEEK
        return most <= MOST_IN_A_CHANNEL and self.median <= MOST_IN_ITS_MEDIAN


def week_counts(
    said: Iterable[LedgerEntry], start: dt.datetime, end: dt.datetime
) -> list[WeekCounts]:
    """Of each who hears anything unasked between the two instants, the meeting's own lines and what
    somebody asked for aside; places first."""
    first, last = monday_of(start.date()), monday_of(end.date())
    mondays = [first + number * _WEEK for number in range((last - first) // _WEEK + 1)]
    found: dict[str, WeekCounts] = {}
    for row in said:
        if row.at is None or row.rule in _ASIDE:
            continue
        weeks = {monday: Counter[str]() for monday in mondays}
        counts = found.setdefault(row.target, WeekCounts(row.target, weeks))
        counts.weeks[monday_of(row.at.date())][row.rule] += 1
    return sorted(found.values(), key=lambda each: (not is_place(each.target), each.target))


def in_lines(counts: WeekCounts) -> list[str]:
    """ "Mon 2026-08-17 #openstack-glance 4: 3 reminder, 1 overdue", a line a week with lines, and
    what the worst and the median one have beside what they may."""
    lines = [
        f"{format_day(monday)} {counts.target} {rules.total()}: {_by_rule(rules)}"
        for monday, rules in counts.weeks.items()
        if rules
    ]
    most, worst = MOST_A_WEEK, counts.weeks[counts.worst].total()
    in_median = ""
    if is_place(counts.target):
        most, in_median = MOST_IN_A_CHANNEL, f", at most {MOST_IN_ITS_MEDIAN}"
    return [
        *lines,
        f"{counts.target}: {counted(worst, 'line')} in the worst week, {format_day(counts.worst)}, "
        f"at most {most}; {counts.median:g} in the median one{in_median}: "
        f"{'kept' if counts.is_kept else 'BROKEN'}",
    ]


def _by_rule(rules: Counter[str]) -> str:
    return ", ".join(f"{number} {rule}" for rule, number in rules.most_common())
