"""The release-critical bugs in the report and on the page."""

from __future__ import annotations

from collections.abc import Sequence

from ...domain.bugs.listed import ListedBug
from ...domain.bugs.tracker import ProjectBugs
from ...domain.messages.clauses import Link
from ...domain.messages.counts import plural
from ...domain.moment import Moment
from ...domain.reports.fact import fact_of
from ...domain.reports.meeting_report import Cell, Part, Table, Tile
from ...domain.snapshot import Fetched
from ..report_parts import first, items, report_part
from .facts import BugView, bug_view
from .words import bug_url, item, where_words, who_has, whole_title

_TITLE = "Release-critical bugs"
_COLUMNS = ("bug", "title", "importance", "who", "fix", "since")


@report_part(12)
def bugs_part(moment: Moment) -> Part | None:
    """What holds the release, by number; nothing where nothing is on the list. The table has the
    bugs that were counted."""
    view = bug_view(moment)
    if view is None or not (view.list.bugs or any(map(_is_away, view.projects.values()))):
        return None
    if not view.list.bugs:
        return Part("bugs", _TITLE, (first(f"{_TITLE}: not known, Launchpad has not answered"),))
    told = [item(moment.snapshot, bug, view.standing[bug.number]) for bug in view.open]
    many = f"{len(view.open)} release-critical {plural(len(view.open), 'bug')}"
    done = f", {len(view.done)} fixed" if view.done else ""
    head = (
        first(f"{many}{done}") if told else first(f"all {len(view.done)} fixed: {_TITLE.lower()}")
    )
    return Part(
        "bugs",
        _TITLE,
        (head, ": ", items(told)) if told else (head,),
        tuple(
            fact_of(name := f"bug {bug.number}", name, where_words(view.standing[bug.number]))
            for bug in view.list.bugs
        ),
        tables=(_table(view, view.list.bugs),),
        age=view.age.strip(),
        tiles=(Tile(str(len(view.open)), f"release-critical {plural(len(view.open), 'bug')}",
                    "bad" if view.open else "good"),),
    )  # fmt: skip


def _is_away(fact: Fetched[ProjectBugs]) -> bool:
    """Whether Launchpad was asked and never answered."""
    return not fact.known and bool(fact.problem)


def _table(view: BugView, bugs: Sequence[ListedBug]) -> Table:
    counts = frozenset(at for at, bug in enumerate(bugs) if bug in view.open)
    rows: list[tuple[Cell, ...]] = [_row(view, bug) for bug in bugs]
    return Table(_TITLE, _COLUMNS, tuple(rows), counts)


def _row(view: BugView, bug: ListedBug) -> tuple[Cell, ...]:
    importance = bug.task.importance if bug.task else "-"
    since = f"{bug.since:%Y-%m-%d}" if bug.since else "-"
    return (
        Link(str(bug.number), bug_url(bug)),
        whole_title(bug) or "-",
        importance,
        who_has(view.moment.snapshot, bug) if bug.task else "-",
        where_words(view.standing[bug.number]),
        since,
    )
