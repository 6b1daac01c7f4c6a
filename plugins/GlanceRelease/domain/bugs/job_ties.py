"""A periodic job's failure that people tied to a bug: until when it is silent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ..ci.builds import Build, Outcome
from ..moment import Moment
from ..people.note import Note
from .branches import BranchHistory
from .fixes import FixChange, fixes_of
from .listed import listed_numbers, projects_of

KIND = "job bug"
_BAD = (Outcome.FAILED, Outcome.TROUBLE)
Place = tuple[str, str, str]  # repository, branch, job


class TieState(StrEnum):
    """How a failing run stands to the bug."""

    HOLDS = "holds"
    AFTER_FIX = "after the fix"
    OTHERWISE = "otherwise"


@dataclass(frozen=True)
class JobTie:
    """A job whose failure with this `result` is the bug's."""

    place: Place
    bug: int
    result: str
    at: dt.datetime


def ties_in(notes: Iterable[Note]) -> Mapping[Place, JobTie]:
    """The ties by the job's place."""
    found: dict[Place, JobTie] = {}
    for note in notes:
        if note.kind == KIND and note.body:
            project, branch, job = note.subject.split(" ", 2)
            place = project, branch, job
            found[place] = JobTie(place, int(note.body["bug"]), note.body["result"], note.at)
    return found


def tie_note(place: Place, bug: int, result: str, who: str, now: dt.datetime) -> Note:
    """What is kept of a tie."""
    return Note(KIND, " ".join(place), {"bug": str(bug), "result": result}, who, now)


def place_of(run: Build) -> Place:
    """Where a run belongs."""
    return run.lane.project, run.lane.branch, run.job


def asked_numbers(moment: Moment) -> frozenset[int]:
    """The bugs about which is asked: those of the list, and those to which a job is tied."""
    return listed_numbers(moment) | {tie.bug for tie in ties_in(moment.notes).values()}


def state_of(moment: Moment, tie: JobTie, run: Build) -> TieState:
    """Whether a run's failure is the bug's: not after its fix merged, nor one with another
    result. A run that is no failure breaks nothing."""
    if run.outcome not in _BAD:
        return TieState.HOLDS
    if run.result != tie.result:
        return TieState.OTHERWISE
    fix = fixed_at(moment, tie)
    return TieState.AFTER_FIX if fix and run.event > fix else TieState.HOLDS


def fixed_at(moment: Moment, tie: JobTie) -> dt.datetime | None:
    """When the bug's fix merged on the job's branch, by Gerrit, else when Launchpad called it
    fixed. Of several changes the last one counts; none while one is open."""
    branch = tie.place[1]
    fixes = fixes_of(moment.snapshot)
    mine = [each for each in (fixes.changes if fixes else ()) if tie.bug in each.bugs]
    here = [each for each in mine if each.change.branch == branch]
    if any(each.change.status == "NEW" for each in here):
        return None
    merged = tuple(each for each in here if each.change.status == "MERGED")
    live = BranchHistory(branch, merged).live
    days = [each.change.submitted for each in live if each.change.submitted]
    return max(days) if days else _closed(moment, tie.bug)


def fix_of(moment: Moment, tie: JobTie) -> FixChange | None:
    """The newest change that fixed it there."""
    fixes = fixes_of(moment.snapshot)
    here = [
        each
        for each in (fixes.changes if fixes else ())
        if tie.bug in each.bugs
        and (each.change.branch, each.change.status) == (tie.place[1], "MERGED")
    ]
    return max(here, key=lambda each: each.change.number, default=None)


def _closed(moment: Moment, number: int) -> dt.datetime | None:
    for fact in projects_of(moment).values():
        task = fact.value.tasks.get(number) if fact.value else None
        if task is not None and task.is_fixed:
            return task.closed
    return None
