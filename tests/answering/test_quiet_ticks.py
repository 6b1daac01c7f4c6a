"""A tick of which nobody learns anything leaves the snapshots as they are, so that what was worked
out of them need not be again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from GlanceRelease.app import App
from GlanceRelease.clock import SteppedClock
from GlanceRelease.configuration import settings
from kit.delivery import Delivery

BORN = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
A_MINUTE = dt.timedelta(minutes=1)


@pytest.mark.asyncio
async def test_facts_are_replaced_when_there_is_something_new(tmp_path: Path) -> None:
    (tmp_path / "teams").mkdir()
    (tmp_path / "bot.yaml").write_text(f"database: sqlite:///{tmp_path / 'state.sqlite'}\n")
    team = "name: glance\ngovernance: glance\nchannels: ['#g']\ndeliverables: [glance]\n"
    (tmp_path / "teams" / "glance.yaml").write_text(team)
    clock = SteppedClock(BORN)
    app = App(settings.load(tmp_path), clock, Delivery())
    await app.start(beating=False)
    try:
        await app.tick()
        known = app.snapshots["glance"].facts
        for _ in range(3):
            clock.instant += A_MINUTE
            await app.tick()
            assert app.snapshots["glance"].facts is known
        await app.current.take()
        assert app.snapshots["glance"].facts is not known
    finally:
        await app.stop()
