"""Reads a deliverable file of openstack/releases: what was released, from which commits."""

from __future__ import annotations

from typing import Any

from ...domain.model import Branch, Deliverable, Release
from .. import typed_fields
from ..strict_yaml import Unreadable, load


def parse_deliverable(series: str, name: str, body: bytes) -> Deliverable:
    """The deliverable as the file has it; a file without releases is a deliverable without any.

    Keys we don't know are upstream's business (its validate.py refuses them); what we read must
    have the shape of openstack_releases/schema.yaml, else Unreadable names the field. A branch's
    location may be a version or a map from repository to commit: then it is "repo commit".
    """
    document = load(body)
    releases = tuple(
        _release(row, f"release {number}")
        for number, row in enumerate(typed_fields.mappings(document.get("releases"), "releases"), 1)
    )
    return Deliverable(
        name=name,
        series=series,
        team=typed_fields.text(document, "team", name),
        type=typed_fields.text(document, "type", name),
        release_model=typed_fields.text(document, "release-model", name, default=""),
        repositories=_repositories(document, releases),
        releases=releases,
        branches=tuple(
            _branch(row, f"branch {number}")
            for number, row in enumerate(
                typed_fields.mappings(document.get("branches"), "branches"), 1
            )
        ),
        stable_branch_type=typed_fields.text(document, "stable-branch-type", name, default=""),
        has_cycle_highlights=bool(document.get("cycle-highlights")),
        stable_status=typed_fields.text(document, "stable-status", name, default=""),
    )


def _repositories(document: dict[str, Any], releases: tuple[Release, ...]) -> tuple[str, ...]:
    """The repositories in repository-settings, or of old files those that were released."""
    settings = typed_fields.mapping(document.get("repository-settings"), "repository-settings")
    return tuple(settings) or tuple(
        dict.fromkeys(repo for release in releases for repo, _ in release.hashes)
    )


def _release(row: dict[str, Any], what: str) -> Release:
    version = typed_fields.text(row, "version", what)
    what = f"release {version}"
    hashes = tuple(
        (typed_fields.text(project, "repo", what), typed_fields.text(project, "hash", what))
        for project in typed_fields.mappings(row.get("projects"), f"{what}: projects")
    )
    diff_start = typed_fields.text(row, "diff-start", what, default="") or None
    return Release(version, hashes, diff_start=diff_start)


def _branch(row: dict[str, Any], what: str) -> Branch:
    name = typed_fields.text(row, "name", what)
    location = row.get("location")
    if isinstance(location, dict):
        location = ", ".join(f"{repo} {commit}" for repo, commit in location.items())
    if not isinstance(location, str):
        raise Unreadable(f"branch {name}: location is neither a version nor a map of commits")
    return Branch(name, location)
