"""SQLAlchemy's asynchronous engine without its ORM, which the package would import beside it:
8 MB and a tenth of a second for what nothing here uses."""

from __future__ import annotations

import asyncio
import importlib
import sys
import types
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

_PACKAGE = "sqlalchemy.ext.asyncio"


def _engine() -> Any:
    """The package's module of engines, imported past the package's own `__init__`; whoever imports
    the package later still gets all of it."""
    spec = find_spec(_PACKAGE)
    if _PACKAGE in sys.modules or spec is None:
        return importlib.import_module(_PACKAGE)
    hollow = sys.modules[_PACKAGE] = types.ModuleType(_PACKAGE)
    hollow.__path__ = list(spec.submodule_search_locations or ())
    try:
        return importlib.import_module(f"{_PACKAGE}.engine")
    finally:
        del sys.modules[_PACKAGE]


if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
else:
    _found = _engine()
    AsyncConnection, AsyncEngine = _found.AsyncConnection, _found.AsyncEngine
    create_async_engine = _found.create_async_engine

__all__ = ["AsyncConnection", "AsyncEngine", "create_async_engine", "give_up", "insert_into"]

LAST_WORD_SECONDS = 0.2


async def give_up(engine: AsyncEngine) -> None:
    """Close an engine that failed. aiosqlite's thread that could not connect tells the loop that it
    ends, without being waited for; it gets a moment, since the loop may be closed next."""
    await engine.dispose()
    await asyncio.sleep(LAST_WORD_SECONDS)


def insert_into(db: Any, table: Any) -> Any:
    """An INSERT in the words of the database at hand, for its ON CONFLICT; the other database's
    dialect stays unimported."""
    return importlib.import_module(f"sqlalchemy.dialects.{db.dialect.name}").insert(table)
