"""Brings a database to the shape that this program knows, and leaves one alone that is not its."""

from __future__ import annotations

import re
from collections.abc import Sequence

import sqlalchemy as sa

from .errors import Newer, Unfit

Migrations = Sequence[Sequence[str]]

MARK = "migrations"
_MAKES = re.compile(r"CREATE INDEX IF NOT EXISTS (\w+) ", re.IGNORECASE)
_DROPS = re.compile(r"DROP INDEX IF EXISTS (\w+)", re.IGNORECASE)
_ADDS = re.compile(r"ALTER TABLE (\w+) ADD COLUMN (\w+) ", re.IGNORECASE)
_WIDENS = re.compile(r"ALTER TABLE (\w+) ALTER COLUMN (\w+) TYPE VARCHAR\((\d+)\)", re.IGNORECASE)


def look(db: sa.Connection, tables: sa.MetaData, migrations: Migrations) -> int | None:
    """How many migrations the database has had; None for one without a mark: it is empty, or its
    making was cut short. Raises Newer for one that a newer program made, and Unfit for one
    that is another program's. Changes nothing."""
    present = set(sa.inspect(db).get_table_names())
    ours = present & set(tables.tables)
    if not ours:
        if present and db.dialect.name == "sqlite":  # a PostgreSQL may be shared, a file may not
            raise Unfit(f"its tables are another program's ({min(present)})")
        return None
    for name in sorted(ours):
        key = next(iter(tables.tables[name].primary_key)).name
        if key not in _columns(db, name):
            raise Unfit(f"its table {name} is another program's")
    if "meta" in ours and "value" not in _columns(db, "meta"):
        raise Unfit("its table meta lacks value")
    mark = _mark(db, tables.tables["meta"]) if "meta" in ours else None
    if mark is not None and mark > len(migrations):
        raise Newer(f"a newer program made it (its mark is {mark}, mine {len(migrations)})")
    return mark


def see(db: sa.Connection, tables: sa.MetaData, migrations: Migrations) -> None:
    """Raise Unfit where the database is not as this program leaves it."""
    mark = look(db, tables, migrations)
    if mark is None:
        raise Unfit("it is empty")
    if mark < len(migrations):
        raise Unfit("an older program made it; the bot's next start brings it up to date")
    absent = sorted(set(tables.tables) - set(sa.inspect(db).get_table_names()))
    if absent:
        raise Unfit(f"its table {absent[0]} is not there")
    _check_columns(db, tables, set())


def migrate(db: sa.Connection, tables: sa.MetaData, migrations: Migrations) -> None:
    """Make what is not there, and run each migration whose work is not, whatever the mark says;
    the mark only grows. Raises Unfit where a column lacks that none of them makes."""
    done = look(db, tables, migrations)
    if db.dialect.name == "postgresql" and db.scalar(sa.text("SHOW transaction_read_only")) == "on":
        raise OSError("it is read-only")
    tables.create_all(db)
    every = [statement for statements in migrations for statement in statements]
    _check_columns(db, tables, {adds.groups() for adds in map(_ADDS.match, every) if adds})
    for statement in every:
        if not _is_done(db, statement):
            db.execute(sa.text(statement))
    _make_indexes(db, tables)
    _put_mark(db, tables.tables["meta"], len(migrations), done is None)
    if db.dialect.name == "postgresql":
        _check_rights(db, tables)


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


def _is_done(db: sa.Connection, statement: str) -> bool:
    """Whether what the statement would make is there, and what it would drop is not: SQLite knows
    no IF NOT EXISTS of columns, and PostgreSQL wants an owner for that of indexes."""
    if adds := _ADDS.match(statement):
        return adds[2] in _columns(db, adds[1])
    if widens := _WIDENS.match(statement):
        return _is_as_wide(db, widens[1], widens[2], int(widens[3]))
    if makes := _MAKES.match(statement):
        return makes[1] in _indexes(db)
    drops = _DROPS.match(statement)
    return drops is not None and drops[1] not in _indexes(db)


def _make_indexes(db: sa.Connection, tables: sa.MetaData) -> None:
    """Create the indexes of our tables that the database has lost."""
    indexes = _indexes(db)
    for table in tables.sorted_tables:
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            if index.name not in indexes:
                index.create(db)


def _check_columns(db: sa.Connection, tables: sa.MetaData, coming: set[tuple[str, ...]]) -> None:
    for table in tables.sorted_tables:
        known = _columns(db, table.name) | {name for of, name in coming if of == table.name}
        lacks = [column.name for column in table.columns if column.name not in known]
        if lacks:
            raise Unfit(f"its table {table.name} lacks {', '.join(lacks)}")


def _indexes(db: sa.Connection) -> set[str]:
    """The names of all indexes; an inspector passes over SQLite's of expressions."""
    query = "SELECT name FROM sqlite_master WHERE type = 'index'"
    if db.dialect.name == "postgresql":
        query = "SELECT indexname FROM pg_indexes WHERE schemaname = ANY (current_schemas(false))"
    return {str(name) for name in db.scalars(sa.text(query))}


def _is_as_wide(db: sa.Connection, table: str, column: str, wanted: int) -> bool:
    """Whether so many characters find room; SQLite counts none."""
    if db.dialect.name == "sqlite":
        return True
    kinds = {each["name"]: each["type"] for each in sa.inspect(db).get_columns(table)}
    most = getattr(kinds[column], "length", None)
    return most is None or most >= wanted


def _columns(db: sa.Connection, table: str) -> set[str]:
    return {column["name"] for column in sa.inspect(db).get_columns(table)}
