"""When one event is, by the name that people have for it: `when`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...domain.calendar.deadlines_from_chat import subject_name
from ...domain.calendar.event_names import find_events, has_phrase, is_event_name
from ...domain.calendar.interval import is_over
from ...domain.calendar.team_calendar import Calendar, calendar_of, find_series, near_at
from ...domain.calendar.team_deadlines import Deadline, concerns
from ...domain.messages.clauses import listing
from ...domain.messages.doc import Line, doc, line
from ...domain.model import Event, Kind
from ...domain.moment import Moment
from ...domain.snapshot import SERIES, schedule_of
from ...registry import SCHEDULES, Ask, Reply, UserError, command
from ..which_cycle import age_behind, calendar_for, calendar_or_past
from .binding import instead_of_unbound, sort_remark, unbound_remark
from .event_words import event_clause
from .words import row

_ROWS = 2
_QUESTION = re.compile(r"^(?:is|are|was)\s+(?:the\s+)?|\?+$", re.IGNORECASE)
# What people call the events, for one who named none of them.
_SAID = {
    Kind.MILESTONE_1: "m1",
    Kind.MILESTONE_2: "m2",
    Kind.MILESTONE_3: "m3",
    Kind.FEATURE_FREEZE: "feature freeze",
    Kind.FINAL_LIBRARIES: "final lib",
    Kind.FINAL_CLIENT_LIBRARIES: "final client lib",
    Kind.RC1: "rc1",
    Kind.FINAL_RC: "final rc",
    Kind.RELEASE: "release",
    Kind.GATHERING: "ptg",
}


@command(
    "when",
    "NAME",
    "the deadline that is meant, or the candidates",
    "when rc1",
    SCHEDULES,
    basis="the schedule of the cycle; a deadline given as a week is its Thursday",
    sources=("schedule",),
)
def when(moment: Moment, ask: Ask) -> Reply:
    """The day of one event, by its name as people type it ("rc1", "m3", "feature freeze").

    The words may name a series too ("rc1 hibiscus"). An event of another team is found as well,
    where nothing of this team's has those words. The whole name wins over a part of one.
    """
    if not ask.text:
        raise UserError("When what? Say: when rc1, when feature freeze, when m3.")
    words, calendar, gap = _series_in(moment, _QUESTION.sub("", ask.text).strip() or ask.text)
    own, events, named = _meant(moment, calendar, words)
    sort = sort_remark(events, calendar, words)
    if len(events) + len(own) > 1 and not named and not _one_day(events, own):
        return Reply(doc(line(sort, *_candidates(words, events, own).phrases)))
    official = [
        event_clause(event, calendar, moment.now, unbound_remark(event, calendar, moment.team))
        for event in events
    ]
    if any(event.kind is Kind.CYCLE_TRAILING for event in events):
        official += [row([deadline], moment.now) for deadline in calendar.ahead]
    rows = [row([deadline], moment.now) for deadline in own]
    rows += official if named or not own else []
    if not rows:
        raise UserError(_unknown_event(words, calendar))
    current = calendar_of(moment)
    other = current is None or current.series != calendar.series
    cycle = f"{calendar.series.title}: " if other else ""
    age = (not own and gap) or age_behind(calendar.schedule, moment.now)
    return Reply(doc(line(cycle, sort, listing(rows, weight=_ROWS, between="; "), f".{age}")))


def _candidates(words: str, events: Sequence[Event], own: Sequence[Deadline]) -> Line:
    """Which deadlines may be meant."""
    titles = (f"{event.title} ({event.id})" for event in events)
    names = (*titles, *(deadline.name for deadline in own))
    return line(f'"{words[:40]}" may be: ', listing(names, weight=_ROWS, between="; "), ".")


def _series_in(moment: Moment, text: str) -> tuple[str, Calendar, str]:
    """The words without the series that they name, its calendar, and why it is not the next one."""
    words = text.split()
    series = moment[SERIES].value or ()
    for at in (-1, 0):
        named = find_series(series, words[at]) if len(words) > 1 else None
        if named is not None and named.name != words[at - 1].lower():
            rest = " ".join(words[:-1] if at else words[1:])
            calendar = calendar_for(moment, named.name)
            if rest.lower() not in ("1", "2", "3"):
                return rest, calendar, ""
            return f"m{rest}", calendar, ""
    return text, *calendar_or_past(moment)


def _meant(
    moment: Moment, calendar: Calendar, words: str
) -> tuple[list[Deadline], Sequence[Event], bool]:
    """The team's own deadlines and the events that the words may mean, and whether an own one is
    called just so: beside it stands only what the schedule calls so too ("rc1")."""
    wanted = subject_name(words)
    own = [
        deadline
        for deadline in calendar.all_deadlines
        if deadline.own and has_phrase(deadline.name, words)
    ]
    events = _found(moment, calendar, words)
    named = [deadline for deadline in own if subject_name(deadline.name) == wanted]
    if named:
        return named, events if is_event_name(words) else (), True
    theirs = instead_of_unbound(events, calendar, moment.team, words)
    if theirs and not own:
        return own, (*theirs, *events), True
    ours = [event for event in events if concerns(event, moment.team)]
    team = re.compile(rf"^{re.escape(moment.team.governance.lower())} ")
    just = [event for event in ours if team.sub("", subject_name(event.title)) == wanted]
    return own, just or ours or (() if own else events), False


def _found(moment: Moment, calendar: Calendar, words: str) -> Sequence[Event]:
    """The events of the cycle that the words may mean; where it runs and all of those are over,
    what begins before its release and stands in the next one's table."""
    events = find_events(calendar.weeks, words)
    early = {one.id for one in calendar.early}
    later = moment[schedule_of(calendar.after.name)].value if calendar.after else None
    if later is None or near_at(moment).current != calendar.series:
        return events
    if any(event.id == words.lower() or not is_over(event, moment.now) for event in events):
        return events
    return tuple(event for event in find_events(later, words) if event.id in early) or events


def _one_day(events: Sequence[Event], own: Sequence[Deadline]) -> bool:
    return len({event.days for event in events}) <= 1 and not own


def _unknown_event(words: str, calendar: Calendar) -> str:
    kinds = dict.fromkeys(deadline.kind for deadline in calendar.deadlines)
    some = ", ".join(_SAID[kind] for kind in kinds if kind in _SAID)
    return f'{calendar.series.title} has nothing called "{words[:40]}"; try {some}.'
