"""The team's own deadlines, told in chat: `deadline add`, `move`, `drop`, `undo`, `list`.

Setting them and reminding of them is the release liaison's (Glance, release-cpl.rst); the schedule
of openstack/releases has listed none for Glance since zed.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from ...domain.calendar.cycle import format_day, format_deadline, utc_day
from ...domain.calendar.days_from_chat import NoSuchDay, has_its_year, not_past, parse_day
from ...domain.calendar.deadlines_from_chat import ChatDeadline, subject_name, told_changes
from ...domain.calendar.event_names import is_event_name
from ...domain.calendar.event_offsets import RelativeDay
from ...domain.calendar.team_calendar import Calendar, with_the_last
from ...domain.calendar.team_deadlines import Deadline
from ...domain.calendar.unread_words import from_its_day, unread_in
from ...domain.messages.clauses import listing
from ...domain.messages.doc import doc, line
from ...domain.moment import Moment
from ...registry import SCHEDULES, Ask, Reply, UserError, command, reply
from ..typed_names import not_longer, nothing_more
from . import own_deadline_words as words

LONGEST_NAME = 60
MOST = 50
UNDO_FOR = dt.timedelta(days=1)
_QUOTED = re.compile(r'["“](?P<name>[^"“”]*\w[^"“”]*)["”] +(?P<day>[^"“”]+)')


@command(
    "deadline",
    "add NAME DAY | move NAME DAY | drop NAME | undo | list",
    "the team's own deadlines: a DAY is 14 January, next Thursday, Friday of R-15, 1 week before "
    "m3; undo takes the last change back for a day",
    "deadline list",
    SCHEDULES,
    right="deadline",
    free=lambda words: words in ("", "list"),
    basis="what the team's people told me; a week or milestone they name is the schedule's",
    sources=("schedule",),
)
def deadline(moment: Moment, ask: Ask) -> Reply:
    """Change or list the team's own deadlines of the cycle that runs and of the next one."""
    verb, _, rest = ask.text.partition(" ")
    if not verb:
        listed = deadline(moment, replace(ask, text="list"))
        return replace(
            listed, doc=replace(listed.doc, lines=(*listed.doc.lines, line(words.USAGE)))
        )
    act = _VERBS.get(verb.lower())
    if act is None:
        raise UserError(words.USAGE)
    calendars = with_the_last(moment)
    if not calendars:
        raise UserError(words.NO_SCHEDULE)
    return act(_Request(moment, ask, calendars, rest.strip()))


@dataclass(frozen=True)
class _Request:
    """What is to be done: the words behind the verb, and where deadlines can lie."""

    moment: Moment
    ask: Ask
    calendars: list[Calendar]
    words: str

    def own(self) -> list[tuple[Calendar, Deadline]]:
        """The team's own deadlines, by day; not those that only prepare an official one."""
        return [
            (calendar, deadline)
            for calendar in self.calendars
            for deadline in calendar.deadlines
            if deadline.own and deadline.id.startswith("own/")
        ]

    def told(self, calendar: Calendar, name: str) -> ChatDeadline | None:
        """What was last told of a deadline, taken back or not."""
        wanted = calendar.series.name, subject_name(name)
        changes = told_changes(self.moment.notes)
        return next((c for c in changes if (c.series, subject_name(c.name)) == wanted), None)

    def change(self, calendar: Calendar, name: str, when: str, before: Deadline | None) -> Reply:
        """Keep a deadline's new place ("" drops it); the answer is the announcement."""
        last = self.told(calendar, name)
        told = ChatDeadline(
            name=name,
            when=when or (last.when if last else (before.day.isoformat() if before else "")),
            series=calendar.series.name,
            who=self.ask.name,
            at=self.moment.now,
            dropped=not when,
            before=json.dumps(dict(last.body())) if last and not last.gone else "",
            where=self.ask.channel or "",
            day_before=before.day.isoformat() if before else "",
        )
        return Reply(doc(words.change_words(calendar, told, self.moment.now)), notes=(told.note(),))


def _add(request: _Request) -> Reply:
    name, when = _name_and_day(request)
    calendar, _ = _place(request, when)
    not_longer(name, LONGEST_NAME, "A name")
    if not any(c.isalpha() for c in name):
        raise UserError(words.NO_NAME.format(name=name))
    if is_event_name(name):
        raise UserError(words.SCHEDULES_OWN.format(name=name))
    there = _find(request, name, calendar)
    if there is not None:
        due = format_deadline(there.day, request.moment.now, there.week)
        raise UserError(words.THERE_ALREADY.format(name=there.name, due=due))
    if sum(one_calendar is calendar for one_calendar, _ in request.own()) >= MOST:
        raise UserError(words.TOO_MANY.format(most=MOST))
    return request.change(calendar, name, _stored(when), None)


def _move(request: _Request) -> Reply:
    calendar, there, rest = _named(request)
    today = request.moment.today
    if not rest:
        raise UserError(words.TO_WHICH_DAY)
    when = _parsed(rest, today)
    place, day = _place(request, when)
    if place is not calendar:
        title = calendar.series.title
        raise UserError(words.OTHER_CYCLE.format(day=format_day(day), cycle=title))
    if day == there.day:
        raise UserError(words.THAT_DAY_ALREADY.format(name=there.name, day=format_day(day)))
    return request.change(calendar, there.name, _stored(when), there)


def _drop(request: _Request) -> Reply:
    calendar, there, rest = _named(request)
    if rest:
        raise UserError(_no_such(request))
    return request.change(calendar, there.name, "", there)


