"""What somebody is told who deals with what is overdue, or says why it is not done."""

from __future__ import annotations

from collections.abc import Sequence

from ...domain.messages.clauses import in_words
from ...domain.messages.counts import few
from .late import Overdue

_NAMED = 4
_SHOWN = 40  # letters of what somebody typed
_HOW = "Say: ack NAME because REASON."
BECAUSE_OF_WHAT = f"Because of what? {_HOW}"
LONG_REASON = "A reason has at most {most} letters; that has {letters}."
NOTHING = "Nothing is overdue."


def which_of(late: Sequence[Overdue]) -> str:
    """That a reason can be of one thing only."""
    return f"Which of them? Overdue are {_listed(late)}. {_HOW}"


def not_overdue(typed: str, late: Sequence[Overdue]) -> str:
    """That nothing overdue is called so."""
    return f'"{typed[:_SHOWN]}" is not overdue; overdue are {_listed(late)}.'


def dealt_with(late: Sequence[Overdue], reason: str) -> str:
    """That it is quiet, or with a reason that it is not done this time."""
    if reason:
        return f"Not done this time, because {reason}: {_listed(late)}."
    return f"Quiet until something changes: {_listed(late)}."


def _listed(late: Sequence[Overdue]) -> str:
    return few([in_words((each.what,)) for each in late], _NAMED)
