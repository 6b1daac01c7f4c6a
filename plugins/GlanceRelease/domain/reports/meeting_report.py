"""What is reported of a team at one instant: parts with the rows that they count, as values."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ..messages.doc import Link

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

    `text` is its line in the channel, without a full stop, "" for none; `facts` are what is
    compared with the last report ("RC1": "Thu 2027-03-04"); a fact that is new and has one of the
    `usual` values is no news.
    """

    name: str
    title: str
    text: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    usual: frozenset[str] = frozenset()
    tables: tuple[Table, ...] = ()
    grid: Grid | None = None
    age: str = ""
    tiles: tuple[Tile, ...] = ()


@dataclass(frozen=True)
class Report:
    """A report as it was said on `day`, at `at` (UTC), with all that was counted for it."""

    day: dt.date
    at: dt.datetime
    lines: tuple[str, ...]
    parts: tuple[Part, ...]


def to_json(report: Report) -> str:
    """The report as text for the store; `from_json` is its inverse."""

    def plain(value: Any) -> Any:
        if isinstance(value, frozenset):
            return sorted(value)
        return value.isoformat()

    return json.dumps(asdict(report), default=plain, sort_keys=True)


def from_json(text: str) -> Report:
    """The report that `to_json` wrote."""
    raw = json.loads(text)
    return Report(
        dt.date.fromisoformat(raw["day"]),
        dt.datetime.fromisoformat(raw["at"]),
        tuple(raw["lines"]),
        tuple(map(_part, raw["parts"])),
    )


def _part(raw: dict[str, Any]) -> Part:
    grid = raw["grid"]
    return Part(
        raw["name"],
        raw["title"],
        raw["text"],
        raw["facts"],
        frozenset(raw["usual"]),
        tuple(
            Table(
                table["title"],
                tuple(table["columns"]),
                tuple(tuple(map(_cell, row)) for row in table["rows"]),
                None if table["told"] is None else frozenset(table["told"]),
                table["empty"],
            )
            for table in raw["tables"]
        ),
        Grid(
            grid["title"],
            tuple(grid["columns"]),
            tuple((_cell(head), tuple(map(_cell, marks))) for head, marks in grid["rows"]),
        )
        if grid
        else None,
        raw["age"],
        tuple(Tile(tile["value"], tile["caption"], tile["mood"]) for tile in raw["tiles"]),
    )


def _cell(raw: Any) -> Cell:
    return Link(raw["text"], raw["url"]) if isinstance(raw, dict) else str(raw)
