"""A team's snapshot as it was at each instant of a rehearsal."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from ..domain.gerrit_scope import follow_ups_of
from ..domain.releases.released import Released, with_days_seen, with_tags_days
from ..domain.releases.tagged_files import as_read
from ..domain.snapshot import SERIES, Fetched, Snapshot, deliverable_of
from ..service.outbox.tick import Speaker
from .bugs_then import BugRow, with_bugs_at
from .facts_then import as_released, with_constant_at, with_follow_ups_at, without_releases
from .proposals_then import proposed_at, with_proposals


class Past:
    """The facts as they were at an instant; other ones only when something has merged, or the
    rules remember more."""

    def __init__(
        self,
        snapshot: Snapshot,
        released: tuple[Released, ...] | None,
        start: dt.datetime,
        bugs: tuple[BugRow, ...] | None = None,
    ) -> None:
        snapshot = as_read(snapshot)  # what waits for its tag today is no matter of the past's
        self._snapshot = snapshot
        self._released = released
        self._start = start
        self._bugs = bugs
        self._moments = [row.merged for row in with_tags_days(released or (), snapshot)]
        self._moments += [row.proposed for row in released or () if row.proposed is not None]
        self._moments += [row.at for row in bugs or ()]
        for change in follow_ups_of(snapshot) or ():
            ends = (change.created, change.submitted or change.updated)
            self._moments += [moment for moment in ends if moment is not None]
        self._merged = -1
        self._last = snapshot
        self.notes = snapshot.notes

    def at(self, speaker: Speaker, now: dt.datetime) -> Snapshot:
        """The picture at `now`, the same one as long as nothing changes."""
        merged = sum(moment <= now for moment in self._moments)
        fresh = speaker.with_memory(self._snapshot)
        if merged != self._merged or fresh.memory is not self._last.memory:
            self._merged = merged
            self._last = with_days_seen(replace(fresh, facts=self._facts(now)))
        if self.notes is not self._last.notes:
            self._last = replace(self._last, notes=self.notes)
        return self._last

    def _facts(self, now: dt.datetime) -> dict[str, Fetched[Any]]:
        rows = self._released
        then = with_constant_at(self._snapshot, rows or (), self._start, now)
        then = with_follow_ups_at(then, now)
        if rows is None:
            then = with_proposals(_nothing_released(then, self._start), (), now)
        else:
            proposed = proposed_at(self._snapshot, rows, now)
            then = with_proposals(as_released(then, rows, now), proposed, now)
        then = with_bugs_at(then, self._bugs, now)
        return {
            name: replace(fact, origin="stored") if fact.known else fact
            for name, fact in then.facts.items()
        }


def _nothing_released(snapshot: Snapshot, start: dt.datetime) -> Snapshot:
    """Without releases, and where a file could not be had, without the file."""
    nothing: dict[str, Fetched[Any]] = {
        deliverable_of(series.name, name).name: Fetched(None, snapshot[SERIES].at, "stored")
        for series in snapshot[SERIES].value or ()
        for name in snapshot.team.deliverables
    }
    had = {name: fact for name, fact in snapshot.facts.items() if fact.known}
    return without_releases(replace(snapshot, facts={**snapshot.facts, **nothing, **had}), start)
