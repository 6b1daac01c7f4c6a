"""How numbers and the first of many are said: "1 week", "2 weeks", "a, b and 2 more"."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 run", "3 runs"; the plural is told where it is not the word with an "s"."""
    return f"{number} {plural(number, one, many)}"


def plural(number: int, one: str, many: str = "") -> str:
    """The word for so many: "run" for one, else "runs"."""
    return one if number == 1 else many or f"{one}s"


def few(names: Sequence[str], most: int, between: str = ", ", more: str = "more") -> str:
    """The first of the names and how many more there are: "a, b and 2 more". For where a reader
    wants no more of them; where only room is short, a `Listing` counts what the medium leaves
    out, in the same words."""
    told = between.join(names[:most])
    if len(names) <= most:
        return told
    joint = " " if between == ", " else between
    return f"{told}{joint}and {len(names) - most} {more}"
