"""What a question and an answer are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from .domain.messages.doc import Doc, doc
from .domain.messages.fact_read import FactRead
from .domain.moment import Moment
from .domain.people.note import Note
from .domain.people.roles import Asker
from .domain.snapshot import Snapshot


class UserError(Exception):
    """What was asked can't be answered; its text is one short line for the person who asked."""


@dataclass(frozen=True)
class Ask(Asker):
    """A question: the words behind the command, who asked, and where; `channel` is None in
    private. `network` and `address` (user@host) tell places and people apart that have one name;
    `last` is the newest answer that was given there, where the command is about that. `team` is the
    one that the words named, and `others` are the snapshots of the bot's other teams.
    `origin` names the message itself, where its network has a name for each: what is read twice is
    kept once."""

    text: str = ""
    channel: str | None = None
    network: str = ""
    address: str = ""
    last: Answered | None = field(default=None, compare=False, repr=False)
    team: str = ""
    origin: str = ""
    others: tuple[Snapshot, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class Answered:
    """An answer that was given: to which words, from what, when. Where it came from more than the
    moment's snapshot, as a look-up does, `facts` are what it stood on; `is_second` for one that
    followed another."""

    text: str
    ask: Ask
    moment: Moment
    at: dt.datetime
    private: bool = False
    facts: tuple[FactRead, ...] | None = None
    is_second: bool = False


@dataclass(frozen=True)
class Lookup:
    """Something outside the snapshot to ask of a source: its name, and what of it; and whether the
    answer is said in private, where there is room."""

    source: str
    what: str
    private: bool = False


@dataclass(frozen=True)
class Reply:
    """An answer. `private` sends it to the person even when asked in channel; `notes` are kept
    in the store before the answer is said; `lookup` is asked for, and its answer follows. `fresh`
    names a fact that is asked for anew at once: where that changes this answer, the other one
    follows. `given` is what `why` may be asked of it."""

    doc: Doc
    private: bool = False
    notes: tuple[Note, ...] = ()
    lookup: Lookup | None = None
    fresh: str = ""
    given: Answered | None = field(default=None, compare=False, repr=False)


def reply(*lines: str, details: Iterable[str] = (), private: bool = False) -> Reply:
    """An answer of plain lines."""
    return Reply(doc(*lines, details=details), private)
