"""Which bugs hold the release that comes next: what counts by the team's file, what people added
and dropped, and what left the list by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..calendar.cycle import end_of, start_of
from ..calendar.team_calendar import Calendar, calendar_of
from ..config_types import IMPORTANCES
from ..memo_by_facts import kept_by_facts
from ..memo_by_id import Same
from ..model import Kind
from ..moment import Moment
from ..people.note import Note
from ..snapshot import Fetched, Snapshot
from ..team import Team
from .tracker import BUG_DETAILS, BugDetail, BugTask, ProjectBugs, Sight, bugs_of

KIND = "bug"
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


class Left(StrEnum):
    """Why a bug is on the list no more, though nobody dropped it."""

    REFUSED = "refused"
    DUPLICATE = "duplicate"
    ABSENT = "absent"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class ListedBug:
    """A bug of the list. `why` is what made it count ("Critical"), or what whoever added it gave;
    `by` who that was, empty where it counted by itself; `since` when it came on the list, None
    where no tick has noted it yet. `task` is None while Launchpad has not told of it, and of a
    private one. `hint` is a target that does not fit the schedule. `left` tells why it left;
    `nick` is whoever added it. `is_found` says that it was there when the list began."""

    number: int
    why: str
    by: str = ""
    since: dt.datetime | None = None
    task: BugTask | None = None
    detail: BugDetail | None = None
    hint: str = ""
    left: Left | None = None
    is_new: bool = False
    nick: str = ""
    is_found: bool = False

    @property
    def is_private(self) -> bool:
        """Whether nobody but its own people may see it."""
        return self.detail is not None and self.detail.sight is Sight.PRIVATE

    @property
    def is_fixed(self) -> bool:
        """Whether Launchpad calls it fixed."""
        return self.task is not None and self.task.is_fixed


@dataclass(frozen=True)
class BugList:
    """The bugs of one series: those that are on the list, the worst first, and those that left it
    by themselves."""

    calendar: Calendar
    bugs: tuple[ListedBug, ...]
    left: tuple[ListedBug, ...] = ()


def bug_list(moment: Moment) -> BugList | None:
    """The list of the series in development; None where none is known. What counted once stays
    until somebody drops it; what Launchpad closes without a fix, or calls a duplicate, leaves. It
    is another one with other facts, other words of people's, or on another day."""
    return _kept(moment.snapshot.facts, moment.team, Same(moment.notes), moment.today)


@kept_by_facts
def _kept(
    facts: Mapping[str, Fetched[Any]], team: Team, notes: Same[tuple[Note, ...]], today: dt.date
) -> BugList | None:
    return _made(Moment(Snapshot(team, facts, notes.value), start_of(today)))


def _made(moment: Moment) -> BugList | None:
    calendar = calendar_of(moment, None)
    if calendar is None:
        return None
    projects = projects_of(moment)
    notes = notes_of(moment.notes, calendar.series.name)
    counted = {task.number: why for task, why in _counted(moment, calendar, projects)}
    dropped = {number for number, note in notes.items() if (note.body or {})["how"] == "dropped"}
    numbers = {*counted, *notes} - dropped
    details = moment[BUG_DETAILS].value or {}
    all_bugs = [
        _listed(moment, calendar, projects, number, counted, notes.get(number), details)
        for number in numbers
    ]
    all_bugs.sort(key=_rank)
    return BugList(
        calendar,
        tuple(bug for bug in all_bugs if bug.left is None),
        tuple(bug for bug in all_bugs if bug.left is not None),
    )


def listed_numbers(moment: Moment) -> frozenset[int]:
    """The numbers of the list, with those that left it by themselves: they may come back."""
    known = _made(moment)  # of facts that are newer than any snapshot's
    return frozenset(bug.number for bug in (*known.bugs, *known.left)) if known else frozenset()


def projects_of(moment: Moment) -> dict[str, Fetched[ProjectBugs]]:
    """What is known of each of the team's projects."""
    return {name: moment[bugs_of(name)] for name in moment.team.bugs.projects}


def tags_of(moment: Moment) -> tuple[str, ...]:
    """The tags that count in the series in development."""
    calendar = calendar_of(moment, None)
    if calendar is None:
        return ()
    series = calendar.series
    tags = (
        tag.replace("{series}", series.name).replace("{id}", series.release_id)
        for tag in moment.team.bugs.tags
    )
    return tuple(dict.fromkeys(tags))


def asked_of(moments: Iterable[Moment], numbers: Collection[int]) -> dict[int, dt.datetime]:
    """By number, when Launchpad told last that a bug was modified."""
    touched: dict[int, dt.datetime] = dict.fromkeys(numbers, _NEVER)
    for moment in moments:
        for fact in projects_of(moment).values():
            for number, at in (fact.value.touched if fact.value else {}).items():
                if number in touched:
                    touched[number] = max(touched[number], at)
    return touched


