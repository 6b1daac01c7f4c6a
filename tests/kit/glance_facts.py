"""A small world of facts that the tests ask about: Glance in Hibiscus and Indri, all fresh."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from GlanceRelease import registry
from GlanceRelease.app import Ask
from GlanceRelease.configuration import settings
from GlanceRelease.domain.model import Branch, Deliverable, Release
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.snapshot import Fetched, Snapshot, deliverable_of, schedule_of
from GlanceRelease.domain.team import Team
from GlanceRelease.render.irc import render
from GlanceRelease.sources.bundled_facts import load_bundled

ROOT = Path(__file__).parents[2]
NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)  # a Sunday, after R-18 of Indri
TEAM = settings.load(ROOT / "config").default_team


def at(text: str) -> dt.datetime:
    """The instant of an ISO text, UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@cache
def _facts() -> dict[str, Fetched[Any]]:
    fresh = {
        name: replace(fact, origin="network", at=NOW, upstream="opendev")
        for name, fact in load_bundled().facts.items()
    }
    for name in TEAM.deliverables:  # a 404: nothing is released in Indri yet
        nothing = Fetched(None, NOW, "network", upstream="opendev")
        fresh[deliverable_of("indri", name).name] = nothing
    return fresh


def world(team: Team = TEAM, **facts: Fetched[Any]) -> Snapshot:
    """The facts as upstream would give them now, with these in their places (by key's name)."""
    return Snapshot(team, {**_facts(), **facts})


def with_event(snapshot: Snapshot, name: str, **changes: Any) -> Snapshot:
    """The facts, with one event of indri's schedule changed."""
    key = schedule_of("indri")
    schedule = snapshot[key].value
    assert schedule is not None
    events = tuple(replace(e, **changes) if e.id == name else e for e in schedule.events)
    fetched = replace(snapshot[key], value=replace(schedule, events=events))
    return Snapshot(snapshot.team, {**snapshot.facts, key.name: fetched})


def with_file(
    snapshot: Snapshot, series: str, name: str, *versions: str, branch: str | None = None
) -> Snapshot:
    """The snapshot in which the deliverable's file has these versions; "33.0.0.0rc1@2026-09-10"
    tells the day of its tag (at noon UTC), and `branch` is at the last version."""
    shape = _shape(name)
    releases = tuple(_release(version, shape) for version in versions)
    branches = (Branch(branch, releases[-1].version, releases[-1].tagged),) if branch else ()
    file = replace(shape, series=series, releases=releases, branches=branches)
    fact = Fetched(file, NOW, "network", upstream="opendev")
    return replace(snapshot, facts={**snapshot.facts, deliverable_of(series, name).name: fact})


def hibiscus_out(snapshot: Snapshot) -> Snapshot:
    """The snapshot in which Hibiscus is released, with its branches."""
    for name, version in (
        ("glance", "33.0.0"),
        ("glance-store", "5.6.0"),
        ("python-glanceclient", "4.12.0"),
    ):
        snapshot = with_file(snapshot, "hibiscus", name, version, branch="stable/2026.2")
    return snapshot


def _shape(name: str) -> Deliverable:
    file: Deliverable = _facts()[deliverable_of("hibiscus", name).name].value
    return file


def _release(text: str, shape: Deliverable) -> Release:
    version, _, day = text.partition("@")
    tagged = at(f"{day}T12:00:00") if day else None
    return Release(version, ((shape.repositories[0], "a" * 40),), tagged)


def said(
    snapshot: Snapshot, text: str, now: dt.datetime = NOW, ask: Ask | None = None
) -> list[str]:
    """The lines that the channel gets for a command at an instant at which upstream has just said
    what it said before; what goes to the person in private begins
    with "(private) "."""
    asked = ask or Ask(nick="rosmaita", channel="#openstack-glance")
    fresh = {
        name: replace(fact, at=now) if fact.at == NOW and not fact.problem else fact
        for name, fact in snapshot.facts.items()
    }
    reply = registry.answer(Moment(replace(snapshot, facts=fresh), now), text, asked)
    private = reply.private or asked.channel is None
    mark = "(private) " if reply.private and asked.channel else ""
    return [mark + line for line in render(reply.doc, private=private)]
