"""What is said unasked of the bugs that hold the release: more as the date nears, nothing when the
work is done."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...domain.bugs.listed import KIND, ListedBug, bug_note, notes_of
from ...domain.bugs.standing import Stage
from ...domain.calendar.cycle import end_of, format_deadline, monday_of
from ...domain.calendar.lead_time import working_day_before, working_day_from
from ...domain.messages.clauses import Phrase, listing
from ...domain.messages.counts import counted, few
from ...domain.messages.doc import Doc, doc, line
from ...domain.messages.notice import Notice
from ...domain.model import Kind
from ...domain.moment import Moment
from ...domain.people.note import Note
from ...domain.people.private_lines import MOST_A_WEEK, unasked_of_week
from ...registry import rule
from .command import BASIS
from .facts import BugView, bug_view
from .words import done_item, item, left_words, member_with

RULE = "bugs"
DONE_KIND = f"{KIND}s done"
_SPARED = 2  # of a week's private lines, for what has to be said at its hour
ASKED_WITHIN = dt.timedelta(minutes=30)  # how long a line waits for Gerrit
APART = dt.timedelta(days=1)  # two lines of what became release-critical
APART_OFTEN, OFTEN = dt.timedelta(days=3), 3  # after so many lines in a week
_WEEK = dt.timedelta(weeks=1)
TOLD = f"{RULE} told"  # of the memory
_KEPT = 60
_NAMED = 6  # where lines are merged
_GRACE = dt.timedelta(days=1)
_STOP = "bug drop NUMBER, or fix it; of one's own bugs ack or snooze"


def keep(moment: Moment) -> Iterator[Note]:
    """What counts is written down once, so that it stays on the list until it is dropped; and when
    the last one was fixed."""
    view = bug_view(moment)
    if view is None:
        return
    series = view.list.calendar.series.name
    kept = notes_of(moment.notes, series)
    how = "counted" if _was_looked_at(view) else "found"
    for bug in (*view.list.bugs, *view.list.left):
        if bug.number not in kept and bug.why:
            yield bug_note(series, bug.number, how, bug.why, "", moment.now)
    yield from _keep_done(view)


def _keep_done(view: BugView) -> Iterator[Note]:
    series, now = view.list.calendar.series.name, view.moment.now
    known = next(
        (n for n in view.moment.notes if n.kind == DONE_KIND and n.subject == series), None
    )
    numbers = _numbers(view.done)
    if view.open and known is not None and known.body:
        yield Note(DONE_KIND, series, None, "", now)
    elif _is_all_done(view) and (known is None or (known.body or {}).get("numbers") != numbers):
        body = {"numbers": numbers, "since": now.isoformat()}
        yield Note(
            DONE_KIND, series, {**body, "found": "" if _was_looked_at(view) else "yes"}, "", now
        )


DONE_KIND = f"{KIND}s done"


def remember(moment: Moment) -> Mapping[str, str]:
    """The series whose list was looked at: what counted then is no news."""
    view = bug_view(moment)
    if view is None or not view.is_known:
        return {}
    fresh = _fresh(view)
    told = [*_told(moment)[-_KEPT:], *([(moment.now, _numbers(fresh))] if fresh else [])]
    rows = [[at.isoformat(), numbers] for at, numbers in told]
    return {RULE: view.list.calendar.series.name, TOLD: json.dumps(rows)}


def told_in(value: str) -> list[tuple[dt.datetime, str]]:
    """The lines of what became release-critical: when, and the bugs' numbers."""
    rows = json.loads(value) if value else []
    return [(dt.datetime.fromisoformat(at), str(numbers)) for at, numbers in rows]


def _told(moment: Moment) -> list[tuple[dt.datetime, str]]:
    return told_in(moment.snapshot.memory.get(TOLD, ""))


def _was_looked_at(view: BugView) -> bool:
    return view.moment.snapshot.memory.get(RULE) == view.list.calendar.series.name


def _is_all_done(view: BugView) -> bool:
    return view.is_known and bool(view.done) and not view.open


