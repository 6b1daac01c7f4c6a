"""Who broke a tips job: the changes that merged into what it tests, likeliest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..domain.builds import History, Merged, Outcome, Question, Suspects, Verdict
from ..domain.team import Jobs
from .job_verdicts import Standing, standings

_ASKED = (Verdict.FAILING, Verdict.FLAKY, Verdict.RUNNING, Verdict.DID_NOT_RUN)


def questions(
    history: History, teams: Iterable[tuple[Jobs, Iterable[str]]]
) -> tuple[Question, ...]:
    """What to ask for every failing tips job of these teams, each failure once.

    The stretch reaches from the last good run's trigger to the first bad run's start: a change
    that merged in it is in the bad run and not in the good one, and none that is can be outside.
    An infrastructure trouble has no suspects, nor has a job that never passed.
    """
    found = {}
    for jobs, projects in teams:
        for standing in standings(history, jobs, projects):
            question = _question(standing)
            if question is not None:
                found[question.uuid] = question
    return tuple(found.values())


def _question(standing: Standing) -> Question | None:
    bad, good = standing.first_bad, standing.last_good
    if not standing.tips or standing.verdict not in _ASKED or bad is None or good is None:
        return None
    if bad.outcome is not Outcome.FAILED:
        return None
    return Question(bad.uuid, bad.job, bad.lane.project, bad.lane.branch,
                    good.event, bad.start or bad.event)


@dataclass(frozen=True)
class Suspected:
    """The suspects of one failure: the answer, and its changes likeliest first."""

    answer: Suspects
    changes: tuple[Merged, ...]

    @property
    def count(self) -> str:
        """How many there are, "60+" where Gerrit had more than it gave."""
        return f"{len(self.changes)}{'+' if self.answer.more else ''}"


def suspected(
    standing: Standing, known: Mapping[str, Suspects], others: Iterable[Standing]
) -> Suspected | None:
    """The suspects of a failing job; None while they are not known.

    Likeliest first: what merged into a repository that no job tested and passed with after the
    change, before what a passing job had too; then a repository that the job's name speaks of
    ("keystone" of keystonemiddleware); then the newest.
    """
    if standing.first_bad is None or standing.first_bad.uuid not in known:
        return None
    answer = known[standing.first_bad.uuid]
    cleared = _cleared(standing, known, others)
    words = set(re.findall(r"[a-z]{4,}", standing.job.lower())) - {"tips", "functional"}

    def rank(change: Merged) -> tuple[bool, bool, float]:
        short = change.project.rpartition("/")[2].lower()
        named = any(word in short for word in words)
        return change.project in cleared, not named, -change.merged.timestamp()

    return Suspected(answer, tuple(sorted(answer.changes, key=rank)))


def _cleared(
    standing: Standing, known: Mapping[str, Suspects], others: Iterable[Standing]
) -> set[str]:
    """The repositories that another job of the same repository took from master in the night of
    the first failure, and passed with."""
    assert standing.first_bad is not None
    night = standing.first_bad.night
    repositories: set[str] = set()
    for other in others:
        if other.lane != standing.lane or other.job == standing.job:
            continue
        passed = any(b.night == night and b.outcome is Outcome.PASSED for b in other.row)
        answer = next((known[b.uuid] for b in reversed(other.row) if b.uuid in known), None)
        if passed and answer is not None:
            repositories.update(answer.repositories)
    return repositories


def few(suspects: Suspected, most: int) -> str:
    """The likeliest few, as numbers with their repositories: "987654 (oslo.config)"."""
    named = [f"{c.number} ({c.project.rpartition('/')[2]})" for c in suspects.changes[:most]]
    return ", ".join(named)
