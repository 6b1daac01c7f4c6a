"""The one door out: every notice is said at least once or reported as missed, and never twice
without the mark of a repeat."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ..domain.notice import Notice, Said
from ..domain.people import Asker
from .doors import Door, Outcome
from .engine import insert_into
from .ledger_rows import TOO_LATE, entering, key_of, row_of, said_of
from .lines import Room, claim_of, keys_of, lines_of, said_again
from .nicks import spared
from .recipients import UNKNOWN, UNTOLD, Knows, is_personal, next_question, next_row
from .store import Store, instant, outbox, stamp

log = logging.getLogger(__name__)

LINES_A_MINUTE = 4
FIRST_PAUSE = dt.timedelta(minutes=1)
LONGEST_PAUSE = dt.timedelta(hours=1)
UNTRUE = "no longer so when it could be said"
STOPPED = "the bot stopped before the server had confirmed it"
_FETCHED = 200


async def nobody_muted() -> Collection[str]:
    """No target wants silence."""
    return ()


def anybody(nick: str, asker: Asker) -> bool:
    """A nick is whoever has it."""
    return True


@dataclass(frozen=True)
class House:
    """What a team's outbox goes by at one instant.

    `current` are the notices its rules give now, by `key_of`, for words that are true now.
    `revocable` names the rules whose pending notices are dropped once the rule gives them no
    more; `quiet` the rules that wait (a day off). `muted` tells which targets want silence; it is
    asked again before each line, so that a mute counts at once. `names` has what stands for a nick
    that was called often enough today. `is_theirs` tells whether who has a nick is the person for
    whom the team has it.
    """

    team: str
    current: Mapping[str, Notice]
    revocable: Collection[str] = ()
    quiet: Collection[str] = ()
    muted: Callable[[], Awaitable[Collection[str]]] = nobody_muted
    lines_a_day: int = 20
    names: Mapping[str, str] = field(default_factory=dict)
    is_theirs: Callable[[str, Asker], bool] = anybody


class Outbox:
    """The ledger of notices, and the delivery of those that are pending."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: set[str] = set()  # keys that need not be entered again
        self._missed: set[str] = set()  # those of them that were too late when they were entered
        self._idle: set[str] = set()  # teams of which nothing is open in the ledger
        self._delivering = asyncio.Lock()

    async def post(
        self, team: str, notices: Iterable[Notice], now: dt.datetime, born: dt.datetime
    ) -> int:
        """Enter what has come due into the ledger, once for each key; how many were new to this
        process.

        What was due before `born`, the bot's first start, is entered as missed, so that a new
        bot floods nobody; what came due in a downtime longer than its grace likewise. Where it is
        due after all (the clock had been ahead, a date moved back), it is pending again.
        """
        rows = []
        for notice in notices:
            if notice.due > now or not self._is_new(notice, now):
                continue
            try:
                rows.append(row_of(team, notice, now, born))
            except Exception:  # a bug in its words must not keep back the others
                log.exception("%s: no words", notice.key)
        if not rows:
            return 0
        async with self._store.begin() as db:
            await db.execute(entering(db), rows)
        self._idle.discard(team)
        self._known.update(row["key"] for row in rows)
        self._missed.difference_update(row["key"] for row in rows)
        self._missed.update(row["key"] for row in rows if row["trouble"] == TOO_LATE)
        return len(rows)

    def _is_new(self, notice: Notice, now: dt.datetime) -> bool:
        key = key_of(notice)
        return key not in self._known or (key in self._missed and notice.is_due(now))

    async def deliver(self, house: House, door: Door, clock: Callable[[], dt.datetime]) -> int:
        """Say what is pending and may be said; the number of lines that were handed out.

        To one target at most 4 lines a minute; `lines_of` tells what goes together. A line is
        claimed on disk when its turn has come, right before it leaves. What was claimed by a
        process that died before it heard of it goes with the mark of a repeat, or with its claim
        where the door dedupes; what has become too late is missed, whether its target could be
        reached or not.
        """
        async with self._delivering:
            if house.team in self._idle:
                return 0
            targets = await self._open_targets(house, clock())
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(self._deliver_to(target, house, door, clock))
                    for target in targets
                    if door.ready(target)
                ]
            if not await self._is_anything_open(house.team):
                self._idle.add(house.team)
            return sum(task.result() for task in tasks)

    def is_idle(self, team: str) -> bool:
        """Whether nothing of the team's is known to wait: then a tick asks the database nothing."""
        return team in self._idle

    async def _is_anything_open(self, team: str) -> bool:
        open_ = outbox.c.state.in_(("pending", "claimed"))
        query = sa.select(outbox.c.key).where(outbox.c.team == team, open_).limit(1)
        async with self._store.begin() as db:
            return await db.scalar(query) is not None

    async def _open_targets(self, house: House, now: dt.datetime) -> list[str]:
        """Where something waits. Nothing is under way, so what is claimed is left over from a
        process that died, or from a delivery that failed."""
        mine = outbox.c.team == house.team
        waits = mine & (outbox.c.state == "pending")
        left_over = sa.update(outbox).where(mine, outbox.c.state == "claimed")
        too_late = sa.update(outbox).where(waits, outbox.c.expires <= stamp(now))
        why = sa.func.coalesce(sa.literal(f"{TOO_LATE}; before: ") + outbox.c.trouble, TOO_LATE)
        async with self._store.begin() as db:
            await db.execute(left_over.values(state="pending", maybe_said=True, trouble=STOPPED))
            await self._hand_on(db, waits, now)
            expired = await db.execute(too_late.values(state="missed", trouble=why))
            query = sa.select(outbox.c.target).where(waits).distinct()
            targets = [row.target for row in (await db.execute(query)).all()]
        if expired.rowcount:
            self._known.clear()  # a clock that was ahead may make them due once more
        return targets

    async def _hand_on(self, db: Any, waits: Any, now: dt.datetime) -> None:
        """What waited long enough for somebody whom services do not know goes to the next person
        of the role, who perhaps has it already."""
        over = (outbox.c.hand_on <= stamp(now)) & (outbox.c.expires > stamp(now))
        query = sa.select(outbox).where(waits, over, outbox.c.trouble.in_((UNKNOWN, UNTOLD)))
        for row in (await db.execute(query)).all():
            heir = next_row(row, now)
            await db.execute(insert_into(db, outbox).values(heir).on_conflict_do_nothing())
            why = f"{row.trouble}; passed on to {heir['target']}"
            done = sa.update(outbox).where(outbox.c.key == row.key)
            await db.execute(done.values(state="missed", trouble=why))

    async def _deliver_to(
        self, target: str, house: House, door: Door, clock: Callable[[], dt.datetime]
    ) -> int:
        if target in await house.muted():
            return 0
        now = clock()
        waiting = await self._waiting(target, house, now)
        if not any(_pause_is_over(row, now) for row in waiting):
            return 0
        rows = await self._true_ones(waiting, house)
        rows = await self._for_the_person(rows, target, house, door, now)
        room = await self._room(target, house, now)
        said = 0
        again, rest = said_again(rows) if door.dedupes else ([], rows)
        lines = [*again, *lines_of(rest, house.current, now, room)]
        for text, group in lines[: room.this_minute]:
            if said and (not door.ready(target) or target in await house.muted()):
                break
            if house.names and target.startswith("#") and (text, group) not in again:
                text = spared(text, house.names, await self._said_today(target, now))
            if not await self._say(text, group, rows, target, door, clock):
                break
            said += 1
        return said

    async def _for_the_person(
        self, rows: list[Any], target: str, house: House, door: Door, now: dt.datetime
    ) -> list[Any]:
        """These rows where the one who is meant has the nick now; else those that anybody may
        read, while the others wait."""
        personal = [row for row in rows if is_personal(row)]
        if not personal or not isinstance(door, Knows):
            return rows
        found = await door.who_is(target)
        if found is not None and house.is_theirs(target, found):
            return rows
        trouble = UNTOLD if found is None else UNKNOWN
        await self._set(keys_of(personal), trouble=trouble, **next_question(personal, now))
        return [row for row in rows if row not in personal]

    async def _said_today(self, target: str, now: dt.datetime) -> list[str]:
        """The day's lines (UTC) to the target, each once."""
        day = stamp(now.replace(hour=0, minute=0, second=0, microsecond=0))
        query = sa.select(outbox.c.at, outbox.c.line).distinct()
        query = query.where(outbox.c.target == target, outbox.c.at >= day)
        async with self._store.begin() as db:
            return [row.line for row in (await db.execute(query)).all() if row.line]

    async def _say(
        self,
        text: str,
        group: Sequence[Any],
        waiting: Sequence[Any],
        target: str,
        door: Door,
        clock: Callable[[], dt.datetime],
    ) -> bool:
        outcome = await self._hand_out(text, group, target, door, clock)
        keys = keys_of(group)
        now = clock()
        if outcome.result == "said":
            await self._set(keys, state="said", at=stamp(now), trouble=None)
            paused = [row.key for row in waiting if row.next_try > stamp(now)]
            await self._set(paused, next_try=stamp(now))  # the target takes lines again
            return True
        log.warning("%s: not said (%s): %s", target, outcome.result, outcome.reason)
        unsure, refused = outcome.result == "unsure", outcome.result == "refused"
        tries = max(row.tries for row in waiting) + (outcome.result != "later")
        pause = min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)
        next_try = stamp(now + (pause if refused else FIRST_PAUSE))
        changes: dict[str, Any] = {"maybe_said": True} if unsure else {"at": None}
        changes.update(state="pending", tries=tries, trouble=outcome.reason or outcome.result)
        await self._set(keys, next_try=next_try, **changes)
        said = {row.key for row in group}
        await self._set([key for key in keys_of(waiting) if key not in said], next_try=next_try)
        return False

    async def _hand_out(
        self,
        text: str,
        group: Sequence[Any],
        target: str,
        door: Door,
        clock: Callable[[], dt.datetime],
    ) -> Outcome:
        """Claim the line on disk when its turn has come, then say it: who dies before has not said
        it, and who dies after may have."""
        async with door.turn(target) as kept:
            if kept is not None:
                return kept
            claim, at = claim_of(group, door.dedupes), stamp(clock())
            await self._set(keys_of(group), state="claimed", at=at, line=text, claim=claim)
            try:
                return await door.say(target, text, claim)
            except Exception as error:
                log.exception("%s: saying failed", target)
                return Outcome("unsure", type(error).__name__)

    async def _set(self, keys: Sequence[str], **values: Any) -> None:
        if not keys:
            return
        which = outbox.c.key.in_(keys) & outbox.c.state.in_(("pending", "claimed"))
        async with self._store.begin() as db:
            await db.execute(sa.update(outbox).where(which).values(**values))

    async def _waiting(self, target: str, house: House, now: dt.datetime) -> Sequence[Any]:
        query = (
            sa.select(outbox)
            .where(outbox.c.team == house.team, outbox.c.target == target)
            .where(outbox.c.state == "pending", outbox.c.due <= stamp(now))
            .where(outbox.c.rule.not_in(sorted(house.quiet)))
            .order_by(outbox.c.due, outbox.c.key)
            .limit(_FETCHED)
        )
        async with self._store.begin() as db:
            rows: Sequence[Any] = (await db.execute(query)).all()
            return rows

    async def _true_ones(self, rows: Sequence[Any], house: House) -> list[Any]:
        """These rows without those whose rule gives them no more; they are missed."""
        untrue = {
            row.key for row in rows if row.rule in house.revocable and row.key not in house.current
        }
        if untrue:
            await self._set(sorted(untrue), state="missed", trouble=UNTRUE)
            self._known -= untrue
        return [row for row in rows if row.key not in untrue]

    async def _room(self, target: str, house: House, now: dt.datetime) -> Room:
        """What the target may still get, by what it got in this minute and on this day (UTC)."""
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        minute = now - dt.timedelta(minutes=1)
        said = (
            sa.select(outbox.c.at, outbox.c.line)
            .distinct()
            .where(
                outbox.c.target == target,
                outbox.c.at >= stamp(min(day, minute)),
                outbox.c.at <= stamp(now),
            )
        )
        async with self._store.begin() as db:
            instants = [row.at for row in (await db.execute(said)).all()]
        return Room(
            max(0, LINES_A_MINUTE - sum(at > stamp(minute) for at in instants)),
            max(0, house.lines_a_day - sum(at >= stamp(day) for at in instants)),
            now - instant(max(instants)) if instants else dt.timedelta.max,
        )

    async def ledger(self, team: str, most: int = 100) -> tuple[Said, ...]:
        """The newest rows of the ledger, newest first, by when they were said or came due."""
        when = sa.func.coalesce(outbox.c.at, outbox.c.due)
        newest = (when.desc(), outbox.c.key.desc())
        query = sa.select(outbox).where(outbox.c.team == team).order_by(*newest).limit(most)
        async with self._store.begin() as db:
            return tuple(map(said_of, (await db.execute(query)).all()))


def _pause_is_over(row: Any, now: dt.datetime) -> bool:
    """A pause longer than the longest means that the clock was set back."""
    return not now < instant(row.next_try) <= now + LONGEST_PAUSE
