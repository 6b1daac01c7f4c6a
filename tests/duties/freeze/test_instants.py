"""A freeze begins at the instant of its bound, the same that `next` and `when` go by."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from GlanceRelease import duties
from GlanceRelease.app import Ask
from GlanceRelease.domain.calendar.team_calendar import calendar_of
from GlanceRelease.domain.messages.clauses import in_words
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.snapshot import Fetched, Snapshot, deliverable_of, schedule_of
from GlanceRelease.duties.freeze.bands import frozen_stretches
from GlanceRelease.duties.freeze.command import freeze
from GlanceRelease.duties.freeze.facts import branch_states
from GlanceRelease.duties.meeting.milestone import milestone_part
from GlanceRelease.render.irc import render
from GlanceRelease.sources.opendev.schedule import parse_schedule
from kit.glance_facts import NOW, TEAM, at, said, with_file, world

duties.load()
A_SECOND = dt.timedelta(seconds=1)


def indri(upstream: Path, **texts: str) -> Snapshot:
    """The world in which Indri's page has these words of these events ("final_lib")."""
    folder = upstream / "releases" / "doc" / "source" / "indri"
    page = (folder / "schedule.rst").read_text()
    for name, words in texts.items():
        label = f".. _i-{name.replace('_', '-').lstrip('-')}:"
        before, head, rest = page.partition(label)
        title, dashes, _, *after = rest.strip("\n").split("\n")
        body = "\n".join(after)
        following = body.find("\n.. _")
        page = f"{before}{head}\n\n{title}\n{dashes}\n\n{words}\n{body[following:]}"
    schedule = parse_schedule("indri", (folder / "schedule.yaml").read_bytes(), page.encode())
    facts: dict[str, Fetched[Any]] = {}
    for name in TEAM.deliverables:
        shape = world()[deliverable_of("hibiscus", name)].value
        assert shape is not None
        file = replace(shape, series="indri", releases=(), branches=())
        facts[deliverable_of("indri", name).name] = Fetched(file, NOW, "network")
    facts[schedule_of("indri").name] = Fetched(schedule, NOW, "network")
    return world(**facts)


def master(snapshot: Snapshot, name: str, now: dt.datetime) -> str:
    rows = branch_states(Moment(snapshot, now))
    return next(str(r.state) for r in rows if (r.deliverable, r.branch) == (name, "master"))


CASES = [
    ("final_lib", "glance-store", "by 23:59 AoE on 11 February 2027", "2027-02-12T11:59:00"),
    ("final_lib", "glance-store", "by 11 February 2027, 13:00 UTC", "2027-02-11T13:00:00"),
    ("final_lib", "glance-store", "by 11 February 2027 at 00:00 UTC", "2027-02-11T00:00:00"),
    ("final_lib", "glance-store", "by 11 February 2027", "2027-02-12T00:00:00"),
    ("_3", "glance", "18 February 2027, end of day PST", "2027-02-19T07:59:00"),
    ("_3", "glance", "16 February 2027", "2027-02-17T00:00:00"),
    ("ff", "glance", "Features freeze on 17 February 2027 at 15:00 UTC", "2027-02-17T15:00:00"),
]


@pytest.mark.parametrize(("event", "name", "words", "instant"), CASES)
def test_it_is_frozen_from_the_instant_on(
    event: str, name: str, words: str, instant: str, upstream_data: Path
) -> None:
    snapshot, bound = indri(upstream_data, **{event: f"{words}."}), at(instant)
    for now in (bound - dt.timedelta(hours=3), bound - A_SECOND):
        assert master(snapshot, name, now) == "open", now
    for now in (bound, bound + A_SECOND, bound + dt.timedelta(hours=3)):
        assert master(snapshot, name, now) in ("library-freeze", "feature-freeze"), now


@pytest.mark.parametrize(("event", "name", "words", "instant"), CASES)
def test_the_page_has_it_from_the_day_of_the_instant(
    event: str, name: str, words: str, instant: str, upstream_data: Path
) -> None:
    moment = Moment(indri(upstream_data, **{event: f"{words}."}), at("2027-01-20T00:00:00"))
    calendar = calendar_of(moment)
    assert calendar is not None
    told = "feature freeze" if name == "glance" else "libraries frozen: glance_store"
    (band,) = (each for each in frozen_stretches(moment, calendar) if each.name == told)
    assert str(band.first) == instant[:10]


def test_the_end_is_said_with_its_hour(upstream_data: Path) -> None:
    snapshot = indri(upstream_data, final_lib="Released by 23:59 AoE on 11 February 2027.")
    now = at("2027-02-12T09:00:00")
    assert said(snapshot, "freeze glance_store", now)[0].startswith(
        "glance_store master: open until Fri 2027-02-12 11:59 UTC, R-6, today, then library "
        "freeze. Development of 2027.1 Indri; the final release for non-client libraries is next."
    )
    part = milestone_part(Moment(snapshot, now))
    assert part is not None
    assert "; next freeze: Final release for non-client libraries, Fri 2027-02-12 11:59 UTC" in (
        in_words(part.phrases)
    )


def test_midnight_that_is_named_is_of_the_day_it_is_named_with(upstream_data: Path) -> None:
    snapshot = indri(upstream_data, final_lib="Released by 11 February 2027 at 00:00 UTC.")
    now = at("2027-02-09T09:00:00")
    (line,) = said(snapshot, "freeze glance_store", now)[:1]
    assert "open until Thu 2027-02-11 00:00 UTC, R-6, in 2 days, then library freeze" in line
    assert "Thu 2027-02-11" in said(snapshot, "next", now)[0]


