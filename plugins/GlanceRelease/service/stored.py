"""What stands in a row of the store: instants, what people told, what upstreams gave."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from ..domain.note import Note
from ..sources.source import Kept
from .sound import mapping


def stamp(instant: dt.datetime) -> str:
    """An instant as the store writes it: UTC, fixed width, so that text sorts as time does."""
    return instant.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instant(stored: str) -> dt.datetime:
    """The instant that `stamp` wrote."""
    found = dt.datetime.fromisoformat(stored)
    if found.tzinfo is None:
        raise ValueError("an instant without its zone")
    return found


def note_of(row: Any) -> Note:
    """What somebody told."""
    return Note(row.kind, row.subject, mapping(row.body), row.who, instant(row.at), row.number)


def name_of(row: Any) -> str:
    """How the log names such a row."""
    return f"notes, number {row.number}"


def fact_of(row: Any) -> tuple[str, tuple[Kept, dt.datetime]]:
    """An address, with what it last gave, and when."""
    bodies = [
        None if b is None else b.encode("utf-8", "surrogateescape") for b in json.loads(row.bodies)
    ]
    return row.url, (Kept(tuple(bodies), tuple(json.loads(row.etags))), instant(row.at))
