"""READ FIRST: joins the parts. Sources make snapshots, duties answer from them and speak through
the outbox; this is the only module that knows them all."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

from . import duties
from . import registry as commands
from .answering.lookups import ANSWER_SECONDS, changed_answer, look_up
from .answering.snapshots import pictures
from .answering.which_team import meant_team
from .clock import Clock, RunningClock
from .configuration.settings import Settings
from .domain.messages.doc import Doc, doc
from .domain.people.note import Note
from .domain.people.roles import has_any_right
from .domain.snapshot import Snapshot
from .domain.team import Team
from .duties.meeting.meetbot_lines import ChannelLine
from .duties.meeting.minutes import listen
from .registry import Ask, Lookup, Reply
from .service.outbox.front_end import Door, FrontEnd
from .service.outbox.tick import Sees, logged
from .service.running.minute_ticks import MinuteTicks
from .service.running.minute_trigger import MINUTE
from .service.running.store_opening import Opening, Parts
from .service.running.unfinished_work import UnfinishedWork
from .service.storage.no_database import NoDatabase
from .sources.http import Http
from .sources.protocols import PollScope
from .sources.wanted import wanted_sources

duties.load()

FIRST_REFRESH_AFTER = dt.timedelta(seconds=1)  # whoever starts it has the interpreter until then
LOOKING_AFTER_SECONDS = 1.0
LAST_SECONDS = 0.4  # for a database that does not answer, when the bot stops
KEEP_SECONDS = 8.0  # in which who tells something hears that it is kept, or is not
LONGEST_SILENCE = 3 * MINUTE


class App:
    """One bot for all teams: keeps their snapshots, answers, ticks.

    Runs on one asyncio loop; only `ask` may be called from another thread: it reads one frozen
    snapshot and waits for nothing.
    """

    def __init__(self, settings: Settings, clock: Clock, door: Door | None = None) -> None:
        self.settings = settings
        self.clock = clock
        self.machine_clock = RunningClock()
        self.door = door
        self.speaking: Callable[[], bool] = lambda: True
        self.set_back: Callable[[dt.timedelta], None] = lambda step: None
        self.snapshots: Mapping[str, Snapshot] = {
            name: Snapshot(team) for name, team in settings.teams.items()
        }
        self.drafts: dict[tuple[str, str], str] = {}  # the newest of each kind, for the page
        self.last_tick: dt.datetime | None = None
        self._stack = contextlib.AsyncExitStack()
        self._acting = asyncio.Lock()
        self._taking = asyncio.Lock()
        self._heart: MinuteTicks | None = None
        self._jobs = UnfinishedWork()
        self._refreshing: dict[str, asyncio.Task[None]] = {}
        self._parts: Parts | None = None
        self.opening = Opening(settings.database_url, settings.teams, clock, door)
        self.opening.on_trouble = self._show_trouble

    @property
    def parts(self) -> Parts:
        """What `start` opened."""
        assert self._parts is not None, "App.start comes first"
        return self._parts

    async def start(self, beating: bool = True) -> None:
        """Open the store, take over the last good facts, and begin to beat.

        Answers are there when it returns, from stored or bundled facts, before any upstream is
        asked; without a database, too, until there is one. Raises Refused.
        """
        self._stack.push_async_callback(self.opening.close, LAST_SECONDS)
        http = await self._stack.enter_async_context(Http(self.settings.user_agent))
        self._parts = await self.opening.start(http)
        self._watch()
        await self._take_snapshots()
        if beating:
            self._beat()

    async def _remembers(self) -> bool:
        """Whether there is a database still, or is one again: then all goes on as after a start."""
        if self.opening.trouble is None:
            return await self.opening.is_there()
        parts = await self.opening.try_again(self.parts.http)
        if parts is None:
            return False
        async with self._acting:
            self._parts = parts
            self._watch()
            await self._take_snapshots()
        if self._heart is not None:
            self._heart.soon("refresh")
        return True

    def _show_trouble(self) -> None:
        """What is asked from now on is told that there is no database."""
        trouble = self.opening.trouble
        self.snapshots = {
            name: replace(snapshot, no_memory=trouble.reason if trouble else "")
            for name, snapshot in self.snapshots.items()
        }

    def _beat(self) -> None:
        self._heart = MinuteTicks(self.clock, self.machine_clock, lambda step: self.set_back(step))
        self._heart.every_minute("tick", partial(self._jobs.run, self.tick))
        self._heart.every_minute("refresh", self._begin_refresh)
        self._heart.once("first refresh", self._begin_refresh, FIRST_REFRESH_AFTER)
        self._heart.start()

    async def open(self, front_end: Awaitable[FrontEnd]) -> None:
        """Wait until a front end listens; it is closed with everything else."""
        self._stack.push_async_callback((await front_end).cleanup)

    async def _begin_refresh(self) -> None:
        """Refresh each upstream that is not waited for still, and wait for none of them."""
        for upstream in self.parts.refresher.upstreams - self._refreshing.keys():
            work = self._jobs.run(partial(self._refresh, upstream))
            self._refreshing[upstream] = asyncio.create_task(work, name=upstream)
            self._refreshing[upstream].add_done_callback(
                lambda task: self._refreshing.pop(task.get_name(), None)
            )

    async def stop(self) -> None:
        """Stop beating and close everything; what was said is on disk already."""
        await self._jobs.stop()
        if self._heart is not None:
            self._heart.stop()
        await self._stack.aclose()

    def team_of(self, ask: Ask) -> Team:
        """The team that a question is about."""
        present = self.door.present if isinstance(self.door, Sees) else lambda channel: None
        return meant_team(self.settings, self.snapshots, ask, self.clock.now(), present)

    # -- pull -------------------------------------------------------------------------------

    def ask(self, text: str, ask: Ask) -> Reply:
        """The answer to a command, from the snapshot of the channel's team; no I/O, no waiting."""
        team = self.team_of(ask)
        return commands.answer(self.snapshots[team.name], text, ask, self.clock.now())

    async def look_up(self, wanted: Lookup, ask: Ask, say: Callable[[Doc], None]) -> None:
        """Say what a reply's lookup gives, or why it gives nothing, within 30 seconds; and that
        the bot is looking, where it takes more than one."""
        snapshot = self.snapshots[self.team_of(ask).name]
        now = self.clock.now()

        def keep(name: str, text: str) -> None:
            self.drafts[snapshot.team.name, name] = text

        work = look_up(self.parts.http, self.settings, snapshot, wanted, now, keep)
        task = asyncio.create_task(work)
        done, _ = await asyncio.wait({task}, timeout=LOOKING_AFTER_SECONDS)
        if not done:
            say(doc("Looking..."))
        say(await task)

    async def follow_up(
        self, text: str, reply: Reply, ask: Ask, say: Callable[[Doc], None]
    ) -> None:
        """Ask at once for the fact on which an answer rests, and say the answer that it makes
        where that is another one; what does not come within 30 seconds comes with a later poll."""
        team = self.team_of(ask).name
        before, now = self.snapshots[team], self.clock.now()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                if await self.parts.refresher.ask_now(reply.fresh, now, self.machine_clock.now()):
                    await self._take_snapshots()
        news = changed_answer(before, self.snapshots[team], reply.fresh, text, ask, now)
        if news is not None:
            say(news)

    def depends_on_nick(self, text: str, ask: Ask) -> bool:
        """Whether the command needs to know that the nick is the person's own."""
        snapshot = self.snapshots[self.team_of(ask).name]
        return commands.depends_on_nick(snapshot, text, ask)

    def serves_anybody(self, text: str, ask: Ask) -> bool:
        """Whether the command has an answer also where it is not known who asks."""
        return commands.serves_anybody(self.snapshots[self.team_of(ask).name], text, ask)

    def has_any_right(self, ask: Ask) -> bool:
        """Whether who asks may change anything of the team's."""
        return has_any_right(self.snapshots[self.team_of(ask).name], ask)

    async def act(self, text: str, ask: Ask) -> Reply:
        """The answer to a command that changes something, given when its notes are on disk and in
        the snapshot; one after the other, so that of two people the second is told of the first.
        Raises NoDatabase where they can't be kept within some seconds.
        """
        async with self.opening.in_time(KEEP_SECONDS), self._acting:
            reply = self.ask(text, ask)
            if reply.notes:
                team = self.team_of(ask).name
                await self._keep(team, reply.notes)
                if self._heart is not None:  # what is to be announced need not wait a minute
                    self._heart.soon("tick")
        return reply

    async def _keep(self, team: str, notes: Iterable[Note]) -> None:
        """Write what a person told the bot to disk, then show it in the snapshot."""
        await self.parts.store.add_notes(team, notes)
        await self.opening.note_news()
        await self._take_snapshots()

    async def hear(self, spoken: ChannelLine) -> None:
        """Keep what matters of a line in a meeting's channel; lines are heard in their order."""
        with contextlib.suppress(NoDatabase):  # which is logged
            async with self.opening.in_time(KEEP_SECONDS), self._acting:
                for name, snapshot in self.snapshots.items():
                    if spoken.team not in ("", name) or snapshot.no_memory:
                        continue
                    notes = listen(snapshot, spoken, self.clock.now())
                    if notes:
                        await self._keep(name, notes)

    def is_well(self) -> dict[str, bool]:
        """Whether the bot ticks, and whether a line of its would reach some team's channel."""
        last = self.last_tick
        ticking = last is not None and self.clock.now() - last < LONGEST_SILENCE
        door, teams = self.door, self.settings.teams.values()
        connected = door is not None and any(door.ready(team.announce) for team in teams)
        well = {"ticking": ticking, "connected": connected}
        return {**well, "remembering": not self.no_memory}

    @property
    def no_memory(self) -> str:
        """What the bot can't do without its database, and why; empty where it has one."""
        snapshot = self.snapshots[self.settings.default_team.name]
        return commands.no_memory(snapshot) if snapshot.no_memory else ""

    # -- facts ------------------------------------------------------------------------------

    def _watch(self) -> None:
        refresher = self.parts.refresher
        notes = tuple(note for one in self.snapshots.values() for note in one.notes)
        teams = tuple(self.settings.teams.values())
        now = self.clock.now()
        scope = PollScope(self.settings.places, teams, refresher.facts, now, notes=notes)
        refresher.watch(wanted_sources(scope))

    async def refresh(self) -> None:
        """Ask the upstreams whose turn it is, then what their answers made known, and take new
        snapshots where anything changed."""
        await asyncio.gather(*map(self._refresh, self.parts.refresher.upstreams))

    async def _refresh(self, upstream: str) -> None:
        with logged(f"refresh of {upstream}"):
            changed = False
            for _ in range(2):
                now, real_now = self.clock.now(), self.machine_clock.now()
                changed = await self.parts.refresher.refresh(now, real_now, upstream) or changed
                self._watch()
            if changed:
                await self._take_snapshots()

    async def _take_snapshots(self, only_memory: bool = False) -> None:
        """New pictures of everything; with `only_memory` what the rules remember is new. One at a
        time, so that an older picture never takes the place of a newer one."""
        async with self._taking:
            for _ in range(2):  # the second time where the database fails in the first
                with contextlib.suppress(NoDatabase):
                    has = self.opening.trouble is None
                    before, parts = self.snapshots, self.parts
                    fresh = await pictures(self.settings, before, parts, has, only_memory)
                    self.snapshots = fresh
                    break
            self._show_trouble()

    # -- push -------------------------------------------------------------------------------

    async def tick(self) -> None:
        """Ask every rule what is due, enter it into the ledger, and say what is pending;
        `last_tick` is the last one that went well for all teams."""
        if not await self._remembers():
            self.last_tick = self.clock.now()
            return
        speaker = self.parts.speaker
        news, well = await speaker.tick_all(self.snapshots.values(), self.speaking())
        with speaker.faults.logged("the ledger's witness"):
            if news:
                await self.opening.note_news()
        with speaker.faults.logged("new snapshots"):
            await self._take_snapshots(only_memory=not news)
        if well or self.opening.trouble is not None:
            self.last_tick = self.clock.now()
