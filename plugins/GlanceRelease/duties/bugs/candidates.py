"""When a new release candidate is due: fixes on the stable branch that its last lacks; after the
release the same for point releases, in the report only.

"If release critical bugs are found and fixed, proposing a new release candidate from the SHA on the
stable branch" (Project Team Guide, release management).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...domain.bugs.backports import SinceRelease, since_releases
from ...domain.bugs.branches import maintained
from ...domain.bugs.fixes import FIXES, fixes_of
from ...domain.calendar.cycle import end_of, format_day, start_of
from ...domain.calendar.team_calendar import Calendar, calendar_of, find_series
from ...domain.freshness import as_of
from ...domain.gerrit_accounts import GerritAccounts
from ...domain.memo_by_facts import kept_by_facts
from ...domain.memo_by_id import Same
from ...domain.messages.clauses import Code
from ...domain.messages.counts import counted, in_letters
from ...domain.messages.doc import Doc, doc, line
from ...domain.messages.notice import Notice
from ...domain.model import Kind
from ...domain.moment import Moment
from ...domain.people.roles import heirs_of, liaisons
from ...domain.reports.fact import fact_of
from ...domain.reports.meeting_report import Part, Table
from ...domain.snapshot import SERIES, Fetched, Snapshot
from ...domain.team import Team
from ...registry import rule
from ..report_parts import first, items, report_part

RULE = "candidate"
MOST = 3  # the release team wants few
_WEEK = dt.timedelta(weeks=1)
_GRACE = dt.timedelta(days=3)
_TITLE = "Fixes not released"


@rule(
    RULE,
    "fixes on the stable branch since the last candidate, to the liaison in private: once a set of "
    "changes, weekly at most",
    "draft a candidate; ack; snooze",
    working_days=True,
    basis="if release critical bugs are fixed, a new candidate is proposed from the stable branch",
    sources=("guide", "gerrit"),
)
def candidate_notices(moment: Moment) -> Iterator[Notice]:
    """From the first candidate to the release; at the team's hour, as they are then."""
    calendar = calendar_of(moment, None)
    if calendar is None:
        return
    due = dt.datetime.combine(moment.today, moment.team.reminders.hour, dt.UTC)
    for each in candidates_due(moment, calendar):
        numbers = ",".join(str(number) for number in _numbers(each))
        for member in liaisons(moment.snapshot):
            subject = f"{calendar.series.name}/{each.deliverable}"
            if _was_told(moment.snapshot, subject, member.nick, numbers, moment.now):
                continue
            yield Notice(
                RULE,
                subject,
                member.nick,
                f"{numbers};1",
                due,
                _GRACE,
                _ToldCandidate(moment, calendar, each),
                why=f"{each.branch} has {numbers}, which {each.version} lacks",
                heirs=heirs_of(moment.snapshot, member.nick),
            )


def candidates_due(moment: Moment, calendar: Calendar) -> tuple[SinceRelease, ...]:
    """What a new candidate would bring, of the series in development after its first one, until
    its release."""
    fixes, release = fixes_of(moment.snapshot), calendar.day(Kind.RELEASE)
    if fixes is None or release is None or moment.now >= end_of(release):
        return ()
    every = _of_series(moment, calendar.series.name)
    return tuple(each for each in every if "rc" in each.version)


def _of_series(moment: Moment, name: str) -> tuple[SinceRelease, ...]:
    snapshot = moment.snapshot
    return _since(snapshot.facts, moment.team, moment.today, name, Same(snapshot.accounts))


@kept_by_facts
def _since(
    facts: Mapping[str, Fetched[Any]],
    team: Team,
    today: dt.date,
    name: str,
    accounts: Same[GerritAccounts],
) -> tuple[SinceRelease, ...]:
    """What merged since the releases of a series: another answer with other facts or on another
    day."""
    moment = Moment(Snapshot(team, facts, accounts=accounts.value), start_of(today))
    fixes, series = fixes_of(moment.snapshot), find_series(moment[SERIES].value or (), name)
    return tuple(since_releases(moment, fixes, series)) if fixes and series else ()


def point_releases_due(moment: Moment) -> tuple[tuple[str, SinceRelease], ...]:
    """What a point release would bring, by branch, of the released series."""
    fixes = fixes_of(moment.snapshot)
    if fixes is None:
        return ()
    return tuple(
        (series.title, each)
        for series in maintained(moment)
        for each in _of_series(moment, series.name)
        if "rc" not in each.version
    )


def _numbers(each: SinceRelease) -> list[int]:
    return sorted(fix.change.number for fix in each.changes)


def _was_told(snapshot: Snapshot, subject: str, nick: str, numbers: str, now: dt.datetime) -> bool:
    """Whether another set of this deliverable's was told within the week; the same set is the same
    notice."""
    mine = f"{RULE}|{subject}|{nick}|"
    return any(
        row.key.startswith(mine)
        and not row.key.startswith(f"{mine}{numbers};")
        and row.at is not None
        and now - row.at < _WEEK
        for row in snapshot.said
    )


@dataclass(frozen=True)
class _ToldCandidate:
    moment: Moment
    calendar: Calendar
    since: SinceRelease

    def __call__(self, now: dt.datetime) -> Doc:
        each, final = self.since, self.calendar.day(Kind.FINAL_RC)
        release = self.calendar.day(Kind.RELEASE)
        what = counted(len(each.changes), "fix", "fixes")
        head = f"{what} on {each.branch} since {each.deliverable} {each.version}"
        until = ""
        if final is not None and now < end_of(final):
            until = f"; final RC is {format_day(final)}"
        elif release is not None:
            until = f"; the final RC's day is past, the release is {format_day(release)}"
        number = each.candidates + 1
        many = f", the {_ORDINALS.get(number, f'{number}th')} of {in_letters(MOST)} at most"
        many = many if number <= MOST else f", more than {in_letters(MOST)}, which is many"
        age = as_of(self.moment[FIXES], now)
        call = Code(f"!draft {each.deliverable} rc")
        return doc(line(f"{head}{until}; ", call, f"{many}.{f' {age}' if age else ''}"))


_ORDINALS = {1: "first", 2: "second", 3: "third"}


@report_part(13)
def candidates_part(moment: Moment) -> Part | None:
    """What is on stable branches and in no release; nothing where nothing is."""
    calendar = calendar_of(moment, None)
    due = candidates_due(moment, calendar) if calendar else ()
    every = [*due, *(each for _, each in point_releases_due(moment))]
    if not every:
        return None
    told = [
        f"{counted(len(each.changes), 'fix', 'fixes')} on {each.branch} since {each.deliverable}"
        f" {each.version}"
        for each in every
    ]
    rows = [
        (str(fix.change.number), fix.change.subject, each.branch, each.deliverable, each.version)
        for each in every
        for fix in each.changes
    ]
    columns = ("change", "subject", "branch", "deliverable", "since")
    return Part(
        "candidates",
        _TITLE,
        (first(_TITLE), ": ", items(told)),
        tuple(
            fact_of(
                f"since {each.branch} {each.deliverable}",
                f"fixes of {each.deliverable} on {each.branch}",
                len(each.changes),
                usual=True,
            )
            for each in every
        ),
        tables=(Table(_TITLE, columns, tuple(rows)),),
    )
