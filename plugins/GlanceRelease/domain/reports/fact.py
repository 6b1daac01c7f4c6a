"""What a report's part stands on, as values, so that two reports can be compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

Value = str | int | None


@dataclass(frozen=True)
class ReportFact:
    """One thing that may be otherwise at the next meeting: of what (`key`, which stays while titles
    change), its `name` and its value in a report's words ("left for RC1:", "3"), and the `value`
    that is compared. One that is `usual` is no news where it is new; the news of the greatest
    `weight` stands first and stays where there is no room for all. `happened` says what became of
    it ("released")."""

    key: str
    name: str
    value: Value
    words: str
    usual: bool = False
    weight: int = 0
    happened: str = ""


@dataclass(frozen=True)
class ToldFact:
    """What was told of a fact at a meeting; `value` is None where an older version kept its words
    alone."""

    value: Value
    words: str

    def is_still(self, fact: ReportFact) -> bool:
        """Whether nothing is to be said of the fact now."""
        return self.words == fact.words or (self.value is not None and self.value == fact.value)


def fact_of(key: str, name: str, value: Value, usual: bool = False, weight: int = 0) -> ReportFact:
    """A fact whose value is its own word."""
    return ReportFact(key, name, value, str(value), usual, weight)


def days_value(days: Iterable[dt.date]) -> str:
    """Days as a value: one, or those that contradict each other."""
    return "/".join(day.isoformat() for day in days)
