"""The list at a moment: its bugs with where each fix stands, and how far Launchpad told of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ...domain.bugs.listed import BugList, ListedBug, bug_list, projects_of
from ...domain.bugs.standing import FixStanding, standings
from ...domain.bugs.tracker import ProjectBugs
from ...domain.calendar.cycle import start_of
from ...domain.freshness import age_of, as_of
from ...domain.memo_by_facts import kept_by_facts
from ...domain.memo_by_id import Same
from ...domain.moment import Moment
from ...domain.people.note import Note
from ...domain.snapshot import Fetched, Snapshot
from ...domain.team import Team


@dataclass(frozen=True)
class BugView:
    """The list of the series in development, with the standing of each bug by number."""

    moment: Moment
    list: BugList

    @cached_property
    def standing(self) -> Mapping[int, FixStanding]:
        """Where each fix stands."""
        moment = self.moment
        return _standings(moment.snapshot.facts, moment.team, Same(moment.notes), moment.today)

    @cached_property
    def projects(self) -> Mapping[str, Fetched[ProjectBugs]]:
        """What is known of each of the team's projects."""
        return projects_of(self.moment)

    @cached_property
    def open(self) -> tuple[ListedBug, ...]:
        """What holds the release, the worst first."""
        return tuple(bug for bug in self.list.bugs if not self.standing[bug.number].is_done)

    @cached_property
    def done(self) -> tuple[ListedBug, ...]:
        """What is fixed where the release is made."""
        return tuple(bug for bug in self.list.bugs if self.standing[bug.number].is_done)

    @property
    def unread(self) -> tuple[str, ...]:
        """The projects of which Launchpad never answered."""
        return tuple(name for name, fact in self.projects.items() if not fact.known)

    @property
    def absent(self) -> tuple[str, ...]:
        """The projects that Launchpad does not have."""
        known = {name: fact.value for name, fact in self.projects.items() if fact.value}
        return tuple(name for name, value in known.items() if not value.is_there)

    @property
    def is_known(self) -> bool:
        """Whether all projects were read, so that what is not on the list is not there."""
        return bool(self.projects) and not self.unread

    @property
    def oldest(self) -> Fetched[ProjectBugs] | None:
        """The oldest of what was read: one in trouble before one that only is old."""
        read = [fact for fact in self.projects.values() if fact.known]
        never = dt.datetime.max.replace(tzinfo=dt.UTC)
        return min(read, key=lambda fact: fact.at or never, default=None)

    @property
    def age(self) -> str:
        """ " (as of 2027-03-01 10:00 UTC, 90 min ago: HTTP 503)", where it is not fresh."""
        told = as_of(self.oldest, self.moment.now) if self.oldest else ""
        return f" {told}" if told else ""

    @property
    def age_in_any_case(self) -> str:
        """The same, also where it is fresh: "(as of 10:00 UTC)"."""
        fact = self.oldest
        if fact is None or fact.at is None:
            return ""
        return self.age or f" {age_of(fact, self.moment.now) or f'(as of {fact.at:%H:%M} UTC)'}"


@kept_by_facts
def _standings(
    facts: Mapping[str, Fetched[Any]], team: Team, notes: Same[tuple[Note, ...]], today: dt.date
) -> Mapping[int, FixStanding]:
    """Where each fix stands: another answer with other facts, other words, or on another day."""
    moment = Moment(Snapshot(team, facts, notes.value), start_of(today))
    known = bug_list(moment)
    return standings(moment, known.bugs, known.calendar.series) if known else {}


def bug_view(moment: Moment) -> BugView | None:
    """The view; None where the team names no tracker or no series is known."""
    known = bug_list(moment) if moment.team.bugs.projects else None
    return BugView(moment, known) if known else None
