"""The stated priorities of a milestone: `priority` and `priorities`.

"Reminding your colleagues what the stated priorities for that milestone were, their progress"
(Glance, contributor guide, release-cpl.rst).
"""

from __future__ import annotations

from ...domain.calendar.deadline_words import due_of
from ...domain.calendar.event_names import find_events
from ...domain.calendar.team_calendar import Calendar
from ...domain.calendar.team_deadlines import Deadline
from ...domain.messages.clauses import Clause, Link, clause, in_words, listing
from ...domain.messages.doc import doc, line
from ...domain.moment import Moment
from ...domain.people.note import Note
from ...domain.releases.priority import (
    KIND,
    PRIORITIES,
    Priority,
    PriorityState,
    priorities_in,
    standing_of,
    what_is_meant,
)
from ...domain.reports.fact import fact_of
from ...domain.reports.meeting_report import Cell, Part, Table, Tile
from ...registry import Ask, Reply, UserError, command, reply
from ..releases.asked import TaskState
from ..releases.left_to_do import work_part
from ..releases.task import Work
from ..report_parts import first, items, report_part
from ..typed_names import not_longer, nothing_more, with_series
from ..which_cycle import calendar_for
from . import priority_words
from .actions import MAX_OPEN, MAX_TEXT, in_few_words, must_be_public, name_for, with_nick
from .milestone import MILESTONES, name_of, next_of
from .priorities_task import PrioritiesTask


@command(
    "priority",
    "add MILESTONE CHANGE-or-TOPIC-or-TEXT [@NICK] | drop N",
    "state a priority for a milestone, or drop it",
    "priority add m2 topic:image-encryption @alice",
    has_text=lambda words: words.startswith("add "),
    basis="what people told me; the liaison reminds of a milestone's stated priorities",
    sources=("liaison",),
)
def priority(moment: Moment, ask: Ask) -> Reply:
    """Keep a priority for a milestone of the cycle that runs, with who said so, or drop it."""
    verb, _, rest = ask.text.partition(" ")
    if verb.lower() == "add":
        return _add(moment, ask, rest.strip())
    if verb.lower() == "drop":
        return _drop(moment, ask, rest.strip())
    raise UserError(priority_words.USAGE)


@command(
    "priorities",
    "[MILESTONE]",
    "the stated priorities of a milestone with their state in Gerrit",
    "priorities m2",
    basis="what people told me, and the changes' state in Gerrit",
    sources=("gerrit", "liaison"),
)
def priorities(moment: Moment, ask: Ask) -> Reply:
    """Each priority of the milestone (the next one, where none is named): open, approved, merged,
    failing, idle since N days."""
    words, series = with_series(moment, ask.text)
    calendar = calendar_for(moment, series.name if series else "")
    if words:
        milestone, rest = _milestone(calendar, words, priority_words.LIST_USAGE)
        if rest:
            nothing_more(moment, "priorities m2", rest)
    else:
        coming = next_of(calendar, MILESTONES, moment.now)
        if coming is None:
            raise UserError(priority_words.NONE_LEFT.format(cycle=calendar.series.title))
        milestone = coming
    standings = told(moment, calendar, milestone)
    if not standings:
        return reply(priority_words.NONE_STATED.format(milestone=name_of(milestone)))
    each = [_listed(moment, priority, standing) for priority, standing in standings]
    done = sum(standing.state == "merged" for _, standing in standings)
    head = priority_words.list_head(name_of(milestone), due_of(milestone), done, len(standings))
    details = [
        f"{in_words([one])} {standing.url}".strip()
        for one, (_, standing) in zip(each, standings, strict=True)
    ]
    return Reply(doc(line(head, listing(each), "."), details=details))


def told(
    moment: Moment, calendar: Calendar, milestone: Deadline
) -> list[tuple[Priority, PriorityState]]:
    """A milestone's priorities with their state."""
    known = moment[PRIORITIES].value
    return [
        (priority, standing_of(priority, known, moment.now))
        for priority in priorities_in(moment.notes)
        if (priority.series, priority.milestone) == (calendar.series.name, milestone.id)
    ]


@work_part
def priorities_left(moment: Moment, calendar: Calendar, deadline: Deadline) -> Work:
    """The count for the milestone's reminders; priorities in words only are told, not counted."""
    standings = [pair for pair in told(moment, calendar, deadline) if pair[0].query]
    left = [pair for pair in standings if pair[1].state != "merged"]
    if not standings:
        return Work()
    state = TaskState.LEFT if left else TaskState.DONE
    return Work((PrioritiesTask(state, len(left), len(standings)),))


