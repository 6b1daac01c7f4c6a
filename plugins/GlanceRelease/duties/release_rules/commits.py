"""The rules that ask Gerrit: about the commit, and about what merged since the last release."""

from __future__ import annotations

from ...domain.merged import Sort, Tally, lacks_note
from ...domain.model import Release
from ...domain.proposal import Change
from ...domain.version import Version, parse_version
from .case import FINE, LIBRARY_TYPES, CannotTell, Case, Verdict, Wrong


def on_branch(case: Case) -> Verdict:
    """The commit is in Gerrit and on the branch from which the series is released: master until
    the stable branch is cut, the stable branch after."""
    gerrit = case.context.gerrit
    if gerrit is None:
        return CannotTell("Gerrit")
    allowed: tuple[str, ...] = ("stable/", "unmaintained/")
    if case.series is not None:
        allowed = tuple(f"{kind}{case.series.branch_id}" for kind in allowed)
    if not case.branched:
        allowed = ("master", *allowed)
    unknown = None
    for repository, sha in case.release.hashes:
        commit = gerrit.commits.get((repository, sha))
        if commit is None:
            unknown = f"{sha[:10]} of {repository} in Gerrit"
        elif not commit.exists:
            return Wrong(f"{sha[:10]} is not in {repository}", "use a commit that has merged")
        elif not any(branch.startswith(allowed) for branch in commit.branches):
            return Wrong(
                f"{sha[:10]} of {repository} is not on {allowed[0]}",
                f"use a commit of {allowed[0]}",
            )
    return CannotTell(unknown) if unknown else FINE


def ahead(case: Case) -> Verdict:
    """A release has something that the one before it has not; a final repeats its candidate, and
    tempest plugins are released every cycle, with or without news."""
    if case.after.type == "tempest-plugin":
        return None
    last = case.previous
    version = case.version
    if last is None and case.context.previous is not None:
        last = _newest(case.context.previous.releases)
    if last is None or version is None:
        return None
    release, number = last
    if number.stage and version.final and number.base == version.base:
        return None
    shas = dict(release.hashes)
    if shas and all(shas.get(repository) == sha for repository, sha in case.release.hashes):
        return Wrong(f"{version} has the commit of {number}", "use a later commit")
    if case.context.gerrit is None:
        return CannotTell("Gerrit")
    for repository, sha in case.release.hashes:
        commit = case.context.gerrit.commits.get((repository, sha))
        if commit is None:
            return CannotTell(f"{sha[:10]} of {repository} in Gerrit")
        if release.version in commit.tags:
            return Wrong(f"{sha[:10]} was already in {number}", "use a later commit")
    return FINE


def library_version(case: Case) -> Verdict:
    """A library's number tells what merged: a feature or a raised requirement is no bug fix."""
    version = case.version
    if version is None or case.after.type not in LIBRARY_TYPES or case.branched:
        return None
    last = case.previous
    if last is None and case.context.previous is not None:
        last = _newest(case.context.previous.releases)
    if last is None or last[1].base[:2] != version.base[:2]:
        return None
    merged = _merged(case)
    if merged is None:
        return CannotTell("what merged since the last release")
    tally = Tally.of(merged)
    right = Version(version.major, version.minor + 1, 0)
    for sort, words in ((Sort.FEATURE, "a feature"), (Sort.REQUIREMENT, "a changed requirement")):
        found = tally.of_sort(sort)
        if found:
            return Wrong(
                f"{version} is a bug-fix number, but {words} merged (change {found[0].number})",
                f"call it {right}",
            )
    return FINE


def release_notes(case: Case) -> Verdict:
    """What users see (a feature, a fixed bug) has a release note before a candidate, a final or
    a library's release."""
    version = case.version
    if version is None or case.branched or version.stage in ("a", "b"):
        return None
    if not (case.staged or case.after.type in LIBRARY_TYPES):
        return None
    if version.final and case.previous and case.previous[1].stage == "rc":
        return None
    merged = _merged(case)
    if merged is None:
        return CannotTell("what merged since the last release")
    lacking = [change.number for change in merged if lacks_note(change)]
    if not lacking:
        return FINE
    numbers = ", ".join(map(str, lacking[:4]))
    more = f" and {len(lacking) - 4} more" if len(lacking) > 4 else ""
    return Wrong(f"no release note in {numbers}{more}", "add notes with reno before the release")


def _merged(case: Case) -> list[Change] | None:
    gerrit = case.context.gerrit
    if gerrit is None:
        return None
    merged: list[Change] = []
    for repository, _ in case.release.hashes:
        if repository not in gerrit.merged:
            return None
        merged.extend(gerrit.merged[repository])
    return merged


def _newest(releases: tuple[Release, ...]) -> tuple[Release, Version] | None:
    numbered = [(r, v) for r in releases if (v := parse_version(r.version)) is not None]
    return max(numbered, key=lambda pair: pair[1], default=None)
