"""What is to merge after RC1 and after the final: the release bot's changes, and the constant."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from ...domain.calendar.cycle import release_day, start_of
from ...domain.calendar.lead_time import working_day_from
from ...domain.calendar.team_calendar import schedules_in
from ...domain.freshness import age_of
from ...domain.gerrit_scope import follow_ups_of, near_series
from ...domain.messages.clauses import Call, Phrase, calling
from ...domain.messages.doc import Doc, doc, line
from ...domain.messages.notice import Notice
from ...domain.model import Series
from ...domain.moment import Moment
from ...domain.people.presence import away, here
from ...domain.people.roles import fold, heirs_of, holders
from ...domain.releases.proposal import Change, constant_of
from ...domain.snapshot import SERIES, Snapshot
from ...domain.team import Constant, Member
from ...registry import rule
from .words.proposals import link_to, short

RULE = "after-release"
WEEK = dt.timedelta(days=7)
EVERY_WORKING_DAYS = 2
GRACE = dt.timedelta(days=1)
LONGEST = dt.timedelta(days=190)  # a whole cycle; then the next one's release asks anew
ASSUMED = "assumed: a rehearsal has not read it"
_SERIES = re.compile(r"(\d{4})_(\d)")
BRANCH_TOPICS = ("create-", "reno-")


@dataclass(frozen=True)
class Chore:
    """Something that should have merged: since when it is open, its words, in few words for a
    report, its open changes, and why it may not be true any more."""

    key: str
    since: dt.date
    words: str
    brief: str
    changes: tuple[Change, ...] = ()
    doubt: str = ""


def reminder_days(
    since: dt.date, until: dt.date, weekly: int, holidays: Collection[dt.date] = ()
) -> Iterator[dt.date]:
    """The days on which to remind of what is open since `since`, up to `until`, both included:
    the day after, then once a week for the first `weekly` reminders, then every second working
    day. A day off moves to the next working day."""
    day = working_day_from(since + dt.timedelta(days=1), holidays)
    count = 0
    while day <= until:
        yield day
        count += 1
        if count < weekly:
            day = working_day_from(since + dt.timedelta(days=1) + WEEK * count, holidays)
            continue
        for _ in range(EVERY_WORKING_DAYS):
            day = working_day_from(day + dt.timedelta(days=1), holidays)


def chores(moment: Moment) -> Iterator[Chore]:
    """What is still open; what is not known is no chore, and is told by `sources`."""
    yield from _branch_chores(moment.snapshot)
    yield from _constant_chore(moment)


def _branch_chores(snapshot: Snapshot) -> Iterator[Chore]:
    """The release bot's open changes by the branch for which they were made, as their topic says
    (openstack/releases, make_branch.sh: create-2026.1 on the branch, reno-2026.1 on master)."""
    by_branch: dict[str, list[Change]] = {}
    for change in follow_ups_of(snapshot) or ():
        for topic in BRANCH_TOPICS:
            if change.status == "NEW" and change.topic.startswith(topic):
                by_branch.setdefault(change.topic.removeprefix(topic), []).append(change)
    for branch, changes in sorted(by_branch.items()):
        days = [change.created.date() for change in changes if change.created]
        if days:
            count = len(changes)
            words = (
                f"the release bot's change{'' if count == 1 else 's'} for"
                f" stable/{short(branch, 20)} {'is' if count == 1 else 'are'} not merged yet"
            )
            brief = f"stable/{short(branch, 20)}: {count} of the release bot's not merged"
            yield Chore(f"branch/{branch}", min(days), words, brief, tuple(changes))


def _constant_chore(moment: Moment) -> Iterator[Chore]:
    """The constant names the series in development from the day after a final release on (glance,
    contributor guide, release-cpl.rst: "immediately")."""
    constant = moment.team.proposals.constant
    fact = moment[constant_of(moment.team.name)]
    value = fact.value
    series = near_series(moment)
    if constant is None or value is None or len(series) < 2:
        return
    current, previous = series
    expected = value_naming(current)
    released = release_day(previous.name, schedules_in(moment.snapshot), moment[SERIES].value or ())
    if released is None or value == expected or names_later(value, expected):
        return
    open_changes = tuple(
        change
        for change in changes_to_constant(moment.snapshot, constant)
        if change.status == "NEW"
    )
    still = "still " if names_later(expected, value) else ""
    words = f"{constant.name} in {constant.path} is {still}{short(value, 20)}, not {expected}"
    brief = f"{constant.name} {still or 'is '}{short(value, 20)}"
    doubt = age_of(fact, moment.now).strip("()") if fact.problem else ""
    doubt = ASSUMED if fact.problem == ASSUMED else doubt
    yield Chore(f"constant/{expected}", released, words, brief, open_changes, doubt)


def names_later(one: str, other: str) -> bool:
    """Whether one value names a later series than the other: "2027_1" than "2026_2"; a value of
    another form is neither."""
    matches = [_SERIES.fullmatch(value) for value in (one, other)]
    if not all(matches):
        return False
    first, second = (tuple(map(int, match.groups())) for match in matches if match)
    return first > second


def changes_to_constant(snapshot: Snapshot, constant: Constant) -> Iterator[Change]:
    for change in follow_ups_of(snapshot) or ():
        if change.project == constant.repository and constant.path in change.files:
            yield change


def value_naming(series: Series) -> str:
    return series.branch_id.replace(".", "_")


@rule(
    RULE,
    "what should have merged after RC1 and after the release: weekly, then every two working days",
    "merge it: then they stop by themselves; ack, mute",
    working_days=True,
    basis="what has to merge right after RC1 and after the release",
    sources=("liaison", "process"),
)
def chore_notices(moment: Moment) -> Iterator[Notice]:
    """A reminder on each of a chore's days while it is open: PTL and liaison are named where they
    are in the channel, and told in private when next seen where they are not."""
    reminders = moment.team.reminders
    people = holders(moment.snapshot, "ptl", "release")
    for chore in chores(moment):
        until = min(moment.today, chore.since + LONGEST)
        weekly = moment.team.proposals.weekly_reminders
        for day in reminder_days(chore.since, until, weekly, reminders.holidays):
            due = dt.datetime.combine(day, reminders.hour, dt.UTC)
            if due + GRACE < moment.now - GRACE:
                continue
            facts = f";{day.isoformat()}"
            absent = (fold(person.nick) for person in away(moment.snapshot, people, RULE, facts))
            for target in (moment.team.announce, *absent):
                named = here(moment.snapshot, people) if target == moment.team.announce else ()
                yield Notice(
                    RULE,
                    chore.key,
                    target,
                    facts,
                    due,
                    GRACE,
                    _words(moment.snapshot, chore, named),
                    why=f"{chore.words}, since {chore.since}",
                    heirs=heirs_of(moment.snapshot, target),
                )


def _words(
    snapshot: Snapshot, chore: Chore, named: Iterable[Member]
) -> Callable[[dt.datetime], Doc]:
    calls = calling(Call(short(person.nick, 20), person.name) for person in named)

    def say(now: dt.datetime) -> Doc:
        days = (now - start_of(chore.since)).days
        doubt = f"; {chore.doubt}" if chore.doubt else ""
        age = f" ({days} day{'' if days == 1 else 's'}{doubt})"
        spans: list[Phrase] = [*calls, chore.words, age]
        for number, change in enumerate(chore.changes[:3]):
            spans += [": " if not number else " ", link_to(change)]
        if not chore.changes:
            known = follow_ups_of(snapshot) is not None
            spans.append("; no change for it is open" if known else "")
        return doc(line(*spans))

    return say
