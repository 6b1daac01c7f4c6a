"""The real bot as a process: Limnoria with the plugin, on a real IRC server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from kit.irc.servers import Server

ROOT = Path(__file__).parents[3]
NICK, CHANNEL = "glancebot", "#openstack-glance"
NOWHERE = "http://127.0.0.1:9"

# As config/limnoria.conf, without what is there for OFTC's sake: a test asks many times at once.
REGISTRY = {
    "supybot.nick": NICK,
    "supybot.ident": NICK,
    "supybot.networks": "test",
    "supybot.networks.test.servers": "127.0.0.1:{port}",
    "supybot.networks.test.ssl": "False",
    "supybot.networks.test.channels": CHANNEL,
    "supybot.reply.whenAddressedBy.chars": "!",
    "supybot.reply.whenNotCommand": "False",
    "supybot.reply.withNickPrefix": "False",
    "supybot.reply.withNoticeWhenPrivate": "False",
    "supybot.commands.nested": "False",
    "supybot.commands.quotes": "",
    "supybot.commands.defaultPlugins.help": "GlanceRelease",
    "supybot.capabilities.default": "False",
    "supybot.plugins.User.customWhoamiError": "I don't know you. An owner says in private: identify"
    " NAME PASSWORD",
    "supybot.capabilities": "-owner -admin -trusted misc help misc.help"
    " list misc.list more misc.more ping misc.ping user identify user.identify whoami user.whoami",
    "supybot.protocols.irc.throttleTime": "0.0",
    "supybot.abuse.flood.command": "False",
    "supybot.abuse.flood.command.invalid": "False",
    "supybot.drivers.poll": "0.1",
    "supybot.drivers.minReconnectWait": "1",
    "supybot.directories.conf": "{folder}/conf",
    "supybot.directories.data": "{folder}/data",
    "supybot.directories.data.tmp": "{folder}/data/tmp",
    "supybot.directories.data.web": "{folder}/data/web",
    "supybot.directories.backup": "{folder}/backup",
    "supybot.directories.log": "{folder}/logs",
    "supybot.directories.plugins": f"{ROOT}/plugins",
    "supybot.log.stdout": "False",
    "supybot.plugins.Misc": "True",
    "supybot.plugins.User": "True",
    "supybot.plugins.Config": "True",
    "supybot.plugins.GlanceRelease": "True",
    "supybot.plugins.GlanceRelease.configuration": "{folder}/config",
}

# Whoever has the nick "owner" may reload plugins.
OWNER = """
user 1
  name owner
  ignore False
  secure False
  hashed False
  password owner
  capability owner
  hostmask owner!*@*
"""


def settings(database: str, upstream: str = NOWHERE, gerrit: str = "") -> str:
    """A bot.yaml with all upstreams at one address, so that no test ever leaves the machine; Gerrit
    may have another one."""
    return (
        "upstreams:\n"
        f"  opendev: {upstream}\n"
        f"  gerrit: {gerrit or upstream}/gerrit\n"
        f"  zuul: {upstream}/zuul/api/tenant/openstack\n"
        f"  launchpad: {upstream}/launchpad/devel\n"
        f"database: {database}\n"
    )


class Bot:
    """One bot with a folder of its own; it may be started, ended and started again there.

    `registry` changes or (with None) removes lines of REGISTRY; `now` and `speed` set its clock;
    `upstream` is the address at which opendev and the others are, by default one where nobody is,
    and `gerrit` another one for Gerrit alone; `database` is another than SQLite in its folder;
    `python` is the interpreter of another environment.
    """

    def __init__(
        self,
        server: Server,
        folder: Path,
        *,
        upstream: str = NOWHERE,
        gerrit: str = "",
        database: str = "",
        now: str = "",
        speed: float = 1.0,
        registry: Mapping[str, str | None] | None = None,
        environment: Mapping[str, str] | None = None,
        config: Path = ROOT / "config",
        python: str = sys.executable,
    ) -> None:
        self.server = server
        self.python = python
        self.folder = folder
        self.registry = {**REGISTRY, **(registry or {})}
        clock = {"GLANCE_RELEASE_NOW": now, "GLANCE_RELEASE_SPEED": str(speed)} if now else {}
        self.environment = {**os.environ, **clock, **(environment or {})}
        self.process: subprocess.Popen[bytes] | None = None
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "conf").mkdir(parents=True)
        (folder / "conf" / "users.conf").write_text(OWNER)
        for name in ("channels", "networks", "ignores"):
            (folder / "conf" / f"{name}.conf").touch()  # else the log complains of each
        self.config = folder / "config"
        shutil.copytree(config, self.config, ignore=shutil.ignore_patterns("state", "*.conf"))
        self.database = database or f"sqlite:///{folder / 'state.sqlite'}"
        (self.config / "bot.yaml").write_text(settings(self.database, upstream, gerrit))

    @property
    def channel(self) -> str:
        """The first channel of its registry."""
        return (self.registry["supybot.networks.test.channels"] or CHANNEL).split()[0]

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def log(self) -> str:
        """All that it has logged since it was first started, and what it wrote outside the log."""
        files = (self.folder / "logs" / "messages.log", self.folder / "output")
        return "".join(file.read_text(errors="replace") for file in files if file.exists())

    def start(self, seconds: float = 20) -> Bot:
        """Start it, and return when it has joined its channel with its plugin loaded."""
        before = self._joins()
        self._launch()
        self.wait_joined(before + 1, seconds)
        if "Failed to load GlanceRelease" in self.log:
            raise AssertionError(f"the plugin is not loaded:\n{self.log}")
        return self

    def start_outside(self, words: str, seconds: float = 20) -> None:
        """Start it where it is not to join; returns a while after its log had these words."""
        before, end = self._joins(), time.monotonic() + seconds
        self._launch()
        while words not in self.log:
            assert time.monotonic() < end, f"the bot never logged {words!r}:\n{self.log}"
            time.sleep(0.02)
        time.sleep(0.5)
        assert self._joins() == before, f"the bot did join {self.channel}:\n{self.log}"

    def _launch(self) -> None:
        values = {"port": self.server.port, "folder": self.folder}
        registry = "".join(
            f"{name}: {value.format(**values)}\n"
            for name, value in self.registry.items()
            if value is not None
        )
        (self.folder / "limnoria.conf").write_text(registry)
        program = Path(self.python).with_name("limnoria")
        consent = ["--allow-root"] if os.getuid() == 0 else []
        with (self.folder / "output").open("ab") as output:
            self.process = subprocess.Popen(
                [str(program), *consent, str(self.folder / "limnoria.conf")],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_joined(self, times: int = 1, seconds: float = 20) -> None:
        """Return when it has joined its channel that often, in all of its lives."""
        end = time.monotonic() + seconds
        while self._joins() < times:
            assert self.process is not None
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"the bot did not join {self.channel}:\n{self.log}")
            time.sleep(0.02)

    def _joins(self) -> int:
        return self.log.count(f"Join to {self.channel} on test synced")

    def terminate(self, seconds: float = 5) -> float:
        """SIGTERM, as systemd does; how long it took to end, or TimeoutExpired."""
        assert self.process is not None
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(seconds)
        return time.monotonic() - began

    def kill(self) -> None:
        """SIGKILL: it gets no chance to write anything down."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(5)

    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.pid}/task").iterdir()))

    def open_files(self) -> int:
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    def memory(self) -> int:
        """Resident memory, in bytes."""
        pages = Path(f"/proc/{self.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGESIZE")
