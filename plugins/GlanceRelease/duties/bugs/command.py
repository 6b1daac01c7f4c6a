"""The bugs that hold the release: `bugs`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...domain.bugs.listed import ListedBug, milestone_days
from ...domain.calendar.cycle import format_day, format_deadline
from ...domain.calendar.deadline_words import due_of
from ...domain.calendar.event_names import find_events
from ...domain.calendar.team_deadlines import Deadline
from ...domain.messages.clauses import Link, Phrase, listing
from ...domain.messages.counts import few
from ...domain.messages.doc import Doc, Line, doc, line
from ...domain.model import Kind
from ...domain.moment import Moment
from ...domain.releases.shapes import plain_name
from ...registry import Ask, Reply, UserError, command
from ..typed_names import NameSort, taken
from ..which_cycle import calendar_for
from .facts import BugView, bug_view
from .words import bug_url, item, left_words, where_words, who_has, whole_title

NEEDS = ("opendev", "gerrit", "launchpad")
BASIS = "Launchpad's importance, tags and targets by the team's file, and what people added"
_BEFORE = (Kind.MILESTONE_3, Kind.RC1, Kind.FINAL_RC, Kind.RELEASE)


@command(
    "bugs",
    "[MILESTONE | DELIVERABLE]",
    "the release-critical bugs of the release that comes next, and where each fix stands",
    "bugs",
    needs=NEEDS,
    basis=BASIS,
    sources=("bugs", "gerrit", "guide"),
)
def bugs(moment: Moment, ask: Ask) -> Reply:
    """Two lines in the channel, the worst bug first; the rest in private and on the page. None is
    said only where Launchpad told of all the team's projects, and with its age."""
    names = taken(moment, "bugs", ask.text, NameSort.DELIVERABLE, NameSort.DEADLINE)
    view = view_of(moment)
    chosen, what = view.list.bugs, ""
    for named in names:
        if named.sort is NameSort.DELIVERABLE:
            chosen = tuple(bug for bug in chosen if is_of(bug, named.deliverable))
            what = f" of {named.deliverable}"
        else:
            chosen, what = _targeted(view, _deadline(view, named.typed), chosen)
    return Reply(told(view, chosen, what))


def view_of(moment: Moment) -> BugView:
    """The view; UserError where there is none."""
    if not moment.team.bugs.projects:
        raise UserError("The team's file names no project of Launchpad's (bugs: projects).")
    view = bug_view(moment)
    if view is None:
        calendar_for(moment, "")  # says why no cycle is known
        raise UserError("I know no series yet, so I can't tell what holds a release.")
    return view


def is_of(bug: ListedBug, deliverable: str) -> bool:
    """Whether it is of the project that is called as the deliverable is."""
    return bug.task is not None and plain_name(bug.task.project) == plain_name(deliverable)


def _deadline(view: BugView, typed: str) -> Deadline:
    ids = {event.id for event in find_events(view.list.calendar.weeks, typed)}
    found = [each for each in view.list.calendar.deadlines if each.id in ids]
    if not found:
        raise UserError(f'{view.list.calendar.series.title} has no "{typed[:40]}".')
    return found[0]


def _targeted(
    view: BugView, deadline: Deadline, bugs: Sequence[ListedBug]
) -> tuple[tuple[ListedBug, ...], str]:
    """The bugs that Launchpad has for a deadline, by the day of its own milestone; UserError with
    what that says where none of its milestones falls on it."""
    known = [fact.value for fact in view.projects.values() if fact.value]
    there = {name: each for one in known for name, each in one.milestones.items()}
    week = deadline.day.isocalendar()[:2]
    fitting = {n for n, e in there.items() if e.day and e.day.isocalendar()[:2] == week}
    if not fitting and known:
        dated = [f"{name} {format_day(each.day)}" for name, each in there.items() if each.day]
        has = f"it has {few(dated, 3)}" if dated else "none of its active ones has a day"
        raise UserError(
            f"No milestone of Launchpad's falls on {deadline.name}, {due_of(deadline)}: {has}."
            " All that count: bugs."
        )
    chosen = tuple(bug for bug in bugs if bug.task and bug.task.milestone in fitting)
    return chosen, f" targeted to {deadline.name}"


