"""Something overdue, as a value."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from ...domain.messages.clauses import Clause
from ...domain.releases.proposal import Change
from ..releases.asked import Basis
from ..releases.task import ReleaseTask
from .waivers import Waiver


class LateSort(StrEnum):
    """What sort of thing is overdue, by which it is worded."""

    RELEASE = "release"
    PLAN = "plan"
    CHORE = "chore"
    ACTION = "action"
    HIGHLIGHTS = "highlights"


@dataclass(frozen=True)
class Overdue:
    """Something that was due and is not there.

    `key` names it for as long as it is overdue; `due` is the last day on which it was in time and
    `past` the instant (UTC) from which it is late. `what` is it in words, `name` what it belongs to
    ("RC1"), `basis` the rule that asks for it, `stays` what happens if nobody does anything. `task`
    is the release that is asked for, None for anything else; `changes` are those that would settle
    it and are open, `doubt` says why it may not be true any more. `event` is the schedule's, by
    which a plan is known; `topic` the duty that it belongs to: the event's id, or "constant".
    `whose` is the nick of an action's person, `until` the deadline behind a planned day, `after`
    after what the days are counted, where that is to be said.
    """

    key: str
    sort: LateSort
    what: Clause
    due: dt.date
    past: dt.datetime
    basis: Basis
    name: str = ""
    stays: str = ""
    series: str = ""
    event: str = ""
    topic: str = ""
    deliverable: str = ""
    task: ReleaseTask | None = None
    changes: tuple[Change, ...] = ()
    doubt: str = ""
    after: str = ""
    whose: str = ""
    until: dt.date | None = None
    waiver: Waiver | None = None
