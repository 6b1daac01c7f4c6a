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
from ...domain.messages.counts import few
from ...domain.messages.doc import Line, doc, line
from ...domain.model import Event, Kind
from ...domain.moment import Moment
from ...domain.snapshot import SERIES, schedule_of
from ...registry import SCHEDULES, Ask, Reply, UserError, command
from ..typed_names import MOST, near_ones, nearest, with_series
from ..which_cycle import age_behind, calendar_for, calendar_or_past
from .binding import instead_of_unbound, sort_remark, unbound_remark
from .event_words import event_clause
from .week import asked_of_another
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
    asked = _QUESTION.sub("", ask.text).strip() or ask.text
    alone = find_series(moment[SERIES].value or (), asked)
    asked = alone.name if alone is not None else asked
    by_id = _by_id(moment, asked)
    elsewhere = None if by_id else asked_of_another(moment, ask, asked, "when")
    if elsewhere is not None:
        return elsewhere
    words, calendar, gap = by_id or _series_in(moment, asked)
    own, events, named = _meant(moment, calendar, words)
    sort = sort_remark(events, calendar, words)
    if len(events) + len(own) > 1 and not named and not _one_day(events, own):
        return Reply(doc(line(sort, *_candidates(moment, words, events, own).phrases)))
    official = [
        event_clause(event, calendar, moment.now, unbound_remark(event, calendar, moment.team))
        for event in events
    ]
    if any(event.kind is Kind.CYCLE_TRAILING for event in events):
        official += [row([deadline], moment.now) for deadline in calendar.ahead]
    rows = [row([deadline], moment.now) for deadline in own]
    rows += official if named or not own else []
    if not rows:
        raise UserError(_unknown_event(moment, words, calendar))
    current = calendar_of(moment)
    other = current is None or current.series != calendar.series
    cycle = f"{calendar.series.title}: " if other else ""
    age = (not own and gap) or age_behind(calendar.schedule, moment.now)
    return Reply(doc(line(cycle, sort, listing(rows, weight=_ROWS, between="; "), f".{age}")))


def _candidates(
    moment: Moment, words: str, events: Sequence[Event], own: Sequence[Deadline]
) -> Line:
    """Which deadlines may be meant: at most five, what is to come first, the next one before."""
    days = {f"{event.title} ({event.id})": max(event.days, default=None) for event in events}
    days |= {deadline.name: deadline.day for deadline in own}

    def far(name: str) -> tuple[bool, int]:
        day = days[name] or moment.today
        return day < moment.today, abs((day - moment.today).days)

    names = few(sorted(days, key=far), MOST, "; ")
    return line(f'"{words[:40]}" may be: ', names, ".")


def _by_id(moment: Moment, text: str) -> tuple[str, Calendar, str] | None:
    """An event's id of the schedule ("r-1 rocky"), which looks like a week or a series and is
    neither; None where the words are no id of that cycle's."""
    id_, _, series = text.lower().partition(" ")
    calendar, gap = calendar_or_past(moment) if not series else (calendar_of(moment, series), "")
    is_one = calendar is not None and any(event.id == id_ for event in calendar.weeks.events)
    return (id_, calendar, gap) if calendar is not None and is_one else None


def _series_in(moment: Moment, text: str) -> tuple[str, Calendar, str]:
    """The words without the series that they name, its calendar, and why it is not the next one."""
    rest, series = with_series(moment, text)
    if series is None:
        return text, *calendar_or_past(moment)
    return f"m{rest}" if rest in ("1", "2", "3") else rest, calendar_for(moment, series.name), ""


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


def _unknown_event(moment: Moment, words: str, calendar: Calendar) -> str:
    """That nothing is called so, with the nearest names; where none is near, what is to come."""
    coming = [*calendar.coming(moment.now), *calendar.deadlines]
    said = dict.fromkeys(_SAID.get(one.kind, one.name if one.own else "") for one in coming)
    some = [name for name in said if name]
    others = [*(one.name for one in coming), *(one.name for one in moment[SERIES].value or ())]
    near = nearest(words, [*some, *others] if near_ones(words, [*some, *others]) else some)
    return f'{calendar.series.title} has nothing called "{words[:40]}"; {near}'
