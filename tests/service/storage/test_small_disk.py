"""`glance-release check` and the bot agree on how much room a store needs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from GlanceRelease.service.storage.errors import NoDatabase
from GlanceRelease.service.storage.probe import probe
from GlanceRelease.service.storage.store import Store
from kit.small_disk import small_disk


async def is_well(database: Path) -> bool:
    try:
        await probe(f"sqlite+aiosqlite:///{database}")
    except NoDatabase:
        return False
    return True


async def opens(database: Path) -> bool:
    """As the bot opens it; then the store is there."""
    try:
        store = await Store.open(f"sqlite+aiosqlite:///{database}")
    except NoDatabase:
        return False
    await store.put_meta("a", "b" * 1000)
    await store.close()
    return True


def leave(folder: Path, room: int) -> None:
    """Fill the disk until so much is left."""
    hog = folder / "hog"
    hog.unlink(missing_ok=True)
    hog.write_bytes(b"x" * max(0, shutil.disk_usage(folder).free - room))


@pytest.mark.asyncio
async def test_what_check_calls_well_can_be_opened(tmp_path: Path) -> None:
    found = set()
    for room in (0, 4096, 32_768, 65_536, 131_072, 262_144, 524_288):
        for known in (False, True):
            with small_disk(tmp_path, 2**20):
                database = tmp_path / "db.sqlite"
                assert not known or await opens(database)
                leave(tmp_path, room)
                well = await is_well(database)
                assert not well or await opens(database), (room, known)
                assert well == (room >= 131_072), (room, known)
                found.add(well)
    assert found == {True, False}
