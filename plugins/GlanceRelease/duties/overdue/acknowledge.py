"""`ack` of what is overdue: somebody deals with it, or says why it is not done this time."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...domain.calendar.event_names import find_events
from ...domain.messages.clauses import in_words
from ...domain.messages.doc import doc
from ...domain.moment import Moment
from ...domain.snapshot import schedule_of
from ...registry import Ask, Reply, UserError
from . import ack_words
from .facts import Overdue, overdue_of
from .standing import standing_of
from .waivers import acknowledgement

LONGEST_REASON = 120
_BECAUSE = re.compile(r"(?:^|\s+)because\s+", re.IGNORECASE)


def acknowledge(moment: Moment, ask: Ask) -> Reply:
    """All that is overdue, or what the words name, is dealt with: quiet until it stands otherwise.
    With a reason it is waived, which only one thing at a time can be."""
    name, reason = _split(ask.text)
    meant = _named(moment, overdue_of(moment), name)
    if reason and len(meant) > 1:
        raise UserError(ack_words.which_of(meant))
    notes = tuple(
        acknowledgement(each.key, standing_of(moment, each).mark, ask.name, moment.now, reason)
        for each in meant
    )
    return Reply(doc(ack_words.dealt_with(meant, reason)), True, notes)


def _split(text: str) -> tuple[str, str]:
    match = _BECAUSE.search(text)
    if match is None:
        if text.lower().split()[-1:] == ["because"]:
            raise UserError(ack_words.BECAUSE_OF_WHAT)
        return text.strip(), ""
    reason = text[match.end() :].strip()
    if not reason:
        raise UserError(ack_words.BECAUSE_OF_WHAT)
    if len(reason) > LONGEST_REASON:
        raise UserError(ack_words.LONG_REASON.format(most=LONGEST_REASON, letters=len(reason)))
    return text[: match.start()].strip(), reason


def _named(moment: Moment, late: Sequence[Overdue], name: str) -> Sequence[Overdue]:
    """What the words name, itself or by the deadline that asked for it; all of it without any.
    UserError where that is nothing."""
    if not late:
        raise UserError(ack_words.NOTHING)
    words = name.lower().split()
    meant = [each for each in late if all(word in _text(each).lower() for word in words)]
    meant = meant or [each for each in late if _asked_by(moment, each, name)]
    if not meant:
        raise UserError(ack_words.not_overdue(name, late))
    return meant


def _asked_by(moment: Moment, overdue: Overdue, name: str) -> bool:
    """Whether the words are a name of the deadline that asked for it: "m1"."""
    schedule = moment[schedule_of(overdue.series)].value if overdue.series else None
    events = find_events(schedule, name) if schedule else ()
    return bool(overdue.event) and any(event.id == overdue.event for event in events)


def _text(overdue: Overdue) -> str:
    return f"{in_words((overdue.what,))} {overdue.name} {overdue.deliverable}"
