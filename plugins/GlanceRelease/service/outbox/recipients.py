"""Whether a private line reaches the person who is meant, and who gets it where it would not."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol, runtime_checkable

from ...domain.address import is_place
from ...domain.messages.notice import Notice
from ...domain.people.roles import Asker
from ..storage.ledger_row import LedgerRow
from ..storage.timestamps import instant, stamp

UNKNOWN = "services do not know the nick as theirs"
OWN = "own"  # marks another name of the same person
UNTOLD = "the network did not tell in time whose the nick is"
LONGEST_WAIT = dt.timedelta(days=1)
LONGEST_PAUSE = dt.timedelta(minutes=15)  # between two questions whose a nick is
_PAUSE = dt.timedelta(minutes=1)


@runtime_checkable
class KnowsAccounts(Protocol):
    """A way out that can tell whose a nick is: which account has it."""

    async def who_is(self, target: str) -> Asker | None:
        """Who has the nick now, as far as the network vouches for it; None where it does not
        tell."""


def is_personal(row: LedgerRow) -> bool:
    """Whether a row of the ledger is for one person alone; one of an older version, of which it is
    not known, is."""
    return not is_place(row.target) and not row.is_public


def hand_on_at(due: dt.datetime, expires: dt.datetime) -> dt.datetime:
    """When a line whose reader services do not know goes to the next one: while it still matters,
    at half its time, and after a day at the latest."""
    return due + min((expires - due) / 2, LONGEST_WAIT)


def heirs_in(notice: Notice, key_of: Callable[[Notice], str]) -> str | None:
    """The notice's heirs as its row keeps them: [key, target] of each, and OWN behind what is
    another name of the same person."""
    rows = [
        [key_of(heir), heir.target, *([OWN] if heir.target in notice.own else [])]
        for heir in inherited(notice)
    ]
    return json.dumps(rows) if rows else None


def inherited(notice: Notice) -> list[Notice]:
    """The same notice for each of its heirs."""
    return [
        replace(notice, target=heir, heirs=notice.heirs[number:])
        for number, heir in enumerate(notice.heirs, 1)
    ]


def is_own(row: LedgerRow) -> bool:
    """Whether the next one to whom the row goes is the same person, on another network."""
    return row.heirs is not None and OWN in json.loads(row.heirs)[0][2:]


def is_handed_on(row: LedgerRow, is_ready: bool) -> bool:
    """Whether a row whose time with its reader is over goes to the next one: where services do not
    know the reader, or where it can't be delivered and goes to the same person elsewhere."""
    if row.trouble in (UNKNOWN, UNTOLD):
        return True
    return is_own(row) and (row.tries > 0 or row.maybe_said or not is_ready)


def next_row(row: Any, now: dt.datetime) -> dict[str, Any]:
    """The row of the next person in the role, for one whose time with the first is over; for the
    same person on another network it keeps that it may have been said."""
    (key, target, *_), *more = json.loads(row.heirs)
    values = dict(row._mapping)
    if is_own(row):
        values.update(claim=None, line=None, said=None, at=None)
    values.update(
        key=key,
        target=target,
        due=stamp(now),
        posted=stamp(now),
        next_try=stamp(now),
        tries=0,
        trouble=None,
        heirs=json.dumps(more) if more else None,
        hand_on=stamp(hand_on_at(now, instant(row.expires))) if more else None,
    )
    if not is_own(row):
        values["why"] = f"{row.why}; passed on to you, since services do not know {row.target}"
    return values


def next_question(rows: Sequence[LedgerRow], now: dt.datetime) -> dict[str, Any]:
    """When it is asked again whose the nick is: after 1, 2, 4 minutes, at most a quarter of an
    hour, since nothing tells when somebody identifies."""
    tries = max(row.tries for row in rows) + 1
    pause = min(_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)
    return {"tries": tries, "next_try": stamp(now + pause)}
