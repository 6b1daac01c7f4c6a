"""A line's claim: the id that is on disk before it is said, and how long a way out goes by it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from ...domain.messages.doc import Doc
from ..storage.kept_messages import said_doc
from ..storage.ledger_row import LedgerRow
from ..storage.timestamps import instant
from .front_end import Door

Message = tuple[Doc, list[LedgerRow]]  # what is handed out, and the rows that it says

_FORM = "%Y%m%dT%H%M%SZ"
_LENGTH = len("20270113T100000Z")


def new_claim(now: dt.datetime) -> str:
    """A claim of its own; it says when it was made, since who knows claims forgets them."""
    return f"{now.astimezone(dt.UTC):{_FORM}}-{uuid.uuid4().hex[:20]}"


def told_by(claim: str) -> dt.datetime | None:
    """When a claim says that it was made; None of a version that did not say."""
    try:
        return dt.datetime.strptime(f"{claim[:_LENGTH]}+0000", f"{_FORM}%z")
    except ValueError:
        return None


def made_at(row: LedgerRow) -> dt.datetime | None:
    """When the claim of a row was made; where it does not say, when it was last used."""
    return told_by(str(row.claim)) or (instant(row.at) if row.at else None)


def is_known(door: Door, row: LedgerRow, now: dt.datetime) -> bool:
    """Whether a line that may have been said can be said once more by its claim, and is shown
    once: the door dedupes, and has not forgotten it yet."""
    made = made_at(row) if door.dedupes and row.maybe_said and row.claim and row.line else None
    return made is not None and now - made < door.remembers


def said_again(
    door: Door, rows: Sequence[LedgerRow], now: dt.datetime
) -> tuple[list[Message], list[LedgerRow]]:
    """What may have been said and is said again by its claim, word for word with all rows that it
    said; and the other rows."""
    by_claim: dict[str, Message] = {}
    rest = []
    for row in rows:
        said = said_doc(row) if is_known(door, row, now) else None
        if said is None:
            rest.append(row)
        else:
            by_claim.setdefault(str(row.claim), (said, []))[1].append(row)
    return list(by_claim.values()), rest


def claim_of(door: Door, group: Sequence[LedgerRow], now: dt.datetime) -> str:
    """The claim of a line about to leave: that of the line it repeats, where the door shows it
    once; else a new one."""
    first = group[0]
    return str(first.claim) if is_known(door, first, now) else new_claim(now)


async def fates(
    door: Door, target: str, rows: Sequence[LedgerRow], now: dt.datetime
) -> tuple[list[str], list[str]]:
    """Of what may have been said and is not said again by its claim: the keys of what the door
    finds to have arrived, and of what did not. What it can't tell is in neither."""
    arrived: list[str] = []
    lost: list[str] = []
    known: dict[str, bool | None] = {}
    for row in rows:
        if not row.maybe_said or not row.claim or is_known(door, row, now):
            continue
        if row.claim not in known:
            known[row.claim] = await door.was_said(target, row.claim)
        if (fate := known[row.claim]) is not None:
            (arrived if fate else lost).append(row.key)
    return arrived, lost
