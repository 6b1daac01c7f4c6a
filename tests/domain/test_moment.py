"""A moment: what is known of a team, and the instant at which that is looked at."""

from __future__ import annotations

import datetime as dt

from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.people.note import Note
from GlanceRelease.domain.snapshot import NEVER, SERIES, Fetched, Snapshot
from kit.glance_facts import TEAM

NIGHT = dt.datetime(2027, 1, 14, 23, 30, tzinfo=dt.UTC)


def test_a_moment_has_its_snapshots_facts_and_the_day_in_utc() -> None:
    known: Fetched[object] = Fetched((), NIGHT, "network")
    note = Note("mute", "#openstack-glance", None, "alice", NIGHT)
    moment = Moment(Snapshot(TEAM, {SERIES.name: known}, notes=(note,)), NIGHT)
    assert moment.team is TEAM
    assert moment.notes == (note,)
    assert moment[SERIES] is known
    assert moment.at(NIGHT).snapshot[SERIES] is known
    assert Moment(Snapshot(TEAM), NIGHT)[SERIES] is NEVER
    assert moment.today == dt.date(2027, 1, 14)


def test_another_instant_keeps_the_snapshot() -> None:
    moment = Moment(Snapshot(TEAM), NIGHT)
    later = moment.at(NIGHT + dt.timedelta(hours=1))
    assert later.snapshot is moment.snapshot
    assert (later.today - moment.today).days == 1


def test_the_day_is_utcs_wherever_the_instant_comes_from() -> None:
    east = NIGHT.astimezone(dt.timezone(dt.timedelta(hours=9)))
    assert Moment(Snapshot(TEAM), east).today == dt.date(2027, 1, 14)
