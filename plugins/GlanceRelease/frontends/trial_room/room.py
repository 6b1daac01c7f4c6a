"""`make run`: an IRC server, the bot and a console in one terminal, and nothing left after it."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from string import Template

from ...configuration.settings import BadConfiguration
from .console import Speaking, input_lines, say, show, spoken
from .guest import Guest, ServerLine
from .parts_played import PASSER_BY, NotPlayed, PlayedTime, nick_of, people_of, users_file
from .ports import free_port

BOT, NICK, CHANNEL = "glancebot", PASSER_BY, "#openstack-glance"
START = 30.0  # seconds in which the bot must be there
QUIET = 3.0  # seconds of silence after which the lines of a pipe have had their answers
FAREWELL = 3.0  # seconds that a child gets to end before it is killed

GREETING = """\
This is {channel}, the bot is {bot}, you are "{nick}", a passer-by: !deadlines, !freeze, !plan.
Be somebody: /as liaison, /as ptl, /as passer-by; then !plan m2 12 January, !deadline add, !mute 2h.
Another time: /at 2027-01-12 09:59 (UTC), /faster 60 (an hour a minute), and reminders come due.
"/msg {bot} help" in private; any IRC client: 127.0.0.1, port {port}. Ctrl-C or /quit ends it."""


class TrialError(Exception):
    """Why the room cannot open, or had to close."""


class TrialRoom:
    """It is over, with an exit status, as soon as one of its parts says so."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".run" / "trial"
        self.port = free_port()
        self.ready = asyncio.Event()
        self.typed: asyncio.Queue[str | None] = asyncio.Queue()
        self.heard = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        self.over: asyncio.Future[int] = self.loop.create_future()
        self.parts: list[asyncio.Task[int | None]] = []
        self.children: list[asyncio.subprocess.Process] = []
        self.people: dict[str, str] = {}
        self.time = PlayedTime.of(os.environ, self.folder / "state")

    async def run(self) -> int:
        """Stay until a signal, /quit, the end of the input or the end of a child."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self.loop.add_signal_handler(number, self._leave, 0)
        self._part(self._open())
        try:
            return await self.over
        finally:
            for part in self.parts:
                part.cancel()
            await asyncio.gather(*map(_end, self.children))

    def _leave(self, status: int) -> None:
        if not self.over.done():
            self.over.set_result(status)

    def _part(self, work: Coroutine[None, None, int | None]) -> None:
        """Let a part run: the status that it returns, or its error, ends the room."""

        def finished(part: asyncio.Task[int | None]) -> None:
            if part.cancelled() or self.over.done():
                return
            error = part.exception()
            if error is not None:
                self.over.set_exception(error)
            elif (status := part.result()) is not None:
                self.over.set_result(status)

        self.parts.append(asyncio.create_task(work))
        self.parts[-1].add_done_callback(finished)

    async def _open(self) -> None:
        as_root = os.getuid() == 0
        configuration = self._configuration()
        where = ["--listen", "127.0.0.1", "--ports", str(self.port)]
        owner = ["--setuid", "root"] if as_root else []
        await self._child("the IRC server", [sys.executable, "-m", "miniircd", *where, *owner])
        guest = await self._enter()
        self._part(self._listen(guest))
        program = Path(sys.executable).with_name("limnoria")
        consent = ["--allow-root"] if as_root else []
        self.bot_command = [str(program), *consent, str(configuration)]
        await self._child("the bot", self.bot_command)
        self._part(self._speak(guest))
        threading.Thread(target=self._read_input, daemon=True).start()

    def _read_input(self) -> None:
        """In a thread, since a loop cannot watch a file: hand over each line, None at the end."""
        with contextlib.suppress(RuntimeError):  # the room is over, and its loop closed
            for line in input_lines():
                self.loop.call_soon_threadsafe(self.typed.put_nowait, line)
            self.loop.call_soon_threadsafe(self.typed.put_nowait, None)

    def _configuration(self) -> Path:
        """The bot's copy of config/trial.conf, in a fresh folder."""
        template = self.root / "config" / "trial.conf"
        if not template.is_file():
            raise TrialError(f"{template} is missing: start the room in the project's folder.")
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "conf").mkdir(parents=True)
        for name in ("users", "channels", "networks", "ignores"):
            (self.folder / "conf" / f"{name}.conf").touch()  # else the log complains of each
        self.people = self._people()
        (self.folder / "conf" / "users.conf").write_text(users_file(self.people))
        folder = str(self.folder).encode("unicode_escape").decode()  # as Limnoria reads it
        copy = self.folder / "limnoria.conf"
        copy.write_text(Template(template.read_text()).substitute(port=self.port, run=folder))
        return copy

    def _people(self) -> dict[str, str]:
        """Who one can be; where the configuration can't be used the bot says why."""
        try:
            return people_of(self.root / "config")
        except BadConfiguration:
            return {"passer-by": NICK}

    async def _anew(self, command: str, words: str) -> None:
        """Another time for the bot: it is ended, and starts with what it knew."""
        told = self.time.set(command, words)
        show(told)
        bot = self.children.pop()
        self.ready.clear()
        await _end(bot)
        await self._child("the bot", self.bot_command)
        async with asyncio.timeout(START):
            await self.ready.wait()
        show("* the bot is there")

    async def _play(self, guest: Speaking, text: str) -> bool:
        """Follow a line that changes who one is or which time it is; False for any other."""
        command, _, words = text.partition(" ")
        try:
            if command == "/as":
                guest.be(nick_of(self.people, words))
            elif command in ("/at", "/faster"):
                await self._anew(command, words)
            else:
                return False
        except NotPlayed as trouble:
            show(str(trouble))
        except TimeoutError:
            raise TrialError("the bot did not come." + self._complaints()) from None
        return True

    async def _child(self, name: str, command: list[str]) -> None:
        """Start a process in a group of its own; its output is shown, its end is the room's."""
        child = await asyncio.create_subprocess_exec(
            *command,
            cwd=self.root,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=self.time.environment(),
            start_new_session=True,
            preexec_fn=_dies_with(os.getpid()),
        )
        self.children.append(child)
        self._part(self._watch(name, child))

    async def _watch(self, name: str, child: asyncio.subprocess.Process) -> int | None:
        assert child.stdout is not None
        async for line in child.stdout:
            show(f"[{name}] {line.decode(errors='replace')}")
        status = await child.wait()
        if child not in self.children:  # it was ended to start anew
            return None
        raise TrialError(f"{name} has ended by itself (status {status})." + self._complaints())

    def _complaints(self) -> str:
        """What the bot's log says, without what is well."""
        log = self.folder / "logs" / "messages.log"
        lines = log.read_text(errors="replace").splitlines() if log.is_file() else []
        return "\n".join(["", *(line for line in lines if not line.startswith("INFO "))])

    async def _enter(self) -> Guest:
        """Join the server, which takes a moment to listen."""
        while True:
            try:
                return await Guest.enter(self.port, NICK, CHANNEL)
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)

    async def _listen(self, guest: Guest) -> None:
        """Show what is said; when the bot joins, ask whether its plugin is there."""
        async for line in guest.lines():
            if self.ready.is_set():
                self._hear(line)
            elif line.sender == BOT and line.command == "JOIN":
                guest.tell(BOT, "list")
            elif line.sender == BOT and line.command in ("PRIVMSG", "NOTICE"):
                if "GlanceRelease" not in line.text:
                    raise TrialError("the bot runs without its plugin." + self._complaints())
                self.ready.set()
        raise TrialError("the IRC server has hung up.")

    def _hear(self, line: ServerLine) -> None:
        shown = spoken(line)
        if shown:
            self.heard.set()
            show(shown)

    async def _speak(self, guest: Guest) -> int | None:
        """Say what is typed or piped in, once the bot is there."""
        try:
            async with asyncio.timeout(START):
                await self.ready.wait()
        except TimeoutError:
            raise TrialError("the bot did not come." + self._complaints()) from None
        if now := os.environ.get("GLANCE_RELEASE_NOW"):
            show(f"The bot's clock started at {now}.")
        show(GREETING.format(channel=CHANNEL, bot=BOT, nick=NICK, port=self.port))
        return await self._follow_input(guest)

    async def _follow_input(self, guest: Speaking) -> int | None:
        """Do what is typed, to its end; what was piped in waits for its answers."""
        spoken = False
        while (text := await self.typed.get()) is not None:
            if text == "/quit":
                return 0
            if await self._play(guest, text):
                continue
            spoken = say(guest, text) or spoken
        if sys.stdin.isatty():
            return 0
        return await self._answered() if spoken else None

    async def _answered(self) -> int:
        """Wait until a silence tells that piped lines have had their answers."""
        with contextlib.suppress(TimeoutError):
            while True:
                self.heard.clear()
                async with asyncio.timeout(QUIET):
                    await self.heard.wait()
        return 0


def _dies_with(parent: int) -> Callable[[], None] | None:
    """What a child does first, on Linux, so that even a killed room leaves nothing running."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def prepare() -> None:
        libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)

    return prepare


async def _end(child: asyncio.subprocess.Process) -> None:
    """End a child and all that it started: politely, then by force."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, number)
            async with asyncio.timeout(FAREWELL):
                await child.wait()
        except (ProcessLookupError, TimeoutError):
            continue


async def _main() -> int:
    return await TrialRoom(Path.cwd()).run()


def main() -> int:
    """Run the room on IRC."""
    return opened(_main)


def opened(run: Callable[[], Coroutine[None, None, int]]) -> int:
    """Run a room; the exit status is 0 unless it could not open or fell apart."""
    try:
        return asyncio.run(run())
    except TrialError as trouble:
        print(f"The trial room closes: {trouble}", file=sys.stderr, flush=True)
    except BrokenPipeError:  # nobody reads on; Python must not complain of that when it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


if __name__ == "__main__":
    sys.exit(main())