FOLLOWS = [
    ("16 February 2027 is the Indri-3 milestone.", ("Tue 2027-02-16",)),
    ("17 February 2027, 15:00 UTC is the Indri-3 milestone.", ("Wed 2027-02-17",)),
    ("23 February 2027 is the Indri-3 milestone.", ("Thu 2027-02-18", "Tue 2027-02-23")),
]


@pytest.mark.parametrize(("words", "days"), FOLLOWS)
@pytest.mark.parametrize("event", ["feature freeze", "soft", "requirements freeze"])
def test_feature_freeze_is_with_its_milestone(
    event: str, words: str, days: tuple[str, ...], upstream_data: Path
) -> None:
    snapshot = indri(upstream_data, _3=words)
    now = at("2027-02-15T09:00:00")
    (answer,) = said(snapshot, f"when {event}", now)
    assert all(day in answer for day in days), answer
    (following,) = said(snapshot, "next", now)
    assert days[0] in following
    assert "Feature freeze" in following
    assert days[0] in " ".join(said(snapshot, "freeze glance", now))
    part = milestone_part(Moment(snapshot, now))
    assert part is not None
    rows = [row for row in part.tables[0].rows if "freeze" in str(row[3]).lower()]
    assert {day for day in days if any(day in str(row) for row in rows)} == set(days), rows
    if len(days) == 1:
        assert "Thu 2027-02-18" not in answer
        assert answer.endswith("(with milestone 3).")


def test_one_with_a_day_of_its_own_stays(upstream_data: Path) -> None:
    snapshot = indri(
        upstream_data, _3="16 February 2027 is the milestone.", ff="Frozen on 17 February 2027."
    )
    now = at("2027-02-17T09:00:00")
    assert said(snapshot, "when feature freeze", now)[0].startswith(
        "Feature freeze: Wed 2027-02-17, R-5, today (the day stands in its text)"
    )
    assert "open until the end of Wed 2027-02-17" in said(snapshot, "freeze glance", now)[0]
    later = at("2027-02-18T09:00:00")
    assert "Feature freeze has passed: no features" in said(snapshot, "freeze glance", later)[0]


def test_the_hard_string_freeze_is_not_to_come_behind_rc1s_tag() -> None:
    now = at("2026-09-09T14:00:00")
    tagged = with_file(
        world(), "hibiscus", "glance", "33.0.0.0rc1@2026-09-09", branch="stable/2026.2"
    )
    for snapshot, told in ((tagged, False), (with_file(world(), "hibiscus", "glance"), True)):
        part = milestone_part(Moment(snapshot, now))
        assert part is not None
        text = in_words(part.phrases)
        assert text.startswith("RC1 is ")
        assert ("next freeze: Hard StringFreeze" in text) == told, text


def told(snapshot: Snapshot, now: str) -> str:
    """All that is said of the branches by a snapshot that was read when it says."""
    moment = Moment(snapshot, at(now))
    reply = freeze(moment, Ask("you", channel="#openstack-glance"))
    return " ".join(render(reply.doc))


def test_before_its_freeze_a_finished_series_is_open_and_nothing_is_said_missing() -> None:
    file = with_file(world(), "hibiscus", "glance", "33.0.0.0rc1", "33.0.0", branch="stable/2026.2")
    text = told(file, "2026-08-20T12:00:00")
    assert "glance until the end of Thu 2026-08-27, R-5, in 7 days, then feature freeze" in text
    assert "stable/2026.2" not in text


def test_a_branch_without_a_day_beside_a_final_that_has_one() -> None:
    file = with_file(
        world(), "hibiscus", "glance", "33.0.0.0rc1", "33.0.0@2026-09-30", branch="stable/2026.2"
    )
    key = deliverable_of("hibiscus", "glance")
    cut = replace(file[key].value.branches[0], created=None)
    facts = {
        **file.facts,
        key.name: replace(file[key], value=replace(file[key].value, branches=(cut,))),
    }
    text = told(replace(file, facts=facts), "2026-09-30T18:00:00")
    assert "(when it was cut is not known; 33.0.0 is released on Wed 2026-09-30): glance" in text
    assert "not in glance's" not in text


def test_a_repository_has_one_name() -> None:
    snapshot = with_file(world(), "hibiscus", "glance", "33.0.0@2026-09-30", branch="stable/2026.2")
    key = deliverable_of("hibiscus", "python-glanceclient").name
    there = with_file(world(), "hibiscus", "python-glanceclient", "4.13.0", branch="stable/2026.2")
    snapshot = replace(snapshot, facts={**snapshot.facts, key: there.facts[key]})
    snapshot = with_file(snapshot, "hibiscus", "glance-store", "5.7.0@2026-08-19")
    for now in ("2026-09-30T18:00:00", "2026-10-05T18:00:00"):
        text = " ".join(said(snapshot, "freeze", at(now)))
        assert "not in glance_store's file" in text
        assert "glance-store" not in text


def test_days_that_are_past_are_as_they_were(upstream_data: Path) -> None:
    """A file that has its RC1 today had none a month ago."""
    for rc1 in ("33.0.0.0rc1", "33.0.0.0rc1@2026-09-10"):
        snapshot = with_file(world(), "hibiscus", "glance", rc1, branch="stable/2026.2")
        fact = snapshot[deliverable_of("hibiscus", "glance")]
        now = at("2026-09-14T12:00:00")
        read = {deliverable_of("hibiscus", "glance").name: replace(fact, at=now)}
        moment = Moment(replace(snapshot, facts={**snapshot.facts, **read}), now)
        calendar = calendar_of(moment)
        assert calendar is not None
        bands = {band.name: str(band.first) for band in frozen_stretches(moment, calendar)}
        assert bands["feature freeze"] == "2026-08-28"
        assert bands["release-critical only"] in ("2026-09-10", "2026-09-11")
