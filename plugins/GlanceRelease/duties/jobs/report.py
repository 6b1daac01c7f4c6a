"""The periodic jobs in the report: what fails and since when, or that all is well; the grid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TypeVar

from ...domain.ci.builds import Build, Outcome, Verdict
from ...domain.ci.conclusions import concluded
from ...domain.messages.doc import Link
from ...domain.moment import Moment
from ...domain.reports.meeting_report import Cell, Grid, Part, Table, Tile
from ...registry import UserError
from ..report_parts import PART_BYTES, report_part, shortened
from .facts import BAD, JobStanding
from .selection import JobsView, view_of
from .words import build_link, builds_link, day, where

T = TypeVar("T")

_NIGHTS = 14
_LINKED = 2
_TITLE = "Periodic jobs"


@report_part(20)
def jobs_part(moment: Moment) -> Part | None:
    """Of the voting jobs that Zuul would run: how many pass, and which do not, with since when."""
    try:
        view = view_of(moment)
    except UserError:
        return Part("jobs", _TITLE, "Periodic jobs: nothing is known from Zuul")
    judged = [s for s in view.judged if s.verdict is not Verdict.GONE]
    counted = [s for s in judged if s.voting]
    bad = [s for s in counted if is_bad(s)]
    return Part(
        "jobs",
        _TITLE,
        _text(view, counted, bad),
        {_name(s): _word(s) for s in judged if s.voting},
        frozenset({"passing", "new"}),
        (_once(view, "table", lambda: _table(view, judged)),),
        _once(view, "grid", lambda: _grid(view, judged)),
        view.age.strip(),
        (_tile(counted, bad),) if counted else (),
    )


def _once(view: JobsView, what: str, make: Callable[[], T]) -> T:
    """What follows from the history and the team's choice of jobs alone is made once for them."""
    return concluded(view.history, (what, view.moment.team.jobs, view.projects), make)


def is_bad(standing: JobStanding) -> bool:
    """Whether a job's news is bad: its verdict, or that of its last run while it runs again."""
    return standing.verdict in BAD or (standing.verdict is Verdict.RUNNING and standing.failing)


def _text(view: JobsView, counted: list[JobStanding], bad: list[JobStanding]) -> str:
    if not counted:
        return "Periodic jobs: none is known"
    untold = [s for s in counted if s.verdict is Verdict.NEW]
    fresh = f", {len(untold)} without a run yet" if untold else ""
    if not bad:
        passing = len(counted) - len(untold)
        if not passing:
            return f"Periodic jobs: none of {len(counted)} has run yet{view.age}"
        return f"Periodic jobs: all {passing} green{fresh}{view.age}"
    phrases = [_phrase(view, standing) for standing in bad]
    head = f"Periodic jobs: {len(bad)} of {len(counted)} not green{fresh}: "
    return f"{head}{shortened(phrases, PART_BYTES - len(head))}{_links(view, bad)}{view.age}"


def _links(view: JobsView, bad: list[JobStanding]) -> str:
    """Where there is no page to follow the number on: the builds themselves, while they fit."""
    builds = [build for s in bad if (build := s.first_bad or s.last) is not None]
    if view.moment.snapshot.page or len(builds) > _LINKED:
        return ""
    return f" {builds_link(view.history, builds)}" if builds else ""


def _tile(counted: list[JobStanding], bad: list[JobStanding]) -> Tile:
    good = sum(s.verdict is not Verdict.NEW and not is_bad(s) for s in counted)
    mood = "bad" if bad else "good" if good else "plain"
    return Tile(f"{good} of {len(counted)}", "periodic jobs green", mood)


def _phrase(view: JobsView, standing: JobStanding) -> str:
    since = f" since {day(standing.since)}" if standing.since else ""
    return f"{_name(standing)} {_word(standing)}{since}"


def _name(standing: JobStanding) -> str:
    return f"{standing.job}{where(standing.lane)}"


def _word(standing: JobStanding) -> str:
    if standing.verdict is Verdict.RUNNING:
        return "failing" if standing.failing else "passing"
    return standing.verdict.value.replace("-", " ")


def _table(view: JobsView, judged: list[JobStanding]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    told = set()
    for standing in sorted(judged, key=lambda s: (not (s.voting and is_bad(s)), not s.voting)):
        if standing.voting and is_bad(standing):
            told.add(len(rows))
        last = standing.first_bad if standing.failing else standing.last
        since = day(standing.since) if standing.since else "-"
        rows.append(
            (
                Link(_name(standing), build_link(view.history, last)) if last else _name(standing),
                standing.lane.project.removeprefix("openstack/"),
                _word(standing) + ("" if standing.voting else " (non-voting)"),
                since,
            )
        )
    return Table("Each job", ("job", "repository", "state", "since"), tuple(rows), frozenset(told))


def _grid(view: JobsView, judged: Iterable[JobStanding]) -> Grid:
    """The last nights of the daily jobs, the newest on the right."""
    last = view.history.until.date()
    nights = [last - dt.timedelta(days=back) for back in reversed(range(_NIGHTS))]
    rows = []
    for standing in judged:
        runs = {run.night: run for run in standing.row}
        if not any(night in runs for night in nights):
            continue
        marks = tuple(_mark(view, runs.get(night)) for night in nights)
        rows.append((_name(standing), marks))
    return Grid(
        f"The last {_NIGHTS} nights",
        tuple(day(night) for night in nights),
        tuple(rows),
    )


def _mark(view: JobsView, run: Build | None) -> Cell:
    if run is None:
        return "no run"
    words = {Outcome.TROUBLE: "infrastructure", Outcome.CUT: "cut short"}
    return Link(words.get(run.outcome, run.outcome.value), build_link(view.history, run))
