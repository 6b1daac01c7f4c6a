"""The one door out: every notice is said at least once or reported as missed, and never twice
without the mark of a repeat."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ..domain.doc import doc
from ..domain.notice import Notice, Said
from ..render.irc import MAX_BYTES, cut, render
from .store import Store, instant, outbox, stamp

log = logging.getLogger(__name__)

LINES_A_MINUTE = 4
LATE = dt.timedelta(minutes=10)
FIRST_PAUSE = dt.timedelta(minutes=1)
LONGEST_PAUSE = dt.timedelta(hours=1)
REPEAT = "(perhaps a repeat) "
AWAY = "Delayed: "
TOO_LATE = "too late to be news"
BEFORE_BIRTH = "due before this bot's first start"
UNTRUE = "no longer so when it could be said"
_FETCHED = 200


@dataclass(frozen=True)
class Outcome:
    """What became of a line. "said": the server has processed it. "refused": the server said no,
    with the reason. "unsure": the connection went before the server had confirmed it."""

    result: Literal["said", "refused", "unsure"]
    reason: str = ""


class Door(Protocol):
    """A way out, as a front end gives it."""

    def ready(self, target: str) -> bool:
        """Whether a line for the target would reach it: connected, and in the channel."""

    def say(self, target: str, text: str) -> Awaitable[Outcome]:
        """Say one line and wait for what becomes of it."""


@dataclass(frozen=True)
class House:
    """What a team's outbox goes by at one instant.

    `current` are the notices its rules give now, by key, for words that are true now. `revocable`
    names the rules whose pending notices are dropped once the rule gives them no more; `quiet`
    the rules that wait (a day off); `muted` the targets that want silence.
    """

    team: str
    current: Mapping[str, Notice]
    revocable: Collection[str] = ()
    quiet: Collection[str] = ()
    muted: Collection[str] = ()
    lines_a_day: int = 20


class Outbox:
    """The ledger of notices, and the delivery of those that are pending."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: set[str] = set()
        self._delivering = asyncio.Lock()

    async def start(self) -> None:
        """What an earlier process had handed to the socket without hearing that it was said is
        pending again, with the mark of a repeat."""
        async with self._store.begin() as db:
            await db.execute(
                sa.update(outbox)
                .where(outbox.c.state == "claimed")
                .values(state="pending", maybe_said=True, trouble="the bot stopped meanwhile")
            )

    async def post(
        self, team: str, notices: Iterable[Notice], now: dt.datetime, born: dt.datetime
    ) -> int:
        """Enter what has come due into the ledger, once for each key; the number of new rows.

        What was due before `born`, the bot's first start, is entered as missed, so that a new
        bot floods nobody; what came due in a downtime longer than its grace likewise.
        """
        rows = [
            _row(team, notice, now, born)
            for notice in notices
            if notice.due <= now and notice.key not in self._known
        ]
        if not rows:
            return 0
        async with self._store.begin() as db:
            for row in rows:
                await db.execute(_insert(db).values(row).on_conflict_do_nothing())
        self._known.update(row["key"] for row in rows)
        return len(rows)

    async def deliver(self, house: House, door: Door, clock: Callable[[], dt.datetime]) -> int:
        """Say what is pending and may be said; the number of lines that were handed out.

        To one target at most 4 lines a minute and `lines_a_day` a day. Late ones (10 minutes or
        more behind their due minute: after a downtime, a mute, a refusal) go as one line, and so
        do all when the day's last line is reached.
        """
        async with self._delivering:
            rows = await self._pending(house.team, clock())
            by_target: dict[str, list[Any]] = {}
            for row in rows:
                by_target.setdefault(row.target, []).append(row)
            counts = await asyncio.gather(
                *(
                    self._deliver_to(target, waiting, house, door, clock)
                    for target, waiting in by_target.items()
                )
            )
            return sum(counts)

    async def _deliver_to(
        self,
        target: str,
        rows: list[Any],
        house: House,
        door: Door,
        clock: Callable[[], dt.datetime],
    ) -> int:
        rows = await self._still_matter(rows, house, clock())
        rows = [row for row in rows if row.rule not in house.quiet]
        if not rows or target in house.muted or not door.ready(target):
            return 0
        lines = 0
        for text, group in _lines(
            rows, house, clock(), await self._allowance(target, house, clock())
        ):
            if not await self._say(text, group, target, door, clock):
                break
            lines += 1
        return lines

    async def _say(
        self,
        text: str,
        rows: Sequence[Any],
        target: str,
        door: Door,
        clock: Callable[[], dt.datetime],
    ) -> bool:
        keys = [row.key for row in rows]
        await self._set(keys, state="claimed", at=stamp(clock()), line=text)
        outcome = await door.say(target, text)
        now = clock()
        if outcome.result == "said":
            await self._set(keys, state="said", at=stamp(now), trouble=None)
            return True
        tries = max(row.tries for row in rows) + 1
        pause = min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)
        unsure = outcome.result == "unsure"
        log.warning("%s: not said (%s): %s", target, outcome.result, outcome.reason)
        changes: dict[str, Any] = {"maybe_said": True} if unsure else {}
        await self._set(
            keys,
            state="pending",
            at=None,
            tries=tries,
            trouble=outcome.reason,
            next_try=stamp(now + (FIRST_PAUSE if unsure else pause)),
            **changes,
        )
        return False

    async def _set(self, keys: Sequence[str], **values: Any) -> None:
        async with self._store.begin() as db:
            await db.execute(sa.update(outbox).where(outbox.c.key.in_(keys)).values(**values))

    async def _pending(self, team: str, now: dt.datetime) -> Sequence[Any]:
        query = (
            sa.select(outbox)
            .where(outbox.c.state == "pending", outbox.c.next_try <= stamp(now))
            .where(outbox.c.team == team)
            .order_by(outbox.c.next_try, outbox.c.due)
            .limit(_FETCHED)
        )
        async with self._store.begin() as db:
            rows: Sequence[Any] = (await db.execute(query)).all()
            return rows

    async def _still_matter(self, rows: list[Any], house: House, now: dt.datetime) -> list[Any]:
        late = [row.key for row in rows if row.expires <= stamp(now)]
        untrue = [
            row.key
            for row in rows
            if row.rule in house.revocable and row.key not in house.current and row.key not in late
        ]
        for keys, trouble in ((late, TOO_LATE), (untrue, UNTRUE)):
            if keys:
                await self._set(keys, state="missed", trouble=trouble)
        gone = {*late, *untrue}
        return [row for row in rows if row.key not in gone]

    async def _allowance(self, target: str, house: House, now: dt.datetime) -> tuple[int, int]:
        """How many lines the target may still get in this minute, and on this day (UTC)."""
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
        return (
            max(0, LINES_A_MINUTE - sum(at > stamp(minute) for at in instants)),
            max(0, house.lines_a_day - sum(at >= stamp(day) for at in instants)),
        )

    async def ledger(self, team: str, most: int = 100) -> tuple[Said, ...]:
        """The newest rows of the ledger, newest first, by when they were said or came due."""
        when = sa.func.coalesce(outbox.c.at, outbox.c.due)
        query = sa.select(outbox).where(outbox.c.team == team).order_by(when.desc()).limit(most)
        async with self._store.begin() as db:
            return tuple(map(_said, (await db.execute(query)).all()))


