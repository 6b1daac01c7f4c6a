"""A team whose tick fails: the others are heard, the log says it once, and the bot is not well."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from GlanceRelease.app import App
from GlanceRelease.clock import SteppedClock
from GlanceRelease.configuration import settings
from kit.delivery import Delivery
from kit.glance_facts import at

TEAM = "name: {0}\ngovernance: {0}\nchannels: ['#openstack-{0}']\ndeliverables: [{0}]\n"
BORN, TODAY = at("2027-01-12T12:00:00"), at("2027-01-14T10:00:00")  # the day of Indri-2


def openings(delivery: Delivery) -> list[str]:
    """What was heard, up to the first colon of each line."""
    return [f"{target}: {text.partition(':')[0]}" for target, text in delivery.lines]


@pytest.mark.asyncio
async def test_one_team_does_not_silence_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "teams").mkdir()
    (tmp_path / "bot.yaml").write_text(f"database: sqlite:///{tmp_path / 'state.sqlite'}\n")
    for name in ("cinder", "glance"):
        (tmp_path / "teams" / f"{name}.yaml").write_text(TEAM.format(name))
    delivery, clock = Delivery(), SteppedClock(BORN)
    app = App(settings.load(tmp_path), clock, delivery)
    caplog.set_level("INFO", "GlanceRelease")

    def log() -> list[str]:
        found = [f"{r.getMessage()}{' +' if r.exc_info else ''}" for r in caplog.records]
        caplog.clear()
        return [line for line in found if "tick" in line]

    await app.start(beating=False)
    try:
        await app.tick()
        assert app.is_well() == {"ticking": True, "connected": True, "remembering": True}
        delivery.failing = {"#openstack-cinder"}
        for minute in range(5):
            clock.instant = TODAY + dt.timedelta(minutes=minute)
            await app.tick()
        assert openings(delivery) == ["#openstack-glance: Today, Indri-2 milestone"]
        assert log() == ["cinder: tick failed; it is tried again every minute +"]
        assert app.is_well() == {"ticking": False, "connected": True, "remembering": True}

        delivery.failing.clear()
        clock.instant += dt.timedelta(minutes=1)
        await app.tick()
        assert openings(delivery)[1:] == ["#openstack-cinder: Today, Indri-2 milestone"]
        assert log() == ["cinder: tick is well again"]
        assert app.is_well() == {"ticking": True, "connected": True, "remembering": True}
    finally:
        await app.stop()
