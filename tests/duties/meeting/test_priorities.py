"""The stated priorities of a milestone, from a Gerrit on loopback to the lines in the channel."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from GlanceRelease.domain.calendar.team_calendar import calendar_of
from GlanceRelease.domain.messages.clauses import in_words
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.people.note import Note
from GlanceRelease.domain.releases.priority import PRIORITIES, priorities_in, what_is_meant
from GlanceRelease.domain.snapshot import Fetched, Snapshot
from GlanceRelease.duties.meeting.milestone import MILESTONES, next_of
from GlanceRelease.duties.meeting.priorities import priorities_part
from GlanceRelease.duties.releases.left_to_do import work_for
from GlanceRelease.registry import Ask, answer
from GlanceRelease.render.irc import render
from GlanceRelease.sources.gerrit.priority_changes import PriorityChangesSource, queries_of
from GlanceRelease.sources.http import Http
from kit.page_facts import NOW, snapshot
from kit.upstream.server import Reply, Upstream

DAY = dt.timedelta(days=1)
CHANNEL = "#openstack-glance"


def change(number: int, status: str = "NEW", days: int = 1, **votes: int) -> dict[str, Any]:
    """A change as Gerrit tells it, last touched so many days ago."""
    return {
        "_number": number,
        "project": "openstack/glance",
        "branch": "master",
        "subject": f"Change {number}",
        "status": status,
        "updated": f"{NOW - days * DAY:%Y-%m-%d %H:%M:%S}.000000000",
        "labels": {name: {"all": [{"value": value}]} for name, value in votes.items()},
    }


def gerrit(found: dict[str, list[dict[str, Any]]]) -> Any:
    def reply(request: web.BaseRequest) -> Reply:
        lists = [found.get(query, []) for query in request.query.getall("q")]
        body = json.dumps(lists if len(lists) > 1 else lists[0])
        return Reply(f")]}}'\n{body}".encode(), 200, {"Content-Type": "application/json"})

    return reply


def stated(*words: str) -> Snapshot:
    """The snapshot after these were said in the channel."""
    one = snapshot()
    for text in words:
        reply = answer(Moment(one, NOW), f"priority {text}", Ask(nick="alice", channel=CHANNEL))
        assert reply.notes, render(reply.doc)
        one = replace(one, notes=(*one.notes, *reply.notes))
    return one


async def asked(one: Snapshot, upstream: Upstream) -> Snapshot:
    """The snapshot after Gerrit answered."""
    source = PriorityChangesSource(upstream.url, queries_of(priorities_in(one.notes)))
    async with Http("test") as http:
        value = source.read(await source.fetch(http, None, NOW))
    facts = {**one.facts, PRIORITIES.name: Fetched(value, NOW, "network")}
    return replace(one, facts=facts)


def said(one: Snapshot, text: str) -> str:
    return render(answer(Moment(one, NOW), text, Ask(nick="alice", channel=CHANNEL)).doc)[0]


@pytest.mark.asyncio
async def test_each_is_told_with_its_state(upstream: Upstream) -> None:
    upstream.routes["/changes/"] = gerrit(
        {
            "change:900001": [change(900001, "MERGED")],
            "change:900002": [change(900002, Verified=-1)],
            "change:900003": [change(900003, Workflow=1)],
            'topic:"encryption"': [
                change(900004, "MERGED"),
                change(900005, days=9),
                change(900006),
            ],
        }
    )
    one = await asked(
        stated(
            "add m2 900001",
            "add milestone 2 https://review.opendev.org/c/openstack/glance/+/900002 @bob",
            "add indri-2 900003",
            "add i-2 topic:encryption",
            "add m2 900009",
            "add m2 write the docs (eve)",
            "add m3 900001",
        ),
        upstream,
    )
    assert said(one, "priorities") == (
        "Priorities for Indri-2 milestone, Thu 2027-01-14: 1 of 6 merged: 900001 merged, 900002 "
        "(bob) failing, 900003 approved, topic:encryption 1 of 3 merged, open, idle since 9 "
        "days, 900009 not found, write the docs (eve)."
    )
    assert said(one, "priorities m3").startswith("Priorities for Indri-3 milestone")
    part = priorities_part(Moment(one, NOW))
    assert part is not None
    assert in_words(part.phrases).startswith("1 of 6 priorities merged: ")
    assert part.tables[0].count == 1
    assert len(part.tables[0].rows) == 6


@pytest.mark.asyncio
async def test_the_milestones_reminders_carry_the_count(upstream: Upstream) -> None:
    upstream.routes["/changes/"] = gerrit({"change:900001": [change(900001, "MERGED")]})
    one = await asked(stated("add m2 900001", "add m2 900002", "add m2 words alone"), upstream)
    calendar = calendar_of(Moment(one, NOW))
    assert calendar is not None
    milestone = next_of(calendar, MILESTONES, NOW)
    assert milestone is not None
    left = work_for(Moment(one, NOW), calendar, milestone).left
    assert "1 of 2 priorities" in [task.text for task in left]


def test_one_is_dropped_by_its_number() -> None:
    one = stated("add m2 900001")
    reply = answer(Moment(one, NOW), "priority drop 1", Ask(nick="alice", channel=CHANNEL))
    assert reply.notes == (Note("priority", "1", None, "alice", NOW),)
    assert said(one, "priority drop 7") == 'No priority has the number "7".'
    assert "Thu 2027-01-14: 0 of 1 merged" in said(one, "priorities")
    assert "900001 not known" in said(one, "priorities"), "Gerrit was not asked yet"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("900001", "900001"),
        ("https://review.opendev.org/900001", "900001"),
        ("https://review.opendev.org/c/openstack/glance/+/900001/3", "900001"),
        ("https://review.opendev.org/#/c/900001/", "900001"),
        ("topic:x", "topic:x"),
        ("review 3 specs", "review 3 specs"),
    ],
)
def test_a_change_is_known_by_number_or_address(text: str, meant: str) -> None:
    assert what_is_meant(text) == meant
