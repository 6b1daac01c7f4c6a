"""A listed bug in words: its number, title, importance, who has it, where its fix stands."""

from __future__ import annotations

import re

from ...domain.bugs.fixes import FixChange
from ...domain.bugs.listed import Left, ListedBug
from ...domain.bugs.standing import FixStanding, Stage
from ...domain.bugs.tracker import BugTask
from ...domain.messages.clauses import Clause, Link, clause
from ...domain.people.roles import fold, names_of, roles_of
from ...domain.snapshot import Snapshot
from ...domain.team import Member
from ...render.sanitize import cut, plain

TITLE = 60
_WHOLE_TITLE = 200
_WORD = re.compile(r"[\w\[\]\\`^{}|-]+")


def item(snapshot: Snapshot, bug: ListedBug, standing: FixStanding, weight: int = 0) -> Clause:
    """The bug in a list; where there is no room, without its title."""
    number = number_link(bug)
    who, where = _in_brackets(snapshot, bug), where_words(standing)
    title = title_of(snapshot, bug)
    without = [(number, f" ({who}): {where}")] if title else []
    return clause(
        number,
        f' "{title}"' if title else "",
        f" ({who}): {where}",
        weight=weight,
        shorter=[*without, (number, f": {where}")],
    )


def done_item(snapshot: Snapshot, bug: ListedBug, standing: FixStanding, weight: int = 0) -> Clause:
    """A bug that holds nothing any more: where its fix is."""
    number, title, where = number_link(bug), title_of(snapshot, bug), where_words(standing)
    named = f' "{title}"' if title else ""
    return clause(number, f"{named}: {where}", weight=weight, shorter=[(number, f": {where}")])


def number_link(bug: ListedBug) -> Link | str:
    """The bug's number, which leads to it."""
    return Link(str(bug.number), bug_url(bug), aside=True)


def bug_url(bug: ListedBug) -> str:
    """Where a person reads it."""
    known = bug.task.url if bug.task else ""
    return (
        known if known.startswith("https://") else f"https://bugs.launchpad.net/bugs/{bug.number}"
    )


def title_of(snapshot: Snapshot, bug: ListedBug, most: int = TITLE) -> str:
    """The title, cut, a stranger's text: none where a word of it is somebody's nick, whom it would
    call."""
    title = plain(bug.task.title if bug.task else bug.detail.title if bug.detail else "")
    return "" if called_here(snapshot, title) else cut(title.replace('"', "'"), most)


def called_here(snapshot: Snapshot, text: str) -> bool:
    """Whether a word of the text is the nick of somebody of the team's or in its channel."""
    nicks = {fold(one.nick) for some in roles_of(snapshot).values() for one in some}
    nicks |= {fold(nick) for nick in snapshot.present or ()}
    return any(fold(word) in nicks for word in _WORD.findall(text))


def _in_brackets(snapshot: Snapshot, bug: ListedBug) -> str:
    marks = [bug.task.importance] if bug.task else ["private" if bug.is_private else "not read yet"]
    marks += [who_has(snapshot, bug)] if bug.task else []
    marks += ["reported since m3"] if bug.is_new else []
    marks += [f"target {bug.hint} is a hint"] if bug.hint else []
    return ", ".join(marks)


def who_has(snapshot: Snapshot, bug: ListedBug) -> str:
    """Whose it is, which calls nobody: the team's name for them, else their id in Launchpad."""
    assignee = plain(bug.task.assignee if bug.task else "")
    if not assignee:
        return "nobody has it"
    member = member_with(snapshot, assignee)
    if member is not None:
        return names_of(snapshot).get(member.nick) or "one of the team"
    return "assigned" if called_here(snapshot, assignee) else f"~{cut(assignee, 40)}"


def member_with(snapshot: Snapshot, assignee: str) -> Member | None:
    """The one of the team's file whose id in Launchpad this is."""
    known = (one for some in snapshot.team.people.values() for one in some)
    return next(
        (one for one in known if one.launchpad and fold(one.launchpad) == fold(assignee)), None
    )


def where_words(standing: FixStanding) -> str:
    """Where its fix stands."""
    number = standing.change.change.number if standing.change else 0
    if standing.stage is Stage.UNKNOWN:
        return "whether it has a fix is not known"
    if standing.stage is Stage.NOTHING:
        return f"its fix {number} was reverted" if standing.reverted else "no change yet"
    if standing.stage is Stage.IN_REVIEW and standing.change is not None:
        return open_words(standing.change)
    if standing.stage is Stage.ON_MASTER:
        return _on_master_words(standing, number)
    if standing.stage is Stage.RELEASED:
        return f"in {standing.version}"
    return f"merged on {standing.branch} ({number})" if number else "fixed, says Launchpad"


def open_words(fix: FixChange) -> str:
    """An open change: "change 981 waits for review"."""
    branch = "" if fix.change.branch == "master" else f" on {fix.change.branch}"
    return f"change {fix.change.number}{branch} waits for {fix.waits_for}"


def _on_master_words(standing: FixStanding, number: int) -> str:
    branch = standing.branch
    if not number:
        return f"fixed on master, says Launchpad; no change of it is known on {branch}"
    if standing.doubtful:
        return f"on master ({number}); whether before {branch} was cut is not known"
    text = f"on master ({number}), not on {branch}"
    return f"{text}: {backport_words(standing.backport)}" if standing.backport else text


def backport_words(fix: FixChange) -> str:
    """What a cherry-pick waits for, or that it was abandoned."""
    number = fix.change.number
    if fix.change.status == "ABANDONED":
        return f"cherry-pick {number} abandoned"
    return f"cherry-pick {number} waits for {fix.waits_for}"


def left_words(bug: ListedBug) -> str:
    """Why a bug left the list by itself."""
    if bug.left is Left.ABSENT:
        return "Launchpad shows no such bug"
    if bug.left is Left.DUPLICATE and bug.detail is not None:
        return f"it is a duplicate of {bug.detail.duplicate_of}"
    if bug.left is Left.ELSEWHERE:
        projects = ", ".join(cut(plain(task.project), 30) for task in _tasks(bug)[:2])
        return f"it is of {projects or 'another project'}"
    return f"Launchpad calls it {bug.task.status}" if bug.task else "it left"


def _tasks(bug: ListedBug) -> tuple[BugTask, ...]:
    return bug.detail.tasks if bug.detail else ()


def whole_title(bug: ListedBug) -> str:
    """The title for where there is room."""
    title = bug.task.title if bug.task else bug.detail.title if bug.detail else ""
    return cut(plain(title), _WHOLE_TITLE)
