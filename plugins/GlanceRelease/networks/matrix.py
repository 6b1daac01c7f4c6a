"""Matrix's names: "#alias:server" and "!id" for a room, "@name:server" for a person."""

from __future__ import annotations

import re

from .forms import Network

LONGEST = 255  # bytes of an identifier, with its sign and server (specification, appendices)
_SERVER = r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::[0-9]{1,5})?"
# From room version 12 on an id has no server: it is the hash of the room's first event.
_ROOM = re.compile(rf"#[^\s:,\x00]+:{_SERVER}|![^\s:,\x00]+:{_SERVER}|![A-Za-z0-9_-]{{43}}")
_PERSON = re.compile(rf"@[^\s:,\x00]+:{_SERVER}")


def _wrong_place(name: str) -> str:
    return "" if len(name.encode()) <= LONGEST else f"has more than {LONGEST} bytes"


MATRIX = Network(
    name="matrix",
    shown="Matrix",
    person_key="matrix",
    is_place=lambda name: _ROOM.fullmatch(name) is not None,
    is_person=lambda name: _PERSON.fullmatch(name) is not None,
    wrong_place=_wrong_place,
    fold=str,  # "@Alice:x" and "@alice:x" are two
)
