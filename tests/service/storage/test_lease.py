"""One process speaks from a database: who is second is told who is first."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from GlanceRelease.service.storage.engine import create_async_engine
from GlanceRelease.service.storage.errors import InUse, NoDatabase, Unfit
from GlanceRelease.service.storage.lease import FileLease, Lease, keep, lease_of, take
from GlanceRelease.service.storage.probe import probe
from GlanceRelease.service.storage.store import Store

HOLDER = """
import asyncio, sys
from sqlalchemy.engine import make_url
from GlanceRelease.service.storage.lease import lease_of
async def hold():
    await lease_of(make_url(sys.argv[1])).take()
    print("held", flush=True)
    await asyncio.sleep(60)
asyncio.run(hold())
"""


def holder(database: str) -> subprocess.Popen[str]:
    """Another process that has the lease."""
    command = [sys.executable, "-c", HOLDER, database]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


async def refused(lease: Lease) -> str:
    with pytest.raises(InUse) as caught:
        await lease.take()
    assert not lease.is_held
    return str(caught.value)


@pytest.mark.asyncio
async def test_the_second_is_told_who_has_it_and_takes_it_from_one_that_was_killed(
    database: str,
) -> None:
    first = holder(database)
    lease = lease_of(make_url(database))
    try:
        words = f"process {first.pid} on {socket.gethostname()}"
        assert await refused(lease) == words
        began = time.monotonic()
        with pytest.raises(InUse, match=words):
            await take(lease, 0.5)
        assert time.monotonic() - began >= 0.5
        first.send_signal(signal.SIGSTOP)  # one that hangs has it still
        assert await refused(lease) == words
    finally:
        first.kill()
        first.wait()
    await take(lease, 2)
    assert lease.is_held
    assert await lease.is_ours()
    assert await refused(lease_of(make_url(database))) == (
        f"process {os.getpid()} on {socket.gethostname()}"
    )
    await lease.release()
    assert not lease.is_held


@pytest.mark.asyncio
async def test_a_file_has_one_lease_by_whatever_name(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "other.sqlite").symlink_to(tmp_path / "real" / "db.sqlite")
    lease = lease_of(make_url(f"sqlite+aiosqlite:///{tmp_path}/real/db.sqlite"))
    await lease.take()
    for name in ("link/db.sqlite", "other.sqlite", "real/../link/./db.sqlite"):
        await refused(lease_of(make_url(f"sqlite+aiosqlite:///{tmp_path}/{name}")))
    await lease_of(make_url("sqlite+aiosqlite:///:memory:")).take()
    await lease.release()


@pytest.mark.asyncio
async def test_a_file_that_is_removed_is_locked_anew(tmp_path: Path) -> None:
    one, other = FileLease(tmp_path / "db"), FileLease(tmp_path / "db")
    await one.take()
    (tmp_path / "db.lease").unlink()
    assert not await one.is_ours()
    await other.take()
    with pytest.raises(InUse):
        await keep(one)
    assert not one.is_held
    await other.release()
    await keep(one)
    assert one.is_held
    await one.release()


def test_a_child_does_not_keep_it(tmp_path: Path) -> None:
    lease, other = FileLease(tmp_path / "db"), FileLease(tmp_path / "db")
    asyncio.run(lease.take())
    child = os.fork()
    if child == 0:
        time.sleep(30)
        os._exit(0)
    try:
        assert asyncio.run(lease.is_ours())
        lease.forget()
        asyncio.run(take(other, 2))
        other.forget()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


@pytest.mark.asyncio
async def test_a_connection_that_dies_takes_it_away_until_it_is_had_again(
    postgres_url: str,
) -> None:
    where = make_url(postgres_url.replace("postgresql:", "postgresql+asyncpg:"))
    lease, other = lease_of(where), lease_of(where)
    await lease.take()
    engine = create_async_engine(where)
    end = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name LIKE 'glance-release%' AND datname = current_database()"
    )
    for again in (False, True):
        async with engine.begin() as db:
            await db.execute(sa.text(end))
        await asyncio.sleep(0.5)
        assert not lease.is_held, "known without asking"
        if again:
            await other.take()
            with pytest.raises(InUse):
                await keep(lease)
            await other.release()
        await take(lease, 2)
        assert lease.is_held
    await lease.release()
    await engine.dispose()


def a_folder(lease: Path) -> None:
    lease.mkdir()


def a_pipe(lease: Path) -> None:
    os.mkfifo(lease)


def a_link(lease: Path) -> None:
    lease.with_name("somebody's").write_text("precious\n")
    lease.symlink_to("somebody's")


def a_link_to_nowhere(lease: Path) -> None:
    lease.symlink_to("nowhere")


def a_second_name(lease: Path) -> None:
    lease.with_name("somebody's").write_text("precious\n")
    lease.hardlink_to(lease.with_name("somebody's"))


def unchangeable(lease: Path) -> None:
    lease.touch()
    subprocess.run(["chattr", "+i", lease], check=True)


NO_LEASES = [
    (a_folder, "is a directory"),
    (a_pipe, "is no regular file"),
    (a_link, "is a symbolic link"),
    (a_link_to_nowhere, "is a symbolic link"),
    (a_second_name, "is another program's"),
    (unchangeable, "operation not permitted"),
]


@pytest.mark.parametrize(("made", "words"), NO_LEASES, ids=[one.__name__ for one, _ in NO_LEASES])
@pytest.mark.parametrize("is_new", [True, False])
def test_what_can_be_no_lease_is_left_alone_and_said(
    made: Callable[[Path], None], words: str, is_new: bool, tmp_path: Path
) -> None:
    """By the bot and by `check` alike."""
    url = f"sqlite+aiosqlite:///{tmp_path}/db"
    if not is_new:
        asyncio.run(_made(url))
    lease = tmp_path / "db.lease"
    try:
        made(lease)
    except (subprocess.CalledProcessError, FileNotFoundError, PermissionError):
        pytest.skip("this file system has no such files")
    try:
        with pytest.raises(NoDatabase) as checked:
            asyncio.run(probe(url))
        assert str(checked.value) == (
            f"its database sqlite:///{tmp_path}/db: its lease db.lease can't be taken: {words}"
        )
        with pytest.raises(Unfit, match=f"its lease db.lease can't be taken: {words}"):
            asyncio.run(lease_of(make_url(url)).take())
        if (tmp_path / "somebody's").exists():
            assert (tmp_path / "somebody's").read_text() == "precious\n"
        assert not (tmp_path / "nowhere").exists()
    finally:
        if made is unchangeable:
            subprocess.run(["chattr", "-i", lease], check=True)


async def _made(url: str) -> None:
    await (await Store.open(url)).close()
