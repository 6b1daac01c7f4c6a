"""How numbers and lists are said: "1 week", "a, b and c", "a, b and 2 more"."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 run", "3 runs"; the plural is told where it is not the word with an "s"."""
    return f"{number} {plural(number, one, many)}"


def plural(number: int, one: str, many: str = "") -> str:
    """The word for so many: "run" for one, else "runs"."""
    return one if number == 1 else many or f"{one}s"


def together(names: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def few(names: Sequence[str], most: int, between: str = ", ", more: str = "more") -> str:
    """The first of the names and how many more there are: "a, b and 2 more". For where a reader
    wants no more of them; where only room is short, a `Listing` counts what the medium leaves
    out."""
    left_out = f" and {len(names) - most} {more}" if len(names) > most else ""
    return f"{between.join(names[:most])}{left_out}"
