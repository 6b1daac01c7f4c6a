"""A task in words: how much there is to release gives way first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ....domain.messages.clauses import Clause, Listing, clause, listing
from ....domain.messages.counts import counted
from ....domain.releases.merged_changes import Sort
from ..asked import Asked, TaskState

if TYPE_CHECKING:  # a task knows its words
    from ..merged_since import Unreleased
    from ..task import ReleaseTask, Task

TASK = 1  # what a task's remark weighs: less than all else in a line
_LEFT = {
    Asked.BETA: "{deliverable} {version}",
    Asked.RC1: "{deliverable} {version} with {branch}",
    Asked.BRANCH: "{branch} of {repository}",
    Asked.FINAL: "{deliverable} {version}",
    Asked.TRAILING_FINAL: "the final {deliverable} of {series}",
    Asked.RELEASE: "a release of {deliverable}",
    Asked.LAST: "the last {deliverable} of {series}",
    Asked.LAST_WITH_BRANCH: "the last {deliverable} of {series}",
}
_DONE, _DONE_WITH_BRANCH = "{deliverable} {version}", "{deliverable} {version} with {branch}"


def task_clause(task: ReleaseTask) -> Clause:
    """ "a release of glance-store (2 changes since 5.6.0, 1 feature)", which may become "a release
    of glance-store"."""
    if task.state is TaskState.UNKNOWN:
        what = unknown_of(task)
        return _with_remark(what, f": {task.reason}") if task.reason else clause(what)
    if task.state is TaskState.NEEDLESS:
        return clause(f"nothing to release in {task.deliverable}")
    if task.state is TaskState.LEFT:
        return _with_remark(_filled(_LEFT[task.asked], task), _aside(task))
    what = _filled(_DONE_WITH_BRANCH if task.branch else _DONE, task)
    if task.state is TaskState.APPROVED:
        return clause(what)
    merged = task.state is TaskState.MERGED
    return clause(what, " (merged, tag pending)") if merged else clause(what)


def _filled(template: str, task: ReleaseTask) -> str:
    return template.format_map(vars(task))


def _aside(task: ReleaseTask) -> str:
    if task.asked is Asked.LAST_WITH_BRANCH:
        return f" (with {task.branch})"
    return f" ({amount(task.changes, brief=task.is_last)})" if task.changes else ""


def _with_remark(what: str, remark: str) -> Clause:
    return clause(what, remark, weight=TASK, shorter=[what]) if remark else clause(what)


def unknown_of(task: ReleaseTask) -> str:
    """What can't be told: when a version was released, or all of a deliverable."""
    known = bool(task.version)
    return f"when {task.deliverable} {task.version} was released" if known else task.deliverable


def tasks_listed(tasks: Iterable[Task], weight: int) -> Listing:
    """The tasks one after the other, at this weight."""
    return listing((task.clause for task in tasks), weight=weight)


def unknown_listed(tasks: Iterable[Task], weight: int) -> Listing:
    """What can't be told, each reason once: "glance, glance_store (HTTP 503)"."""
    by_reason: dict[str, list[str]] = {}
    for what, reason in dict.fromkeys(task.in_doubt for task in tasks):
        by_reason.setdefault(reason, []).append(what)
    told = (
        _with_remark(", ".join(names), f" ({reason})" if reason else "")
        for reason, names in by_reason.items()
    )
    return listing(told, weight=weight, between="; ")


def amount(left: Unreleased, brief: bool = False) -> str:
    """ "7 changes since 5.7.0, 2 features", or in short "7 changes"."""
    text = left.tally.count
    if brief:
        return text
    features = len(left.tally.of_sort(Sort.FEATURE))
    more = f", {counted(features, 'feature')}" if features else ""
    return f"{text} since {left.version}{more}"
