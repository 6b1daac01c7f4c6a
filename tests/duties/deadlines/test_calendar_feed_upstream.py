"""The feed of every cycle, read back: what a reader sees changes with its sequence and its stamps,
and with nothing else; names stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import icalendar
import pytest

from GlanceRelease.domain.model import Event
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.snapshot import Snapshot, schedule_of
from GlanceRelease.duties.deadlines.calendar_feed import entries_of, remember
from GlanceRelease.render.ics import calendar
from kit.edges import CYCLES, SHIPPED, bundled, calendar_named, known

A_DAY = dt.timedelta(days=1)
SEEN = ("SUMMARY", "DTSTART", "DTEND", "DESCRIPTION", "STATUS")
STAMPS = ("DTSTAMP", "LAST-MODIFIED")
Row = dict[str, str]


@pytest.fixture(params=[*CYCLES, *(f"{name} as shipped" for name in SHIPPED)])
def cycle(request: pytest.FixtureRequest, upstream_data: Path) -> tuple[Snapshot, str]:
    """Each cycle upstream and each that ships, with all that is known around it."""
    name, _, shipped = request.param.partition(" ")
    return (bundled() if shipped else known(upstream_data)), name


def middle_of(snapshot: Snapshot, series: str) -> dt.datetime:
    weeks = calendar_named(snapshot, series).weeks.weeks
    return dt.datetime.combine(weeks[len(weeks) // 2].start, dt.time(15), dt.UTC)


def feed(snapshot: Snapshot, now: dt.datetime) -> dict[str, Row]:
    """The events by UID, read by hand (RFC 5545, 3.1: folded lines, one value a line), and the same
    ones by icalendar."""
    raw = calendar(entries_of(Moment(snapshot, now)), "Glance")
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    rows: dict[str, Row] = {}
    row: Row = {}
    for line in raw.replace(b"\r\n ", b"").decode().split("\r\n"):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            row = {}
        elif line == "END:VEVENT":
            assert row["UID"] not in rows
            rows[row["UID"]] = row
        else:
            row[name.partition(";")[0]] = value
    parsed = icalendar.Calendar.from_ical(raw)
    events = {str(one["uid"]): one for one in parsed.walk("VEVENT")}
    assert list(events) == list(rows)
    for uid, one in events.items():
        assert not one.errors
        begins = one["dtstart"].dt
        assert "dtend" not in one or one["dtend"].dt > begins
        assert isinstance(begins, dt.datetime) or "dtend" in one, "a day ends"
        assert f"{begins:%Y%m%d}" == rows[uid]["DTSTART"][:8]
    return rows


def changed(snapshot: Snapshot, series: str, change: Callable[[Event], Event]) -> Snapshot:
    """The schedule with each of its events changed so."""
    key = schedule_of(series).name
    fact = snapshot.facts[key]
    schedule = replace(fact.value, events=tuple(map(change, fact.value.events)))
    return replace(snapshot, facts={**snapshot.facts, key: replace(fact, value=schedule)})


def later(event: Event) -> Event:
    days = tuple(day + A_DAY for day in event.days)
    return replace(event, days=days, rule="prose", prose_days=())


CHANGES: dict[str, Callable[[Event], Event]] = {
    "title": lambda event: replace(event, title=f"{event.title}, renamed"),
    "day": later,
    "time": lambda event: replace(event, times=("12:34 UTC",), rule="prose", prose_days=()),
    "end": lambda event: replace(
        event, days=(event.days[0], event.days[-1] + A_DAY), span=True, rule="prose", prose_days=()
    ),
    "conflict": lambda event: replace(
        event, rule="conflict", prose_days=(event.days[-1] + 3 * A_DAY,), span=False
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_reader_sees_moves_with_its_stamps(cycle: tuple[Snapshot, str], change: str) -> None:
    snapshot, series = cycle
    now = middle_of(snapshot, series)
    first = replace(snapshot, memory=dict(remember(Moment(snapshot, now))))
    before = feed(first, now)
    made = changed(first, series, CHANGES[change])
    made = replace(made, memory=dict(remember(Moment(made, now + A_DAY))))
    after = feed(made, now + A_DAY)
    mine = [uid for uid in before if uid.startswith(f"{series}-") and uid in after]
    moved = 0
    for uid in (uid for uid in before if uid in after):
        old, new = before[uid], after[uid]
        if all(old.get(name) == new.get(name) for name in SEEN):
            assert old == new, uid
        else:
            moved += 1
            assert int(new["SEQUENCE"]) == int(old["SEQUENCE"]) + 1, uid
            assert all(new[name] > old[name] for name in STAMPS), uid
    gone = [uid for uid in before if uid.startswith(f"{series}-") and uid not in after]
    assert all(before[uid]["DTSTART"] <= f"{now:%Y%m%d}" for uid in gone), "names stay"
    assert moved >= len(mine) // 2, "the change is seen"


def test_a_conflict_that_is_settled_leaves_the_day_that_it_is(cycle: tuple[Snapshot, str]) -> None:
    snapshot, series = cycle
    now = middle_of(snapshot, series)
    doubtful = changed(snapshot, series, CHANGES["conflict"])
    doubtful = replace(doubtful, memory=dict(remember(Moment(doubtful, now))))
    both = feed(doubtful, now)
    settled = changed(snapshot, series, later)
    settled = replace(
        settled, memory=dict(remember(Moment(replace(settled, memory=doubtful.memory), now)))
    )
    one = feed(settled, now)
    for uid, row in both.items():
        if not uid.startswith(f"{series}-") or "early" in uid or row["STATUS"] != "TENTATIVE":
            continue
        assert "conflict: by the week" in row["DESCRIPTION"], row
        if uid in one:
            assert one[uid]["STATUS"] in ("CONFIRMED", "CANCELLED")
        else:
            assert row["DTSTART"] <= f"{now:%Y%m%d}", "only what is past goes without a word"


def test_what_has_a_time_of_day_is_at_its_instants(cycle: tuple[Snapshot, str]) -> None:
    """By each deadline's own interval: an instant has no end, hours have both, days are days."""
    snapshot, series = cycle
    now = middle_of(snapshot, series)
    entries = {one.uid: one for one in entries_of(Moment(snapshot, now))}
    rows = feed(snapshot, now)
    for deadline in calendar_named(snapshot, series).deadlines:
        for uid in (uid for uid in entries if f"-{deadline.id}-" in uid):
            if deadline.when.precision == "instant":
                assert rows[uid]["DTSTART"] == f"{deadline.when.over:%Y%m%dT%H%M%SZ}"
                assert "DTEND" not in rows[uid]
            elif deadline.when.precision in ("day", "week"):
                assert len(rows[uid]["DTSTART"]) == len(rows[uid]["DTEND"]) == 8
    if series == "dalmatian":
        (poll,) = (row for uid, row in rows.items() if "-e-election-voting-" in uid)
        assert (poll["DTSTART"], poll["DTEND"]) == ("20240904T234500Z", "20240918T234500Z")
    if series == "hibiscus":
        (mail,) = (row for uid, row in rows.items() if "-i-election-email-deadline-" in uid)
        assert mail["DTSTART"] == "20260819T000000Z"


def test_each_rings_at_the_first_rung_of_its_own_ladder(upstream_data: Path) -> None:
    now = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
    entries = entries_of(Moment(known(upstream_data), now))
    rings = {one.name: f"{one.alarm:%Y-%m-%dT%H:%M}" for one in entries if one.alarm is not None}
    assert rings["Indri-2 milestone"] == "2026-12-17T10:00", "4 weeks before"
    assert rings["Feature freeze"] == "2027-02-04T10:00", "2 weeks before, not its milestone's 4"
    assert "Extra-AC freeze" not in rings, "nobody is reminded of it"
    assert not any(one.alarm for one in entries if one.last < now.date())
    feed_with = icalendar.Calendar.from_ical(calendar(entries, "Glance", alarm=True))
    alarms = [
        str(one.walk("VALARM")[0]["trigger"].dt)
        for one in feed_with.walk("VEVENT")
        if one.walk("VALARM")
    ]
    assert len(alarms) == len([one for one in entries if one.alarm])
    assert "2026-12-17 10:00:00+00:00" in alarms
    assert b"VALARM" not in calendar(entries, "Glance")
