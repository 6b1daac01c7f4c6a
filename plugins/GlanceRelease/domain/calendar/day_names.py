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
