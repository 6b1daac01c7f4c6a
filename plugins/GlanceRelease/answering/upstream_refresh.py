"""Refreshes each upstream for itself, and takes new snapshots of what that changed."""

from __future__ import annotations

import asyncio
from functools import partial

from ..clock import Clock
from ..service.outbox.tick import logged
from ..service.running.unfinished_work import UnfinishedWork
from .snapshots import Snapshots


class UpstreamRefresh:
    """One upstream that hangs keeps no other's answers back; none is asked by two at a time."""

    def __init__(
        self, snapshots: Snapshots, clock: Clock, machine_clock: Clock, work: UnfinishedWork
    ) -> None:
        self._snapshots = snapshots
        self._clock = clock
        self._machine_clock = machine_clock
        self._work = work
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def begin(self) -> None:
        """Refresh each upstream that is not waited for still, and wait for none of them."""
        for upstream in self._snapshots.parts.refresher.upstreams - self._under_way.keys():
            work = self._work.run(partial(self._one, upstream))
            self._under_way[upstream] = asyncio.create_task(work, name=upstream)
            self._under_way[upstream].add_done_callback(
                lambda task: self._under_way.pop(task.get_name(), None)
            )

    async def all(self) -> None:
        """Ask the upstreams whose turn it is, then what their answers made known, and take new
        snapshots where anything changed."""
        await asyncio.gather(*map(self._one, self._snapshots.parts.refresher.upstreams))

    async def _one(self, upstream: str) -> None:
        with logged(f"refresh of {upstream}"):
            changed = False
            for _ in range(2):
                now, real_now = self._clock.now(), self._machine_clock.now()
                refresher = self._snapshots.parts.refresher
                changed = await refresher.refresh(now, real_now, upstream) or changed
                self._snapshots.watch()
            if changed:
                await self._snapshots.take()
