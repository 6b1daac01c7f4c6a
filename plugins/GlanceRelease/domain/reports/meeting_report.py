"""What is reported of a team at one instant: parts with the rows that they count, as values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ..messages.clauses import Phrase
from ..messages.doc import Line, Link
from .fact import ReportFact

Cell = str | Link


@dataclass(frozen=True)
class Table:
    """Rows that were counted, under their headings; every number of a report is some table's
    `count`. Where only some rows count, `told` has their places.

    `empty` is what stands in the place of a table without rows.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    told: frozenset[int] | None = None
    empty: str = "none"

    @property
    def count(self) -> int:
        """How many rows count."""
        return len(self.rows if self.told is None else self.told)


@dataclass(frozen=True)
class Grid:
    """One mark for each column and row: the periodic jobs by night. A mark is a word with the
    page that stands behind it; `words` are those that occur and what they mean."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, tuple[Cell, ...]], ...]


@dataclass(frozen=True)
class Tile:
    """The one thing to see of a part: a value in few words, what it is, and whether it is good
    ("good"), wants somebody ("bad") or neither ("plain")."""

    value: str
    caption: str
    mood: str = "plain"


@dataclass(frozen=True)
class Part:
    """A duty's share of the report and of the page.

    `phrases` are its sentence, without a full stop, none where it says nothing; `facts` are what is
    compared with the last report.
    """

    name: str
    title: str
    phrases: tuple[Phrase, ...] = ()
    facts: tuple[ReportFact, ...] = ()
    tables: tuple[Table, ...] = ()
    grid: Grid | None = None
    age: str = ""
    tiles: tuple[Tile, ...] = ()


@dataclass(frozen=True)
class Report:
    """A report as it was said on `day`, at `at` (UTC), with all that was counted for it."""

    day: dt.date
    at: dt.datetime
    lines: tuple[Line, ...]
    parts: tuple[Part, ...]
