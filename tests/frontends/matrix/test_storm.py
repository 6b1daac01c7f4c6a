"""The promise on both networks, through deaths of everybody."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit.irc.fixtures import absent
from kit.irc.servers import HYBRID
from kit.matrix import server
from kit.matrix.storm import weather_on_both


def have_servers() -> None:
    for program in (HYBRID, server.PYTHON):
        if not program.exists():
            absent(str(program))


@pytest.mark.asyncio
async def test_nothing_is_lost_and_nothing_twice_through_twenty_deaths(bot_folder: Path) -> None:
    have_servers()
    await weather_on_both(bot_folder, notices=24, kills=20, day_seconds=4.5, seed=1)


@pytest.mark.soak
@pytest.mark.asyncio
async def test_nothing_is_lost_and_nothing_twice_through_two_hundred(bot_folder: Path) -> None:
    have_servers()
    await weather_on_both(bot_folder, notices=250, kills=200, day_seconds=5, seed=2)
