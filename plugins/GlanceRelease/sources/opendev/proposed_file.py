"""A deliverable file that somebody proposes: read whatever it is, and say what it is not."""

from __future__ import annotations

from typing import Any

from ...domain.releases.proposal import ProposedFile
from ..strict_yaml import Unreadable, load
from .deliverable_file import parse_deliverable

FOLDER = "deliverables/"


def read_proposed(path: str, text: str) -> ProposedFile:
    """The file at `path` (below deliverables/, or with it). What is no YAML or no deliverable
    has a `problem` and no deliverable; it never raises."""
    below = path.rpartition(FOLDER)[2]
    empty = ProposedFile(below, text)
    raw: dict[str, Any] = {}
    try:
        raw = load(text)
        deliverable = parse_deliverable(empty.series, empty.name, text.encode())
    except Unreadable as unreadable:
        lacking = [key for key in ("team", "type") if raw and raw.get(key) in (None, "")]
        problem = f"{lacking[0]} is missing" if lacking else unreadable.reason
        return ProposedFile(below, text, problem=problem)
    return ProposedFile(below, text, raw, deliverable)
