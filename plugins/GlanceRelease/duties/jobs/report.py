"""The periodic jobs in the report: what fails and since when, or that all is well; the grid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from ...domain.ci.absence import UNDERWAY
from ...domain.ci.builds import Build, Verdict
from ...domain.ci.conclusions import concluded
from ...domain.messages.clauses import Clause, Link, Phrase, clause, remark
from ...domain.moment import Moment
from ...domain.reports.fact import ReportFact
from ...domain.reports.meeting_report import Cell, Grid, Part, Table, Tile
from ...registry import UserError
from ..report_parts import LINK, first, items, report_part
from .absent_nights import absent_nights
from .facts import JobStanding, is_bad
from .flakes import NIGHTS, failures, flakes, nights_ended
from .selection import JobsView, view_of
from .words import build_link, builds_link, day, no_pass, run_word, verdict_word

T = TypeVar("T")

_NIGHTS = 14
_LINKED = 2
_TITLE = "Periodic jobs"
_USUAL = (Verdict.PASSING, Verdict.NEW)
_WITHOUT_AN_END = (Verdict.DID_NOT_RUN, Verdict.UNSEEN)


@report_part(20)
def jobs_part(moment: Moment) -> Part | None:
    """Of the voting jobs that Zuul would run: how many pass, and which do not, with since when."""
    try:
        view = view_of(moment)
    except UserError:
        return Part("jobs", _TITLE, (first(f"{_TITLE}: nothing is known from Zuul"),))
    judged = [s for s in view.judged if s.verdict is not Verdict.GONE]
    counted = [s for s in judged if s.voting]
    bad = [s for s in counted if is_bad(s)]
    return Part(
        "jobs",
        _TITLE,
        _phrases(view, counted, bad),
        _once(view, "facts", lambda: tuple(_fact(s) for s in judged if s.voting)),
        (_once(view, "table", lambda: _table(view, judged)),),
        _once(view, "grid", lambda: _grid(view, judged)),
        view.age.strip(),
        (_tile(counted, bad),) if counted else (),
    )


def _once(view: JobsView, what: str, make: Callable[[], T]) -> T:
    """What follows from the history and the team's choice of jobs alone is made once for them."""
    return concluded(view.history, (what, view.moment.team.jobs, view.projects), make)


def _phrases(
    view: JobsView, counted: list[JobStanding], bad: list[JobStanding]
) -> tuple[Phrase, ...]:
    beside = _once(view, "beside", lambda: _beside(view))
    if not counted:
        return first(f"{_TITLE}: {_without_a_vote(view)}"), *beside, view.age
    untold = [s for s in counted if s.verdict is Verdict.NEW]
    fresh = f", {len(untold)} without a run yet" if untold else ""
    if bad:
        head = first(f"{_TITLE}: {len(bad)} of {len(counted)} not green")
        each = _once(view, "bad", lambda: items(_phrase(view, standing) for standing in bad))
        return head, f"{fresh}: ", each, *_links(view, bad), *beside, view.age
    passing = len(counted) - len(untold)
    if not passing:
        return first(f"{_TITLE}: none of {len(counted)} has run yet"), *beside, view.age
    return first(f"{_TITLE}: all {passing} green"), fresh, *beside, view.age


def _without_a_vote(view: JobsView) -> str:
    """What is told where no job of ours counts for its buildset."""
    left = [s for s in view.judged if s.verdict is not Verdict.GONE]
    if left:
        return "none votes" if any(map(is_bad, left)) else f"all {len(left)} green, none votes"
    return f"none is left, {len(view.judged)} gone" if view.judged else "none is known"


def _beside(view: JobsView) -> tuple[Phrase, ...]:
    """What green nights hide: jobs that do not vote and are not green, and those that failed
    between passes, with their rate."""
    bad = [s for s in view.judged if not s.voting and is_bad(s)]
    phrases: list[Phrase] = []
    if bad:
        phrases += ["; non-voting, not green: ", items(_phrase(view, s) for s in bad)]
    flaked = sorted(_flaked(view), key=lambda pair: -pair[1])
    if flaked:
        rates = (clause(_linked(view, s), f" {_rate(view, s, failed)}") for s, failed in flaked)
        phrases += [f"; failed between passes in {NIGHTS} nights: ", items(rates)]
    return tuple(phrases)


