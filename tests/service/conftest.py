"""The outbox over both databases, on disk as in operation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from GlanceRelease.service.storage.store import Store
from kit.outbox import OutboxBot


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database on disk, as the store opens it."""
    if request.param == "postgresql":
        plain: str = request.getfixturevalue("postgres_url")
        return plain.replace("postgresql:", "postgresql+asyncpg:", 1)
    return f"sqlite+aiosqlite:///{tmp_path / 'glance.sqlite3'}"


@pytest_asyncio.fixture
async def bot(database: str) -> AsyncIterator[OutboxBot]:
    """An outbox with nothing in its ledger."""
    store = await Store.open(database)
    yield OutboxBot(store)
    await store.close()
