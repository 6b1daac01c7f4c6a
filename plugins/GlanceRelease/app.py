"""READ FIRST: joins the parts. Sources make snapshots, duties answer from them and speak through
the outbox; this is the only module that knows them all."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Awaitable, Callable
from functools import partial

from . import duties
from .answering import second_answers
from .answering.first_answers import Answers
from .answering.notes import NoteKeeper
from .answering.second_answers import Say
from .answering.snapshots import Snapshots
from .answering.upstream_refresh import UpstreamRefresh
from .clock import Clock, RunningClock
from .configuration.settings import Settings
from .duties.meeting.heard_lines import ChannelLine
from .registry import Answered, Ask, Lookup, Reply
from .service.outbox.front_end import Door, FrontEnd
from .service.running.health import health_of
from .service.running.minute_ticks import MinuteTicks
from .service.running.store_opening import Opening, Parts
from .service.running.unfinished_work import UnfinishedWork
from .sources.http import Http

duties.load()

FIRST_REFRESH_AFTER = dt.timedelta(seconds=1)  # whoever starts it has the interpreter until then
LAST_SECONDS = 0.4  # for a database that does not answer, when the bot stops


class App(Answers):
    """One bot for all teams: keeps their snapshots, answers, ticks.

    Runs on one asyncio loop; only what is inherited, as `ask`, may be called from another thread:
    it reads one frozen snapshot and waits for nothing.
    """

    def __init__(self, settings: Settings, clock: Clock, door: Door | None = None) -> None:
        self.opening = Opening(settings.database_url, settings.teams, clock, door)
        super().__init__(settings, clock, door, Snapshots(settings, clock, self.opening))
        self.machine_clock = RunningClock()
        self.speaking: Callable[[], bool] = lambda: True
        self.set_back: Callable[[dt.timedelta], None] = lambda step: None
        self.drafts: dict[tuple[str, str], str] = {}  # the newest of each kind, for the page
        self.last_tick: dt.datetime | None = None
        self._notes = NoteKeeper(self, self.opening)
        self._work = UnfinishedWork()
        self._refreshing = UpstreamRefresh(self.current, clock, self.machine_clock, self._work)
        self._ticks: MinuteTicks | None = None
        self._stack = contextlib.AsyncExitStack()

    async def start(self, beating: bool = True) -> None:
        """Open the store, take over the last good facts, and begin to beat.

        Answers are there when it returns, from stored or bundled facts, before any upstream is
        asked; without a database, too, until there is one. Raises Refused.
        """
        self._stack.push_async_callback(self.opening.close, LAST_SECONDS)
        http = await self._stack.enter_async_context(Http(self.settings.user_agent))
        await self.current.open(http)
        if beating:
            self._ticks = MinuteTicks(self.clock, self.machine_clock, lambda by: self.set_back(by))
            self._ticks.every_minute("tick", partial(self._work.run, self.tick))
            self._ticks.every_minute("refresh", self._refreshing.begin)
            self._ticks.once("first refresh", self._refreshing.begin, FIRST_REFRESH_AFTER)
            self._ticks.start()

    async def open(self, front_end: Awaitable[FrontEnd]) -> None:
        """Wait until a front end listens; it is closed with everything else."""
        self._stack.push_async_callback((await front_end).cleanup)

    async def stop(self) -> None:
        """Stop beating and close everything; what was said is on disk already."""
        await self._work.stop()
        if self._ticks is not None:
            self._ticks.stop()
        await self._stack.aclose()

    @property
    def parts(self) -> Parts:
        """What `start` opened."""
        return self.current.parts

    def is_well(self) -> dict[str, bool]:
        """Whether the bot ticks, and whether a line of its would reach some team's channel."""
        teams = self.settings.teams.values()
        well = health_of(self.last_tick, self.clock.now(), self.door, teams)
        return {**well, "remembering": not self.no_memory}

    # -- pull: `ask` answers at once; what changes something, or waits for an upstream, follows ---

    async def act(self, text: str, ask: Ask) -> Reply:
        """The answer to a command that changes something, when that is kept. Raises NoDatabase
        where it can't be."""
        reply = await self._notes.act(text, ask)
        if reply.notes:  # what is to be announced need not wait a minute
            self._soon("tick")
        return reply

    async def hear(self, spoken: ChannelLine) -> None:
        """Keep what matters of a line in a meeting's channel."""
        await self._notes.hear(spoken)

    async def look_up(
        self, wanted: Lookup, ask: Ask, say: Say, given: Answered | None = None
    ) -> None:
        """Say what a reply's lookup gives, or why it gives nothing, within 30 seconds."""
        team = self.team_of(ask).name

        def keep(name: str, text: str) -> None:
            self.drafts[team, name] = text

        await second_answers.look_up(self, wanted, ask, say, keep, given)

    async def follow_up(self, text: str, reply: Reply, ask: Ask, say: Say) -> None:
        """Ask at once for the fact on which an answer rests; say the answer if that is another."""
        await second_answers.follow_up(self, text, reply, ask, say, self.machine_clock.now())

    async def refresh(self) -> None:
        """Ask the upstreams whose turn it is, and take new snapshots where anything changed."""
        await self._refreshing.all()

    # -- push -------------------------------------------------------------------------------------

    async def tick(self) -> None:
        """Ask every rule what is due, enter it into the ledger, and say what is pending;
        `last_tick` is the last one that went well for all teams."""
        was_away = self.opening.trouble is not None
        if not await self.current.has_memory():
            self.last_tick = self.clock.now()
            return
        if was_away:
            self._soon("refresh")
        speaker = self.parts.speaker
        news, well = await speaker.tick_all(self.snapshots.values(), self.speaking())
        with speaker.faults.logged("the ledger's witness"):
            if news:
                await self.opening.note_news()
        with speaker.faults.logged("new snapshots"):
            await self.current.take(only_memory=not news)
        if well or self.opening.trouble is not None:
            self.last_tick = self.clock.now()

    def _soon(self, name: str) -> None:
        if self._ticks is not None:
            self._ticks.soon(name)
