"""What the outbox reads of its ledger: what waits, what a target got already, the newest rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from itertools import count
from typing import Any

import sqlalchemy as sa

from ...domain.messages.doc import Line, in_one_line
from ...domain.messages.notice import LedgerEntry
from ...render.fit import Medium
from ..storage.kept_messages import line_as_said, said_doc
from ..storage.ledger_row import LedgerRow
from ..storage.readable_rows import PassedOver, line_of
from ..storage.store import outbox
from ..storage.timestamps import instant, is_instant, stamp
from .ledger_rows import said_of
from .line_merging import LineAllowance

_FETCHED = 200
_A_WEEK = dt.timedelta(weeks=1)


async def is_anything_open(db: Any, team: str) -> bool:
    """Whether something of the team's waits or is under way."""
    open_ = outbox.c.state.in_(("pending", "claimed"))
    query = sa.select(outbox.c.key).where(outbox.c.team == team, open_).limit(1)
    return await db.scalar(query) is not None


async def waiting(
    db: Any,
    passed: PassedOver,
    team: str,
    target: str,
    quiet: Collection[str],
    now: dt.datetime,
) -> Sequence[LedgerRow]:
    """The rows that are due for a target, without those of rules that are quiet, and without what
    can't be read."""
    query = (
        sa.select(outbox)
        .where(outbox.c.team == team, outbox.c.target == target)
        .where(outbox.c.state == "pending", outbox.c.due <= stamp(now))
        .where(outbox.c.rule.not_in(sorted(quiet)))
        .order_by(outbox.c.due, outbox.c.key)
        .limit(_FETCHED)
    )
    rows = await db.execute(query)
    return passed.rows("outbox", line_of, rows.all())


async def said_today(db: Any, target: str, now: dt.datetime) -> list[Line]:
    """The day's lines (UTC) to the target, each once."""
    query = sa.select(outbox.c.at, outbox.c.line, outbox.c.said).distinct()
    query = query.where(outbox.c.target == target, outbox.c.at >= stamp(_midnight(now)))
    rows = [row for row in (await db.execute(query)).all() if _is_line(row)]
    return [_as_value(row) for row in rows]


async def room_for(
    db: Any, target: str, medium: Medium, lines_a_day: int, now: dt.datetime
) -> LineAllowance:
    """What the target may still get, by what it got in this minute and on this day (UTC)."""
    day, minute = _midnight(now), now - dt.timedelta(minutes=1)
    said = (
        sa.select(outbox.c.at, outbox.c.line)
        .distinct()
        .where(
            outbox.c.target == target,
            outbox.c.at >= stamp(min(day, minute)),
            outbox.c.at <= stamp(now),
        )
    )
    instants = [row.at for row in (await db.execute(said)).all() if is_instant(row.at)]
    return LineAllowance(
        max(0, medium.lines_a_minute - sum(at > stamp(minute) for at in instants)),
        max(0, lines_a_day - sum(at >= stamp(day) for at in instants)),
        now - instant(max(instants)) if instants else dt.timedelta.max,
    )


async def private_lines(db: Any, names: Collection[str], now: dt.datetime) -> list[dt.datetime]:
    """When somebody of these names got the lines of the last seven days that they did not ask
    for, each once."""
    recent = (outbox.c.at > stamp(now - _A_WEEK)) & (outbox.c.at <= stamp(now))
    unasked = sa.func.coalesce(outbox.c.is_public, sa.false()).is_(sa.false())
    query = sa.select(outbox.c.at, outbox.c.line).distinct()
    query = query.where(outbox.c.target.in_(sorted(names)), recent, unasked)
    rows = (await db.execute(query)).all()
    return sorted(instant(row.at) for row in rows if is_instant(row.at))


async def newest(db: Any, passed: PassedOver, team: str, most: int) -> tuple[LedgerEntry, ...]:
    """The newest rows of the ledger, newest first, by when they were said or came due; what can't
    be read takes nobody's place."""
    when = sa.func.coalesce(outbox.c.at, outbox.c.due)
    order = (when.desc(), outbox.c.key.desc())
    query = sa.select(outbox).where(outbox.c.team == team).order_by(*order).limit(most)
    entries: list[LedgerEntry] = []
    for skipped in count(0, most):
        rows = (await db.execute(query.offset(skipped))).all()
        entries += map(said_of, passed.rows("outbox", line_of, rows))
        if len(rows) < most or len(entries) >= most:
            break
    return tuple(entries[:most])


def _as_value(row: Any) -> Line:
    """The line that was said; its words alone, where its value can't be read."""
    try:
        doc = said_doc(row)
    except (RecursionError, ValueError):
        doc = None
    return in_one_line(doc) if doc is not None else line_as_said(row.line)


def _is_line(row: Any) -> bool:
    return isinstance(row.line, str) and row.line != "" and is_instant(row.at)


def _midnight(now: dt.datetime) -> dt.datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
