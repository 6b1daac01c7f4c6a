"""The Limnoria face: a method for each row of the command table, and the door by which the
outbox speaks.

Limnoria has one thread, the bot's loop another. Answers read a frozen snapshot; notes and look-ups
go in with `LoopThread.submit`; what comes back comes out through `supybot.schedule`, and what
follows runs in Limnoria's thread.
"""

from __future__ import annotations

import atexit
import dataclasses
from collections.abc import Callable
from typing import Any

from supybot import callbacks, world
from supybot import log as supybot_log
from supybot.commands import optional, wrap

from . import config  # noqa: F401  it registers the values
from .app import App
from .domain.messages.doc import Doc
from .domain.moment import Moment
from .domain.people.roles import SELF, Asker
from .duties.meeting.heard_lines import ChannelLine
from .front_ends import WaysOut
from .frontends.irc import limnoria_log
from .frontends.irc.configured import configured
from .frontends.irc.connect_passwords import Passwords
from .frontends.irc.delivery import IrcDoor, in_limnoria
from .frontends.irc.identity import Identities
from .frontends.irc.membership import ChannelMembership
from .frontends.irc.owner_notice import OwnerNotice
from .frontends.irc.owner_only import CommandGate
from .frontends.irc.private_words import PrivateWords
from .frontends.irc.question_limits import Questions, put_first
from .frontends.irc.reconnect import Watchdog
from .frontends.irc.send_queue import FIRST, give_back, outgoing
from .frontends.irc.vouched_speakers import MeetingListener
from .registry import COMMANDS, Ask, Command, Reply, not_kept, reply, row_of
from .render.irc import LINES_IN_CHANNEL, render, room
from .service.running.loop import LoopThread
from .service.storage.errors import NoDatabase

START_SECONDS = 20
STOP_SECONDS = 1.0  # SIGTERM has two, for this and the thread's end
THREAD_SECONDS = 0.5


