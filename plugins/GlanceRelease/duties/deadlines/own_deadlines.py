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
from ...domain.calendar.days_from_chat import EXAMPLES, NoSuchDay, has_its_year, not_past, parse_day
from ...domain.calendar.deadlines_from_chat import ChatDeadline, subject_name, told_changes
from ...domain.calendar.event_names import is_event_name
from ...domain.calendar.event_offsets import RelativeDay
from ...domain.calendar.team_calendar import Calendar, with_the_last
from ...domain.calendar.team_deadlines import Deadline
from ...domain.calendar.unread_words import from_its_day, unread_in
from ...domain.messages.clauses import listing
from ...domain.messages.counts import few
from ...domain.messages.doc import doc, line
from ...domain.moment import Moment
from ...registry import SCHEDULES, Ask, Reply, UserError, command, reply
from ..typed_names import not_longer, nothing_more
from .own_deadline_announcements import change_words

LONGEST_NAME = 60
MOST = 50
_NAMED = 4  # of its deadlines, to one who named another
UNDO_FOR = dt.timedelta(days=1)
_QUOTED = re.compile(r'["“](?P<name>[^"“”]*\w[^"“”]*)["”] +(?P<day>[^"“”]+)')
_USAGE = "Say: deadline add NAME DAY, deadline move NAME DAY, deadline drop NAME, undo or list."


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
    verb, _, words = ask.text.partition(" ")
    if not verb:
        listed = deadline(moment, replace(ask, text="list"))
        return replace(listed, doc=replace(listed.doc, lines=(*listed.doc.lines, line(_USAGE))))
    act = _VERBS.get(verb.lower())
    if act is None:
        raise UserError(_USAGE)
    calendars = with_the_last(moment)
    if not calendars:
        raise UserError("I know no schedule yet, so I can't place a deadline in it.")
    return act(_Request(moment, ask, calendars, words.strip()))


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
        return Reply(doc(change_words(calendar, told, self.moment.now)), notes=(told.note(),))


def _add(request: _Request) -> Reply:
    name, when = _name_and_day(request)
    calendar, _ = _place(request, when)
    not_longer(name, LONGEST_NAME, "A name")
    if not any(c.isalpha() for c in name):
        raise UserError(f'"{name}" is no name; {_USAGE}')
    if is_event_name(name):
        raise UserError(f'"{name}" is the schedule\'s own name; take another one.')
    there = _find(request, name, calendar)
    if there is not None:
        is_ = format_deadline(there.day, request.moment.now, there.week)
        raise UserError(f'"{there.name}" is there already, {is_}; deadline move {there.name} DAY.')
    if sum(one_calendar is calendar for one_calendar, _ in request.own()) >= MOST:
        raise UserError(f"The cycle has {MOST} deadlines of the team's already; drop one first.")
    return request.change(calendar, name, _stored(when), None)


def _move(request: _Request) -> Reply:
    calendar, there, rest = _named(request)
    today = request.moment.today
    if not rest:
        raise UserError(f"Move it to which day? Say {EXAMPLES}.")
    when = _parsed(rest, today)
    place, day = _place(request, when)
    if place is not calendar:
        raise UserError(
            f"{format_day(day)} is not in {calendar.series.title}; drop it and add it anew."
        )
    if day == there.day:
        raise UserError(f"{there.name} is on {format_day(day)} already.")
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
        of_it = f' of "{request.words[:40]}"' if wanted else ""
        raise UserError(f"Nothing{of_it} was changed within a day that could be taken back.")
    last = changes[-1]
    calendar = next((c for c in request.calendars if c.series.name == last.series), None)
    if calendar is None:
        raise UserError(f"The cycle of {last.name} is over.")
    there = _find(request, last.name, calendar)
    day = there.day.isoformat() if there else ""
    undone = last.undone(request.ask.name, request.moment.now, request.ask.channel or "", day)
    words = change_words(calendar, undone, request.moment.now)
    return Reply(doc(f"Taken back. {words}"), notes=(undone.note(),))


