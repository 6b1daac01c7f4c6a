"""From which release to which a proposal steps, in each repository: what Gerrit is asked about, and
what the rules look its answers up by."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..model import Deliverable, Release
from .newest import newest_on_master
from .proposal import FileChange, ProposedFile
from .version import is_mark, parse_version

MOST = 20  # of one file, so that a strange one makes no thousand requests
MASTER = "master"
_BRANCHES = ("stable/", "unmaintained/")
_SHA = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class ReleaseStep:
    """One repository's part of a new release: its commit, the branch that it should be on, and the
    release before it with that one's commit ("" for none)."""

    repository: str
    sha: str
    branch: str
    last: str = ""
    last_sha: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What the rules know the answers by."""
        return self.repository, self.last_sha, self.sha


@dataclass(frozen=True)
class KnownFiles:
    """The deliverable files that openstack/releases has, by series and name, as far as they are
    known, and the names of all series, newest first."""

    files: Mapping[tuple[str, str], Deliverable] = field(default_factory=dict)
    series: tuple[str, ...] = ()

    def newest(self, series: str, name: str) -> Deliverable | None:
        """The file as it stands on master."""
        return self.files.get((series, name))

    def previous(self, series: str, name: str) -> Deliverable | None:
        """The deliverable's file in the series before: the next older line."""
        if series not in self.series[:-1]:
            return None
        return self.files.get((self.series[self.series.index(series) + 1], name))

    def versions_of(self, commits: Mapping[str, str]) -> dict[str, str]:
        """The version that each repository's commit was released as."""
        return {
            repository: release.version
            for file in self.files.values()
            for release in file.releases
            for repository, sha in release.hashes
            if commits.get(repository) == sha
        }


def is_whole(sha: str) -> bool:
    """Whether it is a hash in full, of which alone Gerrit can tell."""
    return _SHA.fullmatch(sha) is not None


def branch_in(file: Deliverable | None) -> str:
    """The branch from which the file's next release comes: master until one is cut."""
    names = (branch.name for branch in (file.branches if file else ()))
    return next((name for name in names if name.startswith(_BRANCHES)), MASTER)


def added_releases(before: Deliverable | None, after: Deliverable) -> Iterator[Release]:
    """The releases that are new in a file, or have other commits; marks are none."""
    known = {(r.version, r.hashes) for r in (before.releases if before else ())}
    for release in after.releases:
        if not is_mark(release.version) and (release.version, release.hashes) not in known:
            yield release


def release_before(
    release: Release, after: Deliverable, previous: Deliverable | None
) -> Release | None:
    """The release that stands before this one in its file, else the last that the series before
    had from master."""
    place = next(i for i, each in enumerate(after.releases) if each is release)
    for each in reversed(after.releases[:place]):
        if parse_version(each.version) is not None:
            return each
    return newest_on_master(previous) if previous else None


def steps_of(file: FileChange, previous: Deliverable | None) -> Iterator[ReleaseStep]:
    """The steps of a file's new releases, the first twenty."""
    before = file.before.deliverable if file.before else None
    after = file.after.deliverable if file.after else None
    if after is not None:
        yield from itertools.islice(_steps(before, after, previous), MOST)


def _steps(
    before: Deliverable | None, after: Deliverable, previous: Deliverable | None
) -> Iterator[ReleaseStep]:
    branch = branch_in(before)
    for release in added_releases(before, after):
        last = release_before(release, after, previous)
        shas = dict(last.hashes) if last else {}
        for repository, sha in (*release.hashes, *_meant(release, before or previous)):
            known = shas.get(repository, "")
            yield ReleaseStep(
                repository, sha, branch, last.version if last and known else "", known
            )


def _meant(release: Release, file: Deliverable | None) -> Iterator[tuple[str, str]]:
    """The commits in the deliverable's own repository, where another one is named instead of it."""
    own = set(file.repositories) if file else set()
    lacking = own - dict(release.hashes).keys()
    if len(lacking) == 1:
        for repository, sha in release.hashes:
            if repository not in own:
                yield next(iter(lacking)), sha


def steps_on(known: KnownFiles, file: FileChange) -> Iterator[ReleaseStep]:
    """The steps of a proposal as its parent has the file, and as it would stand on the newest."""
    either = file.after or file.before
    if either is not None:
        previous = known.previous(either.series, either.name)
        newest = known.newest(either.series, either.name)
        yield from dict.fromkeys(
            [*steps_of(file, previous), *steps_of(onto(newest, file), previous)]
        )


def taken_since(newest: Deliverable | None, file: FileChange) -> Iterator[Release]:
    """The new releases of a proposal whose version another change brought onto master meanwhile."""
    before = file.before.deliverable if file.before else None
    after = file.after.deliverable if file.after else None
    if newest is None or after is None:
        return
    old = _versions(before)
    fresh = _versions(newest) - old
    for release in added_releases(before, after):
        if release.version in fresh:
            yield release


def onto(newest: Deliverable | None, file: FileChange) -> FileChange:
    """The proposal as it would stand on the newest file, where its parent is older: behind what the
    file has got since, without the versions that it got by another change."""
    before = file.before.deliverable if file.before else None
    after = file.after.deliverable if file.after else None
    if newest is None or after is None or file.after is None or not _is_newer(newest, before):
        return file
    old, there = _versions(before), _versions(newest)
    own = {release.version: release for release in after.releases if release.version in old}
    kept = [
        own.get(release.version, release)
        for release in newest.releases
        if release.version in own or release.version not in old
    ]
    added = [r for r in after.releases if r.version not in old and r.version not in there]
    gone = _branch_names(before) - _branch_names(after)
    branches = {b.name: b for b in (*newest.branches, *after.branches) if b.name not in gone}
    whole = replace(after, releases=(*kept, *added), branches=tuple(branches.values()))
    parent = ProposedFile(file.after.path, "", deliverable=newest)
    return FileChange(parent, replace(file.after, deliverable=whole))


def _versions(file: Deliverable | None) -> set[str]:
    return {release.version for release in (file.releases if file else ())}


def _branch_names(file: Deliverable | None) -> set[str]:
    return {branch.name for branch in (file.branches if file else ())}


def _is_newer(newest: Deliverable, before: Deliverable | None) -> bool:
    """Whether the file on master has all that the parent has, and more."""
    old = {(r.version, r.hashes) for r in (before.releases if before else ())}
    now = {(r.version, r.hashes) for r in newest.releases}
    return old < now
