"""Messages on their way into the ledger and back, as JSON."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ...domain.messages.doc import Doc, Line


def doc_json(doc: Doc) -> str:
    """The message as text."""
    return _adapter().dump_json(doc).decode()


def doc_of(row: Any) -> Doc:
    """The message of a row of the ledger; of one that an older version wrote, or whose message
    can't be read, its lines."""
    return _read(row.doc) or Doc(tuple(map(line_as_said, json.loads(row.text))))


def said_doc(row: Any) -> Doc | None:
    """The line that was handed out for a row, as a message; None where none was."""
    return _read(row.said) or (Doc((line_as_said(row.line),)) if row.line else None)


def line_as_said(text: str) -> Line:
    """A line whose words are all that is left of it: "#info ..." was meant for MeetBot."""
    command, _, rest = text.partition(" ")
    known = command.removeprefix("#")
    if command.startswith("#") and known in ("info", "link", "topic"):
        return Line((rest,), known)
    return Line((text,))


def _read(text: str | None) -> Doc | None:
    try:
        return _adapter().validate_json(text) if text else None
    except ValidationError:
        return None


@cache
def _adapter() -> TypeAdapter[Doc]:
    return TypeAdapter(Doc)
