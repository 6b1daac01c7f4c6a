"""A real Synapse on loopback, in the environment that `make` installs for it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from GlanceRelease.frontends.trial_room.homeserver import (
    NAME,
    command,
    configure,
    synapses_python,
)
from GlanceRelease.frontends.trial_room.ports import free_port
from kit.irc.bot import ROOT
from kit.irc.servers import wait_for_port

PYTHON = synapses_python(ROOT)
START_SECONDS = 60


class Homeserver:
    """One Synapse with a folder of its own; it may be ended and started again there."""

    def __init__(self, folder: Path, limits: dict[str, Any] | None = None) -> None:
        self.name = NAME
        self.port = free_port()
        self.folder = folder
        self._configuration = configure(folder, self.port, limits)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Homeserver:
        """Start it; returns when it answers."""
        self._process = subprocess.Popen(
            command(PYTHON, self._configuration),
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": "", "SYNAPSE_CACHE_FACTOR": "0.5"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for_port(self.port, self._process, START_SECONDS)
        return self

    def kill(self) -> None:
        """As by a power cut."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    @property
    def log(self) -> str:
        file = self.folder / "synapse.log"
        return file.read_text(errors="replace") if file.exists() else ""


@contextmanager
def homeserver(limits: dict[str, Any] | None = None) -> Iterator[Homeserver]:
    """A Synapse that is gone with its files at the end; without its limits unless told."""
    folder = Path(mkdtemp(prefix="synapse-"))
    server = Homeserver(folder, limits)
    try:
        yield server.start()
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