def _numbers(bugs: Sequence[ListedBug]) -> str:
    return ",".join(str(number) for number in sorted(bug.number for bug in bugs))


@rule(
    RULE,
    "a bug that becomes release-critical, and that the last one is fixed; from RC1 to the final RC "
    "what is left, weekly and the working day before; to those of the team's file who have one, "
    "in private, twice; to who added one that it left the list",
    _STOP,
    remember=remember,
    keep=keep,
    takes_back=True,
    joins=True,
    basis=BASIS,
    sources=("bugs", "gerrit", "guide"),
)
def bug_notices(moment: Moment) -> Iterator[Notice]:
    """The list's news once each; what is left at the hours that the schedule gives."""
    view = bug_view(moment)
    if view is None:
        return
    yield from _news(view)
    yield from _done(view)
    yield from _left(view)
    yield from _weekly(view)
    yield from _private(view)


def _news(view: BugView) -> Iterator[Notice]:
    """What came on the list, in one line; what was there when it began is none."""
    fresh, now = _fresh(view), view.moment.now
    lines = [*_told(view.moment), *([(now, _numbers(fresh))] if fresh else [])]
    by_number = {bug.number: bug for bug in view.open}
    for at, numbers in lines:
        bugs = [by_number[n] for n in map(int, numbers.split(",")) if n in by_number]
        if bugs and now - at < _GRACE:
            head = f"Release-critical for {view.list.calendar.series.title} now: "
            say, why = _ToldBugs(view, tuple(bugs), head), f"bug {numbers} became critical"
            yield _channel(view, f"new/{numbers}", "", at, say, why)


def _fresh(view: BugView) -> tuple[ListedBug, ...]:
    """What is to be told now: nothing while Gerrit is to be asked about one, or so soon after
    another line that they may come together."""
    lines, now = _told(view.moment), view.moment.now
    known = {int(number) for _, numbers in lines for number in numbers.split(",")}
    fresh = tuple(
        bug
        for bug in view.open
        if not (bug.by or bug.is_found or bug.number in known)
        and (bug.since is not None or _was_looked_at(view))
    )
    week = [at for at, _ in lines if now - at < _WEEK]
    apart = APART_OFTEN if len(week) >= OFTEN else APART
    is_soon = bool(week) and now - max(week) < apart
    return () if is_soon or any(_waits(view, bug) for bug in fresh) else fresh


def _waits(view: BugView, bug: ListedBug) -> bool:
    """Whether Gerrit is still to be asked about a bug that has just come."""
    is_new = view.moment.now - (bug.since or view.moment.now) < ASKED_WITHIN
    return is_new and view.standing[bug.number].stage is Stage.UNKNOWN


def _done(view: BugView) -> Iterator[Notice]:
    series = view.list.calendar.series
    note = next(
        (n for n in view.moment.notes if n.kind == DONE_KIND and n.subject == series.name), None
    )
    body = (note.body if note else None) or {}
    if body.get("found") or not _is_all_done(view):
        return
    if note is None and not _was_looked_at(view):
        return
    numbers = _numbers(view.done)
    told = body if body.get("numbers") == numbers else {}
    since = dt.datetime.fromisoformat(told["since"]) if told else view.moment.now
    many = "" if len(view.done) == 1 else f" {len(view.done)} in all:"
    head = f"The last release-critical bug of {series.title} is fixed:{many} "
    say = _ToldBugs(view, view.done, head)
    yield _channel(view, f"done/{series.name}", numbers, since, say, "the list is done")


def _left(view: BugView) -> Iterator[Notice]:
    """A line to whoever added a bug that left the list by itself."""
    series = view.list.calendar.series
    for bug in view.list.left:
        if bug.nick:
            why = left_words(bug)
            say = _ToldText(
                f"Bug {bug.number}, which you added, is off the list of {series.title}: {why}."
            )
            subject = f"left/{series.name}/{bug.number}"
            yield _notice(view, subject, bug.nick, why, view.moment.now, say, why)


