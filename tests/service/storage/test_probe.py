"""What `glance-release check` says of a database before the bot is started on it."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from GlanceRelease.clock import SteppedClock
from GlanceRelease.configuration.settings import BotFile, Settings
from GlanceRelease.service.running.store_opening import Opening
from GlanceRelease.service.storage import errors
from GlanceRelease.service.storage import probe as probing
from GlanceRelease.service.storage.engine import create_async_engine
from GlanceRelease.service.storage.errors import NoDatabase
from GlanceRelease.service.storage.probe import probe
from GlanceRelease.service.storage.store import Store
from GlanceRelease.sources.http import Http
from kit.unprivileged import NOBODY, as_somebody


def url(database: Path | str) -> str:
    """The database as the settings give it."""
    named = database if isinstance(database, str) else f"sqlite:///{database}"
    return Settings(Path(), BotFile(database=named), {}).database_url


def make(database: Path) -> None:
    """Make a database as the bot does."""

    async def made() -> None:
        await (await Store.open(url(database))).close()

    asyncio.run(made())


def reason(database: Path | str) -> str:
    """Why it can't be used."""
    with pytest.raises(NoDatabase) as caught:
        asyncio.run(probe(url(database)))
    return str(caught.value)


def test_one_that_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    asyncio.run(probe(url(tmp_path / "state" / "db.sqlite")))
    assert list(tmp_path.iterdir()) == []


