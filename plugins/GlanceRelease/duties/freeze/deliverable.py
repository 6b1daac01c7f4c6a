"""What the rules of a freeze look at: one deliverable in the cycle that runs, at an instant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from ...domain.calendar.binding_deadlines import is_library
from ...domain.calendar.cycle import end_of, utc_day
from ...domain.calendar.interval import When
from ...domain.calendar.team_calendar import Calendar
from ...domain.model import Branch, Deliverable, Kind, Release
from ...domain.moment import Moment
from ...domain.releases.freeze_reasons import Due, Fact, FreezeRule, Next, Reason, due_of_kind
from ...domain.releases.freeze_state import BranchState, State
from ...domain.releases.series_branch import pending_branch
from ...domain.releases.series_release import is_out, out_day
from ...domain.releases.shapes import cut_in, repository_of, stable_name
from ...domain.snapshot import Fetched

# What ends a state, beside the deadlines that may be weeks.
_HOURS = (
    Kind.FEATURE_FREEZE,
    Kind.MILESTONE_3,
    Kind.RELEASE,
    Kind.REQUIREMENTS_FREEZE,
)


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
        """What the file says is released in this series, without what was tagged later."""
        there = self.file.value.releases if self.file.value else ()
        return tuple(release for release in there if not self._is_later(release.tagged))

    def _is_later(self, instant: dt.datetime | None) -> bool:
        return instant is not None and utc_day(instant) > self.moment.today

    def cut(self) -> Branch | None:
        """The series' stable branch, if it was cut: the deliverable file has it."""
        cut = cut_in(self.file.value, self.calendar.series)
        return None if cut is None or self._is_later(cut.created) else cut

    @property
    def is_cut(self) -> bool:
        """Whether the branch is known to be there at the instant that is looked at: its file, as it
        was then, has it."""
        cut = self.cut()
        return cut is not None and not cut.may_be_later and not self.days_unknown()

    @property
    def title(self) -> str:
        """What its series is called."""
        return self.calendar.series.title

    @property
    def uncut(self) -> Reason:
        """Why the branch counts as not cut."""
        pending = pending_branch(self.file.value, self.branch) if self.file.value else None
        if pending is not None:
            return pending
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
        """When development of this series began: the end of the day on which the one before came
        out."""
        before = self.calendar.before
        day = out_day(self.moment, before) if before else None
        return end_of(day) if day else None

    def end(self, kind: Kind) -> dt.datetime | None:
        """The instant at which the cycle's event is past: the end (UTC) of its day, or the time of
        day that its text gives."""
        when = self.calendar.when(kind)
        return when.due_by if when else None

    def due(self, kind: Kind) -> Due | None:
        """When the cycle's event is due; None where the schedule has none."""
        return due_of_kind(self.calendar, kind)

    @property
    def freezes_by(self) -> Kind:
        """The event with which features freeze: milestone 3, or feature freeze on another day."""
        freeze, milestone = self.end(Kind.FEATURE_FREEZE), self.end(Kind.MILESTONE_3)
        return Kind.MILESTONE_3 if freeze in (None, milestone) else Kind.FEATURE_FREEZE

    def freezes_today(self, kind: Kind) -> tuple[Reason, ...]:
        """That it freezes with the end of today, where it does."""
        when = self.calendar.when(kind)
        last = when is not None and when.due_by == end_of(self.moment.today) and not when.has_hour
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
                self.branch, State.STABLE, FreezeRule.RELEASED, (out,), since, then=Next.STABLE_ENDS
            )
        elif self.cut() is not None:
            undated = (Reason(Fact.CUT_UNDATED), out)
            yield self.row(self.branch, State.UNKNOWN, FreezeRule.RELEASED, undated)
        else:
            pending = pending_branch(self.file.value, self.branch) if self.file.value else None
            missing = (pending or Reason(Fact.NOT_IN_FILE, repository_of(self.shape)), out)
            yield self.row(self.branch, State.MISSING, FreezeRule.RELEASED, missing)
        yield self.row("master", State.OPEN, FreezeRule.RELEASED, (out, self.masters_series), since)

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
        rule: FreezeRule,
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
            due=self._due_until(until),
            series="" if branch == "master" else self.calendar.series.branch_id,
        )

    def _due_until(self, until: dt.datetime | None) -> When | None:
        """When the deadline is that ends it then, where that is a week or has a time of day."""
        weeks = (self.last_release,) if is_library(self.shape) else (Kind.RC1, Kind.FINAL_RC)
        for kind in (*weeks, *_HOURS):
            when = self.calendar.when(kind)
            if when is None or when.due_by != until:
                continue
            if when.has_hour or (kind in weeks and when.is_due_in_its_week):
                return when
        return None
