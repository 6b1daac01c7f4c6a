"""The priorities that a team stated for a milestone, and what Gerrit says of each."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..people.note import Note
from ..snapshot import Key
from .proposal import Change

KIND = "priority"
IDLE_DAYS = 7
_CHANGE = re.compile(r"(?:https?://\S+/(?:\+/|c/|#/c/)?)?(\d{4,8})/?(?:\d+/?)?")
_TOPIC = re.compile(r"topic:([\w./+-]{1,100})")


@dataclass(frozen=True)
class Priority:
    """One priority: the milestone's event id ("i-2") with its series, and what it is, a change's
    number, "topic:NAME" or plain text; whose it is; who said so and when (UTC)."""

    number: int
    series: str
    milestone: str
    what: str
    nick: str
    said_by: str
    said_at: dt.datetime

    @property
    def query(self) -> str:
        """What Gerrit is asked about it; "" for plain text."""
        if self.what.isdigit():
            return f"change:{self.what}"
        topic = _TOPIC.fullmatch(self.what)
        return f'topic:"{topic[1]}"' if topic else ""


@dataclass(frozen=True)
class PriorityState:
    """How far a priority is: "merged", "approved", "failing", "open", "abandoned", "not known",
    "not found" or, for plain text, ""; a topic of `changes` as far as the least of them, of which
    so many are `merged`. `idle` are the days without a change of it, where they are many; `subject`
    is a single change's."""

    state: str
    subject: str = ""
    url: str = ""
    idle: int = 0
    merged: int = 0
    changes: int = 0

    @property
    def step(self) -> str:
        """How far it is, for the next meeting to compare: "approved", "1 of 3 merged"."""
        is_part = self.changes > 1 and self.merged < self.changes
        return f"{self.merged} of {self.changes} merged" if is_part else self.state or "stated"

    @property
    def words(self) -> str:
        """ "open", "1 of 3 merged, open, idle since 9 days"; nothing of plain text."""
        step = self.step if self.step not in (self.state, "stated") else ""
        idle = f"idle since {self.idle} days" if self.idle else ""
        return ", ".join(filter(None, (step, self.state, idle)))


PRIORITIES: Key[Mapping[str, tuple[Change, ...]]] = Key("gerrit/priorities")


def what_is_meant(text: str) -> str:
    """A change's number from a number or an address of Gerrit, else the text as it stands."""
    change = _CHANGE.fullmatch(text.strip())
    return change[1] if change else text.strip()


def priorities_in(notes: Iterable[Note]) -> tuple[Priority, ...]:
    """The priorities that were stated and not dropped, by number."""
    priorities = [_priority(note) for note in notes if note.kind == KIND and note.body]
    return tuple(sorted(priorities, key=lambda priority: priority.number))


def _priority(note: Note) -> Priority:
    body = note.body or {}
    return Priority(
        int(note.subject),
        body["series"],
        body["milestone"],
        body["what"],
        body.get("nick", ""),
        note.who,
        note.at,
    )


def standing_of(
    priority: Priority, known: Mapping[str, tuple[Change, ...]] | None, now: dt.datetime
) -> PriorityState:
    """Where Gerrit has it; a topic is as far as the least of its changes, abandoned ones apart."""
    if not priority.query:
        return PriorityState("")
    changes = (known or {}).get(priority.query)
    if changes is None:
        return PriorityState("not known")
    live = [change for change in changes if change.status != "ABANDONED"]
    if not changes:
        return PriorityState("not found")
    if not live:
        return PriorityState("abandoned", changes[0].subject, changes[0].url)
    worst = min(live, key=lambda change: _ORDER.index(_state(change)))
    merged = sum(change.status == "MERGED" for change in live)
    return PriorityState(
        _state(worst), worst.subject, worst.url, _idle(worst, now), merged, len(live)
    )


_ORDER = ("failing", "open", "approved", "merged")


def _state(change: Change) -> str:
    if change.status == "MERGED":
        return "merged"
    if change.worst("Verified") is not None or change.worst("Workflow") is not None:
        return "failing"
    return "approved" if change.has("Workflow") else "open"


def _idle(change: Change, now: dt.datetime) -> int:
    days = (now - change.updated).days if change.updated else 0
    return days if change.status != "MERGED" and days >= IDLE_DAYS else 0
