"""A private PostgreSQL for tests of the store, in a temporary folder and on loopback only."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from GlanceRelease.frontends.trial_room.ports import free_port
from kit.irc.fixtures import absent

_numbers = count(1)


def _programs() -> Path | None:
    """Debian keeps PostgreSQL's programs by version, out of PATH; the newest is taken."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name)
    return folders[-1] if folders else None


@contextmanager
def cluster(programs: Path, port: int = 0) -> Iterator[int]:
    """A running cluster with the user "glance", who needs no password; its port on loopback."""
    user = "postgres" if os.getuid() == 0 else None
    port = port or free_port()
    with TemporaryDirectory(prefix="postgres-") as name:
        folder = Path(name)
        if user:
            shutil.chown(folder, user, user)
        as_user: dict[str, Any] = {"cwd": folder}
        if user:
            as_user |= {"user": user, "group": user, "extra_groups": []}
        rights = ["-U", "glance", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        create: list[str | Path] = [programs / "initdb", "-D", folder / "data", *rights]
        subprocess.run(create, check=True, capture_output=True, **as_user)
        settings = (f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={name}")
        process = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", "-F", *(f"--{s}" for s in settings)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **as_user,
        )
        try:
            _wait_until_ready(programs, folder, port, process)
            yield port
        finally:
            process.send_signal(signal.SIGINT)  # SIGTERM would wait for every client
            process.wait(20)


def _wait_until_ready(
    programs: Path, folder: Path, port: int, process: subprocess.Popen[bytes]
) -> None:
    """Return when this very server answers.

    It is asked by the socket in its own folder: on the port another worker's server may listen, and
    a server that starts listens before it lets anybody in.
    """
    asked = [programs / "pg_isready", f"--host={folder}", f"--port={port}", "--quiet"]
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        if subprocess.run(asked).returncode == 0:
            return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL is not ready on {port} (status {process.poll()})")


@contextmanager
def stalled(port: int) -> Iterator[None]:
    """All of the server's processes stand still."""
    parents: dict[int, int] = {}
    head = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (process / "stat").read_text().rpartition(")")[2].split()
            parents[int(process.name)] = int(words[1])
            if f"--port={port}\0" in (process / "cmdline").read_text():
                head = int(process.name)
    pids = [head, *(one for one, parent in parents.items() if parent == head)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[tuple[Path, int]]:
    """The programs and the port of a cluster that lasts as long as the tests."""
    programs = _programs()
    if programs is None:
        absent("PostgreSQL")
        raise AssertionError("unreachable")
    with cluster(programs) as port:
        yield programs, port


@pytest.fixture
def postgres_url(postgres_cluster: tuple[Path, int]) -> str:
    """An empty database for one test, as bot.yaml names it."""
    programs, port = postgres_cluster
    name = f"test{next(_numbers)}"
    where = ["--host=127.0.0.1", f"--port={port}", "--username=glance"]
    made = subprocess.run([programs / "createdb", *where, name], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    return f"postgresql://glance@127.0.0.1:{port}/{name}"