def notes_of(notes: Iterable[Note], series: str) -> dict[int, Note]:
    """What is kept of the series' list, by number."""
    return {
        int(note.subject.rpartition("/")[2]): note
        for note in notes
        if note.kind == KIND and note.body and note.subject.startswith(f"{series}/")
    }


def bug_note(
    series: str, number: int, how: str, why: str, who: str, now: dt.datetime, nick: str = ""
) -> Note:
    """What is kept of a bug that counted ("counted"; "found", where it did when the list was looked
    at first), was "added", by somebody with this nick, or "dropped"."""
    body = {"how": how, "why": why, "since": now.isoformat(), "nick": nick}
    return Note(KIND, f"{series}/{number}", body, who, now)


def _counted(
    moment: Moment, calendar: Calendar, projects: Mapping[str, Fetched[ProjectBugs]]
) -> Iterator[tuple[BugTask, str]]:
    """The open bugs that count by the team's file, each with why."""
    rules = moment.team.bugs
    for fact in projects.values():
        known = fact.value
        for task in known.tasks.values() if known else ():
            if known is None or task.is_fixed or task.is_refused:
                continue
            if task.importance in rules.critical:
                yield task, task.importance
            elif task.importance in rules.tagged and task.number in known.tagged:
                yield task, f"{task.importance} and tagged"
            elif rules.targets and task.milestone and fits(known, calendar, task.milestone):
                yield task, f"targeted to {task.milestone}"


def fits(known: ProjectBugs, calendar: Calendar, name: str) -> bool:
    """Whether a milestone of Launchpad's falls into the week of a milestone, a candidate or the
    release of the cycle's schedule."""
    milestone = known.milestones.get(name)
    return (
        milestone is not None
        and milestone.day is not None
        and any(_same_week(milestone.day, day) for day in milestone_days(calendar).values())
    )


MILESTONES = (
    Kind.MILESTONE_1, Kind.MILESTONE_2, Kind.MILESTONE_3, Kind.RC1, Kind.FINAL_RC, Kind.RELEASE,
)  # fmt: skip


def milestone_days(calendar: Calendar) -> dict[Kind, dt.date]:
    """The days of what a bug may be targeted to."""
    days = {kind: calendar.day(kind) for kind in MILESTONES}
    return {kind: day for kind, day in days.items() if day is not None}


def _same_week(one: dt.date, other: dt.date) -> bool:
    return one.isocalendar()[:2] == other.isocalendar()[:2]


def _listed(
    moment: Moment,
    calendar: Calendar,
    projects: Mapping[str, Fetched[ProjectBugs]],
    number: int,
    counted: Mapping[int, str],
    note: Note | None,
    details: Mapping[int, BugDetail],
) -> ListedBug:
    detail = details.get(number)
    known = [fact.value for fact in projects.values() if fact.value is not None]
    task = next((each.tasks[number] for each in known if number in each.tasks), None)
    task = task or (detail.task_in(projects) if detail else None)
    body = (note.body if note else None) or {}
    by = note.who if note and body.get("how") == "added" else ""
    since = dt.datetime.fromisoformat(body["since"]) if body.get("since") else None
    return ListedBug(
        number,
        body.get("why", "") if by else counted.get(number) or body.get("why", ""),
        by,
        since,
        task,
        detail,
        _hint(known, calendar, task),
        _left(task, detail),
        _is_new(moment, calendar, task),
        body.get("nick", "") if by else "",
        body.get("how") == "found",
    )


def _left(task: BugTask | None, detail: BugDetail | None) -> Left | None:
    if detail is not None and detail.sight is Sight.ABSENT:
        return Left.ABSENT
    if detail is not None and detail.duplicate_of:
        return Left.DUPLICATE
    if task is not None and task.is_refused:
        return Left.REFUSED
    if task is None and detail is not None and detail.sight is Sight.THERE:
        return Left.ELSEWHERE
    return None


def _hint(known: Iterable[ProjectBugs], calendar: Calendar, task: BugTask | None) -> str:
    """The target of a bug, where it says nothing certain of the schedule."""
    if task is None or not task.milestone:
        return ""
    mine = [each for each in known if each.project == task.project]
    return "" if any(fits(each, calendar, task.milestone) for each in mine) else task.milestone


def _is_new(moment: Moment, calendar: Calendar, task: BugTask | None) -> bool:
    """Whether it was reported since milestone 3, which matters from RC1 on."""
    m3, rc1 = calendar.day(Kind.MILESTONE_3), calendar.day(Kind.RC1)
    if m3 is None or rc1 is None or task is None or task.created is None:
        return False
    return moment.today >= rc1 and task.created >= end_of(m3)


def _rank(bug: ListedBug) -> tuple[int, int]:
    """The worst first; what nobody can see is as bad as any."""
    importance = bug.task.importance if bug.task else IMPORTANCES[0]
    rank = IMPORTANCES.index(importance) if importance in IMPORTANCES else len(IMPORTANCES)
    return rank, bug.number
