"""What a release rule is given, and what it may answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ....domain.model import Deliverable, Release, Series
from ....domain.releases.proposal import Change, Context, ProposedFile, ReleaseStretch, Severity
from ....domain.releases.steps import MASTER, branch_in, is_whole, release_before
from ....domain.releases.version import Version, parse_version
from ....domain.rule_sources import RuleSource
from ..words.faults import FaultWords, as_told

LIBRARY_TYPES = ("library", "client-library")


@dataclass(frozen=True)
class Fine:
    """The rule applies, and is kept."""


@dataclass(frozen=True)
class Wrong:
    """The rule is broken: what is wrong, how to mend it, and the values that both tell of; how
    grave that is, where it is not as the rule's row has it."""

    why: str
    mend: str
    values: Mapping[str, str] = field(default_factory=dict)
    severity: Severity | None = None


def wrong(words: FaultWords, severity: Severity | None = None, /, **values: object) -> Wrong:
    """A broken rule in these words, whose gaps the values fill."""
    told = as_told(values)
    return Wrong(*words.told(told), told, severity)


@dataclass(frozen=True)
class CannotTell:
    """The rule applies, but `missing` is needed to judge it."""

    missing: str


# None: the rule does not apply to this version.
Verdict = Fine | Wrong | CannotTell | None
FINE = Fine()


@dataclass(frozen=True)
class Case:
    """One new version in a proposed file. `before` is the file as it was (None: there was none),
    `earlier` the releases that stand before this one in the proposed file, `foreign` the
    repositories that are not the deliverable's, of which another rule tells."""

    file: ProposedFile
    after: Deliverable
    before: Deliverable | None
    release: Release
    earlier: tuple[Release, ...]
    context: Context
    foreign: frozenset[str] = frozenset()

    @cached_property
    def hashes(self) -> tuple[tuple[str, str], ...]:
        """The commits in the deliverable's own repositories, as far as they are told in full: one
        that is cut short is the schema's."""
        return tuple(
            (repository, sha)
            for repository, sha in self.release.hashes
            if repository not in self.foreign and is_whole(sha)
        )

    @cached_property
    def version(self) -> Version | None:
        """The version, None for a form that is none."""
        return parse_version(self.release.version)

    @cached_property
    def previous(self) -> tuple[Release, Version] | None:
        """The last release before this one in the same file, marks ("zed-eom") left out."""
        for release in reversed(self.earlier):
            version = parse_version(release.version)
            if version is not None:
                return release, version
        return None

    @cached_property
    def last(self) -> tuple[Release, Version] | None:
        """The release before this one: in the same file, else the last from master of the series
        before."""
        release = release_before(self.release, self.after, self.context.previous)
        version = parse_version(release.version) if release else None
        return (release, version) if release and version else None

    @cached_property
    def branch(self) -> str:
        """The branch from which it is released: master until the stable branch is cut."""
        return branch_in(self.before)

    def stretch(self, repository: str, sha: str) -> ReleaseStretch | None:
        """What Gerrit says of the commit and the last release's; None where it said nothing."""
        last = dict(self.last[0].hashes).get(repository, "") if self.last else ""
        gerrit = self.context.gerrit
        return gerrit.stretches.get((repository, last, sha)) if gerrit and last else None

    @cached_property
    def merged(self) -> tuple[Change, ...] | None:
        """What merged between the last release and this one; None where any is not known."""
        changed: list[Change] = []
        for repository, sha in self.release.hashes:
            stretch = self.stretch(repository, sha)
            if stretch is None or stretch.changes is None:
                return None
            changed.extend(stretch.changes)
        return tuple(changed)

    @cached_property
    def staged(self) -> bool:
        """Whether the deliverable has betas and release candidates."""
        return self.after.is_staged

    @cached_property
    def first_rc(self) -> bool:
        """Whether this is the first release candidate in its file."""
        if self.version is None or self.version.stage != "rc":
            return False
        versions = (parse_version(release.version) for release in self.earlier)
        return not any(version and version.stage == "rc" for version in versions)

    @cached_property
    def series(self) -> Series | None:
        """The series of the file, None where the list of series is not known or lacks it."""
        return next((s for s in self.context.series if s.name == self.after.series), None)

    def before_series(self, name: str) -> bool:
        """Whether the file's series is older than the named one; False where that is not known."""
        names = [series.name for series in self.context.series]
        known = name in names and self.after.series in names
        return known and names.index(self.after.series) > names.index(name)

    @cached_property
    def branched(self) -> bool:
        """Whether the series' stable branch was there before this proposal."""
        return self.branch != MASTER


@dataclass(frozen=True)
class Published:
    """What openstack/releases has of the file (None: no such file, or it is not known). Its
    releases may neither go nor change; those `still_to_come` may lack."""

    file: Deliverable | None
    still_to_come: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Fault:
    """What is wrong with a file, whatever it releases, and how to mend it."""

    why: str
    mend: str
    severity: Severity = "error"
    values: Mapping[str, str] = field(default_factory=dict)


def fault(words: FaultWords, severity: Severity = "error", /, **values: object) -> Fault:
    """A fault in these words, whose gaps the values fill."""
    told = as_told(values)
    return Fault(*words.told(told), severity, told)


@dataclass(frozen=True)
class FileCase:
    """A proposed file as a whole. `before` is the file without the proposal, `published` what
    openstack/releases has; `taken` are the proposal's releases whose version stands there by
    another change."""

    file: ProposedFile
    after: Deliverable
    before: Deliverable | None
    published: Deliverable | None
    context: Context
    taken: tuple[Release, ...] = ()

    @cached_property
    def staged(self) -> bool:
        """Whether the deliverable has betas and release candidates."""
        return self.after.is_staged

    @cached_property
    def series(self) -> Series | None:
        """The series of the file, None where the list of series is not known or lacks it."""
        return next((s for s in self.context.series if s.name == self.file.series), None)

    @cached_property
    def added_releases(self) -> tuple[Release, ...]:
        """The releases that are new, or whose commits changed."""
        known = self.before.releases if self.before else ()
        old = {(release.version, release.hashes) for release in known}
        return tuple(r for r in self.after.releases if (r.version, r.hashes) not in old)

    @cached_property
    def adds_rc1(self) -> bool:
        """Whether the first release candidate is among what is new."""
        new = {release.version for release in self.added_releases}
        for release in self.after.releases if self.staged else ():
            version = parse_version(release.version)
            if version is not None and version.stage == "rc":
                return release.version in new
        return False


# None: the rule does not apply; no fault: it is kept.
FileVerdict = Sequence[Fault] | None


def finals(deliverable: Deliverable) -> list[Version]:
    """The final versions of a file, in its order."""
    versions = (parse_version(release.version) for release in deliverable.releases)
    return [version for version in versions if version is not None and version.final]


@dataclass(frozen=True)
class ReleaseRule:
    """A row of the table of rules: `source` is where OpenStack says so."""

    id: str
    severity: Severity
    reason: str
    source: RuleSource
    judge: Callable[[Case], Verdict]


@dataclass(frozen=True)
class FileRule:
    """A row of the table of rules about a whole file."""

    id: str
    reason: str
    source: RuleSource
    judge: Callable[[FileCase], FileVerdict]
