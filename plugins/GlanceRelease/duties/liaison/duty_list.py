"""A release liaison's duties by the schedule's deadlines, and how each is seen done.

The lists are those of Glance's contributor guide (release-cpl.rst, releasecycle.rst) and of the
Project Team Guide's release management.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from ...domain.calendar.binding_deadlines import (
    MILESTONES,
    has_candidates,
    has_highlights,
    is_intermediary,
    trails,
)
from ...domain.calendar.team_calendar import Calendar
from ...domain.calendar.team_deadlines import Deadline
from ...domain.model import Deliverable, Kind
from ...domain.releases.proposal import constant_of
from ...domain.snapshot import Snapshot, deliverable_of

_WEEK = dt.timedelta(weeks=1)

# Whether a duty is done: True or False, and None where nothing that the bot reads tells.
Check = Callable[[Snapshot, Calendar, Deadline], bool | None]


@dataclass(frozen=True)
class Duty:
    """One thing to do `before` a deadline of these kinds (None: with the notice that the team
    should have): what, how, and how to see it done.

    `by` tells of which deliverables it is a duty; of all where it is None."""

    kinds: tuple[Kind, ...]
    before: dt.timedelta | None
    what: str
    how: str
    check: Check | None = None
    releases: bool = False
    by: Callable[[Deliverable], bool] | None = None


def _announced(snapshot: Snapshot, calendar: Calendar, deadline: Deadline) -> bool | None:
    """Whether a reminder of the day was said in the channel."""
    return any(
        row.state in ("said", "merged") and deadline.day in row.days for row in snapshot.said
    )


def _highlights(snapshot: Snapshot, calendar: Calendar, deadline: Deadline) -> bool | None:
    files = [snapshot[deliverable_of(calendar.series.name, n)] for n in snapshot.team.deliverables]
    services = [f.value for f in files if f.value and has_highlights(f.value)]
    return any(service.has_cycle_highlights for service in services) if services else None


def names_the_next_series(
    snapshot: Snapshot, calendar: Calendar, deadline: Deadline
) -> bool | None:
    """The constant names the next series once this one is released."""
    fact = snapshot[constant_of(snapshot.team.name)]
    after = calendar.after
    if fact.value is None or after is None:
        return None
    return fact.value.replace("_", ".") == after.release_id


DUTIES = (
    Duty(
        MILESTONES,
        None,
        "tell the team the planned date of {name}",
        "at the meeting and on the list, with the day and the priorities; repeat it every week",
        _announced,
    ),
    Duty(
        MILESTONES,
        2 * _WEEK,
        "remind of the priorities for {name} and their progress",
        "priorities; ask for reviews at the meeting",
    ),
    Duty(
        MILESTONES,
        dt.timedelta(days=3),
        "propose the releases for {name}",
        "draft DELIVERABLE gives the change in openstack/releases; each library at least once a "
        "milestone, with its release notes",
        releases=True,
    ),
    Duty(
        (Kind.FINAL_LIBRARIES, Kind.FINAL_CLIENT_LIBRARIES),
        dt.timedelta(days=3),
        "propose the last release: {name}",
        "draft DELIVERABLE; the stable branch is cut from it",
        releases=True,
    ),
    Duty(
        (Kind.FEATURE_FREEZE,),
        dt.timedelta(0),
        "hold unfinished features from the feature freeze on",
        "a -2, or Review-Priority -1, on every feature without an exception",
    ),
    Duty(
        (Kind.CYCLE_HIGHLIGHTS,),
        dt.timedelta(0),
        "write the cycle highlights",
        "cycle-highlights in the deliverable file of openstack/releases, three to five sentences",
        _highlights,
        by=has_highlights,
    ),
    Duty(
        (Kind.RC1,),
        _WEEK,
        "write the release notes' prelude",
        "a note with a prelude in releasenotes/notes, merged before RC1",
    ),
    Duty(
        (Kind.RC1,),
        dt.timedelta(days=3),
        "propose RC1 with its stable branch",
        "draft {service}; from its tag on only release-critical changes merge",
        releases=True,
    ),
    Duty(
        (Kind.FINAL_RC,),
        dt.timedelta(days=2),
        "propose the final RC, if anything was backported since the last one",
        "unreleased tells what merged; the last day is a week before the release",
        by=has_candidates,
    ),
    Duty(
        (Kind.FINAL_RC,),
        dt.timedelta(days=3),
        "propose the final intermediary release with its stable branch",
        "draft DELIVERABLE; the branch is cut from the last release of the series",
        releases=True,
        by=is_intermediary,
    ),
    Duty(
        (Kind.RELEASE,),
        dt.timedelta(days=1),
        "say yes to the final release",
        "the release team proposes it; PTL or liaison votes +1",
        releases=True,
        by=has_candidates,
    ),
    Duty(
        (Kind.RELEASE,),
        dt.timedelta(days=-1),
        "change the migration constant to the next series",
        "a change to the constant in the team's repository, with Sem-Ver: api-break",
        names_the_next_series,
    ),
    Duty(
        (Kind.RELEASE,),
        dt.timedelta(days=-7),
        "report on the community goals",
        "to the TC, as the goals' pages ask",
    ),
    Duty(
        (Kind.CYCLE_TRAILING,),
        dt.timedelta(days=3),
        "propose the final release: {name}",
        "draft DELIVERABLE SERIES; what trails is due about three months after the release",
        releases=True,
        by=trails,
    ),
)


@cache
def duties_of(kind: Kind) -> tuple[Duty, ...]:
    """The duties that a deadline of this kind brings, in the list's order."""
    return tuple(duty for duty in DUTIES if kind in duty.kinds)
