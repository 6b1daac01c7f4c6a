"""The rules that judge by what merged since the last release: the number's level, the notes."""

from __future__ import annotations

from ....domain.messages.counts import few
from ....domain.releases.merged_changes import lacks_note
from ....domain.releases.merged_level import level_of, next_feature, next_fix
from ....domain.releases.proposal import Severity
from ....domain.releases.requirement_minimums import raised
from ....domain.releases.version import Version
from ..words import faults, missing
from .case import FINE, LIBRARY_TYPES, CannotTell, Case, Verdict, wrong


def level(case: Case) -> Verdict:
    """A number tells what merged. A feature, or a requirement raised, is no bug fix; on a stable
    branch fixes alone are no feature. Raised requirements are an error before the stable branch
    only, as openstack/releases' validator has it."""
    version, last = case.version, case.last
    if version is None or last is None or not (version.final and last[1].final):
        return None
    if not (case.branched or case.after.type in LIBRARY_TYPES):
        return None
    if case.release.version in case.context.newer:
        return None
    if version.base[:2] == last[1].base[:2]:
        return _of_fixes(case, version)
    if case.branched and version == next_feature(last[1]):
        return _of_features(case, version, last[1])
    return None


def _of_fixes(case: Case, version: Version) -> Verdict:
    right = next_feature(version)
    newer = case.context.newer.get(str(right))
    values = {"version": version, "right": right, "branch": case.branch, "series": newer}
    minimums = _raised(case)
    if minimums:
        severity: Severity = "warning" if case.branched else "error"
        words = faults.HIDES_REQUIREMENTS_FOR_GOOD if newer else faults.HIDES_REQUIREMENTS
        return wrong(words, severity, **values, minimums=few(minimums, 1))
    merged = level_of(case.merged or ())
    if merged.features:
        words = faults.HIDES_FEATURE_FOR_GOOD if newer else faults.HIDES_FEATURE
        return wrong(words, **values, change=merged.features[0].number)
    if case.merged is None:
        return CannotTell(missing.MERGED)
    if merged.unread:
        return CannotTell(missing.NOTES)
    return CannotTell(missing.REQUIREMENTS) if minimums is None else FINE


def _of_features(case: Case, version: Version, last: Version) -> Verdict:
    minimums = _raised(case)
    if minimums:
        return FINE
    if case.merged is None:
        return CannotTell(missing.MERGED)
    merged = level_of(case.merged)
    if merged.is_more_than_fixes:
        return FINE
    if merged.unread:
        return CannotTell(missing.NOTES)
    if minimums is None:
        return CannotTell(missing.REQUIREMENTS)
    values = {"version": version, "branch": case.branch, "last": last}
    return wrong(faults.NEEDLESS_FEATURE, "warning", **values, right=next_fix(last))


def _raised(case: Case) -> tuple[str, ...] | None:
    """The requirement minimums that rose since the last release; None where they are not known."""
    if case.last is None:
        return None
    texts = case.context.gerrit.requirements if case.context.gerrit else {}
    causes: list[str] = []
    before = dict(case.last[0].hashes)
    for repository, sha in case.release.hashes:
        old, new = texts.get((repository, before.get(repository, ""))), texts.get((repository, sha))
        if old is None or new is None:
            return None
        causes.extend(raised(old, new))
    return tuple(causes)


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
    if case.merged is None:
        return CannotTell(missing.MERGED)
    lacking = [str(change.number) for change in case.merged if lacks_note(change)]
    if not lacking:
        return FINE
    return wrong(faults.NO_NOTES, changes=few(lacking, 4))
