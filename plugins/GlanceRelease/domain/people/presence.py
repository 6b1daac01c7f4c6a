"""Who is in the team's channel: they are named there; the others are told in private."""

from __future__ import annotations

from collections.abc import Iterable

from ..snapshot import Snapshot
from ..team import Member
from .roles import fold


def here(snapshot: Snapshot, people: Iterable[Member]) -> list[Member]:
    """Those who are in the team's channel; all of them where nobody can tell (a rehearsal)."""
    if snapshot.present is None:
        return list(people)
    present = {fold(nick) for nick in snapshot.present}
    return [each for each in people if not present.isdisjoint(map(fold, each.addresses))]


def away(snapshot: Snapshot, people: Iterable[Member], rule: str, facts: str) -> list[Member]:
    """Those who are not in the channel, or were not when this was due: what waits for somebody is
    still theirs when they join."""
    around = {fold(person.nick) for person in here(snapshot, people)}
    waiting = {
        row.target
        for row in snapshot.said
        if row.rule == rule and row.state in ("pending", "claimed") and row.key.endswith(facts)
    }
    return [
        person
        for person in people
        if fold(person.nick) not in around or not waiting.isdisjoint(map(fold, person.addresses))
    ]
