"""The rules about what stands beside a version in its file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ....domain.model import Kind
from ....domain.releases.proposal import ProposedFile
from ....domain.releases.version import is_mark, parse_version
from .case import FINE, CannotTell, Case, Verdict, Wrong

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
_HASH = re.compile(r"[0-9a-f]{40}")


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
            return CannotTell("the series' release-id")
        return Wrong(f"{version} comes without its stable branch", "add a branches entry")
    name = f"stable/{case.series.branch_id}"
    branch = next((b for b in stable if b.name == name), None)
    mend = f"add to branches: name {name}, location {version}"
    if branch is None:
        return Wrong(f"{version} comes without {name}", mend)
    if branch.location != version:
        return Wrong(f"{name} is at {branch.location[:40]}, not at {version}", mend)
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
        if sha != wanted:
            return Wrong(
                f"{version} has {sha[:10]} of {repository}, {number} has {wanted[:10]}",
                f"use {wanted}, or release another candidate first",
            )
    return FINE


def diff_start(case: Case) -> Verdict:
    """diff-start says where a final's list of changes begins, and stands on finals only."""
    if case.release.diff_start is None:
        return None
    if case.version is not None and not case.version.final:
        return Wrong(f"{case.version} has a diff-start", "take it out; it belongs to finals")
    return FINE


def highlights(case: Case) -> Verdict:
    """A service's cycle highlights are written between milestone 3 and RC1."""
    if not case.first_rc or not case.staged or case.after.type != "service":
        return None
    if case.after.has_cycle_highlights:
        return FINE
    if case.context.schedule is None or case.context.now is None:
        return CannotTell("the cycle's schedule and the day of the proposal")
    deadline = case.context.schedule.first(Kind.CYCLE_HIGHLIGHTS)
    if deadline is None:
        return CannotTell("a day for cycle highlights in the schedule")
    if case.context.now.date() <= deadline.days[-1]:
        return FINE
    return Wrong(
        f"RC1 without cycle highlights, due on {deadline.days[-1]}",
        "add cycle-highlights, or tell the release team that there are none",
    )


def schema_faults(file: ProposedFile, since_stein: bool = False) -> Iterator[str]:
    """What in the file openstack/releases' schema.yaml does not allow, in a few words each; the
    model with milestones ended before stein."""
    raw = file.raw
    yield from _keys("", raw, TOP_KEYS)
    yield from _model(raw, since_stein)
    yield from _versions(raw)
    yield from _branches(raw)
    for repository, settings in (raw.get("repository-settings") or {}).items():
        if isinstance(settings or {}, dict):
            yield from _keys("repository-settings: ", settings or {}, SETTINGS_KEYS)
        else:
            yield f"repository-settings: {str(repository)[:60]} has no keys with values"


def _model(raw: Mapping[str, Any], since_stein: bool) -> Iterator[str]:
    for key in ("team", "type"):
        if not raw.get(key):
            yield f"{key} is missing"
    kind, model = raw.get("type"), raw.get("release-model")
    if kind and kind not in TYPES:
        yield f'type "{str(kind)[:40]}" is none of {", ".join(TYPES)}'
    if model and model not in MODELS:
        yield f'release-model "{str(model)[:40]}" is none of {", ".join(MODELS)}'
    if model == MILESTONES and since_stein:
        yield f"release-model {MILESTONES} ended with rocky; since then it is cycle-with-rc"


def _versions(raw: Mapping[str, Any]) -> Iterator[str]:
    seen: set[str] = set()
    for release in _mappings(raw.get("releases")):
        version = str(release.get("version", ""))[:40]
        yield from _keys(f"{version}: ", release, RELEASE_KEYS)
        if not (parse_version(version) or is_mark(version)):
            yield f'"{version}" is no version'
        if version in seen:
            yield f"{version} is there twice"
        seen.add(version)
        yield from _projects(version, release)


def _branches(raw: Mapping[str, Any]) -> Iterator[str]:
    for branch in _mappings(raw.get("branches")):
        yield from _keys("a branch: ", branch, BRANCH_KEYS)
        for key in sorted(BRANCH_KEYS - branch.keys()):
            yield f"a branch lacks its {key}"


def _projects(version: str, release: Mapping[str, Any]) -> Iterator[str]:
    projects = list(_mappings(release.get("projects")))
    if not projects:
        yield f"{version} has no projects"
    for project in projects:
        yield from _keys(f"{version}: ", project, PROJECT_KEYS)
        if not _HASH.fullmatch(str(project.get("hash", ""))):
            yield f"{version}: a hash is 40 hexadecimal digits"
        if not project.get("repo"):
            yield f"{version}: repo is missing"


def _keys(where: str, mapping: Mapping[str, Any], known: frozenset[str]) -> Iterator[str]:
    for key in mapping:
        if key not in known:
            yield f'{where}unknown key "{str(key)[:40]}"'


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item
