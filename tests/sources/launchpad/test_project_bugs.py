"""A project's bugs on a Launchpad of our own: pages, what was modified, its bad days."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Iterator

import pytest

from GlanceRelease.domain.bugs.tracker import BugDetail, ProjectBugs, Sight
from GlanceRelease.sources.http import Http, Trouble
from GlanceRelease.sources.launchpad.bug_details import BugDetailsSource
from GlanceRelease.sources.launchpad.project_bugs import ProjectBugsSource
from GlanceRelease.sources.protocols import Kept
from kit.glance_facts import at
from kit.upstream.launchpad import LaunchpadServer, StoredBug

NOW = at("2027-03-01T10:00:00")
HALF_AN_HOUR = dt.timedelta(minutes=30)
NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


@pytest.fixture
def launchpad() -> Iterator[LaunchpadServer]:
    with LaunchpadServer() as server:
        yield server


def project(server: LaunchpadServer, *tags: str, name: str = "glance") -> ProjectBugsSource:
    return ProjectBugsSource(server.api, name, tags or ("indri-rc-potential",))


def poll(
    source: ProjectBugsSource | BugDetailsSource, last: Kept | None = None, now: dt.datetime = NOW
) -> Kept:
    async def fetch() -> Kept:
        async with Http("glance-release-tests") as http:
            return await source.fetch(http, last, now)

    return asyncio.run(fetch())


def test_of_five_thousand_open_bugs_those_stay_that_may_count(launchpad: LaunchpadServer) -> None:
    for number in range(1, 5001):
        launchpad.add(StoredBug(number, f"bug {number}", importance="Medium"))
    launchpad.change(4000, "2027-02-01T00:00:00+00:00", importance="Critical", assignee="alice")
    launchpad.change(4001, "2027-02-01T00:00:00+00:00", tags=["indri-rc-potential"])
    launchpad.change(4002, "2027-02-01T00:00:00+00:00", milestone="indri-3")
    source = project(launchpad)
    known = source.read(poll(source))
    assert sorted(known.tasks) == [4000, 4001, 4002]
    assert known.tasks[4000].title == "bug 4000"
    assert known.tasks[4000].assignee == "alice"
    assert known.tasks[4002].milestone == "indri-3"
    assert known.tagged == {4001}
    assert launchpad.count("searchTasks") == 17 + 1


def test_then_two_requests_a_poll_tell_what_changed(launchpad: LaunchpadServer) -> None:
    launchpad.add(StoredBug(7, "stays", importance="Critical"))
    launchpad.add(StoredBug(8, "is fixed", importance="Critical"))
    launchpad.add(StoredBug(9, "is no bug", importance="High"))
    source = project(launchpad)
    kept = poll(source)
    launchpad.change(8, "2027-03-01T10:10:00+00:00", status="Fix Released", importance="Low")
    launchpad.change(9, "2027-03-01T10:10:00+00:00", duplicate_of=7)
    launchpad.add(StoredBug(10, "new", importance="Critical", changed="2027-03-01T10:20:00+00:00"))
    asked = len(launchpad.seen)
    kept = poll(source, kept, NOW + HALF_AN_HOUR)
    assert len(launchpad.seen) - asked == 2
    known = source.read(kept)
    assert {n: task.status for n, task in known.tasks.items()} == {
        7: "New",
        8: "Fix Released",
        9: "New",
        10: "New",
    }
    assert known.touched[9] == NOW + HALF_AN_HOUR
    assert known.touched[7] == NOW


def test_a_week_away_loses_nothing(launchpad: LaunchpadServer) -> None:
    launchpad.add(StoredBug(7, "fixed meanwhile", importance="Critical"))
    source = project(launchpad)
    kept = poll(source)
    launchpad.times_out()
    with pytest.raises(Trouble, match="HTTP 503"):
        poll(source, kept, NOW + HALF_AN_HOUR)
    launchpad.change(7, "2027-03-03T10:10:00+00:00", status="Fix Released")
    launchpad.trouble = None
    known = source.read(poll(source, kept, NOW + dt.timedelta(days=7)))
    assert known.tasks[7].is_fixed


def test_milestones_are_asked_once_a_day(launchpad: LaunchpadServer) -> None:
    launchpad.projects["glance"] = {"indri-3": "2027-02-25", "ongoing": ""}
    source = project(launchpad)
    kept = poll(source)
    days = {name: each.day for name, each in source.read(kept).milestones.items()}
    assert days == {"indri-3": dt.date(2027, 2, 25), "ongoing": None}
    poll(source, kept, NOW + HALF_AN_HOUR)
    assert launchpad.count("active_milestones") == 1


def test_a_tag_with_odd_characters_is_asked_for_as_it_stands(launchpad: LaunchpadServer) -> None:
    tag = 'a b&c="d+%'
    launchpad.add(StoredBug(7, "odd", importance="High", tags=[tag]))
    source = project(launchpad, tag)
    assert source.read(poll(source)).tagged == {7}


def test_a_project_that_is_not_there(launchpad: LaunchpadServer) -> None:
    source = project(launchpad, name="nowhere")
    assert source.read(poll(source)) == ProjectBugs("nowhere", is_there=False)
    there = project(launchpad)
    kept = poll(there)
    del launchpad.projects["glance"]
    with pytest.raises(Trouble, match="404, though it was there"):
        poll(there, kept, NOW + HALF_AN_HOUR)


@pytest.mark.parametrize(
    ("page", "trouble"),
    [
        (None, "another shape"),
        ([], "another shape"),
        ({"entries": []}, "another shape"),
        ({"total_size": 1, "entries": {}}, "another shape"),
        ({"total_size": 1, "entries": [{"title": "no number"}]}, "another shape"),
        ({"total_size": 2, "entries": []}, "0 of 2 entries"),
        ({"total_size_link": "x", "entries": [], "next_collection_link": 7}, "elsewhere"),
        (
            {"total_size": 1, "entries": [], "next_collection_link": "http://elsewhere.invalid/"},
            "elsewhere",
        ),
    ],
)
def test_a_forged_page_is_a_trouble(launchpad: LaunchpadServer, page: object, trouble: str) -> None:
    launchpad.route("/devel/glance", json.dumps(page), headers={"Content-Type": "application/json"})
    with pytest.raises(Trouble, match=trouble):
        poll(project(launchpad))


def test_pages_that_go_round_end(launchpad: LaunchpadServer) -> None:
    page = {
        "total_size_link": "x",
        "entries": [],
        "next_collection_link": f"{launchpad.api}/glance",
    }
    launchpad.route("/devel/glance", json.dumps(page), headers={"Content-Type": "application/json"})
    with pytest.raises(Trouble, match="without an end"):
        poll(project(launchpad))


def test_html_with_200_is_no_answer(launchpad: LaunchpadServer) -> None:
    launchpad.route("/devel/glance", "<html>", headers={"Content-Type": "text/html"})
    with pytest.raises(Trouble, match="a web page instead of JSON"):
        poll(project(launchpad))


def test_of_a_bug_itself_who_may_see_it_is_told(launchpad: LaunchpadServer) -> None:
    launchpad.add(StoredBug(7, "there", tags=["security"], duplicate_of=6, projects=["nova"]))
    launchpad.add(StoredBug(8, "private", private=True))
    source = BugDetailsSource(launchpad.api, ((7, NEVER), (8, NEVER), (9, NEVER)))
    told = source.read(poll(source))
    assert (told[7].sight, told[7].tags, told[7].duplicate_of) == (Sight.THERE, ("security",), 6)
    assert told[7].task_in(["glance"]) is None
    assert told[8] == BugDetail(8, Sight.PRIVATE)
    assert told[9] == BugDetail(9, Sight.ABSENT)


def test_a_bug_is_asked_again_when_it_was_modified_and_once_a_day(
    launchpad: LaunchpadServer,
) -> None:
    launchpad.add(StoredBug(7, "there"))
    source = BugDetailsSource(launchpad.api, ((7, NOW - HALF_AN_HOUR),))
    kept = poll(source)
    asked = len(launchpad.seen)
    assert poll(source, kept, NOW + HALF_AN_HOUR) == kept
    assert len(launchpad.seen) == asked
    later = BugDetailsSource(launchpad.api, ((7, NOW + HALF_AN_HOUR),))
    again = poll(later, kept, NOW + HALF_AN_HOUR)
    assert launchpad.seen[asked].status == 304
    assert later.read(again)[7].title == "there"
    launchpad.bugs[7].private = True
    day = poll(source, again, NOW + dt.timedelta(days=1, minutes=31))
    assert source.read(day)[7].sight is Sight.PRIVATE


@pytest.mark.parametrize("body", ["[]", "null", "{}", '{"title": 7', "7"])
def test_a_bug_in_another_shape_is_a_trouble(launchpad: LaunchpadServer, body: str) -> None:
    launchpad.route("/devel/bugs/7", body, headers={"Content-Type": "application/json"})
    with pytest.raises(Trouble):
        poll(BugDetailsSource(launchpad.api, ((7, NEVER),)))
