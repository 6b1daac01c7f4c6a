"""Why a branch takes what it takes: every fact has words, every state a rule with its source, and
where a line has no room the lightest go, not the states."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from GlanceRelease.cli.freeze import freeze_row
from GlanceRelease.domain.model import Kind
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.freeze_reasons import (
    Fact,
    FreezeRule,
    Next,
    Reason,
    due_of_kind,
)
from GlanceRelease.domain.releases.freeze_state import State
from GlanceRelease.domain.snapshot import Fetched, Snapshot, deliverable_of
from GlanceRelease.duties.freeze.command import select
from GlanceRelease.duties.freeze.reason_words import reason_text
from GlanceRelease.duties.freeze.words import TAKES, then_words, why_text
from kit.edges import calendar_named, known
from kit.glance_facts import NOW, TEAM, at, said, with_file, world

LATE = "2026-10-02T12:00:00"


def hibiscus(now: str) -> Moment:
    """Hibiscus with RC1 and its branch in glance's file, read just then."""
    versions = ("33.0.0.0rc1@2026-09-11",)
    snapshot = with_file(world(), "hibiscus", "glance", *versions, branch="stable/2026.2")
    facts = {name: replace(fact, at=at(now)) for name, fact in snapshot.facts.items()}
    return Moment(Snapshot(TEAM, facts), at(now))


@pytest.mark.parametrize("fact", Fact)
def test_every_fact_has_words_in_which_nothing_is_left_open(
    fact: Fact, upstream_data: Path
) -> None:
    due = due_of_kind(calendar_named(known(upstream_data), "hibiscus"), Kind.FINAL_RC)
    day = (dt.date(2026, 9, 11),)
    text = (day * 2,)
    what = fact, "stable/2026.2", "2026.2 Hibiscus", Kind.FINAL_RC
    full = Reason(*what, due, True, day, text, NOW)
    words = reason_text(full)
    assert words == " ".join(words.split())
    assert words[:1].isalnum()
    assert not {"{", "None"} & set(words.split())


def test_every_state_takes_something_and_every_end_has_a_name() -> None:
    assert set(TAKES) == set(State)
    row = select(Moment(world(), NOW), "glance master")[0]
    assert len({then_words(replace(row, then=each)) for each in Next}) == len(Next)
    assert len({rule.rule for rule in FreezeRule}) == len(FreezeRule)
    assert all(rule.source for rule in FreezeRule)


def test_json_has_the_values_behind_the_words() -> None:
    moment = hibiscus(LATE)
    branch, master = (
        next(row for row in select(moment, "glance") if row.branch == name)
        for name in ("stable/2026.2", "master")
    )
    told = freeze_row(moment, branch)
    json.dumps(told)
    assert (told["state"], told["then"]) == ("final-rc", "stable")
    assert told["rule"]["name"] == "release-candidates"
    assert told["rule"]["source"].startswith("Project Team Guide, release management")
    assert [reason["fact"] for reason in told["reasons"]] == [
        *("of-series", "tagged", "final-rc-deadline-passed", "release-late")
    ]
    assert told["reasons"][1] == {
        "fact": "tagged",
        "name": "33.0.0.0rc1",
        "days": ["2026-09-11"],
    }
    deadline = told["reasons"][2]["due"]
    assert (deadline["week"], deadline["precision"]) == ("R-1", "week")
    own = freeze_row(moment, master)
    assert own["rule"] == {
        "name": "release-critical-on-master",
        "source": "Glance, release-cpl.rst: Release Candidate Releases",
    }
    assert own["why"] == why_text(moment, master)


def test_what_it_would_be_is_a_state_with_its_end() -> None:
    key = deliverable_of("indri", "glance").name
    facts = {**world().facts, key: Fetched[object](problem="HTTP 503")}
    moment = Moment(Snapshot(TEAM, facts), NOW)
    (row,) = (row for row in select(moment, "glance") if row.branch == "master")
    assert freeze_row(moment, row)["guess"] == {
        "state": "open",
        "since": "2026-10-01T00:00:00Z",
        "until": "2027-02-19T00:00:00Z",
    }


def test_where_there_is_no_room_what_follows_goes_and_no_state() -> None:
    (active, _) = said(
        hibiscus("2026-09-18T00:00:00").snapshot, "freeze", at("2026-09-18T00:00:00")
    )
    assert active.endswith("master open: glance-tempest-plugin.")
    assert "..." not in active
    assert "master library-freeze: glance_store, python-glanceclient until the end of" in active


def test_many_repositories_are_named_as_far_as_there_is_room() -> None:
    names = tuple(f"a-rather-long-name-{number}" for number in range(30))
    (line, *_) = said(Snapshot(replace(TEAM, deliverables=names), world().facts), "freeze master")
    assert 380 < len(line) <= 400
    assert line.startswith("master unknown (")
    assert " and " in line.rpartition(", ")[2]
    assert line.endswith(" more.")
