"""What is overdue is remembered up to the next instant at which it can change, and no longer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest

from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.people.note import Note
from GlanceRelease.domain.releases.plan import Plan
from GlanceRelease.domain.releases.proposal import GERRIT, Change, TeamChanges
from GlanceRelease.domain.snapshot import Fetched, Snapshot
from GlanceRelease.duties.meeting.actions import KIND as ACTION
from GlanceRelease.duties.overdue.facts import with_waived, worked_out
from GlanceRelease.duties.overdue.waivers import acknowledgement
from kit.glance_facts import at, hibiscus_out, with_event, world

from .test_overdue import QUIET, known, proposed, settled

DAY = dt.timedelta(days=1)
NEAR = [dt.timedelta(microseconds=each) for each in (-1, 0, 1)]
STRETCHES = [("2026-10-08", 3), ("2027-01-14", 2), ("2027-03-02", 6), ("2027-03-12", 2)]
RC1 = at("2027-03-04T13:30:00")


def _with_an_hour(snapshot: Snapshot) -> Snapshot:
    """RC1 is due at 13:30 UTC."""
    return with_event(snapshot, "i-rc1", rule="prose", times=("13:30 UTC",))


def _in_doubt(snapshot: Snapshot) -> Snapshot:
    """The constant was read at an odd second, and names the old series."""
    fact = Fetched("2026_2", at("2027-01-14T08:00:37"), "network", "no connection")
    return replace(snapshot, facts={**snapshot.facts, "constant/glance": fact})


def _branch_in_gerrit() -> Snapshot:
    """Hibiscus has no branch in its files; Gerrit has a change on one, made within a day."""
    out = known(hibiscus_out(world(QUIET)))
    files = {
        name: replace(fact, value=replace(fact.value, branches=()))
        for name, fact in out.facts.items()
        if name.startswith("deliverable/hibiscus/") and fact.value
    }
    change = Change(9, "openstack/glance", "stable/2026.2", "S", "NEW",
                    created=at("2026-10-09T11:11:11"))  # fmt: skip
    gerrit = Fetched({"glance": TeamChanges((), (change,))}, at("2026-10-09T12:00:00"), "network")
    return replace(out, facts={**out.facts, **files, GERRIT.name: gerrit})


def _told() -> tuple[Note, ...]:
    plan = Plan("indri", "i-rc1", dt.date(2027, 3, 2), "pdeore", at("2027-02-20T10:00:00"))
    action = {"text": "write", "nick": "", "by": "x", "at": "2027-02-20T10:00:00+00:00",
              "day": "2027-03-03"}  # fmt: skip
    done = acknowledgement("indri/i-1/glance/beta", "x", "y", at("2027-02-01T00:00:00"), "no beta")
    return plan.note(), Note(ACTION, "1", action, "x", at("2027-02-20T10:00:00")), done


def _worlds() -> Iterator[tuple[str, Snapshot]]:
    late = settled("store", "b1")
    yield "as it is", late
    yield "an hour", _with_an_hour(late)
    yield "in doubt", _in_doubt(late)
    yield "notes", replace(late, notes=_told())
    yield "proposed", known(late, proposed(late, "34.0.0.0rc1", "2027-03-03T10:10:10"))
    yield "in Gerrit", _branch_in_gerrit()


WORLDS = dict(_worlds())


def _instants(first: str, days: int) -> Iterator[dt.datetime]:
    for number in range(days):
        day = at(f"{first}T00:00:00") + number * DAY
        for minute in (0, 1, 8 * 60, 671, 13 * 60 + 30, 23 * 60 + 59):
            for second in (0, 37):
                instant = day + dt.timedelta(minutes=minute, seconds=second)
                yield from (instant + near for near in NEAR)


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize(("first", "days"), STRETCHES)
def test_what_is_remembered_is_what_is_worked_out(name: str, first: str, days: int) -> None:
    snapshot = WORLDS[name]
    for now in _instants(first, days):
        moment = Moment(snapshot, now)
        assert with_waived(moment) == worked_out(moment), now


def test_the_worlds_change_within_a_day() -> None:
    """Else nothing above would tell a memory of days from one of instants."""
    for name, before in (
        ("an hour", RC1),
        ("in doubt", at("2027-01-14T08:01:37")),
        ("in Gerrit", at("2026-10-09T11:11:11")),
    ):
        snapshot = WORLDS[name]
        early, late = (Moment(snapshot, before + near) for near in (NEAR[0], NEAR[1]))
        assert worked_out(early) != worked_out(late), name


def test_another_note_or_fact_is_not_told_what_an_earlier_one_was() -> None:
    now = at("2027-03-05T12:00:00")
    late = WORLDS["as it is"]
    before = with_waived(Moment(late, now))
    waived = replace(late, notes=tuple(
        acknowledgement(each.key, "x", "y", now, "no") for each in before
    ))  # fmt: skip
    assert before
    assert all(each.waiver for each in with_waived(Moment(waived, now)))
    assert not any(each.waiver for each in with_waived(Moment(late, now)))
    assert len(with_waived(Moment(WORLDS["in Gerrit"], now))) != len(before)
