"""Takes the pictures from which all answers are given: a snapshot of each team."""

from __future__ import annotations

from collections.abc import Mapping

from ..configuration.settings import Settings
from ..domain.releases.released import with_days_seen
from ..domain.snapshot import Snapshot
from ..service.running.store_opening import Parts


async def pictures(
    settings: Settings,
    before: Mapping[str, Snapshot],
    parts: Parts,
    has_database: bool,
    only_memory: bool,
) -> dict[str, Snapshot]:
    """New snapshots of all teams, by name; with `only_memory` what the rules remember is new.
    Without a database, people's words and the ledger are as they were read last."""
    facts = parts.refresher.facts
    fresh: dict[str, Snapshot] = {}
    for name, team in settings.teams.items():
        snapshot = before[name]
        if not only_memory:
            notes, said = snapshot.notes, snapshot.said
            if has_database:
                notes = await parts.store.notes(name)
                said = await parts.speaker.outbox.ledger(name)
            snapshot = Snapshot(team, facts, notes, said, page=settings.page_of(name))
        fresh[name] = with_days_seen(parts.speaker.with_memory(snapshot))
    return fresh
