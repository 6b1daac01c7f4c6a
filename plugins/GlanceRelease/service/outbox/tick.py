"""Asks every rule what is due, enters it into the ledger, and has it said: one tick of a team.

The running bot and a rehearsal drive this same tick; they differ in clock, store and door only.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from ...clock import Clock
from ...domain.calendar.lead_time import is_day_off
from ...domain.messages.notice import Notice
from ...domain.moment import Moment
from ...domain.people.acknowledged import is_dealt_with
from ...domain.people.note import Note
from ...domain.people.roles import fold, is_theirs, names_of, names_of_person, people_of_team
from ...domain.snapshot import Snapshot
from ...domain.team import Team
from ...registry import RULES
from ..storage.errors import is_no_database
from ..storage.loss_detection import forgotten
from ..storage.remembered import remembered
from ..storage.store import Store, instant, stamp
from .births import births_in, since
from .delivery import DeliveryPolicy
from .facts_behind import FactsBehind
from .front_end import Door, KnowsPresence, present_at, serving
from .ledger import Outbox
from .ledger_rows import BEFORE_FIRST_START, BEFORE_LOSS, key_of
from .recipients import inherited
from .routing import Routes, everybody_s, silences_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TickResult:
    """What a tick did: new rows in the ledger, lines handed out, the notices known now."""

    posted: int
    said: int
    notices: tuple[Notice, ...]


class Speaker:
    """What all teams' rules say, said once; with what the rules want to remember."""

    def __init__(self, store: Store, clock: Clock, door: Door | None) -> None:
        self.outbox = Outbox(store)
        self.faults = Faults()
        self.born = clock.now()
        self._births: dict[str, dt.datetime] = {}
        self._store = store
        self._clock = clock
        self._door = door
        self._memory: dict[str, dict[str, str]] = {}
        self._notes: dict[str, tuple[int, tuple[Note, ...]]] = {}
        self._teams: tuple[Snapshot, ...] = ()
        self._behind: dict[str, FactsBehind] = {}
        self._forgotten: tuple[dt.datetime | None, dt.datetime] | None = None

    async def start(self, teams: Iterable[str], places: Iterable[str] = ()) -> None:
        """Take over what an earlier process remembered. The first one writes down when the bot
        started first (`born`); one in the future, from a clock that was wrong, is corrected, and
        for one that can't be read the instant of the ledger's oldest row is taken. Each of the
        `places` where it speaks has its own."""
        born = await self._store.read_meta("born", instant) or await self._store.first_posted()
        if born is None or born > self.born:
            await self._store.put_meta("born", stamp(self.born))
            born = self.born
        self._births = await births_in(self._store, places, born, self.born)
        self.born = born
        self._forgotten = await forgotten(self._store)
        for team in teams:
            self._memory[team] = await remembered(self._store, team)

    def with_memory(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot with what the rules remember and since when the team's place hears."""
        memory, born = self._memory[snapshot.team.name], self._born_of(snapshot)
        return replace(snapshot, memory=memory, born=born, forgotten=self._forgotten)

    def _born_of(self, snapshot: Snapshot) -> dt.datetime:
        return since(self._births, snapshot.team.announce, self.born)

    def is_current(self, snapshot: Snapshot) -> bool:
        """Whether the snapshot has all of that already."""
        told = (snapshot.born, snapshot.forgotten) == (self._born_of(snapshot), self._forgotten)
        return told and not self.learnt(snapshot)

    def learnt(self, snapshot: Snapshot) -> bool:
        """Whether the rules' memory has changed since this snapshot was taken."""
        return self._memory[snapshot.team.name] is not snapshot.memory

    async def tick_all(self, snapshots: Iterable[Snapshot], speaking: bool) -> tuple[int, bool]:
        """A tick of each team, of which one that fails keeps no other's back: how much is new in
        the ledger, and whether all went well."""
        news, well = 0, True
        together = tuple(snapshots)
        self._teams = together
        for snapshot in together:
            failed = True
            with self.faults.logged(f"{snapshot.team.name}: tick"):
                told = await self.tick(snapshot, speaking)
                news += told.posted + told.said
                failed = False
            well = well and not failed
        return news, well

    async def tick(self, snapshot: Snapshot, speaking: bool = True) -> TickResult:
        """One team's tick; what the rules remember is kept after their news is in the ledger, so
        that a crash between the two repeats the posting, which the keys make harmless."""
        now = self._clock.now()
        name = snapshot.team.name
        if isinstance(self._door, KnowsPresence):
            snapshot = replace(snapshot, present=present_at(self._door, snapshot.team.announced))
        moment = Moment(snapshot, now)
        given, failed = notices_of(moment, self.faults)
        routes = Routes(snapshot, serving(self._door))
        notices = tuple(routed for notice in given for routed in routes.of(notice))
        before = BEFORE_LOSS if self._forgotten else BEFORE_FIRST_START
        behind = self._behind[name] = FactsBehind(moment, routes.of, self._behind.get(name))
        posted = await self.outbox.post(
            name, notices, now, self.born, before, behind.of, self._births
        )
        await self._keep(moment)
        await self._remember(moment, failed)
        said = 0
        if self._door is not None and speaking:
            policy = replace(self._policy(moment, notices, failed), facts_of=behind.of)
            said = await self.outbox.deliver(policy, self._door, self._clock.now)
        return TickResult(posted, said, notices)

    def _policy(
        self, moment: Moment, notices: Iterable[Notice], failed: Collection[str]
    ) -> DeliveryPolicy:
        """How the team's outbox behaves at `moment`: what may be taken back, which rules wait (it
        is a day off or earlier than the team's hour), and who is muted, by the notes on disk."""
        reminders = moment.team.reminders
        closed = is_day_off(moment.today, reminders.holidays) or moment.now.time() < reminders.hour
        rules = RULES.values()

        async def muted() -> Collection[str]:
            notes = await self._notes_of(moment.team.name)
            muted = replace(moment.snapshot, notes=notes).muted(self._clock.now())
            return everybody_s(moment.snapshot, muted)

        return DeliveryPolicy(
            team=moment.team.name,
            current=_by_key(notices),
            revocable={row.name for row in rules if row.takes_back} - set(failed),
            quiet={row.name for row in rules if closed and row.working_days},
            muted=muted,
            joining={row.name for row in rules if row.joins},
            lines_a_day=reminders.lines_a_day,
            names=names_of(moment.snapshot),
            is_theirs=partial(is_theirs, moment.snapshot),
            named=partial(self._name_for, moment.team),
            called=partial(names_of_person, moment.snapshot),
            silence_ended=silences_of(moment.snapshot, moment.snapshot.silence_ended(moment.now)),
        )

    def _name_for(self, team: Team, nick: str) -> str:
        """The team's name for somebody who is in another of the bot's teams too: in its channels,
        with a role in it, or with something that they asked for."""
        others = (each for each in self._teams if each.team.name != team.name)
        return team.shown if any(self._is_in(each, nick) for each in others) else ""

    def _is_in(self, snapshot: Snapshot, nick: str) -> bool:
        known = {fold(name) for one in people_of_team(snapshot) for name in one.addresses}
        asked = {fold(note.subject.partition("/")[0]) for note in snapshot.notes if note.body}
        if fold(nick) in known | asked:
            return True
        if not isinstance(self._door, KnowsPresence):
            return False
        there = (self._door.present(channel) or () for channel in snapshot.team.channels)
        return any(fold(nick) in map(fold, nicks) for nicks in there)

    async def _notes_of(self, team: str) -> tuple[Note, ...]:
        """The team's notes as they are on disk, read again after each that is added."""
        read = self._notes.get(team)
        added = self._store.notes_added
        if read is None or read[0] != added:
            read = self._notes[team] = (added, await self._store.notes(team))
        return read[1]

    async def _keep(self, moment: Moment) -> None:
        for row in RULES.values():
            if row.keep is not None:
                with self.faults.logged(f"{moment.team.name}: notes of {row.name}"):
                    notes = tuple(row.keep(moment))
                    if notes:
                        await self._store.add_notes(moment.team.name, notes)

    async def _remember(self, moment: Moment, failed: Collection[str]) -> None:
        before = self._memory[moment.team.name]
        memory = dict(before)
        for row in RULES.values():
            if row.remember is not None and row.name not in failed:
                with self.faults.logged(f"{moment.team.name}: memory of {row.name}"):
                    memory.update(row.remember(moment))
        if memory != before:
            await self._store.put_meta(f"memory/{moment.team.name}", json.dumps(memory))
            self._memory[moment.team.name] = memory


def _by_key(notices: Iterable[Notice]) -> dict[str, Notice]:
    """The notices by their keys in the ledger, and for each of their heirs."""
    for_heirs: dict[str, Notice] = {}
    for notice in notices:
        for heir in inherited(notice):
            for_heirs.setdefault(key_of(heir), heir)
    return {**for_heirs, **{key_of(notice): notice for notice in notices}}


class Faults:
    """What fails minute after minute: logged once, with its traceback, until it is well again or
    fails in another way."""

    def __init__(self) -> None:
        self._failing: dict[str, type[Exception]] = {}

    @contextlib.contextmanager
    def logged(self, what: str) -> Iterator[None]:
        """A failure stops nothing else; that of the database is told by who opens it."""
        try:
            yield
        except Exception as error:
            if is_no_database(error):
                return
            if self._failing.get(what) is not type(error):
                log.exception("%s failed; it is tried again every minute", what)
            self._failing[what] = type(error)
        else:
            if self._failing.pop(what, None) is not None:
                log.info("%s is well again", what)


def notices_of(moment: Moment, faults: Faults) -> tuple[tuple[Notice, ...], frozenset[str]]:
    """What all rules give near `moment`, less what somebody dealt with, and the rules that failed:
    such a one is logged and neither silences the others nor remembers or takes back anything."""
    notices: list[Notice] = []
    failed = set(RULES)
    for row in RULES.values():
        with faults.logged(f"{moment.team.name}: rule {row.name}"):
            notices += (
                notice for notice in row.speak(moment) if not is_dealt_with(moment.snapshot, notice)
            )
            failed.discard(row.name)
    return tuple(notices), frozenset(failed)


@contextlib.contextmanager
def logged(what: str) -> Iterator[None]:
    """A failure is logged with its traceback and stops nothing else; that of the database is told
    by who opens it."""
    try:
        yield
    except Exception as error:
        if not is_no_database(error):
            log.exception("%s failed", what)
