"""Checks a proposed deliverable file against what openstack/releases' own validator leaves open.

Pure: the same file and the same facts always give the same report. A rule that can't judge a
version from what is there says so, and is counted apart. Read `case` first."""

from __future__ import annotations

from collections.abc import Iterator

from ....domain.model import Deliverable, Release
from ....domain.releases.proposal import CheckReport, Context, Finding, ProposedFile, Unjudged
from ....domain.releases.version import is_mark
from ..words import faults, missing
from . import branches, commits, file_fields, files, marks, numbers
from .case import CannotTell, Case, Fault, FileCase, FileRule, Published, ReleaseRule, Wrong, fault

VALIDATOR = "openstack/releases openstack_releases/cmds/validate.py"
PROCESS = "openstack/releases doc/source/reference/process.rst"
SCHEMA = "openstack/releases openstack_releases/schema.yaml"
LIAISON = "glance doc/source/contributor/release-cpl.rst"
SEMVER = "https://docs.openstack.org/pbr/latest/user/semver.html"

RULES = (
    ReleaseRule(
        "major", "error", "a series' first version must sort above what is already out",
        VALIDATOR + ", which compares inside one series only", numbers.above_previous_series,
    ),
    ReleaseRule(
        "sequence", "error", "users and tools sort by version",
        VALIDATOR + " validate_pre_release_progression", numbers.sequence,
    ),
    ReleaseRule(
        "beta-number", "warning", "b2 is read as milestone 2",
        PROCESS + ", and the practice since wallaby", numbers.beta_number,
    ),
    ReleaseRule(
        "rc1-branch", "error", "after RC1 master is the next cycle's, so the branch must be there",
        LIAISON, file_fields.rc1_branch,
    ),
    ReleaseRule(
        "final-hash", "error", "what was tested as the last candidate is what is released",
        VALIDATOR + " validate_series_final", file_fields.final_hash,
    ),
    ReleaseRule(
        "branch-membership", "error", "a commit from elsewhere would be tagged for this series",
        VALIDATOR + " validate_release_branch_membership", commits.on_branch,
    ),
    ReleaseRule(
        "ahead", "warning", "a release with nothing new is a number for nothing",
        VALIDATOR + " validate_release_branch_membership", commits.ahead,
    ),
    ReleaseRule(
        "library-version", "warning", "a bug-fix number promises no feature and no new requirement",
        SEMVER, commits.library_version,
    ),
    ReleaseRule(
        "release-notes", "warning", "users learn of a change from its note",
        LIAISON, commits.release_notes,
    ),
    ReleaseRule(
        "highlights", "warning", "the release's press text is written from them",
        PROCESS + ", cycle highlights", file_fields.highlights,
    ),
    ReleaseRule(
        "window", "warning", "outside its dates a release needs the release team's word",
        "the cycle's schedule.rst", numbers.window,
    ),
    ReleaseRule(
        "diff-start", "error", "it is where a final's list of changes begins",
        VALIDATOR, file_fields.diff_start,
    ),
)  # fmt: skip
FILE_RULES = (
    FileRule(
        "place", "what stands elsewhere is released by nobody",
        VALIDATOR + ", which skips such files", files.place,
    ),
    FileRule(
        "owner", "the team's liaison is asked for a yes", VALIDATOR + " validate_team", files.owner,
    ),
    FileRule(
        "repositories", "another repository would be tagged",
        VALIDATOR + " validate_new_releases", files.repositories,
    ),
    FileRule(
        "branches", "a branch that is made by mistake stays",
        VALIDATOR + " validate_stable_branches", branches.added_branches,
    ),
    FileRule(
        "marks", "the tag that ends a branch is looked for by the series' id",
        VALIDATOR + " validate_series_eom, validate_series_eol", marks.named_for_the_series,
    ),
)  # fmt: skip
# The files of older series were written in retrospect: finals only, and years as versions.
FIRST_PROPOSED = "mitaka"
SCHEMA_RULE = "schema"
READABLE_RULE = "readable"
RELEASED_RULE = "released"


def check_release(
    before: Deliverable | None,
    after: ProposedFile,
    context: Context,
    published: Published | None = None,
) -> CheckReport:
    """The report on a proposed file. `before` is the file without the proposal (None: it is new);
    judged are the versions that are new or whose commits changed, and the file's keys.
    `published` is by default the same as `before`."""
    published = published or Published(before)
    if after.deliverable is None:
        unreadable = Fault(after.problem, faults.NOT_READABLE)
        return CheckReport((_finding(READABLE_RULE, unreadable),))
    cases = list(_cases(before, after, after.deliverable, context))
    if cases and cases[0].before_series(FIRST_PROPOSED):
        return CheckReport(unjudged=tuple(_in_retrospect(cases)))
    names = [series.name for series in context.series]
    since_stein = after.series in names[: names.index("stein") + 1] if "stein" in names else False
    findings = [
        _finding(SCHEMA_RULE, found) for found in file_fields.schema_faults(after, since_stein)
    ]
    findings += _unmade(published, after.deliverable)
    judged = [(SCHEMA_RULE, ""), *([(RELEASED_RULE, "")] if published.file else [])]
    whole = FileCase(after, after.deliverable, before, published.file, context)
    for file_rule in FILE_RULES:
        verdict = file_rule.judge(whole)
        if verdict is not None:
            judged.append((file_rule.id, ""))
            findings += [_finding(file_rule.id, found) for found in verdict]
    unjudged: list[Unjudged] = []
    for case in cases:
        version = case.release.version
        for rule in RULES:
            told = rule.judge(case)
            if isinstance(told, CannotTell):
                unjudged.append(Unjudged(rule.id, version, told.missing))
            elif told is not None:
                judged.append((rule.id, version))
            if isinstance(told, Wrong):
                found = Fault(told.why, told.mend, rule.severity, told.values)
                findings.append(_finding(rule.id, found, version))
    return CheckReport(
        tuple(findings), tuple(judged), tuple(unjudged), tuple(case.release for case in cases)
    )


def _finding(rule: str, found: Fault, version: str = "") -> Finding:
    return Finding(rule, found.severity, version, found.why, found.mend, found.values)


def _unmade(published: Published, after: Deliverable) -> Iterator[Finding]:
    """What was released, and is gone from the file or has another commit."""
    now: dict[str, list[dict[str, str]]] = {}
    for release in after.releases:
        now.setdefault(release.version, []).append(dict(release.hashes))
    for release in published.file.releases if published.file else ():
        if is_mark(release.version):
            continue
        if release.version not in now:
            if release.version in published.still_to_come:
                continue
            words = faults.GONE
        elif dict(release.hashes) not in now[release.version]:
            words = faults.REMADE
        else:
            continue
        found = fault(words, version=release.version)
        yield _finding(RELEASED_RULE, found, release.version)


def _in_retrospect(cases: list[Case]) -> Iterator[Unjudged]:
    yield Unjudged(SCHEMA_RULE, "", missing.PROPOSAL)
    for case in cases:
        for rule in RULES:
            if rule.judge(case) is not None:
                yield Unjudged(rule.id, case.release.version, missing.PROPOSAL)


def _cases(
    before: Deliverable | None, file: ProposedFile, after: Deliverable, context: Context
) -> Iterator[Case]:
    for index, release in enumerate(after.releases):
        if not is_mark(release.version) and not _stands(release, before):
            yield Case(file, after, before, release, after.releases[:index], context)


def _stands(release: Release, before: Deliverable | None) -> bool:
    known = before.releases if before else ()
    return any(r.version == release.version and r.hashes == release.hashes for r in known)
