"""How long before a deadline something happens: "4 weeks", "1 working day", "on the day"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass

_LEAD = re.compile(
    r"^(?P<count>\d{1,3}|an?|one|two|three|four)\s+(?P<unit>(?:working |business )?days?|weeks?)$"
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4}
_SATURDAY = 5


@dataclass(frozen=True)
class Lead:
    """A stretch before a day, in days or in working days; the text is the one it was given in."""

    text: str
    days: int = 0
    working_days: int = 0

    def before(self, day: dt.date, holidays: Collection[dt.date] = ()) -> dt.date:
        """The day that lies this far before `day`; it may itself be a day off."""
        for _ in range(self.working_days):
            day = working_day_before(day, holidays)
        return day - dt.timedelta(days=self.days)


ON_THE_DAY = Lead("on the day")


def parse_lead(text: str) -> Lead:
    """Understand "2 weeks", "10 days", "1 working day" or "on the day"; else ValueError."""
    plain = " ".join(text.lower().split())
    if plain in ("on the day", "the day", "0 days"):
        return ON_THE_DAY
    match = _LEAD.match(plain)
    if match is None:
        raise ValueError(
            f'{text[:40]!r} is no lead; say "2 weeks", "1 working day" or "on the day"'
        )
    count = _COUNTS.get(match["count"]) or int(match["count"])
    if "ing" in match["unit"] or "business" in match["unit"]:
        return Lead(plain, working_days=count)
    return Lead(plain, days=count * (7 if match["unit"].startswith("week") else 1))


def is_day_off(day: dt.date, holidays: Collection[dt.date] = ()) -> bool:
    """Whether nobody works on it: a weekend or a listed holiday."""
    return day.weekday() >= _SATURDAY or day in holidays


def working_day_before(day: dt.date, holidays: Collection[dt.date] = ()) -> dt.date:
    """The last working day strictly before `day`."""
    return working_day_until(day - dt.timedelta(days=1), holidays)


def working_day_until(day: dt.date, holidays: Collection[dt.date] = ()) -> dt.date:
    """`day`, or the last working day before it where it is a day off."""
    while is_day_off(day, holidays):
        day -= dt.timedelta(days=1)
    return day


def working_day_from(day: dt.date, holidays: Collection[dt.date] = ()) -> dt.date:
    """`day`, or the first working day after it where it is a day off."""
    while is_day_off(day, holidays):
        day += dt.timedelta(days=1)
    return day