@report_part(15)
def priorities_part(moment: Moment) -> Part | None:
    """The next milestone's priorities; nothing where none is stated."""
    try:
        calendar = calendar_for(moment, "")
    except UserError:
        return None
    milestone = next_of(calendar, MILESTONES, moment.now)
    standings = told(moment, calendar, milestone) if milestone else []
    if milestone is None or not standings:
        return None
    merged = [pair for pair in standings if pair[1].state == "merged"]
    rest = [_listed(moment, *pair) for pair in standings if pair not in merged]
    head = first(priority_words.merged_words(len(merged), len(standings)))
    rows = tuple(_row(moment, priority, standing) for priority, standing in standings)
    done = frozenset(n for n, pair in enumerate(standings) if pair in merged)
    return Part(
        "priorities",
        priority_words.TITLE.format(milestone=name_of(milestone)),
        (head, ": ", items(rest)) if rest else (head,),
        tuple(
            fact_of(name := f"priority {priority.what[:40]}", name, standing.step)
            for priority, standing in standings
        ),
        tables=(Table("Merged", ("no.", "what", "whose", "state"), rows, done),),
        tiles=(Tile(f"{len(merged)} of {len(standings)}", "priorities merged"),),
    )


def _row(moment: Moment, priority: Priority, standing: PriorityState) -> tuple[Cell, ...]:
    text = f"{priority.what} {standing.subject}".strip()
    what = Link(text, standing.url) if standing.url else text
    whose = name_for(moment.snapshot, priority.nick) or "-"
    return (str(priority.number), what, whose, standing.words or "stated")


def _listed(moment: Moment, priority: Priority, standing: PriorityState) -> Clause:
    """The priority in a list, with a link to its change where it is one."""
    whose = f" ({name_for(moment.snapshot, priority.nick)})" if priority.nick else ""
    what = Link(priority.what, standing.url, aside=True) if standing.url else priority.what
    state = f" {standing.words}" if standing.words else ""
    fewer = in_few_words(priority.what)
    shorter = [f"{fewer}{whose}{state}"] if fewer != priority.what else []
    return clause(what, f"{whose}{state}", shorter=shorter)


def _add(moment: Moment, ask: Ask, words: str) -> Reply:
    must_be_public(moment.snapshot, ask)
    calendar = calendar_for(moment, "")
    if not words:
        raise UserError(priority_words.USAGE)
    milestone, rest = _milestone(calendar, words)
    text, nick = with_nick(rest, moment.snapshot, ask)
    what = not_longer(what_is_meant(text), MAX_TEXT, "A priority")
    if not what:
        raise UserError(priority_words.USAGE)
    numbers = [priority.number for priority in priorities_in(moment.notes)]
    if len(told(moment, calendar, milestone)) >= MAX_OPEN:
        raise UserError(priority_words.TOO_MANY.format(milestone=name_of(milestone), most=MAX_OPEN))
    number = max(numbers, default=0) + 1
    body = {
        "series": calendar.series.name,
        "milestone": milestone.id,
        "what": what,
        "nick": nick,
    }
    note = Note(KIND, str(number), body, ask.nick, moment.now)
    said = priority_words.stated_words(number, name_of(milestone), what, nick)
    return Reply(doc(said), notes=(note,))


def _drop(moment: Moment, ask: Ask, words: str) -> Reply:
    must_be_public(moment.snapshot, ask)
    known = {str(priority.number): priority for priority in priorities_in(moment.notes)}
    stated = known.get(words)
    if stated is None:
        raise UserError(priority_words.NO_NUMBER.format(number=words[:20]))
    gone = Note(KIND, str(stated.number), None, ask.nick, moment.now)
    said = priority_words.DROPPED.format(what=stated.what, milestone=stated.milestone)
    return Reply(doc(said), notes=(gone,))


def _milestone(
    calendar: Calendar, words: str, usage: str = priority_words.USAGE
) -> tuple[Deadline, str]:
    """The deadline that the first words name, as many of them as name one, and the rest."""
    parts = words.split()
    for count in range(min(4, len(parts)), 0, -1):
        events = find_events(calendar.weeks, " ".join(parts[:count]))
        ids = {event.id for event in events}
        deadlines = [deadline for deadline in calendar.deadlines if deadline.id in ids]
        if len(ids) == 1 and deadlines:
            return deadlines[0], " ".join(parts[count:])
    named = parts[0] if parts else ""
    raise UserError(priority_words.no_milestone(named, calendar.series.title, usage))
