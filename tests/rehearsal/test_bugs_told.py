"""A cycle with bugs, rehearsed: what the channel and its people would have heard of them."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from GlanceRelease.domain.releases.released import Released
from GlanceRelease.domain.team import Bugs, Member
from GlanceRelease.rehearsal.bugs_then import parse_bugs
from GlanceRelease.rehearsal.transcript import rehearse
from GlanceRelease.sources.strict_yaml import Unreadable
from kit.glance_facts import TEAM, at, hibiscus_out, with_file, world

ASM = Member("asm", name="Alice Smith", launchpad="alice-lp")
ONE = replace(
    TEAM, bugs=Bugs(projects=("glance",)), people={"core": (ASM,)}, meeting=None,
    release_meeting=None, deliverables=("glance",),
)  # fmt: skip
GLANCE = {"project": "openstack/glance"}
PICK = "Change-Id: I" + "2" * 40
HISTORY = [
    {"at": "2027-02-10T09:00:00Z", "bug": 2130001, "project": "glance", "title": "Old",
     "importance": "Critical"},
    {"at": "2027-02-22T09:00:00Z", "bug": 2130002, "project": "glance", "title": "Images are lost",
     "importance": "Critical"},
    {"at": "2027-02-22T11:00:00Z", "bug": 2130002, "assignee": "alice-lp"},
    {"at": "2027-02-23T09:00:00Z", "bug": 2130003, "project": "glance", "title": "Slow",
     "importance": "High"},
    {"at": "2027-02-24T10:00:00Z", "change": 900, **GLANCE, "status": "MERGED",
     "message": "Closes-Bug: #2130001"},
    {"at": "2027-02-24T10:00:00Z", "bug": 2130001, "status": "Fix Released"},
    {"at": "2027-03-05T10:00:00Z", "change": 901, **GLANCE, "status": "MERGED",
     "message": f"Closes-Bug: #2130002\n{PICK}"},
    {"at": "2027-03-05T10:00:00Z", "bug": 2130002, "status": "Fix Released"},
    {"at": "2027-03-09T10:00:00Z", "change": 902, **GLANCE, "branch": "stable/2027.1",
     "message": PICK},
    {"at": "2027-03-15T15:00:00Z", "change": 902, "status": "MERGED"},
]  # fmt: skip
RELEASED = (
    Released("glance", "34.0.0.0rc1", at("2027-03-04T12:00:00"), ("stable/2027.1",), "indri"),
    Released("glance", "34.0.0.0rc2", at("2027-03-17T12:00:00"), (), "indri"),
    Released("glance", "34.0.0", at("2027-03-24T12:00:00"), (), "indri"),
    Released("glance", "33.0.0", at("2026-09-30T12:00:00"), ("stable/2026.2",), "hibiscus"),
)

SAID = [
    "Mon 02-22 09:00 #openstack-glance Release-critical for 2027.1 Indri now: 2130002 "
    '"Images are lost" (Critical, nobody has it): no change yet.',
    'Mon 02-22 11:00 asm Yours, and it holds 2027.1 Indri: 2130002 "Images are lost" '
    "(Critical, Alice Smith): no change yet. To hear no more of it: ack.",
    'Wed 03-03 10:00 asm Yours, and it holds 2027.1 Indri: 2130002 "Images are lost" '
    "(Critical, Alice Smith): no change yet. To hear no more of it: ack.",
    "Mon 03-08 10:00 #openstack-glance 1 release-critical bug left before the final RC, "
    'Thu 2027-03-18, in 10 days: 2130002 "Images are lost" (Critical, Alice Smith, '
    "reported since m3): on master (901), not on stable/2027.1.",
    "Mon 03-15 10:00 #openstack-glance 1 release-critical bug left before the final RC, "
    'Thu 2027-03-18, in 3 days: 2130002 "Images are lost" (Critical, Alice Smith, '
    "reported since m3): on master (901), not on stable/2027.1: cherry-pick 902 waits for"
    " review.",
    "Mon 03-15 15:00 #openstack-glance The last release-critical bug of 2027.1 Indri is "
    'fixed: 2 in all: 2130001 "Old": in 34.0.0.0rc1; 2130002 "Images are lost": merged on'
    " stable/2027.1 (902).",
    "Mon 03-15 15:00 pdeore 1 fix on stable/2027.1 since glance 34.0.0.0rc1; final RC is "
    "Thu 2027-03-18; !draft glance rc, the second of three at most.",
]


def heard(bugs: object) -> list[str]:
    facts = hibiscus_out(world(ONE))
    facts = with_file(
        facts, "indri", "glance", "34.0.0.0rc1", "34.0.0.0rc2", "34.0.0", branch="stable/2027.1"
    )
    key = "deliverable/indri/glance"
    file = facts.facts[key].value
    shas = ("c" * 40, "d" * 40, "d" * 40)
    releases = tuple(
        replace(release, hashes=(("openstack/glance", sha),))
        for release, sha in zip(file.releases, shas, strict=True)
    )
    branch = replace(file.branches[0], location="34.0.0.0rc1")
    fact = replace(facts.facts[key], value=replace(file, releases=releases, branches=(branch,)))
    facts = replace(facts, facts={**facts.facts, key: fact})
    rows = parse_bugs(json.dumps(bugs).encode()) if bugs is not None else None

    async def run() -> list[str]:
        said = rehearse(
            facts, RELEASED, at("2027-02-15T00:00:00"), at("2027-03-30T00:00:00"), (), rows
        )
        return [
            f"{row.at:%a %m-%d %H:%M} {row.target} {row.text}"
            async for row in said
            if row.rule in ("bugs", "candidate")
        ]

    return asyncio.run(run())


def test_a_cycle_with_three_bugs() -> None:
    assert heard(HISTORY) == SAID


def test_without_a_history_nothing_is_known_of_bugs() -> None:
    assert heard(None) == []


@pytest.mark.parametrize(
    ("rows", "trouble"),
    [
        ({}, "not a JSON list of rows"),
        ([7], "row 1: at is needed"),
        ([{"at": "2027-03-01T00:00:00Z"}], "row 1: a number is needed as bug or as change"),
        ([{"at": "2027-03-01T00:00:00Z", "bug": 7, "change": 8}], "row 1: a number is needed"),
        ([{"at": "2027-03-01T00:00:00Z", "bug": "7"}], "row 1: a number is needed"),
        ([{"at": "yesterday", "bug": 7}], "row 1: at: "),
        ([{"at": "2027-03-01T00:00:00Z", "bug": 7, "heat": "1"}], "row 1: heat is none of title"),
        ([{"at": "2027-03-01T00:00:00Z", "change": 7, "status": "Open"}], "row 1: a change is NEW"),
    ],
)
def test_rows_that_are_none(rows: object, trouble: str) -> None:
    with pytest.raises(Unreadable, match=trouble):
        parse_bugs(json.dumps(rows).encode())
    with pytest.raises(Unreadable, match="not JSON"):
        parse_bugs(b"{")
