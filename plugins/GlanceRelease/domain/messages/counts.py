"""How numbers and the first of many are said: "1 week", "2 weeks", "a, b and two more"."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 run", "3 runs"; the plural is told where it is not the word with an "s"."""
    return f"{number} {plural(number, one, many)}"


def plural(number: int, one: str, many: str = "") -> str:
    """The word for so many: "run" for one, else "runs"."""
    return one if number == 1 else many or f"{one}s"


_ONES = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
         "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
         "nineteen")  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def in_letters(number: int) -> str:
    """A number that stands behind others as what it is: "33.0.0.0b3 and 1 more" reads as b4."""
    if number < len(_ONES):
        return _ONES[number]
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens]}-{_ONES[ones]}" if ones else _TENS[tens]


def and_more(left_out: int, rest: str = "more") -> str:
    """ " and two more" behind the names that are told; "" for none."""
    return f" and {in_letters(left_out)} {rest}" if left_out > 0 else ""


def few(names: Sequence[str], most: int, between: str = ", ", more: str = "more") -> str:
    """The first of the names and how many more there are: "a, b and two more". For where a reader
    wants no more of them; where only room is short, a `Listing` counts what the medium leaves
    out, in the same words."""
    told = between.join(names[:most])
    if len(names) <= most:
        return told
    joint = " " if between == ", " else between
    return f"{told}{joint}{and_more(len(names) - most, more).lstrip()}"
