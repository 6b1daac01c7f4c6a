"""How a notice stands in the outbox's ledger, and what a row of the ledger tells."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from ...domain.messages.clauses import in_words
from ...domain.messages.doc import in_one_line
from ...domain.messages.fact_read import FactRead
from ...domain.messages.notice import LedgerEntry, Notice
from ..storage.engine import insert_into
from ..storage.kept_messages import doc_json, doc_of, facts_json, facts_of, said_doc
from ..storage.ledger_row import LedgerRow
from ..storage.store import outbox
from ..storage.timestamps import instant, stamp
from .recipients import hand_on_at, heirs_in

TOO_LATE = "too late to be news"
BEFORE_FIRST_START = "due before this bot's first start"
BEFORE_PLACE = "due before it was the team's place"
BEFORE_LOSS = "due before the ledger began anew"
PASSED_ON = "; passed on to "
UNDELIVERED = "not delivered in time"
LOST = "the ledger lost what had become of it"
_LONGEST_KEY = 400


def key_of(notice: Notice) -> str:
    """The notice's key as the ledger has it: a long one is cut, and told apart by its digest."""
    if len(notice.key) <= _LONGEST_KEY:
        return notice.key
    digest = hashlib.sha256(notice.key.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{notice.key[: _LONGEST_KEY - 65]}|{digest}"


def entering(db: Any) -> Any:
    """The statement that enters rows; one that is there stays, unless it was missed and is due."""
    insert = insert_into(db, outbox)
    again = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=["key"],
        set_={
            name: again[name]
            for name in (
                *("state", "due", "expires", "text", "doc", "next_try", "trouble", "hand_on"),
                "stood_on",
            )
        },
        where=(outbox.c.state == "missed")
        & (again.state == "pending")
        & (outbox.c.trouble != BEFORE_FIRST_START)
        & (outbox.c.trouble != BEFORE_PLACE)
        & (outbox.c.trouble != BEFORE_LOSS)
        & outbox.c.trouble.not_like(f"%{PASSED_ON}%"),
    )


def row_of(
    team: str,
    notice: Notice,
    now: dt.datetime,
    born: dt.datetime,
    before: str = BEFORE_FIRST_START,
    facts: tuple[FactRead, ...] | None = None,
) -> dict[str, Any]:
    """A notice that has come due, as a row: pending, or missed with the reason and the words that
    were true when it was due. `before` is why nothing is said of what was due before `born`;
    `facts` are those on which it stands."""
    trouble = None
    if notice.due < born:
        trouble = before
    elif not notice.is_due(now):
        trouble = TOO_LATE
    said = notice.say(notice.due if trouble else now)
    return {
        "key": key_of(notice),
        "team": team,
        "rule": notice.rule,
        "target": notice.target,
        "state": "missed" if trouble else "pending",
        "due": stamp(notice.due),
        "expires": stamp(notice.due + notice.grace),
        "text": json.dumps([in_words(line.phrases) for line in said.lines]),
        "doc": doc_json(said),
        "why": notice.why,
        "days": json.dumps([day.isoformat() for day in notice.days]),
        "posted": stamp(now),
        "next_try": stamp(notice.due),
        "tries": 0,
        "maybe_said": False,
        "trouble": trouble,
        "is_public": notice.is_public,
        "heirs": heirs_in(notice, key_of),
        "hand_on": stamp(hand_on_at(notice.due, notice.due + notice.grace))
        if notice.heirs
        else None,
        "stood_on": facts_json(facts),
    }


def said_of(row: LedgerRow) -> LedgerEntry:
    """A row as `log` and `why` tell it."""
    said = said_doc(row) or doc_of(row)
    return LedgerEntry(
        key=row.key,
        rule=row.rule,
        target=row.target,
        due=instant(row.due),
        state="unknown" if row.trouble in (BEFORE_LOSS, LOST) else row.state,
        text=row.line or in_words(in_one_line(said).phrases),
        why=row.why,
        doc=said,
        at=None if row.at is None else instant(row.at),
        trouble=row.trouble,
        days=tuple(dt.date.fromisoformat(day) for day in json.loads(row.days)),
        is_public=bool(row.is_public),
        facts=facts_of(row),
    )
