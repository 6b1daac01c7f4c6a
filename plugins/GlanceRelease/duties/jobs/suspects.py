"""Who broke a tips job: the changes that merged into what it tests, likeliest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...domain.ci.absence import UNDERWAY
from ...domain.ci.builds import (
    History,
    Merged,
    Outcome,
    Question,
    Suspects,
    Suspicions,
    Verdict,
    tested_key,
)
from ...domain.team import Jobs
from .facts import JobStanding, standings

_ASKED = (
    Verdict.FAILING,
    Verdict.FLAKY,
    Verdict.DID_NOT_RUN,
    Verdict.UNSEEN,
    *UNDERWAY,
)


def questions(
    history: History, teams: Iterable[tuple[Jobs, Iterable[str]]]
) -> tuple[Question, ...]:
    """What to ask for every failing tips job of these teams, each failure once.

    The stretch reaches from the last good run's trigger to the first bad run's start: a change
    that merged in it is in the bad run and not in the good one, and none that is can be outside.
    An infrastructure trouble has no suspects, nor has a job that never passed.
    """
    by_uuid: dict[str, Question] = {}
    for jobs, projects in teams:
        judged = standings(history, jobs, projects)
        for standing in judged:
            question = _question(standing, judged)
            if question is not None:
                by_uuid[question.uuid] = question
    return tuple(by_uuid.values())


def _question(standing: JobStanding, judged: Iterable[JobStanding]) -> Question | None:
    bad, good = standing.first_bad, standing.last_good
    if not standing.tips or standing.verdict not in _ASKED or bad is None or good is None:
        return None
    if bad.outcome is not Outcome.FAILED:
        return None
    peers = tuple(peer.job for peer in _peers(standing, judged))
    return Question(
        bad.uuid,
        bad.job,
        bad.lane.project,
        bad.lane.branch,
        good.event,
        bad.start or bad.event,
        peers,
    )


def _peers(standing: JobStanding, judged: Iterable[JobStanding]) -> Iterator[JobStanding]:
    """The tips jobs of the same lane that passed in the night of the first failure."""
    assert standing.first_bad is not None
    night = standing.first_bad.night
    for other in judged:
        if (
            other.tips
            and other.lane == standing.lane
            and other.job != standing.job
            and any(run.night == night and run.outcome is Outcome.PASSED for run in other.row)
        ):
            yield other


_WORDS = re.compile(r"[a-z]{4,}")


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
    standing: JobStanding, known: Suspicions | None, judged: Iterable[JobStanding]
) -> Suspected | None:
    """The suspects of a failing job; None while they are not known.

    Likeliest first: what merged into a repository that no other job had and passed with in the
    same night (the job's own is every peer's); then into one that the job's name speaks of
    ("keystone" of keystonemiddleware); then the newest.
    """
    if known is None or standing.first_bad is None:
        return None
    answer = known.answers.get(standing.first_bad.uuid)
    if answer is None:
        return None
    peers = list(_peers(standing, judged))
    own = standing.lane.project
    keys = [tested_key(peer.job, standing.lane.branch) for peer in peers]
    cleared = {repository for key in keys for repository in known.tested.get(key, ())}
    cleared |= {own} if peers else set()
    words = set(_WORDS.findall(standing.job.lower()))
    words -= {"tips", "functional", *_WORDS.findall(own)}

    def rank(change: Merged) -> tuple[bool, bool, float]:
        short = change.project.rpartition("/")[2].lower()
        named = any(word in short for word in words)
        return change.project in cleared, not named, -change.merged.timestamp()

    return Suspected(answer, tuple(sorted(answer.changes, key=rank)))


def few(suspects: Suspected, most: int) -> str:
    """The likeliest few, as numbers with their repositories: "987654 (oslo.config)"."""
    named = [f"{c.number} ({c.project.rpartition('/')[2]})" for c in suspects.changes[:most]]
    return ", ".join(named)
