"""Which lines go out now: a notice's own, or one line for several that are late or too many."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ...domain.messages.clauses import Clause, Listing, whole
from ...domain.messages.doc import Doc, Line, brief_of, in_one_line
from ...domain.messages.notice import Notice
from ...render.fit import Medium
from ..storage.kept_messages import doc_of
from ..storage.ledger_row import LedgerRow
from ..storage.timestamps import instant

log = logging.getLogger(__name__)

LATE = dt.timedelta(minutes=10)
SOON = dt.timedelta(minutes=30)
BEYOND_THE_CAP = dt.timedelta(hours=1)
REPEAT = "(perhaps a repeat) "
AWAY = "Delayed: "

Group = tuple[Line, list[LedgerRow]]  # a line, and the ledger's rows that it says


@dataclass(frozen=True)
class LineAllowance:
    """How many lines a target may still get in this minute and on this day, and how long ago it
    got its last one today."""

    this_minute: int
    today: int
    silent_for: dt.timedelta = dt.timedelta.max

    def for_one_message(self, rows: int) -> LineAllowance:
        """The same where all lines share a message: there is room for every row or for none."""
        minute, day = (rows if most else 0 for most in (self.this_minute, self.today))
        return LineAllowance(minute, day, self.silent_for)


def lines_of(
    rows: Sequence[LedgerRow],
    current: Mapping[str, Notice],
    now: dt.datetime,
    room: LineAllowance,
    medium: Medium,
    joining: Collection[str] = (),
    silent_until: dt.datetime | None = None,
) -> list[Group]:
    """What goes out now, each line with the rows that it says.

    Rows 10 minutes or more behind their due minute (after a downtime, a refusal), and what came due
    in a silence, however short, go as one line, after the fresh ones; so do all of them where the
    day has one line left. Beyond the day's lines one merged line goes an hour, and more only for
    what would otherwise be too late.
    What a rule that is `joining` has goes with all the fresh ones in one line.
    """
    if room.today <= 0:
        return _beyond_the_cap(rows, current, now, room, medium)
    late = [row for row in rows if _is_late(row, now, silent_until)]
    fresh = [row for row in rows if row not in late]
    if len(rows) > 1 and room.today == 1:
        late, fresh = list(rows), []
    groups: list[Group] = [(_single(row, current, now), [row]) for row in fresh]
    if any(row.rule in joining for row in fresh):
        groups = _merged(fresh, current, now, medium, "")
    groups += _merged(late, current, now, medium)
    return groups[: min(room.this_minute, room.today)]


def _is_late(row: LedgerRow, now: dt.datetime, silent_until: dt.datetime | None) -> bool:
    due = instant(row.due)
    return now - due >= LATE or (silent_until is not None and due < silent_until <= now)


def _beyond_the_cap(
    rows: Sequence[LedgerRow],
    current: Mapping[str, Notice],
    now: dt.datetime,
    room: LineAllowance,
    medium: Medium,
) -> list[Group]:
    groups = _merged(sorted(rows, key=lambda row: str(row.expires)), current, now, medium)
    urgent = sum(instant(group[0].expires) - now <= SOON for _, group in groups)
    allowed = max(urgent, int(room.silent_for >= BEYOND_THE_CAP))
    return groups[: min(allowed, room.this_minute)]


def in_few_lines(
    rows: Sequence[LedgerRow], current: Mapping[str, Notice], now: dt.datetime, medium: Medium
) -> list[Group]:
    """As few lines as all these rows fit into."""
    return _merged(rows, current, now, medium, "")


def _merged(
    rows: Sequence[LedgerRow],
    current: Mapping[str, Notice],
    now: dt.datetime,
    medium: Medium,
    head: str = AWAY,
) -> list[Group]:
    """As few lines as these fit into, each by what it comes to; one alone stays whole."""
    groups: list[Group] = []
    left = list(rows)
    while left:
        items: list[Clause] = []
        for row in left:
            mark = (REPEAT,) if row.maybe_said else ()
            item = Clause((*mark, *whole(brief_of(doc_for(row, current, now)))))
            if items and not medium.holds(_together([*items, item], head)):
                break
            items.append(item)
        group = left[: len(items)]
        line = _together(items, head) if len(group) > 1 else _single(group[0], current, now)
        groups.append((line, group))
        left = left[len(group) :]
    return groups


def _together(items: Sequence[Clause], head: str) -> Line:
    told = Listing(tuple(items), between="; ")
    return Line((head, told) if head else (told,))


def doc_for(row: LedgerRow, current: Mapping[str, Notice], now: dt.datetime) -> Doc:
    """The notice's message, in words that are true now where its rule still gives it; else in
    those of the instant at which it came due."""
    notice = current.get(row.key)
    if notice is not None:
        try:
            return notice.say(now)
        except Exception:  # a bug in its words must not keep back what was due
            log.exception("%s: no words for now; said as it came due", row.key)
    return doc_of(row)


def _single(row: LedgerRow, current: Mapping[str, Notice], now: dt.datetime) -> Line:
    """One row's line; behind the mark of a repeat MeetBot would obey nothing."""
    line = in_one_line(doc_for(row, current, now))
    if not row.maybe_said:
        return line
    command = f"#{line.command} " if line.command else ""
    return Line((f"{REPEAT}{command}", *line.phrases))


def keys_of(rows: Collection[LedgerRow]) -> list[str]:
    """The keys of these rows."""
    return [row.key for row in rows]
