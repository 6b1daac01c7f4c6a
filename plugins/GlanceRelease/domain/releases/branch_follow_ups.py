"""The release bot's changes for a branch that was cut: whose they are, and for which branch."""

from __future__ import annotations

from collections.abc import Collection

from ..gerrit_scope import follow_ups_of
from ..snapshot import SERIES, Snapshot
from .proposal import Change

# openstack/project-config, release-tools: make_branch.sh and functions (create-2026.1, on the
# branch), add_release_note_page.sh (reno-2026.1, on master)
BRANCH_TOPICS = ("create-", "reno-")


def bots_changes(snapshot: Snapshot) -> dict[str, tuple[Change, ...]]:
    """The release bot's changes by the branch for which it made them: it owns them, and what stands
    behind "create-" or "reno-" is a series' release-id, or its name before there were any. A topic
    makes nobody the bot, and neither does a display name."""
    known = frozenset(series.branch_id for series in snapshot[SERIES].value or ())
    by_id: dict[str, list[Change]] = {}
    for change in follow_ups_of(snapshot) or ():
        branch = _id(change, known)
        if branch and snapshot.accounts.is_release_bot(change.owned_by):
            by_id.setdefault(branch, []).append(change)
    return {
        _branch_of(branch, changes): tuple(changes) for branch, changes in sorted(by_id.items())
    }


def _id(change: Change, known: Collection[str]) -> str:
    for prefix in BRANCH_TOPICS:
        if change.topic.startswith(prefix):
            branch = change.topic.removeprefix(prefix)
            return branch if branch in known else ""
    return ""


def _branch_of(branch: str, changes: Collection[Change]) -> str:
    """The branch on which the bot proposes; stable's where it does so on master alone."""
    places = (change.branch for change in changes if change.branch.endswith(f"/{branch}"))
    return next(places, f"stable/{branch}")
