"""Which job is meant by "NAME [REPOSITORY] [on BRANCH]", or by a job as the bot tells it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...domain.ci.builds import Verdict, stem
from ...domain.ci.job_names import MASTER
from ...domain.messages.counts import and_more
from ...registry import UserError
from .facts import JobStanding
from .selection import JobsView
from .which_place import place_in

_CANDIDATES = 6


def find_job(view: JobsView, text: str) -> JobStanding:
    """The job that is meant: by its name, with another Python version, or by a part of it; of one
    repository's job on several branches that on master. UserError where it is several, or none."""
    name, *rest = text.split(maxsplit=1)
    lanes = [standing.lane for standing in view.judged]
    place = place_in(view.moment, "job", " ".join(rest), view.projects, lanes)
    means: tuple[Callable[[str, str], bool], ...]
    means = (_is_it, _is_another_python, _has_it, _has_another_python)
    elsewhere: list[JobStanding] = []
    for is_meant in means:
        named = [s for s in view.judged if is_meant(s.job.lower(), name.lower())]
        candidates = [standing for standing in named if place.has(standing.lane)]
        elsewhere = elsewhere or named
        if candidates:
            return _the_one(candidates, text)
    if elsewhere:
        raise UserError(f'"{text[:80]}" is not there, but: {_list(elsewhere)}.')
    raise UserError(f'No periodic job of ours has "{name[:60]}" in its name.')


def _the_one(candidates: list[JobStanding], text: str) -> JobStanding:
    candidates = [s for s in candidates if s.verdict is not Verdict.GONE] or candidates
    if len(candidates) == 1:
        return candidates[0]
    if len({(s.lane.project, s.job) for s in candidates}) == 1:
        on_master = [s for s in candidates if s.lane.branch == MASTER]
        if len(on_master) == 1:
            return on_master[0]
    raise UserError(f'"{text[:40]}" may be: {_list(candidates)}.')


def _list(candidates: Sequence[JobStanding]) -> str:
    names = [s.name for s in candidates]
    more = and_more(len(names) - _CANDIDATES)
    return f"{', '.join(names[:_CANDIDATES])}{more}"


def _is_it(job: str, name: str) -> bool:
    return job == name


def _is_another_python(job: str, name: str) -> bool:
    return stem(job) == stem(name)


def _has_it(job: str, name: str) -> bool:
    return name in job


def _has_another_python(job: str, name: str) -> bool:
    return stem(name) in stem(job)
