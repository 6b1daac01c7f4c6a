"""The snapshots from which all answers are given, and how new ones are taken: one of each team."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import replace

from ..clock import Clock
from ..configuration.settings import Settings
from ..domain.releases.released import with_days_seen
from ..domain.releases.tagged_files import with_tags
from ..domain.snapshot import Snapshot
from ..service.running.store_opening import Opening, Parts
from ..service.storage.errors import NoDatabase
from ..sources.http import Http
from ..sources.protocols import PollScope
from ..sources.wanted import wanted_sources


class Snapshots:
    """A frozen snapshot of each team, `by_team`, and the parts from which they are taken.

    The mapping is replaced whole, so that any thread may read it. Who changes what is in the store
    holds `changing`.
    """

    def __init__(self, settings: Settings, clock: Clock, opening: Opening) -> None:
        self.by_team: Mapping[str, Snapshot] = {
            name: Snapshot(team) for name, team in settings.teams.items()
        }
        self.changing = asyncio.Lock()
        self._settings = settings
        self._clock = clock
        self._opening = opening
        self._taking = asyncio.Lock()
        self._parts: Parts | None = None
        opening.on_trouble = self._show_trouble

    @property
    def parts(self) -> Parts:
        """What `open` opened."""
        assert self._parts is not None, "open comes first"
        return self._parts

    async def open(self, http: Http) -> None:
        """The first ones: of stored or bundled facts, and without a database, too. Raises
        Refused."""
        self._parts = await self._opening.start(http)
        self.watch()
        await self.take()
        self.watch()  # by what was stored, some more is asked

    async def has_memory(self) -> bool:
        """Whether there is a database still, or is one again: then all goes on as after a start."""
        if self._opening.trouble is None:
            return await self._opening.is_there()
        parts = await self._opening.try_again(self.parts.http)
        if parts is None:
            return False
        async with self.changing:
            self._parts = parts
            self.watch()
            await self.take()
        return True

    def watch(self) -> None:
        """Have the refresher look after what is to be read now."""
        facts = self.parts.refresher.facts
        teams = tuple(self._settings.teams.values())
        notes = tuple(note for one in self.by_team.values() for note in one.notes)
        now = self._clock.now()
        scope = PollScope(self._settings.places, teams, facts, now, notes=notes, branches=True)
        self.parts.refresher.watch(wanted_sources(scope))

    async def take(self, only_memory: bool = False) -> None:
        """New snapshots of everything; with `only_memory` what the rules remember is new. One at a
        time, so that an older one never takes the place of a newer one."""
        async with self._taking:
            for _ in range(2):  # the second time where the database fails in the first
                with contextlib.suppress(NoDatabase):
                    self.by_team = await self._new_snapshots(self.by_team, only_memory)
                    break
            self._show_trouble()

    async def _new_snapshots(
        self, before: Mapping[str, Snapshot], only_memory: bool
    ) -> dict[str, Snapshot]:
        """Without a database, people's words and the ledger are as they were read last."""
        has_database, parts = self._opening.trouble is None, self.parts
        facts = parts.refresher.facts
        fresh: dict[str, Snapshot] = {}
        for name, team in self._settings.teams.items():
            snapshot = before[name]
            if only_memory and parts.speaker.is_current(snapshot):
                fresh[name] = snapshot  # what was worked out of it holds
                continue
            if not only_memory:
                notes, said = snapshot.notes, snapshot.said
                if has_database:
                    notes = await parts.store.notes(name)
                    said = await parts.speaker.outbox.ledger(name)
                page = self._settings.page_of(name)
                accounts = self._settings.bot.accounts
                snapshot = Snapshot(team, facts, notes, said, page=page, accounts=accounts)
            fresh[name] = with_days_seen(with_tags(parts.speaker.with_memory(snapshot)))
        return fresh

    def _show_trouble(self) -> None:
        """What is asked from now on is told that there is no database."""
        trouble = self._opening.trouble
        reason = trouble.reason if trouble else ""
        self.by_team = {
            name: replace(snapshot, no_memory=reason) for name, snapshot in self.by_team.items()
        }
