"""What the rules of a freeze look at: one deliverable in the cycle that runs, at an instant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from ...domain.calendar.binding_deadlines import is_library
from ...domain.calendar.cycle import end_of, utc_day
from ...domain.calendar.interval import A_DAY, When, whens
from ...domain.calendar.team_calendar import Calendar
from ...domain.model import Branch, Deliverable, Kind, Release
from ...domain.moment import Moment
from ...domain.releases.freeze_reasons import Due, Fact, Next, Reason, Rule, due_of_kind
from ...domain.releases.freeze_state import BranchState, State
from ...domain.releases.series_branch import cut_in, is_out, stable_name
from ...domain.releases.shapes import repository_of
from ...domain.snapshot import Fetched


@dataclass(frozen=True)
class FreezeView:
    """One deliverable in its cycle at `moment`, as the rules of the freeze look at it."""

    moment: Moment
    calendar: Calendar
    name: str
    shape: Deliverable
    file: Fetched[Deliverable]

    @property
    def branch(self) -> str:
        """The series' stable branch."""
        return stable_name(self.calendar.series)

    @property
    def releases(self) -> tuple[Release, ...]:
        """What the file says is released in this series."""
        return self.file.value.releases if self.file.value else ()

    def cut(self) -> Branch | None:
        """The series' stable branch, if it was cut: the deliverable file has it."""
        return cut_in(self.file.value, self.calendar.series)

    @property
    def is_cut(self) -> bool:
        """Whether the branch is known to be there at the instant that is looked at: its file, as it
        was then, has it."""
        cut = self.cut()
        if cut is None or cut.may_be_later or self.days_unknown():
            return False
        return cut.created is None or utc_day(cut.created) <= self.moment.today

    @property
    def title(self) -> str:
        """What its series is called."""
        return self.calendar.series.title

    @property
    def uncut(self) -> Reason:
        """Why the branch counts as not cut."""
        return Reason(Fact.NOT_CUT if self.cut() is None else Fact.CUT_UNDATED, self.branch)

    @property
    def following(self) -> str:
        """The title of the next series, for which master opens again; empty where none is
        known."""
        return self.calendar.after.title if self.calendar.after else ""

    @property
    def development(self) -> tuple[Reason, ...]:
        """That the series is under development."""
        return (Reason(Fact.DEVELOPMENT, series=self.title),)

    @property
    def masters_series(self) -> Reason:
        """That master is the next series'."""
        return Reason(Fact.MASTER_IS, series=self.following)

    @property
    def branch_exists(self) -> Reason:
        """That the branch is there, so that master is the next series'."""
        return Reason(Fact.BRANCH_EXISTS, self.branch, self.following)

    @property
    def opened(self) -> dt.datetime | None:
        """When development of this series began: the end of the release day before."""
        before = self.calendar.before
        return end_of(before.initial_release) if before and before.initial_release else None

    def end(self, kind: Kind) -> dt.datetime | None:
        """The end (UTC) of the day of the cycle's event."""
        day = self.calendar.day(kind)
        return end_of(day) if day else None

    def due(self, kind: Kind) -> Due | None:
        """When the cycle's event is due; None where the schedule has none."""
        return due_of_kind(self.calendar, kind)

    def freezes_today(self, frozen: dt.datetime) -> tuple[Reason, ...]:
        """That it freezes with the end of today, where it does."""
        last = utc_day(self.moment.now) == frozen.date() - A_DAY
        return (Reason(Fact.FREEZES_TODAY),) if last else ()

    @property
    def last_release(self) -> Kind:
        """The deadline of a library's final release."""
        client = self.shape.type == "client-library"
        return Kind.FINAL_CLIENT_LIBRARIES if client else Kind.FINAL_LIBRARIES

    def series_is_released(self) -> bool:
        """Whether a service of the team has its final version in the file: the series is out,
        whatever hour of the release day it is."""
        return is_out(self.moment, self.calendar.series) is True

    def released_rows(self, since: dt.datetime | None, out: Reason) -> Iterator[BranchState]:
        """What holds from the release on: master is the next series', and the branch stable, if
        the file has it."""
        if self.is_cut:
            yield self.row(
                self.branch, State.STABLE, Rule.RELEASED, (out,), since, then=Next.STABLE_ENDS
            )
        else:
            missing = (Reason(Fact.NOT_IN_FILE, self.name), out)
            yield self.row(self.branch, State.MISSING, Rule.RELEASED, missing)
        yield self.row("master", State.OPEN, Rule.RELEASED, (out, self.masters_series), since)

    def days_unknown(self) -> bool:
        """Whether the file was read later than `now`: it tells of a future that it can't date."""
        return (
            self.file.at is not None
            and utc_day(self.file.at) > self.moment.today
            and any(release.tagged is None for release in self.releases)
        )

    def row(
        self,
        branch: str,
        state: State,
        rule: Rule,
        reasons: tuple[Reason, ...],
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
        then: Next | None = None,
    ) -> BranchState:
        """The state of one of its branches; a day that passed is no end."""
        return BranchState(
            self.name,
            repository_of(self.shape),
            branch,
            state,
            rule,
            reasons,
            since,
            until if until is not None and until > self.moment.now else None,
            then,
            (self.calendar.schedule, self.file),
            due=self._week_until(until),
            series="" if branch == "master" else self.calendar.series.branch_id,
        )

    def _week_until(self, until: dt.datetime | None) -> When | None:
        """The week of the deadline that ends then, where that is all that is known of it."""
        kinds = (self.last_release,) if is_library(self.shape) else (Kind.RC1, Kind.FINAL_RC)
        events = (self.calendar.weeks.first(kind) for kind in kinds)
        last = (whens(event)[-1] for event in events if event is not None and event.days)
        return next((when for when in last if when.is_due_in_its_week and when.over == until), None)
