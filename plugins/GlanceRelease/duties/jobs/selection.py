"""What the answers about periodic jobs look at: a history, the repositories meant, the verdicts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ...domain.ci.builds import NIGHTS, SUSPECTS, History, Lane
from ...domain.ci.firings import firings_of
from ...domain.ci.job_names import JobNames
from ...domain.freshness import age_of
from ...domain.messages.clauses import Link, Span
from ...domain.moment import Moment
from ...domain.releases.shapes import plain_name
from ...registry import UserError
from ..typed_names import NameSort, names_in, not_taken, one_of, repositories
from .facts import JobStanding, standings, watched
from .suspects import Suspected, suspected

_DELIVERABLE = NameSort.DELIVERABLE
NO_REPOSITORIES = (
    "I know no repositories to ask Zuul about: the team's file names none below jobs, and "
    "governance's list of them is not known."
)


@dataclass(frozen=True)
class JobsView:
    """What an answer about jobs rests on: the history, the repositories, each job's verdict."""

    moment: Moment
    history: History
    projects: tuple[str, ...]
    judged: tuple[JobStanding, ...]

    def suspects_of(self, standing: JobStanding) -> Suspected | None:
        """Who may have broken a job; None while it is not known."""
        return suspected(standing, self.moment[SUSPECTS].value, self.judged)

    def standing_of(self, lane: Lane, job: str) -> JobStanding | None:
        """What stands about a job; None for one that is gone for long."""
        return next((s for s in self.judged if s.key == (lane, job)), None)

    def name_of(self, lane: Lane, job: str) -> str:
        """The job as it is told among the others."""
        return JobNames(s.key for s in self.judged).of(lane, job)

    @property
    def age(self) -> str:
        """Where the builds are not fresh: how old they are, and why."""
        fact = self.moment[NIGHTS]
        age = age_of(fact, self.moment.now)
        return f" {age}" if age else ""


def view_of(moment: Moment, repository: str = "") -> JobsView:
    """The view of all the team's repositories, or of the one that was named; UserError with the
    names that are possible, or with why nothing is known."""
    fact, projects = moment[NIGHTS], watched(moment)
    if repository and projects:
        projects = (_named(moment, projects, repository),)
    if fact.value is None:
        if not projects:
            raise UserError(NO_REPOSITORIES)
        raise UserError(f"I have no builds from Zuul: {fact.problem or 'it was not asked yet'}.")
    return JobsView(moment, fact.value, projects, standings(fact.value, moment.team.jobs, projects))


def is_repository(project: str, typed: str) -> bool:
    """Whether that is what was typed: "glance-store" is openstack/glance_store."""
    return plain_name(project) == plain_name(typed)


def _named(moment: Moment, projects: tuple[str, ...], words: str) -> str:
    """The repository that is meant; UserError for a name of something else, or for two."""
    ours = {plain_name(project) for project in projects}
    names = names_in(moment, words)
    wrong = [each for each in names if each.sort not in (_DELIVERABLE, NameSort.UNKNOWN)]
    for each in (*wrong, *names[1:]):
        if plain_name(each.typed) not in ours or each in names[1:]:
            raise UserError(not_taken("jobs", each))
    return one_of(words, _by_plain_name(moment, projects), "repository of ours")


def _by_plain_name(moment: Moment, projects: tuple[str, ...]) -> dict[str, str]:
    """The repositories by their own names; of a deliverable with one by that, too."""
    names = {plain_name(project): project for project in projects}
    for name, deliverable in repositories(moment.snapshot).items():
        if (project := names.get(plain_name(deliverable))) is not None:
            names.setdefault(name, project)
    return names


def because(history: History, lane: Lane, night: dt.date) -> tuple[Span, ...]:
    """Why a lane had no builds in a night, as far as Zuul tells: ": its configuration is broken
    (...)". What befell another night, or was
    there while all ran, explains nothing."""
    firings = firings_of(history, lane.pipeline)
    runs = (run.event for run in history.lanes.get(lane, ()))
    ran = max((at for at in runs if firings.night_of(at) < night), default=None)
    broken = (
        e
        for e in history.broken
        if e.project == lane.project
        and e.branch in (lane.branch, "")
        and (ran is None or e.since is None or e.since > ran)
    )
    if (error := next(broken, None)) is not None:
        text = f": {error.text[:80]}" if error.text else ""
        return (f": its configuration is broken ({error.path}{text})",)
    of_night = (e for e in history.empty if e.lane == lane and firings.night_of(e.event) == night)
    empty = next(of_night, None)
    if empty is not None:
        page = Link("buildset", f"{history.web}/buildset/{empty.uuid}")
        return f": {empty.result} without a build ", page
    return ()
