"""The rules about what stands beside a version in its file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ....domain.model import Kind
from ....domain.releases.proposal import ProposedFile
from ....domain.releases.steps import is_whole
from ....domain.releases.version import is_mark, parse_version
from ..words import faults, missing
from .case import FINE, CannotTell, Case, Fault, Verdict, fault, wrong

TOP_KEYS = frozenset(
    {
        "team",
        "type",
        "launchpad",
        "storyboard",
        "release-notes",
        "include-pypi-link",
        "release-model",
        "artifact-link-mode",
        "repository-settings",
        "release-type",
        "stable-branch-type",
        "cycle-highlights",
        "stable-status",
        "releases",
        "branches",
    }
)
TYPES = (
    "service", "library", "client-library", "horizon-plugin", "tempest-plugin", "trailing", "other",
)  # fmt: skip
MILESTONES = "cycle-with-milestones"
MODELS = (
    "cycle-with-rc", "cycle-with-intermediary", MILESTONES, "cycle-trailing", "cycle-automatic",
    "independent", "untagged", "abandoned",
)  # fmt: skip
RELEASE_KEYS = frozenset({"version", "projects", "diff-start", "flags"})
PROJECT_KEYS = frozenset({"repo", "hash", "comment", "tarball-base"})
BRANCH_KEYS = frozenset({"name", "location"})
SETTINGS_KEYS = frozenset({"flags", "pypi-name", "tarball-base"})
FIRST_WITH_BRANCHES = "ocata"  # until newton, branches were cut by hand
_ALIKE = 0.8  # a slip of the hand, and no other word
_CUT_SHORT = re.compile(r"[0-9a-f]{6,39}", re.IGNORECASE)


def rc1_branch(case: Case) -> Verdict:
    """RC1 carries the stable branch at its own version, in the same change."""
    if not case.first_rc or not case.staged or case.after.stable_branch_type == "none":
        return None
    if case.before_series(FIRST_WITH_BRANCHES):
        return None
    stable = [b for b in case.after.branches if b.name.startswith("stable/")]
    version = case.release.version
    if case.series is None:
        if stable:
            return CannotTell(missing.RELEASE_ID)
        return wrong(faults.NO_STABLE_BRANCH, version=version)
    name = f"stable/{case.series.branch_id}"
    branch = next((b for b in stable if b.name == name), None)
    if branch is None:
        return wrong(faults.NO_BRANCH, version=version, branch=name)
    if branch.location != version:
        words, location = faults.BRANCH_ELSEWHERE, branch.location
        return wrong(words, version=version, branch=name, location=location)
    return FINE


def final_hash(case: Case) -> Verdict:
    """The cycle's final has the last release candidate's commit in every repository."""
    version = case.version
    if version is None or not version.final or not case.staged or case.previous is None:
        return None
    candidate, number = case.previous
    if number.stage != "rc" or number.base != version.base:
        return None
    for (repository, sha), (_, wanted) in zip(
        sorted(case.release.hashes), sorted(candidate.hashes), strict=False
    ):
        if sha != wanted and is_whole(sha):
            return wrong(
                faults.OTHER_COMMIT_THAN_CANDIDATE,
                version=version,
                commit=sha[:10],
                repository=repository,
                last=number,
                wanted_commit=wanted[:10],
                wanted=wanted,
            )
    return FINE


def diff_start(case: Case) -> Verdict:
    """diff-start says where a final's list of changes begins, and stands on finals only."""
    if case.release.diff_start is None:
        return None
    if case.version is not None and not case.version.final:
        return wrong(faults.NEEDLESS_DIFF_START, version=case.version)
    return FINE


def highlights(case: Case) -> Verdict:
    """A service's cycle highlights are written between milestone 3 and RC1."""
    if not case.first_rc or not case.staged or case.after.type != "service":
        return None
    if case.after.has_cycle_highlights:
        return FINE
    if case.context.schedule is None or case.context.now is None:
        return CannotTell(missing.SCHEDULE_AND_DAY)
    deadline = case.context.schedule.first(Kind.CYCLE_HIGHLIGHTS)
    if deadline is None:
        return CannotTell(missing.HIGHLIGHTS_DAY)
    if case.context.now.date() <= deadline.days[-1]:
        return FINE
    return wrong(faults.NO_HIGHLIGHTS, day=deadline.days[-1])


FullHash = Callable[[str, str], str]
Newest = Callable[[str], tuple[str, str]]


def _unknown(repository: str, sha: str) -> str:
    return ""


def _unknown_head(repository: str) -> tuple[str, str]:
    return "", ""


