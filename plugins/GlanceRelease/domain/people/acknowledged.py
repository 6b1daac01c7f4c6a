"""A reminder that somebody says is dealt with: quiet until the facts behind it change.

A nag's name is its rule, its subject and its facts; in a notice's key what stands behind ";" (the
day, the how-manieth time) does not belong to them.
"""

from __future__ import annotations

from ..messages.notice import Notice
from ..snapshot import Snapshot
from .roles import fold, names_of_person, proposers

KIND = "ack"


def nag_of(key: str) -> str:
    """The nag of a notice's key (rule|subject|target|facts;repetition); "" for one that is no nag
    and comes but once."""
    rule, _, rest = key.partition("|")
    subject, _, rest = rest.partition("|")
    _, _, facts = rest.partition("|")
    known, repeats, _ = facts.partition(";")
    return "|".join((rule, subject, known)) if repeats else ""


def is_dealt_with(snapshot: Snapshot, notice: Notice) -> bool:
    """Whether it nags of what its reader, or one of those who propose releases, has dealt with."""
    acks = {note.subject for note in snapshot.notes if note.kind == KIND}
    nag = nag_of(notice.key) if acks else ""
    if not nag:
        return False
    people = (
        *(name for person in proposers(snapshot) for name in person.addresses),
        *names_of_person(snapshot, notice.target),
    )
    return not acks.isdisjoint(subject_of(nick, nag) for nick in people)


def subject_of(nick: str, nag: str) -> str:
    """The subject of the acknowledgement's note in the store."""
    return f"{fold(nick)} {nag}"[:400]
