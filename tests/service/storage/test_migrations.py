"""A database and the programs that open it: older, newer, killed half way, another one's."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex

from GlanceRelease.domain.messages.doc import doc
from GlanceRelease.domain.people.note import Note
from GlanceRelease.service.outbox.ledger import Outbox
from GlanceRelease.service.storage import store as stores
from GlanceRelease.service.storage import tables
from GlanceRelease.service.storage.engine import create_async_engine
from GlanceRelease.service.storage.errors import NoDatabase, Refused
from GlanceRelease.service.storage.orders import KeptOrder
from GlanceRelease.service.storage.probe import probe
from GlanceRelease.service.storage.store import Store, stamp
from kit.outbox import notice

NOW = stores._MIGRATIONS
# What the next program would add: a column, an index on it.
NEXT = (
    "ALTER TABLE outbox ADD COLUMN colour VARCHAR(20)",
    "CREATE INDEX IF NOT EXISTS outbox_colour ON outbox (colour)",
)


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> object:
    """`program(migrations)`: from now on the program has these."""
    return lambda migrations: monkeypatch.setattr(stores, "_MIGRATIONS", migrations)


async def told(database: str, *statements: str) -> list[tuple[object, ...]]:
    """What the database says to the last of these statements."""
    engine = create_async_engine(database)
    rows: Sequence[object] = ()
    async with engine.begin() as db:
        for statement in statements:
            found = await db.execute(sa.text(statement))
            rows = found.all() if found.returns_rows else ()
    await engine.dispose()
    return [tuple(row) for row in rows]  # type: ignore[arg-type]


async def shape(database: str) -> dict[str, object]:
    """Every table with its columns and indexes, the mark, and how much each holds."""

    def look(db: sa.Connection) -> dict[str, object]:
        looked = sa.inspect(db)
        return {
            name: (
                sorted(column["name"] for column in looked.get_columns(name)),
                sorted(str(index["name"]) for index in looked.get_indexes(name)),
                db.scalar(sa.text(f"SELECT count(*) FROM {name}")),
            )
            for name in sorted(looked.get_table_names())
        }

    engine = create_async_engine(database)
    async with engine.connect() as db:
        found = await db.run_sync(look)
        if "value" in found.get("meta", [""])[0]:  # type: ignore[operator, index]
            query = "SELECT value FROM meta WHERE name = 'migrations'"
            found["mark"] = await db.scalar(sa.text(query))
    await engine.dispose()
    return found


async def opened(database: str) -> None:
    store = await Store.open(database)
    await store.put_meta("a", "b")
    await store.close()


@pytest.mark.asyncio
async def test_an_older_program_refuses_a_newer_store_and_leaves_it_alone(
    database: str, program: object
) -> None:
    assert callable(program)
    await opened(database)
    program((*NOW, NEXT))
    await opened(database)
    newer = await shape(database)
    assert newer["mark"] == str(len(NOW) + 1)
    await told(database, "DROP INDEX outbox_recent", "DROP TABLE facts")  # the newest has none
    newer = await shape(database)

    program(NOW)
    for use in (Store.open, probe):
        with pytest.raises(Refused) as caught:
            await use(database)
        words = f": a newer program made it (its mark is {len(NOW) + 1}, mine {len(NOW)})"
        assert str(caught.value).endswith(words)
        assert "\n" not in str(caught.value)
    assert await shape(database) == newer

    program((*NOW, NEXT))
    await opened(database)
    assert "facts" in await shape(database)


@pytest.mark.asyncio
async def test_what_was_cut_short_is_taken_up_again(database: str, program: object) -> None:
    assert callable(program)
    await opened(database)
    before = await shape(database)
    for done in range(len(NEXT) + 1):
        program(NOW)
        mark = f"UPDATE meta SET value = '{len(NOW)}' WHERE name = 'migrations'"
        await told(database, *NEXT[:done], mark)
        program((*NOW, NEXT))
        await opened(database)
        after = await shape(database)
        assert after["mark"] == str(len(NOW) + 1)
        assert "outbox_colour" in after["outbox"][1]  # type: ignore[index]
        await told(
            database,
            "DROP INDEX outbox_colour",
            "ALTER TABLE outbox DROP COLUMN colour",
            mark,
        )
    assert await shape(database) == before


@pytest.mark.asyncio
async def test_every_migration_may_find_its_work_done(database: str) -> None:
    await opened(database)
    made = await shape(database)
    for mark in range(len(NOW)):
        await told(database, f"UPDATE meta SET value = '{mark}' WHERE name = 'migrations'")
        await opened(database)
        assert await shape(database) == made


@pytest.mark.asyncio
async def test_a_mark_that_claims_too_much_is_not_believed(database: str) -> None:
    """Each migration's columns are made again though the mark says that they are there; where no
    migration makes a column, the database can't be used, and nothing is changed."""
    await opened(database)
    made = await shape(database)
    columns = {
        (table.name, column.name): [
            index.name
            for index in table.indexes
            if column.name in str(CreateIndex(index)).partition("(")[2]
        ]
        for table in tables.metadata.sorted_tables
        for column in table.columns
        if not column.primary_key
    }
    names = ("claim", "is_public", "heirs", "hand_on", "doc", "said", "stood_on")
    added = {("outbox", name) for name in names}
    for (table, column), indexes in columns.items():
        drops = [f"DROP INDEX IF EXISTS {name}" for name in indexes]
        await told(database, *drops, f"ALTER TABLE {table} DROP COLUMN {column}")
        before = await shape(database)
        if (table, column) in added:
            await probe(database)
            assert await shape(database) == before
            await opened(database)
            assert await shape(database) == made, column
            continue
        for use in (Store.open, probe):
            with pytest.raises(NoDatabase) as caught:
                await use(database)
            assert str(caught.value).endswith(f"its table {table} lacks {column}")
        assert await shape(database) == before
        await told(database, *(f"DROP TABLE {name}" for name in made if name != "mark"))
        await opened(database)


