"""The names of weekdays and months in English, the same in every locale: Monday is the first, as
`date.weekday()` counts; January too, so that a month's number is its place and one."""

from __future__ import annotations

from typing import Literal, get_args

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


def numbered(word: str, names: tuple[str, ...]) -> int | None:
    """Which name a lower-case word is, whole or by at least its first three letters ("sept" too);
    None for none of them."""
    places = [at for at, name in enumerate(names) if len(word) >= 3 and name.startswith(word)]
    return places[0] if len(places) == 1 else None