def schema_faults(
    file: ProposedFile,
    since_stein: bool = False,
    full: FullHash = _unknown,
    new: Mapping[str, str] = MappingProxyType({}),
    newest: Newest = _unknown_head,
) -> Iterator[Fault]:
    """What in the file openstack/releases' schema.yaml does not allow; the model with milestones
    ended before stein. `full` knows the whole hash of one that is too short or too long, `newest` a
    repository's branch and its newest commit, as far as Gerrit told it; the numbers that are
    `new`, of whose form another rule tells, have the one to take instead, where they are there
    twice."""
    raw = file.raw
    yield from _keys("", raw, TOP_KEYS)
    yield from _model(raw, since_stein)
    yield from _versions(raw, full, new, newest)
    yield from _branches(raw)
    for repository, settings in (raw.get("repository-settings") or {}).items():
        if isinstance(settings or {}, dict):
            yield from _keys("repository-settings", settings or {}, SETTINGS_KEYS)
        else:
            yield fault(faults.NO_SETTINGS, repository=repository)


def _model(raw: Mapping[str, Any], since_stein: bool) -> Iterator[Fault]:
    for key in ("team", "type"):
        if not raw.get(key):
            yield fault(faults.MISSING, key=key)
    kind, model = raw.get("type"), raw.get("release-model")
    if kind and kind not in TYPES:
        yield _other_value("type", kind, TYPES)
    if model and model not in MODELS:
        yield _other_value("release-model", model, MODELS)
    if model == MILESTONES and since_stein:
        yield fault(faults.MODEL_ENDED, model=MILESTONES)


def _versions(
    raw: Mapping[str, Any], full: FullHash, new: Mapping[str, str], newest: Newest
) -> Iterator[Fault]:
    seen: set[str] = set()
    for release in _mappings(raw.get("releases")):
        version = str(release.get("version", ""))[:40]
        yield from _keys(version, release, RELEASE_KEYS)
        if version not in new and not (parse_version(version) or is_mark(version)):
            yield fault(faults.SCHEMA_NO_VERSION, version=version)
        if version in seen:
            right = new.get(version, "")
            words = faults.TWICE_NEW if right else faults.TWICE
            yield fault(words, version=version, right=right)
        seen.add(version)
        yield from _projects(version, release, full, newest)


def _branches(raw: Mapping[str, Any]) -> Iterator[Fault]:
    for branch in _mappings(raw.get("branches")):
        yield from _keys("a branch", branch, BRANCH_KEYS)
        for key in sorted(BRANCH_KEYS - branch.keys()):
            yield fault(faults.BRANCH_LACKS, key=key)


def _projects(
    version: str, release: Mapping[str, Any], full: FullHash, newest: Newest
) -> Iterator[Fault]:
    projects = list(_mappings(release.get("projects")))
    if not projects:
        yield fault(faults.NO_PROJECTS, version=version)
    for project in projects:
        yield from _keys(version, project, PROJECT_KEYS)
        sha = str(project.get("hash", ""))
        if not is_whole(sha):
            yield _odd_hash(version, str(project.get("repo", "")), sha, full, newest)
        if not project.get("repo"):
            yield fault(faults.NO_REPOSITORY, version=version)


def _odd_hash(version: str, repository: str, sha: str, full: FullHash, newest: Newest) -> Fault:
    """What is no whole hash, with the one that is meant; of what is no beginning of one, with the
    branch's newest."""
    right = full(repository, sha)
    if right:
        return fault(faults.HASH_KNOWN, version=version, right=right)
    if _CUT_SHORT.fullmatch(sha):
        return fault(faults.HASH_CUT_SHORT, version=version, commit=sha)
    branch, head = newest(repository)
    words = faults.HASH_NEWEST if head else faults.NO_HASH
    return fault(words, version=version, right=head, branch=branch)


def _keys(where: str, mapping: Mapping[str, Any], known: frozenset[str]) -> Iterator[Fault]:
    for key in mapping:
        if key not in known:
            right = _nearest(str(key), known - mapping.keys())
            words = faults.UNKNOWN_KEY_IN if where else faults.UNKNOWN_KEY
            if right:
                words = faults.KEY_MISSPELT_IN if where else faults.KEY_MISSPELT
            yield fault(words, where=where, key=key, right=right)


def _nearest(word: str, known: Iterable[str]) -> str:
    """What was meant by a word that is not known; empty where none is like it."""
    from difflib import get_close_matches  # only a file that is judged needs it

    return next(iter(get_close_matches(word, sorted(known), 1, _ALIKE)), "")


def _other_value(key: str, value: object, known: Sequence[str]) -> Fault:
    right = _nearest(str(value), known)
    words = faults.VALUE_MISSPELT if right else faults.OTHER_VALUE
    return fault(words, key=key, value=value, known=known, right=right)


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item
