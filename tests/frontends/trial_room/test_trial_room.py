"""The trial room as a newcomer meets it: in a terminal, without one, and when it goes wrong."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.irc.bot import ROOT, settings
from kit.irc.person import Person
from kit.irc.servers import Server

COMMAND = [sys.executable, "-m", "GlanceRelease.frontends.trial_room.room"]
OPEN = rb"Ctrl-C or /quit"


class Terminal:
    """A process and what it has shown so far; what it is told goes in by `stdin`."""

    def __init__(self, folder: Path, stdin: int, output: int, **environment: str) -> None:
        self.shown = b""
        self.process = subprocess.Popen(
            COMMAND,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=stdin,
            stdout=output if stdin == output else subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.output = output if stdin == output else self.process.stdout.fileno()

    def read_until(self, pattern: bytes, seconds: float = 20) -> re.Match[bytes]:
        """Read on until the pattern is there; fail when time is up or there is no more."""
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.shown)):
            ready, _, _ = select.select([self.output], [], [], max(0, end - time.monotonic()))
            chunk = os.read(self.output, 4096) if ready else b""
            assert chunk, f"{pattern!r} is not in:\n{self.shown.decode()}"
            self.shown += chunk
        return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project's folder: its config, with no upstream and a state of its own."""
    shutil.copytree(ROOT / "config", tmp_path / "config", ignore=shutil.ignore_patterns("state"))
    database = f"sqlite:///{tmp_path / 'state.sqlite'}"
    (tmp_path / "config" / "bot.yaml").write_text(settings(database))
    return tmp_path


@pytest.fixture
def no_leftovers(folder: Path) -> Iterator[None]:
    """Afterwards, no process has this folder as its own."""
    yield
    end = time.monotonic() + 5
    while left := _processes_in(folder):
        assert time.monotonic() < end, left
        time.sleep(0.05)


def _processes_in(folder: Path) -> dict[int, bytes]:
    """The running processes that have this folder as their own, and their command lines."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "cwd").readlink() == folder:
                found[int(process.name)] = (process / "cmdline").read_bytes()
    return {pid: command for pid, command in found.items() if command}


@pytest.fixture
def terminal(folder: Path, no_leftovers: None) -> Iterator[tuple[Terminal, int]]:
    """The room in a terminal, and the keyboard's end of it."""
    keyboard, screen = pty.openpty()
    room = Terminal(folder, screen, screen)
    room.output = keyboard
    yield room, keyboard
    room.process.kill()
    room.process.wait()
    os.close(keyboard)
    os.close(screen)


@pytest.fixture
def unattended(folder: Path, no_leftovers: None) -> Iterator[Terminal]:
    """The room without a terminal and without input."""
    room = Terminal(folder, subprocess.DEVNULL, subprocess.PIPE)
    yield room
    room.process.kill()
    room.process.wait()


@pytest.mark.parametrize("ending", ["ctrl-c", "/quit", "end of input"])
def test_one_types_and_reads_and_leaves(terminal: tuple[Terminal, int], ending: str) -> None:
    room, keyboard = terminal
    room.read_until(OPEN)
    os.write(keyboard, b"!week\n")
    room.read_until(rb"<glancebot> \S+")
    os.write(keyboard, b"/msg glancebot week\n")
    room.read_until(rb"<glancebot> \(to you alone\) \S+")
    if ending == "ctrl-c":
        os.killpg(room.process.pid, signal.SIGINT)
    else:
        os.write(keyboard, b"/quit\n" if ending == "/quit" else b"\x04")
    assert room.process.wait(10) == 0


@pytest.mark.asyncio
async def test_without_a_terminal_it_stays_and_shows_the_channel(unattended: Terminal) -> None:
    found = await asyncio.to_thread(unattended.read_until, rb"port (\d+)")
    await asyncio.to_thread(unattended.read_until, OPEN)
    alice = await Person.join(Server("miniircd", int(found[1]), unattended.process), "alice")
    await alice.ask("!week")
    await asyncio.to_thread(unattended.read_until, rb"<alice> !week\n<glancebot> \S+")
    await alice.leave()
    assert unattended.process.poll() is None
    unattended.process.send_signal(signal.SIGTERM)
    assert unattended.process.wait(10) == 0


def test_lines_of_a_pipe_are_spoken_and_answered(folder: Path, no_leftovers: None) -> None:
    done = subprocess.run(
        COMMAND, cwd=folder, input=b"!week\n!sources", capture_output=True, timeout=40
    )
    assert done.returncode == 0
    assert re.search(rb"<you> !week\n(.*\n)*<glancebot> \S+", done.stdout)


def test_a_killed_room_leaves_nothing_running(unattended: Terminal) -> None:
    unattended.read_until(OPEN)
    unattended.process.kill()


@pytest.mark.parametrize("victim", [b"limnoria", b"miniircd"])
def test_the_room_ends_when_a_part_of_it_does(
    unattended: Terminal, folder: Path, victim: bytes
) -> None:
    unattended.read_until(OPEN)
    for pid, command in _processes_in(folder).items():
        if victim in command:
            os.kill(pid, signal.SIGKILL)
    unattended.read_until(b"has ended by itself|has hung up")
    assert unattended.process.wait(10) == 1


def test_what_is_wrong_in_the_configuration_is_said(folder: Path, no_leftovers: None) -> None:
    (folder / "config" / "bot.yaml").write_text("upstreems: {}\n")
    done = subprocess.run(
        COMMAND, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=40
    )
    assert done.returncode != 0
    assert b"upstreems" in done.stdout + done.stderr


def test_one_is_the_liaison_and_a_reminder_comes_due(
    terminal: tuple[Terminal, int],
) -> None:
    room, keyboard = terminal
    room.read_until(OPEN)
    assert room.shown.count(b"\n", room.shown.index(b"This is ")) <= 4
    for typed, shown in (
        (b"!plan m2 12 January", rb"<glancebot> That is for the PTL"),
        (b"/at 2026-12-01 09:00", rb"\* the bot is there"),
        (b"/as nobody", rb"Be one of these: /as passer-by, /as liaison, /as ptl\."),
        (b"/as liaison", rb"\* you is pdeore now"),
        (b"!plan m2 12 January", rb"<glancebot> Indri-2 milestone is planned for Tue 2027-01-12"),
        (b"!mute 1m", rb"<glancebot> Silent in #openstack-glance until 2026-12-01 09:"),
        (b"!deadline add review day 14 January", rb"<glancebot> The team has a new deadline"),
        (b"/as passer-by", rb"\* pdeore is you now"),
        (b"!deadline drop review day", rb"(?s)new deadline.*<glancebot> That is for the PTL"),
        (b"/at 2027-01-12 09:59", rb"(?s)2027-01-12 09:59 UTC.*\* the bot is there"),
        (b"/faster 60", rb"(?s)60 times as fast.*\* the bot is there"),
    ):
        os.write(keyboard, typed + b"\n")
        room.read_until(shown, 40)
    room.read_until(rb"<glancebot> [^\n]*Indri-2 milestone was planned for today", 40)
    os.write(keyboard, b"/faster x\n")
    room.read_until(rb"Say it as /at 2027-01-12 09:59")
    os.write(keyboard, b"/quit\n")
    assert room.process.wait(10) == 0
