"""What should have merged after a release is overdue: addressed, and ending by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from GlanceRelease.cli.simulate import rehearse
from GlanceRelease.domain.messages.notice import Notice
from GlanceRelease.domain.model import GovernanceTeam, Person, Series
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.proposal import GERRIT, Change, TeamChanges, constant_of
from GlanceRelease.domain.releases.released import Released
from GlanceRelease.domain.snapshot import GOVERNANCE, SERIES, Fetched, Snapshot
from GlanceRelease.domain.team import Constant, Proposals, Team
from GlanceRelease.duties.overdue.rule import RULE, reminder_days
from GlanceRelease.registry import RULES
from GlanceRelease.rehearsal.facts_then import with_constant_at
from GlanceRelease.render.irc import render
from GlanceRelease.sources.opendev.series_constant import read_constant

PATH = "glance/db/migration.py"
CONSTANT = Constant("CURRENT_RELEASE", "openstack/glance", PATH, "^CURRENT_RELEASE = '(.*)'")
TEAM = replace(
    Team("glance", "glance", ("#c",), ("glance",)), proposals=Proposals(constant=CONSTANT)
)
ROWS = (
    Series("indri", "2027.1", "development", dt.date(2027, 3, 24)),
    Series("hibiscus", "2026.2", "maintained", dt.date(2026, 9, 30)),
)
PEOPLE = GovernanceTeam(
    "glance", Person("C", "croelandt"), (("release", (Person("P", "pdeore"),)),), "c", ()
)
OPEN = Change(
    5, "openstack/glance", "master", "S", "NEW", files=("/COMMIT_MSG", PATH), url="https://g/5"
)


BOTS = replace(
    OPEN, owner="OpenStack Release Bot", owner_email="infra-root@openstack.org", files=()
)


STOP = " Stop it with ack (you deal with it) or ack because REASON (not done this time)."
SINCE = "since Tue 2026-09-15, yesterday"


def heard(
    value: str | None, first: dt.date, last: dt.date, changes: tuple[Change, ...] = ()
) -> list[tuple[str, str]]:
    """The lines of each day at the reminders' hour, to the PTL, without how they are stopped."""
    found: dict[str, tuple[str, str]] = {}
    for number in range((last - first).days + 1):
        now = dt.datetime.combine(first + dt.timedelta(days=number), dt.time(10), dt.UTC)
        facts: dict[str, Fetched[Any]] = {
            SERIES.name: Fetched(ROWS, now, "network"),
            GOVERNANCE.name: Fetched((PEOPLE,), now, "network"),
            constant_of("glance").name: Fetched(value, now, "network"),
            GERRIT.name: Fetched({"glance": TeamChanges(follow_ups=changes)}, now, "network"),
        }
        for notice in _speak(Snapshot(TEAM, facts), now):
            if notice.is_due(now) and notice.target == "croelandt":
                line = render(notice.say(now))[0].replace(STOP, "")
                found.setdefault(notice.key, (str(now.date()), line))
    return list(found.values())


def test_the_constant_is_asked_for_from_the_day_after_the_release() -> None:
    lines = heard("2026_2", dt.date(2026, 9, 28), dt.date(2026, 11, 3), (OPEN,))
    assert lines[0] == (
        "2026-10-01",
        "Overdue: CURRENT_RELEASE in glance/db/migration.py is still 2026_2, not 2027_1, since Wed "
        "2026-09-30, yesterday: change 5. https://g/5",
    )
    days = [day for day, _ in lines]
    assert days[:3] == ["2026-10-01", "2026-10-05", "2026-10-07"], "every second working day"
    assert days[3:] == ["2026-10-14", "2026-10-21", "2026-10-28"], "then once a week"


def test_it_stops_when_the_data_says_merged_or_nothing_is_known() -> None:
    span = (dt.date(2026, 9, 28), dt.date(2026, 12, 24))
    assert heard("2027_1", *span) == []
    assert heard(None, *span) == []


def test_a_value_of_a_later_series_is_no_fault_and_another_form_is_not_called_still() -> None:
    day = dt.date(2026, 10, 1)
    assert heard("2027_2", day, day) == []
    ((_, line),) = heard("x", day, day)
    assert "CURRENT_RELEASE in glance/db/migration.py is x, not 2027_1" in line


def test_without_an_open_change_it_says_so() -> None:
    ((_, line),) = heard("2026_2", dt.date(2026, 10, 1), dt.date(2026, 10, 1))
    assert line.endswith(", since Wed 2026-09-30, yesterday: no change for it is open.")