def told(view: BugView, chosen: Sequence[ListedBug], what: str = "") -> Doc:
    """The answer about these bugs of the list."""
    title = view.list.calendar.series.title
    still = [bug for bug in chosen if bug in view.open]
    done = [bug for bug in chosen if bug in view.done]
    fixed = f"; {len(done)} fixed" if done else ""
    details = _details(view, chosen)
    if not still:
        return doc(line(f"{nothing_words(view, what)}{fixed}."), details=details)
    head = f"{title}, {until_words(view)}: {len(still)} release-critical{what}{fixed}: "
    each = (
        item(view.moment.snapshot, bug, view.standing[bug.number], weight=-at)
        for at, bug in enumerate(still)
    )
    rest = listing(each, weight=1, between="; ", at_break=";")
    return doc(line(head, rest, f".{_lacking(view)}{view.age}", most=2), details=details)


def nothing_words(view: BugView, what: str = "") -> str:
    """That nothing is on the list, with its age; where Launchpad did not tell, only that."""
    title = view.list.calendar.series.title
    if not view.is_known:
        return f"{_unread(view)}, so what holds {title} is not known"
    gone = f"; Launchpad has no project {', '.join(view.absent)}" if view.absent else ""
    return f"None: no release-critical bug{what} holds {title}{view.age_in_any_case}{gone}"


def _unread(view: BugView) -> str:
    whys = [view.projects[name].problem for name in view.unread]
    why = next((f" ({why})" for why in whys if why), "")
    some = "" if len(view.unread) == len(view.projects) else f" of {', '.join(view.unread)}"
    return f"Launchpad has not answered{some}{why}"


def _lacking(view: BugView) -> str:
    return "" if view.is_known else f" {_unread(view)}."


def until_words(view: BugView) -> str:
    """What comes next of milestone 3, RC1, the final RC and the release, and when."""
    days, now = milestone_days(view.list.calendar), view.moment.now
    coming = [(kind, days[kind]) for kind in _BEFORE if kind in days]
    following = [(kind, day) for kind, day in coming if day >= view.moment.today]
    if not following:
        return "its release's day is past"
    kind, day = following[0]
    return f"{_CALLED[kind]} {format_deadline(day, now)}"


_CALLED = {
    Kind.MILESTONE_3: "milestone 3",
    Kind.RC1: "RC1",
    Kind.FINAL_RC: "final RC",
    Kind.RELEASE: "release",
}


def _details(view: BugView, chosen: Sequence[ListedBug]) -> Iterator[Line]:
    for bug in chosen:
        yield detail(view, bug)
    for bug in view.list.left:
        yield line(f"Not on the list any more: {bug.number}, {left_words(bug)}. ", _link(bug))


def detail(view: BugView, bug: ListedBug) -> Line:
    """All of one bug in a line."""
    standing = view.standing[bug.number]
    task = bug.task
    marks = [task.importance, task.status, who_has(view.moment.snapshot, bug)] if task else []
    marks += ["private"] if bug.is_private else []
    marks += [f"since {bug.since:%Y-%m-%d}"] if bug.since else []
    marks += [f"added by {bug.by}"] if bug.by else []
    marks += [f"because {bug.why}" if bug.by else f"counts: {bug.why}"] if bug.why else []
    marks += ["reported since m3"] if bug.is_new else []
    marks += [f"target {bug.hint} is a hint"] if bug.hint else []
    title = f' "{whole_title(bug)}"' if whole_title(bug) else ""
    parts: list[Phrase] = [f"{bug.number}{title}: {where_words(standing)}"]
    parts += [f" ({'; '.join(marks)}) "] if marks else [" "]
    return line(*parts, _link(bug))


def _link(bug: ListedBug) -> Link:
    return Link(str(bug.number), bug_url(bug))