def _undo(request: _Request) -> Reply:
    """Take back the last change within a day; of a deadline's changes the last one only."""
    since = request.moment.now - UNDO_FOR
    wanted = subject_name(_unquoted(request.words))
    changes = [
        change
        for change in told_changes(request.moment.notes)
        if change.at > since and change.before is not None
        if wanted in ("", subject_name(change.name))
    ]
    if not changes:
        raise UserError(words.not_changed_words(request.words if wanted else ""))
    last = changes[-1]
    calendar = next((c for c in request.calendars if c.series.name == last.series), None)
    if calendar is None:
        raise UserError(words.CYCLE_OVER.format(name=last.name))
    there = _find(request, last.name, calendar)
    day = there.day.isoformat() if there else ""
    undone = last.undone(request.ask.name, request.moment.now, request.ask.channel or "", day)
    change = words.change_words(calendar, undone, request.moment.now)
    return Reply(doc(words.taken_back(change)), notes=(undone.note(),))


def _list(request: _Request) -> Reply:
    """The team's own deadlines to come; in private also who said so, and when."""
    nothing_more(request.moment, "deadline list", request.words)
    rows = [(c, deadline) for c, deadline in request.own() if deadline.end >= request.moment.today]
    if not rows:
        return reply(words.NONE_AHEAD)
    now = request.moment.now
    if request.ask.channel is None:
        each = ((d, request.told(calendar, d.name) if d.since else None) for calendar, d in rows)
        return reply(words.THE_TEAMS_OWN, *(words.detail_words(*pair, now) for pair in each))
    told = (words.row_words(deadline, now) for _, deadline in rows)
    names = listing(told, weight=1, between="; ", rest=words.REST)
    return Reply(doc(line(f"{words.THE_TEAMS_OWN} ", names, ".")))


_VERBS: dict[str, Callable[[_Request], Reply]] = {
    "add": _add,
    "move": _move,
    "drop": _drop,
    "undo": _undo,
    "list": _list,
}


def _name_and_day(request: _Request) -> tuple[str, RelativeDay]:
    """Where the name ends and the day begins: the longest end of the words that is a day, or the
    quotes; no word that looks like a part of a day gets into a name without them."""
    quoted = _QUOTED.fullmatch(request.words)
    if quoted is not None:
        return " ".join(quoted["name"].split()), _parsed(quoted["day"], request.moment.today)
    typed = _unquoted(request.words).split()
    if len(typed) < 2 or _is_day(request.words, request.moment.now):
        raise UserError(words.USAGE)
    for at in range(1, len(typed)):
        try:
            when = parse_day(" ".join(typed[at:]), request.moment.today)
        except NoSuchDay as error:
            raise UserError(f"{error}.") from None
        except ValueError:
            continue
        when = _parsed(when.text, request.moment.today)
        name = " ".join(typed[:at])
        if unread := unread_in(name):
            raise UserError(words.UNREAD_IN_NAME.format(unread=unread[:40]))
        return name, when
    _parsed(from_its_day(" ".join(typed[1:])) or typed[-1], request.moment.today)
    raise UserError(words.USAGE)


def _parsed(text: str, today: dt.date) -> RelativeDay:
    try:
        return has_its_year(parse_day(text, today), today)
    except ValueError as error:
        raise UserError(f"{error}.") from None


def _is_day(text: str, now: dt.datetime) -> bool:
    try:
        parse_day(text, utc_day(now))
    except ValueError:
        return False
    return True


def _place(request: _Request, when: RelativeDay) -> tuple[Calendar, dt.date]:
    """The cycle in which the day lies, the one that runs first; UserError for a day that is past,
    or in no cycle that is known."""
    today = request.moment.today
    trouble = ""
    for calendar in request.calendars:
        try:
            day = when.day(calendar.weeks)
            if when.fixed is None or calendar.holds(day):
                return calendar, not_past(day, today)
            trouble = trouble or words.IN_NO_CYCLE.format(day=format_day(day))
        except ValueError as error:
            trouble = trouble or str(error)
    if when.fixed is not None and when.fixed < today:
        trouble = f"{format_day(when.fixed)} is past"
    raise UserError(f"{trouble}.")


def _stored(when: RelativeDay) -> str:
    """What is kept: the day, or the place in the schedule, which moves with it."""
    return when.fixed.isoformat() if when.fixed else " ".join(when.text.split())


def _named(request: _Request) -> tuple[Calendar, Deadline, str]:
    """The deadline whose name begins the words, and the rest of them."""
    typed = _unquoted(request.words)
    folded = subject_name(typed)
    best: tuple[Calendar, Deadline] | None = None
    for calendar, deadline in request.own():
        name = subject_name(deadline.name)
        meant = folded == name or folded.startswith(f"{name} ")
        longer = best is None or len(name) > len(subject_name(best[1].name))
        if meant and longer and deadline.end >= request.moment.today:
            best = (calendar, deadline)
    if best is None:
        raise UserError(_no_such(request))
    return *best, " ".join(typed.split()[len(best[1].name.split()) :])


def _no_such(request: _Request) -> str:
    names = [deadline.name for _, deadline in request.own() if deadline.end >= request.moment.today]
    return words.no_such_words(request.words, names)


def _find(request: _Request, name: str, calendar: Calendar) -> Deadline | None:
    wanted = subject_name(name)
    own = [deadline for where, deadline in request.own() if where is calendar]
    return next((deadline for deadline in own if subject_name(deadline.name) == wanted), None)


def _unquoted(text: str) -> str:
    return " ".join(text.replace('"', " ").replace("“", " ").replace("”", " ").split())