def test_the_bot_s_changes_of_a_branch_are_one_line_until_they_merge() -> None:
    created = dt.datetime(2026, 9, 15, 12, tzinfo=dt.UTC)
    changes = tuple(
        replace(BOTS, number=n, topic=topic, created=created, url=f"https://g/{n}")
        for n, topic in ((7, "create-2026.2"), (8, "create-2026.2"), (9, "reno-2026.2"))
    )
    day = dt.date(2026, 9, 16)
    assert heard("2026_1", day, day, changes) == [
        (
            "2026-09-16",
            "Overdue: the release bot's changes for stable/2026.2 are not merged yet"
            ", since Tue 2026-09-15, yesterday: changes 7, 8, 9.",
        )
    ]
    merged = tuple(replace(change, status="MERGED") for change in changes)
    assert heard("2026_1", day, day + dt.timedelta(days=10), merged) == []


@pytest.mark.parametrize(
    "more",
    [
        {"topic": "create-widgets"}, {"topic": "create-2026.2-widgets"}, {"topic": "create-"},
        {"topic": "recreate-2026.2"}, {"topic": ""},
        {"owner": "Mallory", "owner_email": "mallory@example.org"},
        {"owner": "Mallory", "owner_email": "", "owner_username": "mallory"},
        {"owner": "", "owner_email": ""},
    ],
)  # fmt: skip
def test_a_stranger_s_topic_calls_nobody(more: dict[str, Any]) -> None:
    created = dt.datetime(2026, 9, 15, 12, tzinfo=dt.UTC)
    change = replace(BOTS, topic="create-2026.2", created=created)
    day = dt.date(2026, 9, 16)
    assert len(heard("2026_1", day, day, (change,))) == 1
    assert heard("2026_1", day, day, (replace(change, **more),)) == []


@pytest.mark.parametrize(
    "account",
    [
        {"owner_email": ""}, {"owner_email": "x@example.org"}, {"owner_username": "bot"},
        {"owner_email": "", "owner_username": "OpenStack Release Bot"},
        {"owner_email": "", "owner_id": 4711},
    ],
)  # fmt: skip
def test_who_only_calls_himself_the_bot_is_not_the_bot(account: dict[str, Any]) -> None:
    created = dt.datetime(2026, 9, 15, 12, tzinfo=dt.UTC)
    named = replace(BOTS, topic="create-2026.2", created=created, url="https://g/6")
    named = replace(named, **{"owner_email": "x@example.org", **account})
    day = dt.date(2026, 9, 16)
    assert heard("2026_1", day, day, (named,)) == []
    known = replace(named, number=7, owner="", owner_email="", owner_username="release")
    ((_, line),) = heard("2026_1", day, day, (named, replace(known, url="https://g/7")))
    assert line.endswith(f"is not merged yet, {SINCE}: change 7. https://g/7")


def test_what_the_bot_proposed_is_done_when_it_merged_not_when_it_was_abandoned() -> None:
    created = dt.datetime(2026, 9, 15, 12, tzinfo=dt.UTC)
    on = {"topic": "create-2026.2", "branch": "stable/2026.2", "created": created}
    review = replace(BOTS, number=7, subject="Update .gitreview", url="https://g/7", **on)
    tox = replace(BOTS, number=8, subject="Update TOX", url="https://g/8", **on)
    day = dt.date(2026, 9, 16)
    whose = "Overdue: the release bot's"
    gone = replace(tox, status="ABANDONED")
    assert heard("2026_1", day, day, (gone, review)) == [
        (
            "2026-09-16",
            f"{whose} changes for stable/2026.2 are not merged yet (1 abandoned), {SINCE}:"
            " changes 7, 8.",
        )
    ]
    merged = replace(review, status="MERGED")
    assert heard("2026_1", day, day, (gone, merged)) == [
        (
            "2026-09-16",
            f"{whose} change for stable/2026.2 was abandoned, not merged, {SINCE}: change 8."
            " https://g/8",
        )
    ]
    ours = replace(tox, number=9, status="MERGED", owner="Pranali Deore", owner_email="p@e")
    assert heard("2026_1", day, day, (gone, merged, ours)) == []


def test_of_many_changes_the_first_are_named_and_the_rest_counted() -> None:
    created = dt.datetime(2026, 9, 15, 12, tzinfo=dt.UTC)
    changes = tuple(
        replace(BOTS, number=n, topic="create-2026.2", created=created, url=f"https://g/{n}")
        for n in range(1, 6)
    )
    day = dt.date(2026, 9, 16)
    ((_, line),) = heard("2026_1", day, day, changes)
    assert line == (
        "Overdue: the release bot's changes for stable/2026.2 are not merged yet, since Tue"
        " 2026-09-15, yesterday: changes 1, 2, 3 and two more."
    )


def test_a_rehearsal_asks_until_the_row_that_says_merged() -> None:
    start = dt.datetime(2026, 9, 30, tzinfo=dt.UTC)
    rows = (Released("CURRENT_RELEASE", "2027_1", dt.datetime(2026, 11, 5, tzinfo=dt.UTC), ()),)
    facts = {
        SERIES.name: Fetched(ROWS, start, "network"),
        GOVERNANCE.name: Fetched((PEOPLE,), start, "network"),
    }
    values = []
    for day in (dt.date(2026, 10, 1), dt.date(2026, 11, 4), dt.date(2026, 11, 11)):
        now = dt.datetime.combine(day, dt.time(10), dt.UTC)
        then = with_constant_at(Snapshot(TEAM, facts), rows, start, now)
        values.append((then[constant_of("glance")].value, bool(list(_speak(then, now)))))
    assert values == [("2026_2", True), ("2026_2", True), ("2027_1", False)]