def _insert(db: Any) -> Any:
    insert: Any = postgresql.insert if db.dialect.name == "postgresql" else sqlite.insert
    return insert(outbox)


def _row(team: str, notice: Notice, now: dt.datetime, born: dt.datetime) -> dict[str, Any]:
    trouble = None
    if notice.due < born:
        trouble = BEFORE_BIRTH
    elif not notice.is_due(now):
        trouble = TOO_LATE
    return {
        "key": notice.key,
        "team": team,
        "rule": notice.rule,
        "target": notice.target,
        "state": "missed" if trouble else "pending",
        "due": stamp(notice.due),
        "expires": stamp(notice.due + notice.grace),
        "text": json.dumps(render(notice.say(now))),
        "why": notice.why,
        "days": json.dumps([day.isoformat() for day in notice.days]),
        "posted": stamp(now),
        "next_try": stamp(notice.due),
        "tries": 0,
        "maybe_said": False,
        "trouble": trouble,
    }


def _words(row: Any, house: House, now: dt.datetime) -> str:
    """The notice's line, in words that are true now where its rule still gives it."""
    notice = house.current.get(row.key)
    lines = render(notice.say(now)) if notice is not None else json.loads(row.text)
    return lines[0] if lines else ""


def _lines(
    rows: Sequence[Any], house: House, now: dt.datetime, allowance: tuple[int, int]
) -> list[tuple[str, list[Any]]]:
    """What goes out now: each line with the rows it says, within the allowance."""
    this_minute, today = allowance
    most = min(this_minute, today)
    late = [row for row in rows if now - instant(row.due) >= LATE]
    fresh = [row for row in rows if now - instant(row.due) < LATE]
    if len(rows) > 1 and today <= 1:
        late, fresh = list(rows), []
    found: list[tuple[str, list[Any]]] = []
    while late and len(found) < most:
        text, group = _merge(late, house, now)
        found.append((text, group))
        late = late[len(group) :]
    found += [(_single(row, house, now), [row]) for row in fresh]
    return found[:most]


def _single(row: Any, house: House, now: dt.datetime) -> str:
    """One row's line as it was rendered: rendering it again would make a plain line of what is
    meant for MeetBot."""
    words = _words(row, house, now)
    return cut(REPEAT + words) if row.maybe_said else words


def _merge(rows: Sequence[Any], house: House, now: dt.datetime) -> tuple[str, list[Any]]:
    """One line for as many of these as fit, by their first sentences; one alone stays whole."""
    if len(rows) == 1:
        return _single(rows[0], house, now), list(rows)
    group: list[Any] = []
    text = AWAY
    for row in rows:
        headline = _words(row, house, now).split(". ", 1)[0].rstrip(".")
        part = (REPEAT if row.maybe_said else "") + headline
        longer = f"{text}; {part}" if group else text + part
        if group and len(longer.encode()) > MAX_BYTES:
            break
        text = longer
        group.append(row)
    return render(doc(text))[0], group


def _said(row: Any) -> Said:
    return Said(
        key=row.key,
        rule=row.rule,
        target=row.target,
        due=instant(row.due),
        state=row.state,
        text=(row.line,) if row.line else tuple(json.loads(row.text)),
        why=row.why,
        at=None if row.at is None else instant(row.at),
        trouble=row.trouble,
        days=tuple(dt.date.fromisoformat(day) for day in json.loads(row.days)),
    )
