"""What was said lately: `log`."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from ...domain.address import is_place
from ...domain.messages.clauses import by_name
from ...domain.messages.doc import Line, doc, in_one_line, line
from ...domain.messages.notice import LedgerEntry
from ...domain.moment import Moment
from ...domain.people.roles import SELF, fold, is_theirs, may, names_of, owners_of
from ...domain.snapshot import Snapshot
from ...registry import Ask, Reply, UserError, command, reply
from ..typed_names import NameSort, taken

_IN_CHANNEL = 2
_MOST = 20
_IDENTIFY = "What was said to one person is told to them alone: identify to services, and log does."


@command(
    "log",
    "[N]",
    "what was said unasked lately: when, where, by which rule, delivered or not",
    "log",
    is_personal=True,
    basis="my ledger of what I said unasked; what was said to one person is told to them alone",
)
def log(moment: Moment, ask: Ask) -> Reply:
    """The newest rows of the ledger, newest first; more than two go to the person in private. What
    was said to one person is told to nobody else, for which a nick is not enough, nor even whether
    there was anything; and nobody is called by an old line."""
    try:
        count = int(ask.text) if ask.text else _IN_CHANNEL
    except ValueError:
        if not ask.text.split()[0].isdecimal():
            raise UserError(f'"{ask.text[:40]}" is no number; say log 10.') from None
        taken(moment, "log", ask.text, NameSort.NUMBER)
        raise UserError("Say: log 10.") from None
    if not 1 <= count <= _MOST:
        raise UserError(f"I tell at most {_MOST} lines; say log 10.")
    here = fold(ask.nick) if ask.channel is None else ""
    known = [
        r for r in moment.snapshot.said if r.target == here and is_told(moment.snapshot, r, ask)
    ]
    seen = (row for row in moment.snapshot.said if is_place(row.target) or row in known)
    rows = list(islice(seen, count))
    is_unknown = ask.channel is None and not ask.identity and not ask.no_services
    hint = [_IDENTIFY] if is_unknown else []
    if not rows:
        return reply("Nothing was said unasked yet.", *hint)
    private = count > _IN_CHANNEL
    names = {} if private else names_of(moment.snapshot)
    return Reply(doc(*(_row(row, names) for row in rows), *hint), private)


def is_told(snapshot: Snapshot, row: LedgerEntry, ask: Ask) -> bool:
    """Whether who asks in private is the person to whom it was said; what is public knowledge is
    told to anybody with the nick, unless somebody identified asked for it."""
    if is_theirs(snapshot, ask.nick, ask) or ask.identity in owners_of(snapshot, ask.nick):
        return True
    return row.is_public and may(snapshot, SELF, ask)


def _row(row: LedgerEntry, names: Mapping[str, str]) -> Line:
    when = row.at or row.due
    state = {
        "said": "said",
        "merged": "said with others",
        "claimed": "being said",
        "pending": "waits",
        "missed": "not said",
        "unknown": "perhaps said",
    }[row.state]
    trouble = f" ({row.trouble})" if row.trouble else ""
    said = in_one_line(row.doc)
    head = f"{when:%Y-%m-%d %H:%M} UTC, {row.target}, {row.rule}, {state}{trouble}: "
    command = f"#{said.command} " if said.command else ""
    return line(head, command, *by_name(said.phrases, names))