@pytest.mark.asyncio
async def test_an_index_that_is_gone_is_made_again(database: str) -> None:
    await opened(database)
    made = await shape(database)
    for table in tables.metadata.sorted_tables:
        for index in table.indexes:
            await told(database, f"DROP INDEX {index.name}")
            await opened(database)
            assert await shape(database) == made, index.name


@pytest.mark.asyncio
async def test_a_database_whose_making_was_cut_short_is_made(database: str) -> None:
    await opened(database)
    made = await shape(database)
    names = [name for name in made if name != "mark"]
    for much in range(len(names)):
        await told(database, "DELETE FROM meta", *(f"DROP TABLE {n}" for n in names[:much]))
        await opened(database)
        assert await shape(database) == made


@pytest.mark.asyncio
async def test_another_program_s_file_is_left_alone(tmp_path: Path) -> None:
    for table in ("bookmarks (id INTEGER)", "facts (id INTEGER)", "meta (k TEXT, value TEXT)"):
        path = tmp_path / f"{table.partition(' ')[0]}.sqlite"
        with contextlib.closing(sqlite3.connect(path)) as db:
            db.execute(f"CREATE TABLE {table}")
        before = path.read_bytes()
        for use in (Store.open, probe):
            with pytest.raises(NoDatabase, match="another program's"):
                await use(f"sqlite+aiosqlite:///{path}")
        assert path.read_bytes() == before


@pytest.mark.asyncio
async def test_a_postgresql_without_rights_is_said(postgres_url: str) -> None:
    url = postgres_url.replace("postgresql:", "postgresql+asyncpg:")
    stranger = url.replace("//glance@", "//stranger@")
    await told(url, "DROP ROLE IF EXISTS stranger", "CREATE ROLE stranger LOGIN")
    try:
        for use in (Store.open, probe):
            with pytest.raises(NoDatabase) as caught:
                await use(stranger)
            plain = postgres_url.replace("//glance@", "//stranger@")
            assert str(caught.value).startswith(
                f"its database {plain}: the name has no right there"
            )
        await opened(url)
        await told(url, "GRANT SELECT ON meta, facts, outbox, notes TO stranger")
        await told(url, "GRANT INSERT, UPDATE ON meta, facts TO stranger")
        for use in (Store.open, probe):
            with pytest.raises(NoDatabase) as caught:
                await use(stranger)
            assert str(caught.value).endswith("no right to INSERT in its table notes")
    finally:
        await told(url, "DROP OWNED BY stranger", "DROP ROLE stranger")


