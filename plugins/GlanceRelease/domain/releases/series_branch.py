"""What a series' branch of a deliverable is: planned, in its file, there, or in a phase, each with
what says so; what is seen decides, and the calendar's day stands beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from ..calendar.branch_phases import StablePhase, phase_at
from ..calendar.cycle import utc_day
from ..model import Deliverable, Release, Series
from ..moment import Moment
from ..snapshot import Fetched, deliverable_of
from .freeze_reasons import Fact, Reason, of_release, on_day
from .proposal import GERRIT
from .series_release import is_late, is_read_later, out_day
from .shapes import cut_in, repository_of, shape_of, stable_name


class Standing(StrEnum):
    """How far a branch is, by what was seen of it."""

    UNKNOWN = "unknown"
    PLANNED = "planned"
    IN_FILE = "in the file"
    THERE = "there"
    UNMAINTAINED = "unmaintained"
    END_OF_LIFE = "end-of-life"


# What ends a phase, the last one first: its tag's ending, what the branch is then, how it is said.
# "-em" was extended maintenance until 2023: no releases any more.
MARKS = (
    ("eol", Standing.END_OF_LIFE, "EOL"),
    ("eom", Standing.UNMAINTAINED, "EOM"),
    ("em", Standing.UNMAINTAINED, "EM"),
)
_STATUSES = {
    "end of life": Standing.END_OF_LIFE,
    "unmaintained": Standing.UNMAINTAINED,
    "extended maintenance": Standing.UNMAINTAINED,
}
_PLANS = {"unmaintained": "EOM", "end-of-life": "EOL"}
_GRADES = ("stable", "unmaintained", "end-of-life")


@dataclass(frozen=True)
class SeriesBranch:
    """One deliverable's branch of one series at an instant.

    `name` is what Git calls it ("unmaintained/2024.1" from its EOM on); `since` is the day (UTC)
    of what it is, None where nobody recorded it; `seen` is what says so; `plan` is the calendar's
    phase at that instant, and `remarks` how that differs, with both days.
    """

    name: str
    standing: Standing
    since: dt.date | None
    seen: Reason
    plan: StablePhase | None = None
    remarks: tuple[Reason, ...] = ()

    @property
    def is_there(self) -> bool:
        """Whether its file or Gerrit has it, or had it until its end."""
        return self.standing not in (Standing.UNKNOWN, Standing.PLANNED)


def branch_of(moment: Moment, series: Series, name: str) -> SeriesBranch:
    """What the branch is by the deliverable's file, then by Gerrit; where neither was read, it is
    unknown, whatever the calendar says."""
    fact, plan = moment[deliverable_of(series.name, name)], phase_at(series, moment.now)
    stable, file = stable_name(series), fact.value
    shape = file or shape_of(moment.snapshot, None, name)
    told = repository_of(shape) if shape else name
    if file is not None:
        ended = _ended(file, series, fact, plan, moment.now)
        if ended is not None:
            return _with_remarks(ended, file, series)
    cut = cut_in(file, series)
    in_gerrit = _seen_in_gerrit(moment, series, name)
    asked = _asked_for(moment, file, stable)
    if cut is not None or in_gerrit or asked:
        created = cut.created.date() if cut and cut.created else None
        seen = Reason(Fact.GERRIT_HAS if asked else Fact.IN_GERRIT)
        seen = Reason(Fact.IN_FILE, told) if cut else seen
        standing = Standing.THERE if in_gerrit or asked else Standing.IN_FILE
        found = SeriesBranch(stable, standing, created, seen, plan)
        return _with_remarks(found, file, series) if fact.known else found
    if not fact.known:
        seen = Reason(Fact.FILE_TROUBLE, told, trouble=fact.problem or "")
        return SeriesBranch(stable, Standing.UNKNOWN, None, seen, plan)
    if file is not None and (pending := pending_branch(file, stable)) is not None:
        return SeriesBranch(stable, Standing.PLANNED, None, pending, plan)
    missing = _not_in_file(moment, fact, series, name, told)
    if missing is None:
        seen = Reason(Fact.READ_BEFORE, told, days=on_day(fact.at))
        return SeriesBranch(stable, Standing.UNKNOWN, None, seen, plan)
    return SeriesBranch(stable, Standing.PLANNED, None, missing, plan)


def is_without_end(file: Deliverable | None, series: Series) -> bool:
    """Whether a file shows the series' branch and neither a mark nor a status that ends it."""
    if file is None or cut_in(file, series) is None:
        return False
    status = _STATUSES.get(file.stable_status)
    return status is not Standing.END_OF_LIFE and _mark(file, series, "eol") is None


def pending_branch(file: Deliverable, name: str) -> Reason | None:
    """Why a branch that stands in the file is not there: the release from which it is cut has no
    tag yet, or Gerrit has it not; None where it does not stand there so."""
    for branch in file.pending_branches:
        if branch.name == name:
            if branch.location in [release.version for release in file.pending]:
                return Reason(Fact.TAG_PENDING, branch.location)
            return Reason(Fact.NOT_IN_GERRIT, repository_of(file))
    return None


