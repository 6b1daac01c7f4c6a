"""What is said unasked of the bugs that hold the release: more as the date nears, nothing when the
work is done."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence

from ...domain.bugs.listed import KIND, ListedBug, bug_note, notes_of
from ...domain.calendar.cycle import format_deadline, monday_of
from ...domain.calendar.lead_time import working_day_before, working_day_from
from ...domain.messages.counts import counted
from ...domain.messages.notice import Notice
from ...domain.model import Kind
from ...domain.moment import Moment
from ...domain.people.note import Note
from ...registry import rule
from .command import BASIS
from .facts import BugView, bug_view
from .list_notices import GRACE, RULE, ToldBugs, at_hour, in_channel
from .own_bugs import left_notices, owners_notices, waits

DONE_KIND = f"{KIND}s done"
APART = dt.timedelta(days=1)  # two lines of what became release-critical
APART_OFTEN, OFTEN = dt.timedelta(days=3), 3  # after so many lines in a week
_WEEK = dt.timedelta(weeks=1)
TOLD = f"{RULE} told"  # of the memory
_KEPT = 60
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
    yield from left_notices(view)
    yield from _weekly(view)
    yield from owners_notices(view)


def _news(view: BugView) -> Iterator[Notice]:
    """What came on the list, in one line; what was there when it began is none."""
    fresh, now = _fresh(view), view.moment.now
    lines = [*_told(view.moment), *([(now, _numbers(fresh))] if fresh else [])]
    by_number = {bug.number: bug for bug in view.open}
    for at, numbers in lines:
        bugs = [by_number[n] for n in map(int, numbers.split(",")) if n in by_number]
        if bugs and now - at < GRACE:
            head = f"Release-critical for {view.list.calendar.series.title} now: "
            say, why = ToldBugs(view, tuple(bugs), head), f"bug {numbers} became critical"
            yield in_channel(view, f"new/{numbers}", "", at, say, why)


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
    return () if is_soon or any(waits(view, bug) for bug in fresh) else fresh


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
    say = ToldBugs(view, view.done, head)
    yield in_channel(view, f"done/{series.name}", numbers, since, say, "the list is done")


def _weekly(view: BugView) -> Iterator[Notice]:
    """What is left, on the first working day of each week from RC1 to the final RC, and on the last
    working day before that."""
    final = view.list.calendar.day(Kind.FINAL_RC)
    if not view.open or final is None:
        return
    for day in _told_days(view, final):
        due = at_hour(view, day)
        if due <= view.moment.now < due + GRACE:
            head = f"{counted(len(view.open), 'release-critical bug')} left before the final RC, "
            head += f"{format_deadline(final, view.moment.now)}: "
            say = ToldBugs(view, view.open, head)
            yield in_channel(
                view, "weekly", f";{day}", due, say, "what is left before the final RC"
            )


def _told_days(view: BugView, final: dt.date) -> list[dt.date]:
    rc1, holidays = view.list.calendar.day(Kind.RC1), view.moment.team.reminders.holidays
    if rc1 is None:
        return []
    week = working_day_from(monday_of(view.moment.today), holidays)
    days = [week] if rc1 < week < final else []
    return sorted({*days, working_day_before(final, holidays)})
