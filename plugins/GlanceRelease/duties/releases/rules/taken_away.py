"""The rule about what is out already: its releases, their repositories, the branches cut from
them."""

from __future__ import annotations

from collections.abc import Iterator

from ....domain.model import Branch, Deliverable
from ....domain.releases.version import is_mark
from ..words import faults
from ..words.faults import FaultWords
from .case import Fault, Published, fault


def taken_away(published: Published, after: Deliverable) -> Iterator[tuple[Fault, str]]:
    """What is out, and is gone from the file or would be another, with its version ("" where it is
    of the file): a tag and a branch stay, whatever the file says later."""
    yield from _releases(published, after)
    yield from ((each, "") for each in _branches(published, after))
    yield from ((each, "") for each in _settings(published, after))


def _releases(published: Published, after: Deliverable) -> Iterator[tuple[Fault, str]]:
    now: dict[str, list[dict[str, str]]] = {}
    for release in after.releases:
        now.setdefault(release.version, []).append(dict(release.hashes))
    for release in published.file.releases if published.file else ():
        if is_mark(release.version):
            continue
        was, there = dict(release.hashes), now.get(release.version)
        if there is None:
            if release.version not in published.still_to_come:
                yield fault(faults.GONE, version=release.version), release.version
        elif was not in there:
            less = next((each for each in there if each.items() < was.items()), None)
            words: FaultWords = faults.REMADE if less is None else faults.LACKS_REPOSITORY
            lost = tuple(was.keys() - (less or {}).keys())
            yield fault(words, version=release.version, repository=lost), release.version


def _branches(published: Published, after: Deliverable) -> Iterator[Fault]:
    """Feature branches come and go; of a branch that is still to come nothing is out."""
    now = {branch.name: branch.location for branch in after.branches}
    for branch in published.file.branches if published.file else ():
        if branch.name.startswith("feature/") or branch.location in published.still_to_come:
            continue
        if branch.name not in now:
            yield _of_branch(faults.BRANCH_GONE, branch, "")
        elif now[branch.name] != branch.location:
            yield _of_branch(faults.BRANCH_MOVED, branch, now[branch.name])


def _of_branch(words: FaultWords, branch: Branch, location: str) -> Fault:
    return fault(words, branch=branch.name, location=branch.location, now=location)


def _settings(published: Published, after: Deliverable) -> Iterator[Fault]:
    """A repository that was released stays in repository-settings; of one that is released anew
    another rule tells."""
    file = published.file
    known = {release.version for release in (file.releases if file else ())}
    new = {r for release in after.releases if release.version not in known
           for r, _ in release.hashes}  # fmt: skip
    there = {repository for release in after.releases for repository, _ in release.hashes}
    for repository in file.repositories if file else ():
        if repository in there - new and repository not in after.repositories:
            yield fault(faults.SETTING_GONE, repository=repository)
