"""Which job is meant by "NAME [REPOSITORY] [on BRANCH]", or by a job as the bot tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ...domain.ci.builds import Verdict, stem
from ...domain.ci.job_names import MASTER
from ...domain.messages.counts import and_more
from ...registry import UserError
from .facts import JobStanding
from .selection import is_repository

_CANDIDATES = 6
_PREPOSITIONS = ("of", "on", "in")


@dataclass(frozen=True)
class AskedJob:
    """What was typed: a name or a part of it, and where the job runs, as far as that was said."""

    name: str
    repository: str = ""
    branch: str = ""
    pipeline: str = ""


def asked(text: str) -> AskedJob:
    """The words of a question: what stands behind "of", "on" and "in" is a repository, a branch, a
    pipeline; a word behind nothing is a branch where it has a slash, else a repository. UserError
    where there are two of a sort."""
    name, *words = text.lower().split()
    found = {"of": "", "on": "", "in": ""}
    behind = ""
    for word in words:
        if word in _PREPOSITIONS and not behind:
            behind = word
            continue
        place = behind or ("on" if _is_branch(word) else "of")
        if found[place] not in ("", word):
            raise UserError(f'job takes one of "{found[place][:40]}" and "{word[:40]}", not both.')
        found[place], behind = word, ""
    return AskedJob(name, found["of"], found["on"], found["in"])


def _is_branch(word: str) -> bool:
    """Whether a word is a branch's: "master", "stable/2026.1", "2026.1"."""
    return word == MASTER or word[:1].isdigit() or ("/" in word and not word.startswith("openst"))


def find_job(judged: Sequence[JobStanding], text: str) -> JobStanding:
    """The job that is meant: by its name, with another Python version, or by a part of it; of one
    repository's job on several branches that on master. UserError where it is several, or none."""
    wanted = asked(text)
    means: tuple[Callable[[str, str], bool], ...]
    means = (_is_it, _is_another_python, _has_it, _has_another_python)
    elsewhere: list[JobStanding] = []
    for is_meant in means:
        named = [s for s in judged if is_meant(s.job.lower(), wanted.name)]
        candidates = _there(named, wanted)
        elsewhere = elsewhere or named
        if candidates:
            return _the_one(candidates, text)
    if elsewhere:
        raise UserError(f'"{text[:80]}" is not there, but: {_list(elsewhere)}.')
    raise UserError(f'No periodic job of ours has "{wanted.name[:60]}" in its name.')


def _there(named: Iterable[JobStanding], wanted: AskedJob) -> list[JobStanding]:
    """Those of the place that was said; a branch that is meant exactly before those that have the
    word in theirs."""
    there = [
        s
        for s in named
        if (not wanted.repository or is_repository(s.lane.project, wanted.repository))
        and wanted.pipeline in ("", s.lane.pipeline.lower())
    ]
    exactly = [s for s in there if s.lane.branch.lower() == wanted.branch]
    return exactly or [s for s in there if wanted.branch in s.lane.branch.lower()]


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
