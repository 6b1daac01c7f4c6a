"""The jobs that came and went, in words: new, gone, or moved from one place to another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...domain.ci.builds import Lane, Verdict
from ...domain.ci.job_names import where
from .facts import JobStanding
from .words import since


def comings_and_goings(judged: Sequence[JobStanding]) -> Iterator[str]:
    """Each job that is new or gone; one that moved is told once."""
    new = {s.key: s for s in judged if s.verdict is Verdict.NEW}
    gone = [s for s in judged if s.verdict is Verdict.GONE]
    moved = {(s.moved, s.job) for s in gone if s.moved is not None}
    yield from (f"{s.name} is new, no run yet" for s in new.values() if s.key not in moved)
    for standing in gone:
        there = standing.moved
        if there is None:
            yield f"{standing.name} is gone"
            continue
        ran = ", no run there yet" if (there, standing.job) in new else ""
        yield f"{standing.job} moved from {_place(standing.lane, there)} to " + (
            f"{_place(there, standing.lane)}{ran}"
        )


def told_new(standing: JobStanding) -> str:
    """A job that has not run since it came from elsewhere."""
    assert standing.moved is not None
    place = _place(standing.moved, standing.lane)
    return f"{standing.name}: moved here from {place}{since(standing)}"


def _place(lane: Lane, other: Lane) -> str:
    """What makes a lane another one."""
    if lane.pipeline != other.pipeline:
        return lane.pipeline
    return f"{lane.project}{where(lane)}" if lane.project != other.project else lane.branch
