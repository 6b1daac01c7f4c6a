"""Reads the file behind `--notes`: what people tell the bot in a rehearsal, given through the same
commands as in the channel."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from ..clock import instant_of
from ..domain.moment import Moment
from ..domain.people.note import Note
from ..domain.snapshot import Snapshot
from ..registry import Ask, answer
from ..render.irc import render
from ..sources.strict_yaml import Unreadable
from .json_rows import json_rows

ROLES = frozenset({"operator", "voice", "admin"})


class NothingKept(ValueError):  # noqa: N818  what the person sees
    """The bot would keep nothing of a row; the text has its number and the bot's answer."""


@dataclass(frozen=True)
class GivenCommand:
    """One row: at which instant (UTC) who says which command; a right is never in its way."""

    number: int
    at: dt.datetime
    who: str
    text: str

    def notes(self, snapshot: Snapshot) -> tuple[Note, ...]:
        """What is kept of it; NothingKept with the bot's answer where it keeps nothing."""
        ask = Ask(self.who, None, True, ROLES)
        reply = answer(Moment(snapshot, self.at), self.text, ask)
        if not reply.notes:
            raise NothingKept(f"row {self.number}: {' '.join(render(reply.doc))}")
        return reply.notes


def parse_commands(body: bytes) -> tuple[GivenCommand, ...]:
    """The rows by their instants; Unreadable names the row (from 1) that can't be used."""
    given = [_command(number, row) for number, row in enumerate(json_rows(body), 1)]
    return tuple(sorted(given, key=lambda command: command.at))


def _command(number: int, row: Any) -> GivenCommand:
    keys = ("at", "who", "text")
    if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in keys):
        raise Unreadable(f"row {number}: at, who and text are needed, as text")
    try:
        at = instant_of(row["at"])
    except ValueError as error:
        raise Unreadable(f"row {number}: at: {error}") from None
    return GivenCommand(number, at, row["who"], row["text"])