def test_one_in_use_is_well(tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite"

    async def in_use() -> None:
        store = await Store.open(url(path))
        await store.put_meta("a", "b")
        await probe(url(path))
        await store.put_meta("a", "c")
        await store.close()

    asyncio.run(in_use())
    assert [one.name for one in tmp_path.iterdir()] == ["db.sqlite"]


def test_one_that_another_program_holds(tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite"
    make(path)
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        words = f"its database sqlite:///{path}: another program holds it ("
        assert reason(path).startswith(words)


def test_a_file_in_the_place_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    assert "Not a directory" in reason(tmp_path / "state" / "x" / "db.sqlite")


def test_a_disk_without_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "ROOM", 2**80)
    assert "No space left on device" in reason(tmp_path / "db.sqlite")


@pytest.fixture
def database() -> Iterator[Path]:
    """A database in a folder that may be anybody's."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        database = folder / "state" / "db.sqlite"
        make(database)
        if os.geteuid() == 0:
            for path in (database.parent, database):
                os.chown(path, NOBODY, NOBODY)
        yield database
        database.parent.chmod(0o755)


def test_a_file_that_can_only_be_read(database: Path) -> None:
    with as_somebody():
        asyncio.run(probe(url(database)))
        database.chmod(0o444)
        assert f"Permission denied: '{database}'" in reason(database)


def test_a_folder_that_can_only_be_read(database: Path) -> None:
    with as_somebody():
        database.parent.chmod(0o555)
        assert f"Permission denied: '{database.parent}'" in reason(database)
        assert f"Permission denied: '{database.parent}'" in reason(database.with_name("new"))
        database.parent.chmod(0o000)
        assert f"Permission denied: '{database.parent}'" in reason(database)


def test_a_postgresql_that_takes_nothing(postgres_url: str) -> None:
    asyncio.run(probe(url(postgres_url)))
    name = postgres_url.rpartition("/")[2]

    async def forbid() -> None:
        engine = create_async_engine(url(postgres_url))
        async with engine.begin() as db:
            change = f"ALTER DATABASE {name} SET default_transaction_read_only = on"
            await db.execute(sa.text(change))
        await engine.dispose()

    asyncio.run(forbid())
    assert reason(postgres_url).endswith(f"/{name}: it is read-only")


def test_a_database_without_its_driver_names_the_extra() -> None:
    where = make_url("postgresql+asyncpg://bot:secret@db/releases")
    with pytest.raises(NoDatabase) as caught, errors.named(where):
        raise ModuleNotFoundError("No module named 'asyncpg'")
    assert str(caught.value) == (
        "its database postgresql://bot:***@db/releases: its driver is absent: install"
        " '.[postgresql]' in a checkout (No module named 'asyncpg')"
    )


def test_a_file_that_is_none_of_sqlite_s_is_said(tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite"
    path.write_bytes(b"no database " * 1000)
    assert ": the file is no SQLite database (" in reason(path)
    path.unlink()
    path.mkdir()
    assert ": the file can't be opened (" in reason(path)


def test_a_postgresql_that_refuses_says_what(postgres_url: str) -> None:
    where = make_url(postgres_url)
    missing = where.set(database="no_such").render_as_string(hide_password=False)
    assert "/no_such: there is no such database (" in reason(missing)
    wrong = where.set(username="nobody_here").render_as_string(hide_password=False)
    assert ": it refuses the name or the password (" in reason(wrong)
    assert ": nobody listens there (" in reason("postgresql://bot:secret@127.0.0.1:1/n")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgresql://bot:secret@host:port/n", "its database: the address can't be understood"),
        (
            "sqlite+pysqlite:///{folder}/x.db",
            "its database sqlite:///{folder}/x.db: ",
        ),
    ],
)
def test_an_address_that_can_t_be_used(address: str, words: str, tmp_path: Path) -> None:
    for use in (probe, Store.open):
        with pytest.raises(NoDatabase) as caught:
            asyncio.run(use(address.format(folder=tmp_path)))
        assert str(caught.value).startswith(words.format(folder=tmp_path))
        assert "secret" not in str(caught.value)


def a_circle(path: Path) -> None:
    path.symlink_to(path.name)


def a_long_circle(path: Path) -> None:
    path.symlink_to("b")
    path.with_name("b").symlink_to(path.name)


def a_link_into_a_circle(path: Path) -> None:
    path.with_name("b").symlink_to("b")
    path.symlink_to("b/db.sqlite")


def a_device(path: Path) -> None:
    path.symlink_to("/dev/null")


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_second_name(path: Path) -> None:
    make(path.with_name("other.sqlite"))
    path.hardlink_to(path.with_name("other.sqlite"))


def a_link_to_a_second_name(path: Path) -> None:
    a_second_name(path.with_name("c.sqlite"))
    path.symlink_to("c.sqlite")


def a_long_name(path: Path) -> None:
    path.symlink_to("n" * 255)


HARD = (
    "the file has 2 names, and another bot may speak by another name: remove its other hard links"
)
NO_FILES = [
    (a_circle, "too many levels of symbolic links"),
    (a_long_circle, "too many levels of symbolic links"),
    (a_link_into_a_circle, "too many levels of symbolic links"),
    (a_device, "the file is no regular one"),
    (a_pipe, "the file is no regular one"),
    (a_second_name, HARD),
    (a_link_to_a_second_name, HARD),
    (a_long_name, "file name too long"),
]


@pytest.mark.parametrize(("made", "words"), NO_FILES, ids=[one.__name__ for one, _ in NO_FILES])
def test_what_can_be_no_database_is_said_by_the_check_and_the_bot_alike(
    made: Callable[[Path], None], words: str, tmp_path: Path
) -> None:
    made(tmp_path / "db.sqlite")
    before = sorted(one.name for one in tmp_path.iterdir())
    with pytest.raises(NoDatabase) as checked:
        asyncio.run(probe(url(tmp_path / "db.sqlite")))
    assert checked.value.reason == words

    async def start() -> str:
        clock = SteppedClock(dt.datetime(2026, 11, 22, tzinfo=dt.UTC))
        opening = Opening(url(tmp_path / "db.sqlite"), {}, clock, None)
        async with Http("tests") as http:
            await opening.start(http)
            await opening.close()
        return opening.trouble.reason if opening.trouble else ""

    assert asyncio.run(start()) == words
    assert sorted(one.name for one in tmp_path.iterdir()) == before
