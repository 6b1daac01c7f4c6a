"""What a series' branch of a deliverable is: planned, in its file, there, or in a phase, each with
what says so; what is seen decides, and the calendar's day stands beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from ..calendar.branch_phases import StablePhase, phase_at
from ..calendar.cycle import utc_day
from ..model import Branch, Deliverable, Release, Series
from ..moment import Moment
from ..snapshot import Fetched, deliverable_of
from .freeze_reasons import Fact, Reason, on_day
from .proposal import GERRIT
from .shapes import final_of, repository_of, shape_of


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


def stable_name(series: Series) -> str:
    """The name that the series' branch has until its EOM."""
    return f"stable/{series.branch_id}"


def cut_in(file: Deliverable | None, series: Series) -> Branch | None:
    """The series' stable branch in the file; None where it is not in it."""
    name = stable_name(series)
    return next((each for each in (file.branches if file else ()) if each.name == name), None)


def branch_of(moment: Moment, series: Series, name: str) -> SeriesBranch:
    """What the branch is by the deliverable's file, then by Gerrit; where neither was read, it is
    unknown, whatever the calendar says."""
    fact, plan = moment[deliverable_of(series.name, name)], phase_at(series, moment.now)
    stable, file = stable_name(series), fact.value
    shape = shape_of(moment.snapshot, None, name, series)
    told = repository_of(shape) if shape else name
    if file is not None:
        ended = _ended(file, series, fact, plan, moment.now)
        if ended is not None:
            return _with_remarks(ended)
    cut = cut_in(file, series)
    in_gerrit = _seen_in_gerrit(moment, series, name)
    if cut is not None or in_gerrit:
        created = cut.created.date() if cut and cut.created else None
        seen = Reason(Fact.IN_FILE, told) if cut else Reason(Fact.IN_GERRIT)
        standing = Standing.THERE if in_gerrit else Standing.IN_FILE
        found = SeriesBranch(stable, standing, created, seen, plan)
        return _with_remarks(found) if fact.known else found
    if not fact.known:
        seen = Reason(Fact.FILE_TROUBLE, told, trouble=fact.problem or "")
        return SeriesBranch(stable, Standing.UNKNOWN, None, seen, plan)
    if (pending := _pending_in(file, stable)) is not None:
        seen = Reason(Fact.TAG_PENDING, pending)
        return SeriesBranch(stable, Standing.PLANNED, None, seen, plan)
    missing = _not_in_file(fact, series, told, moment.now)
    if missing is None:
        seen = Reason(Fact.READ_BEFORE, told, days=on_day(fact.at))
        return SeriesBranch(stable, Standing.UNKNOWN, None, seen, plan)
    return SeriesBranch(stable, Standing.PLANNED, None, missing, plan)


def _pending_in(file: Deliverable | None, name: str) -> str | None:
    """The version from which the file has the branch cut, where that is not tagged yet."""
    cuts = (each.location for each in (file.pending_branches if file else ()) if each.name == name)
    return next(cuts, None)


def _not_in_file(
    fact: Fetched[Deliverable], series: Series, name: str, now: dt.datetime
) -> Reason | None:
    """That the branch is not in the file, and how long after the release's day; None where the
    file was read before that day, and can't tell."""
    day = series.initial_release
    if day is None or utc_day(now) <= day:
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
            seen = Reason(Fact.TAGGED, mark.version, days=on_day(day))
            return SeriesBranch(_name_in(standing, ending, series), standing, day, seen, plan)
    status = _STATUSES.get(file.stable_status)
    if status is not None and not _is_read_later(fact, now):
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
    if not _is_read_later(fact, now):
        return True
    return plan is not None and _GRADES.index(plan.status) >= _GRADES.index(standing.value)


def _is_read_later(fact: Fetched[Deliverable], now: dt.datetime) -> bool:
    return fact.at is not None and utc_day(fact.at) > utc_day(now)


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


def _with_remarks(branch: SeriesBranch) -> SeriesBranch:
    return replace(branch, remarks=tuple(_remarks(branch)))


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


def is_out(moment: Moment, series: Series) -> bool | None:
    """Whether the series is released, as its services' files say: one of them has its final
    version. None where no service's file was read that can tell, such as one from before the
    release's day, or one that was read later and has no days."""
    facts = (moment[deliverable_of(series.name, name)] for name in moment.team.deliverables)
    told = [
        _says_out(fact, fact.value, series, moment.now)
        for fact in facts
        if fact.value is not None and _is_staged(fact.value)
    ]
    known = [each for each in told if each is not None]
    return any(known) if known else None


def outcome_of(moment: Moment, series: Series) -> Reason:
    """That the series is released, where a file says so; else only that its day is past."""
    if is_out(moment, series):
        return Reason(Fact.SERIES_RELEASED, series=series.title)
    return Reason(Fact.SERIES_WAS_DUE, series=series.title, days=on_day(series.initial_release))


def is_late(moment: Moment, series: Series, name: str) -> bool:
    """Whether the deliverable's release was due and is not out: its file has a candidate or the
    branch, and no final version. What has no candidates is out with the team's services."""
    fact = moment[deliverable_of(series.name, name)]
    if fact.value is not None and _is_staged(fact.value):
        file = fact.value
        under_way = _has_candidate(file) or cut_in(file, series) is not None
        return under_way and _says_out(fact, file, series, moment.now) is False
    files = (moment[deliverable_of(series.name, each)].value for each in moment.team.deliverables)
    candidates = any(_is_staged(file) and _has_candidate(file) for file in files if file)
    return candidates and is_out(moment, series) is False


def _is_staged(file: Deliverable) -> bool:
    return file.is_staged and file.type != "trailing"


def _has_candidate(file: Deliverable) -> bool:
    return any("rc" in release.version for release in file.releases)


def _says_out(
    fact: Fetched[Deliverable], file: Deliverable, series: Series, now: dt.datetime
) -> bool | None:
    """Whether the file has its final version; None where it can't tell of that instant."""
    final = final_of(file.releases)
    if final is None:
        return False if _tells_of(fact, series, now) else None
    if final.tagged is not None:
        return utc_day(final.tagged) <= utc_day(now)
    return None if _is_read_later(fact, now) else True


def _tells_of(fact: Fetched[Deliverable], series: Series, now: dt.datetime) -> bool:
    """Whether a file without a final version is new enough to say that there is none."""
    day = series.initial_release
    return fact.at is not None and (day is None or utc_day(now) <= day or utc_day(fact.at) > day)
