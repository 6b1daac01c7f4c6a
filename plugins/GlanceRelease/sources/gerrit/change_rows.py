"""Gerrit's ChangeInfos as rows: which are accepted, and what of one is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..http import Trouble
from ..opendev.proposed_file import FOLDER

MORE = "_more_changes"
MOST_ROWS = 2000  # of one answer; Gerrit gives 500 at a time
MAX_MESSAGE = 4000
MAX_FILES = 600  # a change of the release team for all deliverables of a series has 200
ODD = "an answer in another shape than Gerrit's"

Raw = Mapping[str, Any]


def accepted(rows: Any) -> list[Raw]:
    """A list of ChangeInfos, each with number and project; Trouble for anything else."""
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        raise Trouble(ODD)
    for row in rows:
        known = mapping(row)
        if type(known.get("_number")) is not int or not isinstance(known.get("project"), str):
            raise Trouble(ODD)
    return rows


def of_these(rows: Sequence[Raw], projects: Collection[str]) -> Sequence[Raw]:
    """The rows, which must be of the repositories that were asked about."""
    if any(raw["project"] not in projects for raw in rows):
        raise Trouble("changes that were not asked for")
    return rows


def with_files(rows: Sequence[Raw]) -> Sequence[Raw]:
    """The rows, each of which must tell its files: without them nobody's release is in it."""
    if not all(mapping(current_revision(raw).get("files")) for raw in rows):
        raise Trouble("proposals without their files")
    return rows


def slim(raw: Raw) -> dict[str, Any]:
    """A ChangeInfo with only what a change is read from, and no more of it than is of use."""
    names = (
        "_number", "project", "branch", "subject", "status", "topic", "created", "updated",
        "submitted", "owner", "labels", "work_in_progress", "current_revision",
        "current_revision_number", MORE,
    )  # fmt: skip
    kept = {name: raw[name] for name in names if name in raw}
    kept["subject"] = str(kept.get("subject") or "")[:MAX_MESSAGE]
    kept["current_revision"] = str(kept.get("current_revision") or "")
    revision = current_revision(raw)
    message = str(mapping(revision.get("commit")).get("message") or "")
    kept["revisions"] = {
        kept["current_revision"]: {
            "_number": revision.get("_number"),
            "uploader": revision.get("uploader"),
            "created": revision.get("created"),
            "files": dict.fromkeys(_paths(revision)[:MAX_FILES]),
            "commit": {"message": message[-MAX_MESSAGE:]},
        }
    }
    return kept


def _paths(revision: Raw) -> list[str]:
    return sorted([*mapping(revision.get("files")), *renamed(revision)], key=_rank)


def renamed(revision: Raw) -> list[str]:
    """The paths that a patch set's renamed files had: Gerrit lists them at the new ones only."""
    files = mapping(revision.get("files"))
    infos = (info for info in files.values() if mapping(info).get("status") == "R")
    old = (info.get("old_path") for info in infos)
    return [path for path in old if isinstance(path, str) and path not in files]


def _rank(path: str) -> bool:
    """Deliverable files first, so that they are no part of what is cut off."""
    return not path.startswith(FOLDER)


def current_revision(raw: Raw) -> Raw:
    """The newest patch set of a ChangeInfo; empty where it is not told."""
    return mapping(mapping(raw.get("revisions")).get(str(raw.get("current_revision") or "")))


def mapping(value: object) -> Raw:
    """A JSON object; empty for anything else."""
    return value if isinstance(value, dict) else {}


def account_id(account: Raw) -> int:
    """The number of an AccountInfo, which stays its account's; 0 where it is not told."""
    number = account.get("_account_id")
    return number if type(number) is int else 0
