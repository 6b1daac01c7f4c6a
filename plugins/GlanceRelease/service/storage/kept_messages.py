"""Messages as the ledger keeps them: JSON, and what an older version kept."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import Any

from pydantic import TypeAdapter

from ...domain.messages.doc import Doc, Line
from ...domain.messages.fact_read import FactRead
from .ledger_row import LedgerRow


def doc_json(doc: Doc) -> str:
    """The message as text."""
    return _adapter().dump_json(doc).decode()


def doc_of(row: LedgerRow) -> Doc:
    """The message of a row of the ledger; of one that an older version wrote, its lines."""
    if row.doc is not None:
        return read_doc(row.doc)
    return Doc(tuple(map(line_as_said, json.loads(row.text))))


def said_doc(row: LedgerRow) -> Doc | None:
    """The line that was handed out for a row, as a message; None where none was."""
    if row.said is not None:
        return read_doc(row.said)
    return Doc((line_as_said(row.line),)) if row.line else None


@lru_cache(maxsize=256)  # the newest rows are read at each tick
def read_doc(text: str) -> Doc:
    """The message that `doc_json` wrote; a ValueError where it wrote no such text."""
    return _adapter().validate_json(text)


def line_as_said(text: str) -> Line:
    """A line whose words are all that is left of it: "#info ..." was meant for MeetBot."""
    command, _, rest = text.partition(" ")
    known = command.removeprefix("#")
    if command.startswith("#") and known in ("info", "link", "topic"):
        return Line((rest,), known)
    return Line((text,))


def facts_json(facts: tuple[FactRead, ...] | None) -> str | None:
    """The facts on which a line stood, as text; None where they are not known."""
    return None if facts is None else _facts_adapter().dump_json(facts).decode()


@lru_cache(maxsize=256)
def read_facts(text: str) -> tuple[FactRead, ...]:
    """The facts that `facts_json` wrote; a ValueError where it wrote no such text."""
    facts = _facts_adapter().validate_json(text)
    for fact in facts:
        if fact.at is not None and fact.at.tzinfo is None:
            raise ValueError("an instant has no zone")
        "".join((fact.name, fact.problem or "", fact.url, fact.upstream)).encode()
    return facts


def facts_of(row: Any) -> tuple[FactRead, ...] | None:
    """The facts on which a row's line stood; None for one of an older version, and for what can't
    be read: nothing is decided by it, so the row is told with what is left."""
    if not isinstance(row.stood_on, str):
        return None
    try:
        return read_facts(row.stood_on)
    except (RecursionError, ValueError):
        return None


@cache
def _facts_adapter() -> TypeAdapter[tuple[FactRead, ...]]:
    return TypeAdapter(tuple[FactRead, ...])


@cache
def _adapter() -> TypeAdapter[Doc]:
    return TypeAdapter(Doc)