def _weekly(view: BugView) -> Iterator[Notice]:
    """What is left, on the first working day of each week from RC1 to the final RC, and on the last
    working day before that."""
    final = view.list.calendar.day(Kind.FINAL_RC)
    if not view.open or final is None:
        return
    for day in _told_days(view, final):
        due = _at(view, day)
        if due <= view.moment.now < due + _GRACE:
            head = f"{counted(len(view.open), 'release-critical bug')} left before the final RC, "
            head += f"{format_deadline(final, view.moment.now)}: "
            say = _ToldBugs(view, view.open, head)
            yield _channel(view, "weekly", f";{day}", due, say, "what is left before the final RC")


def _told_days(view: BugView, final: dt.date) -> list[dt.date]:
    rc1, holidays = view.list.calendar.day(Kind.RC1), view.moment.team.reminders.holidays
    if rc1 is None:
        return []
    week = working_day_from(monday_of(view.moment.today), holidays)
    days = [week] if rc1 < week < final else []
    return sorted({*days, working_day_before(final, holidays)})


def _private(view: BugView) -> Iterator[Notice]:
    """To those of the team who have a bug: when it is on the list and theirs, and on the last
    working day before RC1 and the final RC, twice at most of one bug."""
    snapshot, now = view.moment.snapshot, view.moment.now
    theirs: dict[str, list[ListedBug]] = {}
    for bug in view.open:
        member = member_with(snapshot, bug.task.assignee) if bug.task else None
        if member is not None and not _waits(view, bug):
            theirs.setdefault(member.nick, []).append(bug)
    last_day = _last_day(view)
    for nick, bugs in theirs.items():
        if len(unasked_of_week(snapshot, nick, now)) >= MOST_A_WEEK - _SPARED:
            continue
        for bug in bugs:
            subject = f"yours/{bug.number}"
            head = f"Yours, and it holds {view.list.calendar.series.title}: "
            say = _ToldBugs(view, (bug,), head, " To hear no more of it: ack.")
            yield _notice(view, subject, nick, "on;1", now, say, "it is assigned to you")
            if last_day is not None and last_day == view.moment.today:
                yield _notice(
                    view, subject, nick, "on;2", _at(view, last_day), say, "it is assigned to you"
                )


def _last_day(view: BugView) -> dt.date | None:
    """The last working day before the next of RC1 and the final RC."""
    days = [view.list.calendar.day(kind) for kind in (Kind.RC1, Kind.FINAL_RC)]
    coming = [day for day in days if day is not None and end_of(day) > view.moment.now]
    holidays = view.moment.team.reminders.holidays
    return working_day_before(coming[0], holidays) if coming else None


def _at(view: BugView, day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, view.moment.team.reminders.hour, dt.UTC)


def _channel(
    view: BugView, subject: str, facts: str, due: dt.datetime, say: _ToldBugs, why: str
) -> Notice:
    return _notice(view, subject, view.moment.team.announce, facts, due, say, why)


def _notice(
    view: BugView,
    subject: str,
    target: str,
    facts: str,
    due: dt.datetime,
    say: _ToldBugs | _ToldText,
    why: str,
) -> Notice:
    return Notice(RULE, subject, target, facts, due, _GRACE, say, why=why)


@dataclass(frozen=True)
class _ToldBugs:
    """Bugs behind a head, the worst first, and how old what is known of them is."""

    view: BugView
    bugs: tuple[ListedBug, ...]
    head: str
    tail: str = ""

    def __call__(self, now: dt.datetime) -> Doc:
        view = self.view
        each = (
            (item if bug in view.open else done_item)(
                view.moment.snapshot, bug, view.standing[bug.number], weight=-at
            )
            for at, bug in enumerate(self.bugs)
        )
        phrases: tuple[Phrase, ...] = (
            self.head,
            listing(each, weight=1, between="; ", at_break=";"),
            f".{view.age}{self.tail}",
        )
        numbers = few([str(bug.number) for bug in self.bugs], _NAMED)
        return doc(line(*phrases), brief=(f"{self.head}{numbers}",))


@dataclass(frozen=True)
class _ToldText:
    text: str

    def __call__(self, now: dt.datetime) -> Doc:
        return doc(self.text)
