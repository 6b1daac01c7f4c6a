"""A database that can't be used: which one, without its password, and why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from .engine import create_async_engine


class NoDatabase(Exception):  # noqa: N818  it names a state, as its callers say it
    """A database that can't be used: its text names it, without a password, and the reason."""


@contextmanager
def named(where: URL) -> Iterator[None]:
    """Name the database in what goes wrong with it."""
    try:
        yield
    except (OSError, SQLAlchemyError) as error:
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
        plain = where.set(drivername=where.get_backend_name())
        name = plain.render_as_string(hide_password=True)
        raise NoDatabase(f"its database {name}: {reason}") from error


def _is_absent(where: URL) -> bool:
    return not Path(str(where.database)).exists()


async def probe(url: str) -> None:
    """Raise NoDatabase where the database can't be read; makes and changes nothing: an SQLite
    file that is not there yet is all right."""
    where = make_url(url)
    is_file = where.get_backend_name() == "sqlite"
    if is_file and _is_absent(where):
        return
    engine = create_async_engine(where)
    try:
        with named(where):
            async with engine.connect() as db:
                await db.execute(sa.text("PRAGMA schema_version" if is_file else "SELECT 1"))
    finally:
        await engine.dispose()
