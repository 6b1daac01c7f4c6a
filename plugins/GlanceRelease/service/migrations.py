"""Brings a database to the shape that this program knows, and leaves one alone that is not its."""

from __future__ import annotations

import re
from collections.abc import Sequence

import sqlalchemy as sa

from .no_database import Newer, Unfit

Migrations = Sequence[Sequence[str]]

MARK = "migrations"
_ADDS = re.compile(r"ALTER TABLE (\w+) ADD COLUMN (\w+) ", re.IGNORECASE)


def look(db: sa.Connection, tables: sa.MetaData, migrations: Migrations) -> int | None:
    """How many migrations the database has had; None for one without a mark: it is empty, or its
    making was cut short. Raises Newer for one that a newer program made, and Unfit for one
    that is another program's. Changes nothing."""
    found = set(sa.inspect(db).get_table_names())
    ours = found & set(tables.tables)
    if not ours:
        if found and db.dialect.name == "sqlite":  # a PostgreSQL may be shared, a file may not
            raise Unfit(f"its tables are another program's ({min(found)})")
        return None
    for name in sorted(ours):
        key = next(iter(tables.tables[name].primary_key)).name
        if key not in _columns(db, name):
            raise Unfit(f"its table {name} is another program's")
    mark = _mark(db, tables.tables["meta"]) if "meta" in ours else None
    if mark is not None and mark > len(migrations):
        raise Newer(f"a newer program made it (its mark is {mark}, mine {len(migrations)})")
    return mark


def migrate(db: sa.Connection, tables: sa.MetaData, migrations: Migrations) -> None:
    """Make what is not there, and run the migrations that the database has not had; the mark only
    grows. What was cut short is taken up again: each step is one that may be there already."""
    done = look(db, tables, migrations)
    if db.dialect.name == "postgresql" and db.scalar(sa.text("SHOW transaction_read_only")) == "on":
        raise OSError("it is read-only")
    tables.create_all(db)
    is_whole = not _lacking(db, tables)
    for statements in migrations[(done or 0) if is_whole else 0 :]:  # a mark may say too much
        for statement in statements:
            if not _is_there(db, statement):
                db.execute(sa.text(statement))
    if lacking := _lacking(db, tables):
        raise Unfit(f"its table {lacking} is another program's")
    _put_mark(db, tables.tables["meta"], len(migrations), done is None)
    if db.dialect.name == "postgresql":
        _check_rights(db, tables)


def _lacking(db: sa.Connection, tables: sa.MetaData) -> str:
    """A table that lacks a column; empty where none does."""
    for name, table in sorted(tables.tables.items()):
        if set(table.columns.keys()) - _columns(db, name):
            return name
    return ""


def _put_mark(db: sa.Connection, meta: sa.Table, mark: int, is_first: bool) -> None:
    """Written each time: a file that can only be read is told by nothing else."""
    if is_first:
        db.execute(sa.insert(meta).values(name=MARK, value=str(mark)))
    else:
        db.execute(sa.update(meta).where(meta.c.name == MARK).values(value=str(mark)))


def _check_rights(db: sa.Connection, tables: sa.MetaData) -> None:
    for name in sorted(tables.tables):
        for right in ("SELECT", "INSERT", "UPDATE"):
            if not db.scalar(sa.select(sa.func.has_table_privilege(name, right))):
                raise OSError(f"the name has no right to {right} in its table {name}")


def _mark(db: sa.Connection, meta: sa.Table) -> int | None:
    value = db.scalar(sa.select(meta.c.value).where(meta.c.name == MARK))
    try:
        return None if value is None else int(value)
    except ValueError:
        raise Unfit("its mark of migrations is no number") from None


def _is_there(db: sa.Connection, statement: str) -> bool:
    """Whether a column is there that the statement would add: SQLite knows no IF NOT EXISTS of
    columns; for indexes the statements say it themselves."""
    adds = _ADDS.match(statement)
    return adds is not None and adds[2] in _columns(db, adds[1])


def _columns(db: sa.Connection, table: str) -> set[str]:
    return {column["name"] for column in sa.inspect(db).get_columns(table)}
