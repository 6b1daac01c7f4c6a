"""The promise through a storm, on both databases; and that few marks of a repeat are needless."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit.irc.storm import weather

KINDS = ["kill_bot", "kill_server", "kick", "moderate", "go_dark", "moderate_and_kill"]
KINDS += ["strike", "strike_server", "freeze"]
SHORT = ["kill_bot", "strike", "kick", "strike", "kill_server", "moderate", "strike"]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, bot_folder: Path) -> str:
    """An empty database, as the store opens it."""
    if request.param == "postgresql":
        plain: str = request.getfixturevalue("postgres_url")
        return plain.replace("postgresql:", "postgresql+asyncpg:", 1)
    return f"sqlite+aiosqlite:///{bot_folder / 'bot' / 'state.sqlite'}"


@pytest.mark.asyncio
async def test_a_short_storm_loses_and_repeats_nothing(bot_folder: Path, database: str) -> None:
    await weather(bot_folder, database, 16, 10, day_seconds=1.9, kinds=SHORT, seed=14)


@pytest.mark.soak
@pytest.mark.asyncio
async def test_a_long_storm_loses_and_repeats_nothing_and_marks_little_in_vain(
    bot_folder: Path, database: str
) -> None:
    found = await weather(bot_folder, database, 320, 150, 1.8, KINDS, seed=20270114)
    assert found.marked, "nothing was ever cut off between its socket and its receipt"
    assert len(found.needless) <= len(found.marked) / 5
