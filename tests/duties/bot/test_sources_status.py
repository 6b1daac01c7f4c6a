"""`sources`: how fresh the facts are, upstream by upstream."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from GlanceRelease.domain.ci.builds import NIGHTS, Build, History, Lane, UnreadRow
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.snapshot import NEVER, Fetched, Origin, Snapshot
from GlanceRelease.domain.team import Jobs
from GlanceRelease.registry import Ask, answer
from GlanceRelease.render.irc import render
from kit.glance_facts import NOW, TEAM


def fact(
    upstream: str, minutes: int = 5, problem: str | None = None, origin: Origin = "network"
) -> Fetched[str]:
    at = None if origin == "nowhere" else NOW - dt.timedelta(minutes=minutes)
    return Fetched("x", at, origin, problem, f"https://{upstream}.example/", upstream)


def said(*facts: Fetched[str], private: bool = False) -> list[str]:
    snapshot = Snapshot(TEAM, {f"fact-{number}": one for number, one in enumerate(facts)})
    return render(answer(Moment(snapshot, NOW), "sources", Ask("joe")).doc, private)


def test_what_keeps_it_out_of_a_channel_of_the_team_s_goes_first() -> None:
    outside = {
        "#openstack-glance": "485 Cannot join channel (closed for now)", "#elsewhere": "471 full",
        "#openstack-meeting": "the server does \x02not\n say why" + "x" * 900,
    }  # fmt: skip
    snapshot = Snapshot(TEAM, {"a": fact("zuul", 1)}, outside=outside)
    first, second, third = render(answer(Moment(snapshot, NOW), "sources", Ask("joe")).doc)
    again = "I try again, each half hour at least."
    closed = "485 Cannot join channel (closed for now)"
    assert first == f"I am not let into #openstack-glance ({closed}); {again}"
    assert second.startswith("I am not let into #openstack-meeting (the server does not say whyxxx")
    assert len(second) < 200
    assert third.startswith("zuul: ")


def test_all_is_well_in_one_line() -> None:
    assert said(fact("opendev"), fact("opendev", 9), fact("zuul", 1)) == [
        "opendev: 2 facts, all as of 2026-11-22 14:51 UTC (9 min ago) or later;"
        " zuul: 1 fact, as of 2026-11-22 14:59 UTC (1 min ago)."
    ]


def test_in_trouble_each_upstream_has_a_line() -> None:
    files = [fact("opendev", 200, f"line {number}: a tab", "stored") for number in range(5)]
    assert said(
        fact("opendev"), *files, fact("zuul", 1, "HTTP 500", "nowhere"), fact("gerrit")
    ) == [
        "opendev: 1 of 6 facts fresh; the oldest is as of 2026-11-22 11:40 UTC;"
        " last trouble: line 0: a tab, line 1: a tab and three more.",
        "zuul: 0 of 1 facts fresh, 1 never had; last trouble: HTTP 500.",
        "gerrit: 1 fact, as of 2026-11-22 14:55 UTC (5 min ago).",
    ]


def test_in_private_every_fact_follows() -> None:
    assert said(fact("zuul", 1, "HTTP 500", "stored"), private=True)[1:] == [
        "fact-0: as of 2026-11-22 14:59 UTC (1 min ago) (stored, HTTP 500) https://zuul.example/"
    ]


def test_before_the_first_answer() -> None:
    waiting = (fact("opendev", 120, origin="bundled"), fact("opendev", origin="nowhere"))
    assert said(*waiting, fact("gerrit")) == [
        "opendev: no answer yet; the oldest is as of 2026-11-22 13:00 UTC, 1 never had;"
        " gerrit: 1 fact, as of 2026-11-22 14:55 UTC (5 min ago)."
    ]


def test_before_the_first_poll() -> None:
    words = "No upstream has been asked yet; answers come from what is bundled."
    assert said() == said(NEVER) == [words]


def test_a_zuul_that_counts_anew_is_told_for_a_month() -> None:
    told = []
    for days in (None, 2, 31):
        at = NOW - dt.timedelta(days=days) if days else None
        history = History({}, {}, NOW, NOW, anew=at)
        known = Fetched(history, NOW, "network", None, "https://zuul.example/", "zuul")
        snapshot = Snapshot(TEAM, {NIGHTS.name: known})
        told.append(render(answer(Moment(snapshot, NOW), "sources", Ask("joe")).doc)[1:])
    words = (
        "Zuul's builds count anew since 2026-11-20 15:00 UTC: it shows none of before, I kept them."
    )
    assert told == [[], [words], []]


STORE = "openstack/glance_store"


@pytest.mark.parametrize(
    ("ran", "rows", "words"),
    [
        pytest.param(
            (),
            [("openstack/glance", "", 21)],
            "None of Zuul's builds of openstack/glance in the night of 21 Nov can be read.",
            id="of a night none",
        ),
        pytest.param(
            (),
            [("openstack/glance", "x", 20), ("openstack/glance", "", 22), (STORE, "", 21)],
            "None of Zuul's builds of openstack/glance, openstack/glance_store in the nights of"
            " 20 Nov to 22 Nov can be read.",
            id="of several nights none",
        ),
        pytest.param(
            ("a-tips",),
            [("openstack/glance", "x", 21)],
            "Not all of Zuul's builds of openstack/glance in the night of 21 Nov can be read.",
            id="of a night some",
        ),
        pytest.param(("x",), [("openstack/glance", "x", 21)], "", id="it was read after all"),
        pytest.param((), [("openstack/nova", "x", 21)], "", id="another team's"),
        pytest.param((), [], "", id="all can be read"),
    ],
)
def test_builds_that_cannot_be_read_are_told(
    ran: tuple[str, ...], rows: list[tuple[str, str, int]], words: str
) -> None:
    event = dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC)
    lane = Lane("openstack/glance", "master", "periodic")
    builds = tuple(
        Build(1, job, lane, job, "SUCCESS", True, True, event, event, event, "b") for job in ran
    )
    unread = tuple(UnreadRow(p, job, dt.date(2026, 11, number)) for p, job, number in rows)
    known = Fetched(
        History({lane: builds}, {}, NOW, NOW, unread=unread),
        *(NOW, "network", None, "https://zuul.example/", "zuul"),
    )
    team = replace(TEAM, jobs=Jobs(repositories=("openstack/glance", STORE)))
    moment = Moment(Snapshot(team, {NIGHTS.name: known}), NOW)
    assert render(answer(moment, "sources", Ask("joe")).doc)[1:] == ([words] if words else [])
