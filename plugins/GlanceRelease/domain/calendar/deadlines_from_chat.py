"""The team's own deadlines as people told them to the bot: who, when, and what was before."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ..people.note import Note

KIND = "deadline"


@dataclass(frozen=True)
class ChatDeadline:
    """A deadline of one cycle, as it was told: `when` is an ISO day or a place in the schedule.

    `dropped` takes away a deadline of the team's file for this cycle. `before` is the body that
    this change replaced, for taking the change back; "" where there was none, None where the
    change can't be taken back. `gone` marks one that was taken back: nothing is told any more.
    `where` is the channel in which it was said, "" in private.
    """

    name: str
    when: str
    series: str
    who: str
    at: dt.datetime
    dropped: bool = False
    gone: bool = False
    before: str | None = None
    where: str = ""
    day_before: str = ""

    @property
    def subject(self) -> str:
        """The note's subject: the cycle and the name, by which there is one deadline."""
        return f"{self.series}/{subject_name(self.name)}"

    def body(self) -> Mapping[str, str]:
        """What the note keeps, besides its subject, who and when."""
        kept = {
            "name": self.name,
            "when": self.when,
            "series": self.series,
            "where": self.where,
            "day before": self.day_before,
        }
        if self.dropped:
            kept["dropped"] = "yes"
        if self.gone:
            kept["gone"] = "yes"
        if self.before is not None:
            kept["before"] = self.before
        return kept

    def note(self) -> Note:
        """The note in the store by which the change is remembered."""
        return Note(KIND, self.subject, self.body(), self.who, self.at)

    def undone(self, who: str, now: dt.datetime, where: str, day: str) -> ChatDeadline:
        """The change that takes this one back, which can't be taken back again; `day` is the
        deadline's until now."""
        kept = replace(self, who=who, at=now, before=None, where=where, day_before=day)
        if not self.before:
            return replace(kept, gone=True)
        body = json.loads(self.before)
        return replace(kept, when=body["when"], dropped="dropped" in body)


def told_deadline(note: Note) -> ChatDeadline:
    """The deadline that a note of this kind tells of."""
    body = note.body or {}
    return ChatDeadline(
        name=body["name"],
        when=body["when"],
        series=body["series"],
        who=note.who,
        at=note.at,
        dropped="dropped" in body,
        gone="gone" in body,
        before=body.get("before"),
        where=body.get("where", ""),
        day_before=body.get("day before", ""),
    )


def told_changes(notes: Iterable[Note]) -> tuple[ChatDeadline, ...]:
    """The last change of each deadline that people told, oldest first."""
    return tuple(told_deadline(note) for note in notes if note.kind == KIND and note.body)


def told_deadlines(notes: Iterable[Note], series: str) -> tuple[ChatDeadline, ...]:
    """What people told of one cycle and did not take back."""
    return tuple(
        change for change in told_changes(notes) if change.series == series and not change.gone
    )


def subject_name(name: str) -> str:
    """A name for comparing: "Spec  Freeze" and "spec freeze" are one."""
    return " ".join(name.lower().split())