def _flaked(view: JobsView) -> Iterator[tuple[JobStanding, int]]:
    """The voting jobs that are well now, and failed by themselves, with how often."""
    for standing in view.judged:
        if standing.voting and standing.verdict is not Verdict.GONE and not is_bad(standing):
            failed = flakes(standing, view.moment.team.jobs.nights, view.history.until)
            if failed:
                yield standing, failed


def _rate(view: JobsView, standing: JobStanding, failed: int) -> str:
    return f"{failed} of {nights_ended(standing, view.history.until)}"


def _links(view: JobsView, bad: list[JobStanding]) -> tuple[Phrase, ...]:
    """Where there is no page to follow the number on: the builds themselves, of a few."""
    builds = [build for s in bad if (build := s.first_bad or s.last) is not None]
    if view.moment.snapshot.page or not builds or len(builds) > _LINKED:
        return ()
    return (remark(" ", Link("builds", builds_link(view.history, builds)), weight=LINK),)


def _tile(counted: list[JobStanding], bad: list[JobStanding]) -> Tile:
    good = sum(s.verdict is not Verdict.NEW and not is_bad(s) for s in counted)
    mood = "bad" if bad else "good" if good else "plain"
    return Tile(f"{good} of {len(counted)}", "periodic jobs green", mood)


def _phrase(view: JobsView, standing: JobStanding) -> Clause:
    name = _linked(view, standing)
    told = f" {_word(standing)}"
    if standing.verdict is Verdict.FLAKY:
        failed = failures(standing, view.history.until)
        told += f" ({_rate(view, standing, failed)} nights failed)"
    if not standing.since:
        return clause(name, told)
    since = f"{told} since {day(standing.since)}"
    passed = no_pass(standing) if standing.verdict in _WITHOUT_AN_END else ""
    if passed:
        return clause(name, f"{since} ({passed})", shorter=[(name, since), (name, told)])
    return clause(name, since, shorter=[(name, told)])


def _state(standing: JobStanding) -> Verdict:
    """The verdict, of a job that runs again that of its last run."""
    if standing.verdict in UNDERWAY:
        return Verdict.FAILING if standing.failing else Verdict.PASSING
    return standing.verdict


def _word(standing: JobStanding) -> str:
    return verdict_word(standing, _state(standing)).replace("-", " ")


def _fact(standing: JobStanding) -> ReportFact:
    state = _state(standing)
    return ReportFact(
        standing.key.text, standing.name, state.value, _word(standing), state in _USUAL
    )


def _table(view: JobsView, judged: list[JobStanding]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    told = set()
    for standing in sorted(judged, key=lambda s: (not (s.voting and is_bad(s)), not s.voting)):
        if standing.voting and is_bad(standing):
            told.add(len(rows))
        since = day(standing.since) if standing.since else "-"
        rows.append(
            (
                _linked(view, standing),
                standing.lane.project.removeprefix("openstack/"),
                _word(standing) + ("" if standing.voting else " (non-voting)"),
                since,
            )
        )
    return Table("Each job", ("job", "repository", "state", "since"), tuple(rows), frozenset(told))


def _linked(view: JobsView, standing: JobStanding) -> Cell:
    """The job's name, with the build that tells of it."""
    build = standing.first_bad if standing.failing else standing.last
    name = standing.name
    return Link(name, build_link(view.history, build), aside=True) if build else name


def _grid(view: JobsView, judged: Iterable[JobStanding]) -> Grid:
    """The last nights of the daily jobs, the newest on the right."""
    last = view.history.until.date()
    nights = [last - dt.timedelta(days=back) for back in reversed(range(_NIGHTS))]
    rows = []
    for standing in judged:
        runs = {run.night: run for run in standing.row}
        if not any(night in runs for night in nights):
            continue
        absent = absent_nights(view.history, view.moment.team.jobs, standing)
        marks = tuple(_mark(view, runs.get(night), absent.get(night)) for night in nights)
        rows.append((standing.name, marks))
    return Grid(
        f"The last {_NIGHTS} nights",
        tuple(day(night) for night in nights),
        tuple(rows),
    )


def _mark(view: JobsView, run: Build | None, absent: Verdict | None) -> Cell:
    if run is None:
        told = (Verdict.QUEUED, Verdict.BROKEN, Verdict.UNSEEN)
        return absent.value.replace("-", " ") if absent in told else "no run"
    return Link(run_word(run), build_link(view.history, run))