@pytest.mark.asyncio
async def test_a_damaged_page_is_found(tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite"
    url = f"sqlite+aiosqlite:///{path}"
    store = await Store.open(url)
    for number in range(400):
        await store.put_meta(f"name {number}", "value " * 60)
    await store.close()
    whole = path.read_bytes()
    for page in range(1, len(whole) // 4096, 7):
        path.write_bytes(whole[: page * 4096] + b"\xa7" * 4096 + whole[(page + 1) * 4096 :])
        for use in (Store.open, probe):
            with pytest.raises(NoDatabase) as caught:
                await use(url)
            assert ": the file is damaged (" in str(caught.value), page
    path.write_bytes(whole)
    await opened(url)


@pytest.mark.asyncio
async def test_the_first_write_after_an_idle_restart_of_postgresql(postgres_url: str) -> None:
    url = postgres_url.replace("postgresql:", "postgresql+asyncpg:")
    store = await Store.open(url)
    await store.put_meta("a", "b")
    others = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
    await told(url, f"SELECT pg_terminate_backend(pid) {others}")
    await store.put_meta("a", "c")
    assert await store.meta("a") == "c"
    await store.close()


@pytest.mark.asyncio
@pytest.mark.parametrize("column", ["claim", "is_public", "heirs", "hand_on"])
async def test_a_mark_that_says_too_much_is_not_believed(database: str, column: str) -> None:
    await (await Store.open(database)).close()
    whole = await shape(database)
    await told(database, f"ALTER TABLE outbox DROP COLUMN {column}")
    await probe(database)
    await (await Store.open(database)).close()
    assert await shape(database) == whole


# What each migration brings, undone: the marks of older programs, and how their stores looked.
BEFORE = (
    ("DROP INDEX outbox_waiting", "DROP INDEX outbox_expiry", "DROP INDEX outbox_newest"),
    ("ALTER TABLE outbox DROP COLUMN claim",),
    tuple(f"ALTER TABLE outbox DROP COLUMN {name}" for name in ("is_public", "heirs", "hand_on")),
    ("ALTER TABLE outbox DROP COLUMN doc", "ALTER TABLE outbox DROP COLUMN said"),
    ("ALTER TABLE outbox DROP COLUMN stood_on",),
    ("DROP TABLE orders",),
)
NARROW = (
    "ALTER TABLE outbox ALTER COLUMN target TYPE VARCHAR(100)",
    "ALTER TABLE notes ALTER COLUMN who TYPE VARCHAR(100)",
)
ROWS = (
    "INSERT INTO outbox (key, team, rule, target, state, due, expires, text, why, days, posted,"
    " next_try, tries, maybe_said) VALUES ('a|b|#c|d', 'glance', 'a', '#c', 'pending',"
    " '2027-01-13T10:00:00.000000Z', '2027-01-14T10:00:00.000000Z', '[\"words\"]', 'because',"
    " '[]', '2027-01-13T10:00:00.000000Z', '2027-01-13T10:00:00.000000Z', 0, false)",
    "INSERT INTO notes (team, kind, subject, body, who, at) VALUES ('glance', 'mute', '#c',"
    " '{\"until\": \"2027-01-13T12:00:00+00:00\"}', 'rosmaita', '2027-01-13T10:00:00.000000Z')",
)


@pytest.mark.asyncio
@pytest.mark.parametrize("mark", range(len(NOW)))
async def test_the_store_of_every_older_program_is_taken_over(database: str, mark: int) -> None:
    assert len(BEFORE) == len(NOW)
    is_sqlite = database.startswith("sqlite")
    await opened(database)
    made = await shape(database)
    undone = [statement for statements in reversed(BEFORE[mark:]) for statement in statements]
    await told(
        database,
        *(undone if is_sqlite else (*undone, *NARROW)),
        *ROWS,
        f"UPDATE meta SET value = '{mark}' WHERE name = 'migrations'",
    )
    assert await shape(database) != made
    await probe(database)

    longest = "@" + "a" * 239 + ":server.example"
    assert len(longest) == 255
    store = await Store.open(database)
    (note,) = await store.notes("glance")
    assert (note.kind, note.who) == ("mute", "rosmaita")
    outbox = Outbox(store)
    now = dt.datetime(2027, 1, 13, 11, tzinfo=dt.UTC)
    await outbox.post("glance", [notice("x", now, target=longest)], now, now)
    await store.add_notes("glance", [Note("mute", "#d", {"until": stamp(now)}, longest, now)])
    order = KeptOrder("$" + "e" * 254, doc("Done."), True, now)
    await store.add_notes("glance", (), order)
    assert await store.order(order.origin) == order
    assert await store.order("$") is None
    assert {row.target for row in await outbox.ledger("glance")} == {"#c", longest}
    await store.close()
    again = await shape(database)
    assert {name: kind[:2] for name, kind in again.items() if name != "mark"} == {
        name: kind[:2]  # type: ignore[index]
        for name, kind in made.items()
        if name != "mark"
    }
    assert again["mark"] == str(len(NOW))
