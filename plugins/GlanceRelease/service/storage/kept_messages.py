"""Messages as the ledger keeps them: JSON, and what an older version kept."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from ...domain.messages.doc import Doc, Line


def doc_json(doc: Doc) -> str:
    """The message as text."""
    return _adapter().dump_json(doc).decode()


def doc_of(row: Any) -> Doc:
    """The message of a row of the ledger; of one that an older version wrote, its lines."""
    if row.doc is not None:
        return read_doc(row.doc)
    return Doc(tuple(map(line_as_said, json.loads(row.text))))


def said_doc(row: Any) -> Doc | None:
    """The line that was handed out for a row, as a message; None where none was."""
    if row.said is not None:
        return read_doc(row.said)
    return Doc((line_as_said(row.line),)) if row.line else None


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


@cache
def _adapter() -> TypeAdapter[Doc]:
    return TypeAdapter(Doc)
