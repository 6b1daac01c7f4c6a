"""What people tell the bot in a rehearsal: rows of `--notes FILE`, given through the same commands
as in the channel."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import registry as commands
from ..cli.common import Failure, instant
from ..domain.people.note import Note
from ..domain.snapshot import Snapshot
from ..registry import Ask
from ..render.irc import render

ROLES = frozenset({"operator", "voice", "admin"})


@dataclass(frozen=True)
class Saying:
    """One row: at which instant (UTC) who says which command; a right is never in its way."""

    number: int
    at: dt.datetime
    who: str
    text: str

    def notes(self, snapshot: Snapshot) -> tuple[Note, ...]:
        """What is kept of it; Failure with the bot's answer where it keeps nothing."""
        ask = Ask(self.who, None, True, ROLES)
        reply = commands.answer(snapshot, self.text, ask, self.at)
        if not reply.notes:
            raise Failure(f"--notes: row {self.number}: {' '.join(render(reply.doc))}")
        return reply.notes


def add_notes(parser: argparse.ArgumentParser) -> None:
    """`--notes FILE`."""
    parser.add_argument(
        "--notes",
        type=Path,
        metavar="FILE",
        help="JSON rows (at, who, text) of what people tell the bot meanwhile, in private, such as "
        '{"at": "2026-12-01T12:00:00Z", "who": "croelandt", "text": "plan m2 12 January"}',
    )


def told_rows(options: argparse.Namespace) -> tuple[Saying, ...]:
    """The rows by their instants; Failure names the row that can't be used."""
    path: Path | None = options.notes
    if path is None:
        return ()
    try:
        rows = json.loads(path.read_bytes())
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise Failure(f"{path}: not JSON") from None
    if not isinstance(rows, list):
        raise Failure(f"{path}: not a JSON list of rows")
    found = [_told(path, number, row) for number, row in enumerate(rows, 1)]
    return tuple(sorted(found, key=lambda one: one.at))


def _told(path: Path, number: int, row: Any) -> Saying:
    keys = ("at", "who", "text")
    if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in keys):
        raise Failure(f"{path}: row {number}: at, who and text are needed, as text")
    try:
        at = instant(row["at"])
    except argparse.ArgumentTypeError as error:
        raise Failure(f"{path}: row {number}: at: {error}") from None
    return Saying(number, at, row["who"], row["text"])