def _asked_for(moment: Moment, file: Deliverable | None, branch: str) -> bool:
    """Whether Gerrit has the branch in all repositories of the file, as far as it was asked."""
    known = (moment[GERRIT].value or {}).get(moment.team.name)
    told = known.branches if known else {}
    places = file.repositories if file else ()
    return bool(places) and all(told.get((place, branch)) for place in places)


def _not_in_file(
    moment: Moment, fact: Fetched[Deliverable], series: Series, deliverable: str, name: str
) -> Reason | None:
    """That the branch is not in the file, and how long after the release; None where the file was
    read before the release's day, and can't tell."""
    day, now = out_day(moment, series), moment.now
    if day is None or utc_day(now) <= day or is_late(moment, series, deliverable):
        return Reason(Fact.NOT_IN_FILE, name)
    if fact.at is None or utc_day(fact.at) <= day:
        return None
    days = (min(utc_day(now), utc_day(fact.at)) - day).days
    return Reason(Fact.NOT_IN_FILE, name, after=days)


def _ended(
    file: Deliverable,
    series: Series,
    fact: Fetched[Deliverable],
    plan: StablePhase | None,
    now: dt.datetime,
) -> SeriesBranch | None:
    """The phase in which its own file's marks put it; None where none does, or none did then."""
    for ending, standing, _ in MARKS:
        mark = _mark(file, series, ending)
        if mark is not None and _holds(mark, standing, fact, plan, now):
            day = mark.tagged.date() if mark.tagged else None
            seen = of_release(Fact.TAGGED, mark)
            return SeriesBranch(_name_in(standing, ending, series), standing, day, seen, plan)
    status = _STATUSES.get(file.stable_status)
    if status is not None and not is_read_later(fact, now):
        seen = Reason(Fact.STATUS, file.stable_status)
        return SeriesBranch(_name_in(status, "eom", series), status, None, seen, plan)
    return None


def _name_in(standing: Standing, ending: str, series: Series) -> str:
    """An unmaintained branch is renamed (TC, 2023-07-24 unmaintained branches), which extended
    maintenance did not do."""
    renamed = standing is Standing.UNMAINTAINED and ending == "eom"
    return f"unmaintained/{series.branch_id}" if renamed else stable_name(series)


def _mark(file: Deliverable, series: Series, ending: str) -> Release | None:
    names = {f"{series.branch_id}-{ending}", f"{series.name}-{ending}"}
    return next((each for each in file.releases if each.version in names), None)


def _holds(
    mark: Release,
    standing: Standing,
    fact: Fetched[Deliverable],
    plan: StablePhase | None,
    now: dt.datetime,
) -> bool:
    """Whether the mark was there already. Of one without a day in a file that was read later only
    the calendar can tell."""
    if mark.tagged is not None:
        return utc_day(mark.tagged) <= utc_day(now)
    if not is_read_later(fact, now):
        return True
    return plan is not None and _GRADES.index(plan.status) >= _GRADES.index(standing.value)


def _seen_in_gerrit(moment: Moment, series: Series, name: str) -> bool:
    """Whether Gerrit has a change on the branch, in a repository of the deliverable."""
    file = moment[deliverable_of(series.name, name)].value
    known = (moment[GERRIT].value or {}).get(moment.team.name)
    if known is None:
        return False
    places = (
        file.repositories if file else (f"openstack/{name}", f"openstack/{name}".replace("-", "_"))
    )
    branch = stable_name(series)
    return any(
        change.branch == branch
        and change.project in places
        and (change.created is None or change.created <= moment.now)
        for change in known.follow_ups
    )


def _with_remarks(branch: SeriesBranch, file: Deliverable | None, series: Series) -> SeriesBranch:
    pending = (_pending_mark(file, series, ending) for ending, _, _ in MARKS)
    merged = (Reason(Fact.TAG_PENDING, mark.version) for mark in pending if mark is not None)
    return replace(branch, remarks=(*merged, *_remarks(branch)))


def _pending_mark(file: Deliverable | None, series: Series, ending: str) -> Release | None:
    name = f"{series.branch_id}-{ending}"
    pending = file.pending if file else ()
    return next((release for release in pending if release.version == name), None)


def _remarks(branch: SeriesBranch) -> Iterator[Reason]:
    """Where the calendar has another phase than the one that was seen: its day, too."""
    plan = branch.plan
    if plan is None:
        return
    ended = branch.standing in (Standing.UNMAINTAINED, Standing.END_OF_LIFE)
    seen = branch.standing.value if ended else "stable"
    if _GRADES.index(plan.status) > _GRADES.index(seen):
        if plan.since is not None:
            yield Reason(Fact.PLANNED_NOT_TAGGED, _PLANS[plan.status], days=(plan.since,))
    elif plan.status == seen:
        if ended and plan.since is not None and plan.since != branch.since:
            yield Reason(Fact.PLANNED, _PLANS[seen], days=(plan.since,))
    elif plan.then == seen and plan.until is not None:
        yield Reason(Fact.PLANNED, _PLANS[seen], days=(plan.until,))
    else:
        yield Reason(Fact.UNPLANNED, _PLANS[seen])