class GlanceRelease(PrivateWords, CommandGate, Passwords, ChannelMembership, callbacks.Plugin):  # type: ignore[misc]
    """Remembers a team's release deadlines: `deadlines`, `next`, `when`, `week`, `freeze` and
    more; `help` has the table. It speaks unasked in the teams' channels only."""

    def __init__(self, irc: Any) -> None:
        super().__init__(irc)
        self._door = IrcDoor()
        self._identities = Identities(self._then, self._has_services)
        self._door.asks = self._identities.who_is
        self._questions = Questions(self._trusts)
        self._meeting_ears = MeetingListener(self._identities, self._heard)
        self._loop: LoopThread | None = None
        limnoria_log.attach()
        limnoria_log.hide_passwords()
        settings, clock = configured(self.registryValue("configuration"))
        self._owners_word = OwnerNotice(
            lambda: self.app.no_memory, lambda: self.app.machine_clock.now()
        )
        self._watchdog = Watchdog(self.registryValue("welcomeSeconds"), self._door.is_in)
        self._door.outside = self._watchdog.outside
        self._loop = LoopThread("GlanceRelease")
        try:
            ways_out = WaysOut(settings, self._door)
            self.app = App(settings, clock, ways_out.door)
            self.app.speaking = lambda: self.registryValue("speak")
            self.app.set_back = lambda step: in_limnoria(
                lambda: self._watchdog.set_back(step.total_seconds())
            )
            self._loop.submit(self.app.start()).result(START_SECONDS)
            self._loop.submit(ways_out.open(self.app)).result(START_SECONDS)
            self._find_channels()
            self._watchdog.start()
            self._questions.start()
            self._owners_word.start()
        except NoDatabase as error:
            self._stop()
            raise callbacks.Error(f"Failed to load GlanceRelease: {error}") from None
        except BaseException:
            self._stop()
            raise
        atexit.register(self._stop)  # SIGTERM never calls die()

    def _find_channels(self) -> None:
        """After a reload the bot is in its channels already."""
        for network in world.ircs:
            if getattr(network.driver, "connected", False):
                for channel, state in network.state.channels.items():
                    if network.nick in state.users:
                        self._door.joined(network, channel)

    def die(self) -> None:
        """Stop the loop and its thread; Limnoria calls this on unload, reload and quit."""
        try:
            atexit.unregister(self._stop)
            self._stop()
        finally:
            super().die()

    def _stop(self) -> None:
        loop, self._loop = self._loop, None
        if loop is None:
            return
        try:
            self._watchdog.stop()
            self._questions.stop()
            give_back()
            self._owners_word.stop()
            self._door.close()
            if hasattr(self, "app"):
                loop.submit(self.app.stop()).result(STOP_SECONDS)
        except Exception:
            supybot_log.exception("GlanceRelease: stopping:")
        finally:  # whatever happens, the thread ends
            if not loop.stop(THREAD_SECONDS):
                supybot_log.error("GlanceRelease: its thread does not end")

    # Limnoria puts a logger in the place of an attribute called "log", which is a command of ours,
    # so commands are looked up in the table and on the class.

    def isCommandMethod(self, name: str) -> bool:  # noqa: N802  Limnoria's name
        """Whether it is a row of the table; Limnoria asks for every word that might be one."""
        return name in COMMANDS

    def getCommandMethod(self, command: list[str]) -> Any:  # noqa: N802
        """The method of a row, also when it is addressed as "glancerelease log"."""
        return getattr(type(self), command[-1]).__get__(self)

    # -- answers ------------------------------------------------------------------------------

    def answer_command(self, irc: Any, msg: Any, command: Command, words: str) -> None:
        """Say the command's answer where it was asked, as soon as it is known who asks: where
        that matters and only services can tell, the server is asked first."""
        text = f"{command.name} {words}"
        if msg.channel is None:
            self._door.heard(irc, msg.nick)
        account = msg.server_tags.get("account")
        host = f"{msg.user}@{msg.host}"
        anybody = Ask(msg.nick, account, channel=msg.channel, network=irc.network, address=host)
        text, anybody = self.app.addressed(text, anybody)
        command, words = row_of(text, command)
        if self.app.is_echo(text, anybody):
            return
        if not command.asks_who(words, msg.channel):
            self._answer_admitted(irc, msg, text, anybody)
            return
        channels = self.app.team_of(anybody).channels
        theirs = f"{channels[0]} " if anybody.team and not words.startswith("#") else ""
        is_own = command.needs_right(words) in ("", SELF)
        asker = self._identities.at_hand(irc, msg, channels, theirs + words, is_remembered=is_own)
        ask = dataclasses.replace(anybody, **vars(asker))
        if not self.app.depends_on_nick(text, ask):
            self._answer_admitted(irc, msg, text, ask)
            return
        # Under the nick of somebody with a right it is asked at once who it is, and counted after.
        is_awaited = self.app.has_any_right(
            dataclasses.replace(ask, verified=True)
        ) and not self._questions.is_known_in_vain(irc, msg)
        if not is_awaited and not self._questions.admits(irc, msg):
            return
        put_first(msg, is_awaited)

        def follow(asker: Asker | None) -> None:
            known = ask
            if asker is not None:
                known = dataclasses.replace(ask, account=asker.account, verified=asker.verified)
            put_first(msg, self.app.has_any_right(known))
            if asker is not None and not msg.tagged(FIRST):
                self._questions.in_vain(irc, msg)
            if is_awaited and not self._questions.admits(irc, msg):
                return
            if asker is None and not self.app.serves_anybody(text, ask):
                self._say(irc, msg, reply("The network did not tell in time who you are; again?"))
                return
            self._answer(irc, msg, text, known)

        self._identities.verify(irc, msg, follow)

    def _has_services(self, network: str) -> bool:
        return bool(self.registryValue("services", network=network))

    def _trusts(self, irc: Any, msg: Any) -> bool:
        """Whether somebody with a right in the team or an admin of the bot's wrote it, as far as
        that is at hand."""
        ask = Ask(msg.nick, channel=msg.channel)
        asker = self._identities.at_hand(irc, msg, self.app.team_of(ask).channels, "")
        return "admin" in asker.standing or self.app.has_any_right(
            dataclasses.replace(ask, **vars(asker))
        )

    def _answer_admitted(self, irc: Any, msg: Any, text: str, ask: Ask) -> None:
        if self._questions.admits(irc, msg):
            self._answer(irc, msg, text, ask)

    def _answer(self, irc: Any, msg: Any, text: str, ask: Ask) -> None:
        """Say the answer; what it asks to be kept is on disk before it is said."""
        reply = self.app.ask(text, ask)
        if not reply.notes and self._questions.is_served(irc, msg, text, reply.doc, reply.private):
            return
        if reply.lookup is not None:
            self._look_up(irc, msg, reply, ask)
        if reply.fresh:
            self._follow_up(irc, msg, text, reply, ask)
        if not reply.notes:
            self._say(irc, msg, reply)
            return
        self._then(self.app.act(text, ask), lambda done: self._kept(irc, msg, done))

    def _kept(self, irc: Any, msg: Any, done: Any) -> None:
        if done.exception() is None:
            self._say(irc, msg, done.result())
            return
        error = done.exception()
        if isinstance(error, NoDatabase):
            words = not_kept(error.reason)
        else:
            supybot_log.error("GlanceRelease: not kept: %s (%s)", error, type(error).__name__)
            words = "That could not be written down, so it is not done; my log has the reason."
        irc.reply(words, prefixNick=False)

    def _say(self, irc: Any, msg: Any, reply: Reply) -> None:
        self.app.gave(reply)
        private = reply.private or msg.channel is None
        most = room(msg.nick if private else msg.channel, irc.prefix)
        lines = render(reply.doc, private, most)
        for text in lines[:LINES_IN_CHANNEL]:
            # A rendered line fits: Limnoria need not measure its prefix and split it.
            irc.reply(text, prefixNick=False, private=private or None, noLengthCheck=True)
        if len(lines) > LINES_IN_CHANNEL:
            outgoing(irc.getRealIrc()).later(msg, lines[LINES_IN_CHANNEL:])

    def _look_up(self, irc: Any, msg: Any, reply: Reply, ask: Ask) -> None:
        """Ask the source outside the snapshot; its answer follows where the reply went."""
        assert self._loop is not None
        assert reply.lookup is not None
        say = self._later(irc, msg, reply)
        self._loop.submit(self.app.look_up(reply.lookup, ask, say, reply.given))

    def _follow_up(self, irc: Any, msg: Any, text: str, reply: Reply, ask: Ask) -> None:
        """Ask anew for what the answer rests on; one that is changed by it follows."""
        assert self._loop is not None
        self._loop.submit(self.app.follow_up(text, reply, ask, self._later(irc, msg, reply)))

    def _later(self, irc: Any, msg: Any, reply: Reply) -> Callable[[Doc], None]:
        return lambda message: in_limnoria(
            lambda: self._say(irc, msg, Reply(message, reply.private))
        )

    def _then(self, work: Any, follow: Callable[[Any], None]) -> None:
        """Run a coroutine on the loop, then `follow` with its future in Limnoria's thread."""
        assert self._loop is not None
        self._loop.submit(work).add_done_callback(lambda done: in_limnoria(lambda: follow(done)))

    # -- what the network says ----------------------------------------------------------------

    def doPrivmsg(self, irc: Any, msg: Any) -> None:  # noqa: N802
        """A line of a channel; those by which meetings begin and end, and actions, are kept."""
        now = self.app.clock.now()
        for team in self.app.snapshots.values():
            self._meeting_ears.heard(Moment(team, now), irc, msg)

    def _heard(self, spoken: ChannelLine) -> None:
        if self._loop is not None:
            self._loop.submit(self.app.hear(spoken))


def _method(command: Command) -> Any:
    """Limnoria's form of a row of the table; its docstring is Limnoria's help of the command."""

    def method(self: GlanceRelease, irc: Any, msg: Any, args: Any, words: str | None) -> None:
        self.answer_command(irc, msg, command, words or "")

    method.__name__ = command.name
    method.__doc__ = f"{command.usage or 'takes no arguments'}\n\n{command.summary}"
    return wrap(method, [optional("text")])


for _row in COMMANDS.values():
    setattr(GlanceRelease, _row.name, _method(_row))

if world.testing:
    from . import test  # noqa: F401  supybot-test looks for the cases here

Class = GlanceRelease
