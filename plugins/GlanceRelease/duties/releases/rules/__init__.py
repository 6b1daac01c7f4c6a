"""Checks a proposed deliverable file against what openstack/releases' own validator leaves open.

Pure: the same file and the same facts always give the same report. A rule that can't judge a
version from what is there says so, and is counted apart. Read `case` first."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ....domain.model import Deliverable, Release
from ....domain.releases.proposal import CheckReport, Context, Finding, ProposedFile, Unjudged
from ....domain.releases.steps import branch_in, is_whole
from ....domain.releases.version import is_mark
from ....domain.rule_sources import RULE_SOURCES
from ..words import faults, missing
from . import branches, commits, file_fields, files, levels, marks, numbers, versions_taken
from .case import CannotTell, Case, Fault, FileCase, FileRule, Published, ReleaseRule, Wrong
from .taken_away import taken_away

VALIDATOR = RULE_SOURCES["validator"]
PROCESS = RULE_SOURCES["process"]
LIAISON = RULE_SOURCES["liaison"]

RULES = (
    ReleaseRule(
        "major", "error", "a series' first version must sort above what is already out",
        VALIDATOR.at("compares inside one series only"), numbers.above_previous_series,
    ),
    ReleaseRule(
        "newer-series", "error", "a version is one tag, whichever series has it",
        VALIDATOR.at("compares inside one series only"), versions_taken.by_a_newer_series,
    ),
    ReleaseRule(
        "sequence", "error", "users and tools sort by version",
        VALIDATOR.at("validate_pre_release_progression"), numbers.sequence,
    ),
    ReleaseRule(
        "beta-number", "warning", "b2 is read as milestone 2",
        PROCESS.at("Milestone-1, and the practice since wallaby"), numbers.beta_number,
    ),
    ReleaseRule(
        "rc1-branch", "error", "after RC1 master is the next cycle's, so the branch must be there",
        LIAISON, file_fields.rc1_branch,
    ),
    ReleaseRule(
        "final-hash", "error", "what was tested as the last candidate is what is released",
        VALIDATOR.at("validate_series_final"), file_fields.final_hash,
    ),
    ReleaseRule(
        "branch-membership", "error", "a commit from elsewhere would be tagged for this series",
        VALIDATOR.at("validate_release_branch_membership"), commits.on_branch,
    ),
    ReleaseRule(
        "descendant", "error", "users of a release expect all that the one before had",
        VALIDATOR.at("validate_release_branch_membership"), commits.descendant,
    ),
    ReleaseRule(
        "ahead", "warning", "a release with nothing new is a number for nothing",
        VALIDATOR.at("validate_release_branch_membership"), commits.ahead,
    ),
    ReleaseRule(
        "level", "error", "a bug-fix number promises no feature and no new requirement",
        RULE_SOURCES["semver"], levels.level,
    ),
    ReleaseRule(
        "release-notes", "warning", "users learn of a change from its note",
        LIAISON, levels.release_notes,
    ),
    ReleaseRule(
        "highlights", "warning", "the release's press text is written from them",
        PROCESS.at("cycle highlights"), file_fields.highlights,
    ),
    ReleaseRule(
        "window", "warning", "outside its dates a release needs the release team's word",
        RULE_SOURCES["schedule"], numbers.window,
    ),
    ReleaseRule(
        "diff-start", "error", "it is where a final's list of changes begins",
        VALIDATOR, file_fields.diff_start,
    ),
)  # fmt: skip
FILE_RULES = (
    FileRule(
        "place", "what stands elsewhere is released by nobody",
        VALIDATOR.at("skips such files"), files.place,
    ),
    FileRule(
        "owner", "the team's liaison is asked for a yes",
        VALIDATOR.at("validate_team"), files.owner,
    ),
    FileRule(
        "repositories", "another repository would be tagged",
        VALIDATOR.at("validate_new_releases"), files.repositories,
    ),
    FileRule(
        "taken", "a version is one tag, and stays", VALIDATOR.at("validate_new_releases_at_end"),
        versions_taken.taken,
    ),
    FileRule(
        "branches", "a branch that is made by mistake stays",
        VALIDATOR.at("validate_stable_branches"), branches.added_branches,
    ),
    FileRule(
        "marks", "the tag that ends a branch is looked for by the series' id",
        VALIDATOR.at("validate_series_eom, validate_series_eol"), marks.named_for_the_series,
    ),
)  # fmt: skip
# The files of older series were written in retrospect: finals only, and years as versions.
FIRST_PROPOSED = "mitaka"
SCHEMA_RULE = "schema"
READABLE_RULE = "readable"
RELEASED_RULE = "released"
# What can't be taken back comes first, what is only untidy last.
_GRAVEST = (
    READABLE_RULE, RELEASED_RULE, "taken", "newer-series", "repositories", "branch-membership",
    "descendant", "final-hash", "place", "owner", "major", "sequence", "rc1-branch", "branches",
    "marks",
)  # fmt: skip


def check_release(
    before: Deliverable | None,
    after: ProposedFile,
    context: Context,
    published: Published | None = None,
    taken: tuple[Release, ...] = (),
) -> CheckReport:
    """The report on a proposed file. `before` is the file without the proposal (None: it is new);
    judged are the versions that are new or whose commits changed, and the file's keys.
    `published` is by default the same as `before`; `taken` are the proposal's versions that another
    change brought onto master. The gravest findings come first."""
    published = published or Published(before)
    if after.deliverable is None:
        unreadable = Fault(after.problem, faults.NOT_READABLE)
        return CheckReport((_finding(READABLE_RULE, unreadable),))
    whole = FileCase(after, after.deliverable, before, published.file, context, taken)
    cases = list(_cases(whole, files.foreign_repositories(whole)))
    if cases and cases[0].before_series(FIRST_PROPOSED):
        return CheckReport(unjudged=tuple(_in_retrospect(cases)))
    names = [series.name for series in context.series]
    since_stein = after.series in names[: names.index("stein") + 1] if "stein" in names else False
    full = partial(_full_hash, whole)
    new = {case.release.version: str(numbers.instead(case) or "") for case in cases}
    newest = partial(_newest, whole)
    schema = file_fields.schema_faults(after, since_stein, full, new, newest)
    findings = [_finding(SCHEMA_RULE, found) for found in schema]
    findings += [
        _finding(RELEASED_RULE, found, version)
        for found, version in taken_away(published, after.deliverable)
    ]
    judged = [(SCHEMA_RULE, ""), *([(RELEASED_RULE, "")] if published.file else [])]
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
                severity = told.severity or rule.severity
                found = Fault(told.why, told.mend, severity, told.values)
                findings.append(_finding(rule.id, found, version))
    return CheckReport(
        tuple(sorted(findings, key=gravity)),
        tuple(judged),
        tuple(unjudged),
        tuple(case.release for case in cases),
    )


def _finding(rule: str, found: Fault, version: str = "") -> Finding:
    return Finding(rule, found.severity, version, found.why, found.mend, found.values)


def _in_retrospect(cases: list[Case]) -> Iterator[Unjudged]:
    yield Unjudged(SCHEMA_RULE, "", missing.PROPOSAL)
    for case in cases:
        for rule in RULES:
            if rule.judge(case) is not None:
                yield Unjudged(rule.id, case.release.version, missing.PROPOSAL)


def gravity(finding: Finding) -> tuple[bool, int]:
    """By which the gravest finding comes first."""
    place = _GRAVEST.index(finding.rule) if finding.rule in _GRAVEST else len(_GRAVEST)
    return finding.severity != "error", place


def _full_hash(case: FileCase, repository: str, sha: str) -> str:
    """The whole hash that begins so: of a release in the file, else as Gerrit knows it."""
    if is_whole(sha.lower()):
        return sha.lower()
    gerrit = case.context.gerrit
    if gerrit and gerrit.whole.get((repository, sha)):
        return gerrit.whole[repository, sha]
    known = (pair for release in case.after.releases for pair in release.hashes)
    ours = (each for repo, each in known if repo == repository and is_whole(each))
    return next((each for each in ours if sha and each.startswith(sha)), "")


def _newest(case: FileCase, repository: str) -> tuple[str, str]:
    """The branch from which the next release comes, and its newest commit; "" where Gerrit did not
    tell that."""
    branch = branch_in(case.before)
    gerrit = case.context.gerrit
    return branch, gerrit.heads.get((repository, branch), "") if gerrit else ""


def _cases(case: FileCase, foreign: frozenset[str]) -> Iterator[Case]:
    after = case.after
    for index, release in enumerate(after.releases):
        if not is_mark(release.version) and not _stands(release, case.before):
            earlier = after.releases[:index]
            yield Case(case.file, after, case.before, release, earlier, case.context, foreign)


def _stands(release: Release, before: Deliverable | None) -> bool:
    known = before.releases if before else ()
    return any(r.version == release.version and r.hashes == release.hashes for r in known)
