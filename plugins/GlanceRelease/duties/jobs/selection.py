"""What the answers about periodic jobs look at: a history, the repositories meant, the verdicts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ...domain.ci.builds import NIGHTS, SUSPECTS, History, Lane
from ...domain.ci.firings import firings_of
from ...domain.ci.job_names import JobNames
from ...domain.ci.nights import team_lanes
from ...domain.freshness import age_of
from ...domain.messages.clauses import Link, Span
from ...domain.moment import Moment
from ...registry import UserError
from .facts import JobStanding, standings, watched
from .suspects import Suspected, suspected
from .which_place import EVERYWHERE, JobPlace, not_there, place_in

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
    place: JobPlace = EVERYWHERE

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


def view_of(moment: Moment, words: str = "") -> JobsView:
    """The view of all the team's repositories, or of the repository and branch that were named;
    UserError with the names that are possible, or with why nothing is known."""
    fact, projects = moment[NIGHTS], watched(moment)
    lanes = _lanes(fact.value, moment, projects)
    named = words and projects
    place = place_in(moment, "jobs", words, projects, lanes) if named else EVERYWHERE
    projects = (place.project,) if place.project else projects
    if fact.value is None:
        if not projects:
            raise UserError(NO_REPOSITORIES)
        raise UserError(f"I have no builds from Zuul: {fact.problem or 'it was not asked yet'}.")
    judged = standings(fact.value, moment.team.jobs, projects)
    there = tuple(standing for standing in judged if place.has(standing.lane))
    if (place.branch or place.pipeline) and not there:
        raise UserError(not_there(place, (standing.lane for standing in judged)))
    return JobsView(moment, fact.value, projects, there, place)


def _lanes(history: History | None, moment: Moment, projects: tuple[str, ...]) -> tuple[Lane, ...]:
    return team_lanes(history, moment.team.jobs, projects) if history is not None else ()


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