def _list(request: _Request) -> Reply:
    """The team's own deadlines to come; in private also who said so, and when."""
    nothing_more(request.moment, "deadline list", request.words)
    rows = [(c, deadline) for c, deadline in request.own() if deadline.end >= request.moment.today]
    if not rows:
        return reply("The team has no deadline of its own ahead; deadline add NAME DAY makes one.")
    if request.ask.channel is None:
        return reply("The team's own:", *(_detail(request, *row) for row in rows))
    told = (
        f"{deadline.name} {format_deadline(deadline.day, request.moment.now, deadline.week)}"
        for _, deadline in rows
    )
    names = listing(told, weight=1, between="; ", rest="more in private")
    return Reply(doc(line("The team's own: ", names, ".")))


_VERBS: dict[str, Callable[[_Request], Reply]] = {
    "add": _add,
    "move": _move,
    "drop": _drop,
    "undo": _undo,
    "list": _list,
}


def _detail(request: _Request, calendar: Calendar, deadline: Deadline) -> str:
    told = request.told(calendar, deadline.name) if deadline.since else None
    by = (
        f"said by {told.who} on {format_day(told.at.date())}: {told.when}"
        if told
        else "from the team's file"
    )
    when = format_deadline(deadline.day, request.moment.now, deadline.week)
    return f"{deadline.name}: {when}, {by}"


def _name_and_day(request: _Request) -> tuple[str, RelativeDay]:
    """Where the name ends and the day begins: the longest end of the words that is a day, or the
    quotes; no word that looks like a part of a day gets into a name without them."""
    quoted = _QUOTED.fullmatch(request.words)
    if quoted is not None:
        return " ".join(quoted["name"].split()), _parsed(quoted["day"], request.moment.today)
    words = _unquoted(request.words).split()
    if len(words) < 2 or _is_day(request.words, request.moment.now):
        raise UserError(_USAGE)
    for at in range(1, len(words)):
        try:
            when = parse_day(" ".join(words[at:]), request.moment.today)
        except NoSuchDay as error:
            raise UserError(f"{error}.") from None
        except ValueError:
            continue
        when = _parsed(when.text, request.moment.today)
        name = " ".join(words[:at])
        if unread := unread_in(name):
            raise UserError(
                f'"{unread[:40]}" looks like a part of the day, and I can\'t read it there; '
                "put a name that has it in quotes."
            )
        return name, when
    _parsed(from_its_day(" ".join(words[1:])) or words[-1], request.moment.today)
    raise UserError(_USAGE)


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
            trouble = trouble or f"{format_day(day)} lies in no cycle that I know"
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
    words = _unquoted(request.words)
    folded = subject_name(words)
    best: tuple[Calendar, Deadline] | None = None
    for calendar, deadline in request.own():
        name = subject_name(deadline.name)
        meant = folded == name or folded.startswith(f"{name} ")
        longer = best is None or len(name) > len(subject_name(best[1].name))
        if meant and longer and deadline.end >= request.moment.today:
            best = (calendar, deadline)
    if best is None:
        raise UserError(_no_such(request))
    return *best, " ".join(words.split()[len(best[1].name.split()) :])


def _no_such(request: _Request) -> str:
    names = [deadline.name for _, deadline in request.own() if deadline.end >= request.moment.today]
    have = f"there is {few(list(dict.fromkeys(names)), _NAMED)}" if names else "there is none"
    return f'The team has no deadline "{request.words[:40]}" of its own ahead; {have}.'


def _find(request: _Request, name: str, calendar: Calendar) -> Deadline | None:
    wanted = subject_name(name)
    own = [deadline for where, deadline in request.own() if where is calendar]
    return next((deadline for deadline in own if subject_name(deadline.name) == wanted), None)


def _unquoted(text: str) -> str:
    return " ".join(text.replace('"', " ").replace("“", " ").replace("”", " ").split())