@pytest.mark.asyncio
async def test_a_rehearsal_takes_from_gerrit_when_what_merged() -> None:
    def day(number: int) -> dt.datetime:
        return dt.datetime(2026, 10, number, 12, tzinfo=dt.UTC)

    bump = replace(OPEN, status="MERGED", created=day(5), submitted=day(12))
    branch = replace(
        BOTS, number=7, topic="create-2026.2", status="MERGED", url="https://g/7", files=(),
        created=dt.datetime(2026, 9, 15, tzinfo=dt.UTC), submitted=day(7),
    )  # fmt: skip
    start = dt.datetime(2026, 9, 30, tzinfo=dt.UTC)
    facts: dict[str, Fetched[Any]] = {
        SERIES.name: Fetched(ROWS, start, "network"),
        GOVERNANCE.name: Fetched((PEOPLE,), start, "network"),
        constant_of("glance").name: Fetched("2027_1", start, "network"),
        GERRIT.name: Fetched({"glance": TeamChanges(follow_ups=(bump, branch))}, start, "network"),
    }
    end = dt.datetime(2026, 11, 15, tzinfo=dt.UTC)
    heard = [
        (f"{said.at:%m-%d}", said.text)
        async for said in rehearse(Snapshot(TEAM, facts), None, start, end)
        if said.rule == RULE and said.target.startswith("#")
    ]
    late = "CURRENT_RELEASE in glance/db/migration.py is still 2026_2, not 2027_1"
    bots = "the release bot's change for stable/2026.2 is not merged yet"
    assert heard == [
        (
            "10-05",
            f"Overdue: {late}, since Wed 2026-09-30, 5 days ago: no change for it is open; {bots}, "
            "since Tue 2026-09-15, 20 days ago: change 7. https://g/7",
        ),
        (
            "10-12",
            f"Overdue: {late}, since Wed 2026-09-30, 12 days ago: change 5. https://g/5",
        ),
    ]


def test_a_value_that_could_not_be_read_again_comes_with_its_age() -> None:
    now = dt.datetime(2026, 10, 1, 10, tzinfo=dt.UTC)
    facts: dict[str, Fetched[Any]] = {
        SERIES.name: Fetched(ROWS, now, "network"),
        GOVERNANCE.name: Fetched((PEOPLE,), now, "network"),
        constant_of("glance").name: Fetched(
            "2026_2", now - dt.timedelta(hours=1), "network", "HTTP 502"
        ),
    }
    notice, _ = _private(Snapshot(TEAM, facts), now)
    assert render(notice.say(now)) == [
        "Overdue: CURRENT_RELEASE in glance/db/migration.py is still 2026_2, not 2027_1, since Wed"
        f" 2026-09-30, yesterday (as of 2026-10-01 09:00 UTC, 60 min ago: HTTP 502).{STOP}"
    ]


def test_a_rehearsal_that_nobody_told_says_what_it_assumes() -> None:
    start = dt.datetime(2026, 9, 30, tzinfo=dt.UTC)
    now = dt.datetime(2026, 10, 1, 10, tzinfo=dt.UTC)
    facts = {
        SERIES.name: Fetched(ROWS, start, "network"),
        GOVERNANCE.name: Fetched((PEOPLE,), start, "network"),
    }
    notice, _ = _private(with_constant_at(Snapshot(TEAM, facts), (), start, now), now)
    assert render(notice.say(now)) == [
        "Overdue: CURRENT_RELEASE in glance/db/migration.py is still 2026_2, not 2027_1, since Wed"
        f" 2026-09-30, yesterday (assumed: a rehearsal has not read it).{STOP}"
    ]


def _speak(snapshot: Snapshot, now: dt.datetime) -> Iterator[Notice]:
    yield from RULES[RULE].speak(Moment(snapshot, now))


def _private(snapshot: Snapshot, now: dt.datetime) -> list[Notice]:
    return [notice for notice in _speak(snapshot, now) if not notice.target.startswith("#")]


def test_a_day_off_moves_to_the_next_working_day() -> None:
    days = list(
        reminder_days(dt.date(2026, 12, 21), dt.date(2027, 1, 13), False, {dt.date(2026, 12, 25)})
    )
    assert [f"{day:%m-%d}" for day in days] == ["12-22", "12-24", "12-29", "01-06", "01-13"]


def test_the_constant_is_read_by_its_pattern() -> None:
    assert read_constant(b"import x\nCURRENT_RELEASE = '2026_2'\n", CONSTANT.pattern) == "2026_2"
