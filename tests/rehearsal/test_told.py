"""A rehearsal with what people will have told the bot: `simulate --notes FILE`."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import pytest

from GlanceRelease import duties
from GlanceRelease.cli.gathering import Failure
from GlanceRelease.cli.simulate import given_commands
from GlanceRelease.rehearsal.given_commands import GivenCommand, NothingKept
from GlanceRelease.rehearsal.transcript import rehearse
from kit.glance_facts import at, world

duties.load()
ROWS = [
    ("2026-12-05T12:00:00Z", "croelandt", "plan m2 13 January because the gate is slow"),
    ("2026-12-01T12:00:00Z", "croelandt", "plan m2 12 January"),
    ("2026-12-03T12:00:00Z", "bob", "remind 1 week before m2"),
]


def read(path: Path, rows: object) -> tuple[GivenCommand, ...]:
    path.write_text(json.dumps(rows))
    return given_commands(argparse.Namespace(notes=path))


async def heard(notes: tuple[GivenCommand, ...]) -> list[tuple[str, str, str]]:
    start, end = at("2026-12-01T00:00:00"), at("2027-01-08T00:00:00")
    lines = rehearse(world(), None, start, end, notes)
    return [(f"{one.at:%m-%d %H:%M}", one.target, one.text) async for one in lines]


@pytest.mark.asyncio
async def test_the_lines_follow_from_what_is_told(tmp_path: Path) -> None:
    notes = read(
        tmp_path / "notes", [dict(zip(("at", "who", "text"), row, strict=True)) for row in ROWS]
    )
    lines = await heard(notes)
    here = [(when, text) for when, target, text in lines if target == "#openstack-glance"]
    plans = [(when, text) for when, text in here if "plan" in text]
    assert plans[0][0] == "12-01 12:00"
    assert "is planned for Tue 2027-01-12, R-10, in 42 days" in plans[0][1]
    assert plans[1][0] == "12-05 12:00"
    assert "from Tue 2027-01-12 to Wed 2027-01-13" in plans[1][1]
    assert any(when == "12-16 10:00" and "in 28 days" in text for when, text in plans)
    assert [when for when, target, _ in lines if target == "bob"] == ["01-07 10:00"]


@pytest.mark.asyncio
async def test_a_rehearsal_needs_no_database_of_the_bots() -> None:
    row = GivenCommand(1, at("2026-12-01T12:00:00"), "croelandt", "plan m2 12 January")
    start, end = at("2026-12-01T00:00:00"), at("2026-12-02T00:00:00")
    snapshot = replace(world(), no_memory="there is none yet")
    said = [one.text async for one in rehearse(snapshot, None, start, end, (row,))]
    assert any("is planned for Tue 2027-01-12" in text for text in said)


@pytest.mark.asyncio
async def test_a_row_that_the_bot_refuses_is_named() -> None:
    row = GivenCommand(3, at("2026-12-01T12:00:00"), "croelandt", "plan m2 30 Feb")
    with pytest.raises(NothingKept, match="row 3: 30 February is no day of the calendar"):
        await heard((row,))


@pytest.mark.parametrize(
    "rows", [{}, [1], [{"at": "now", "who": "a", "text": "b"}], [{"at": "2026-12-01", "who": "a"}]]
)
def test_what_is_no_row_is_named(tmp_path: Path, rows: object) -> None:
    with pytest.raises(Failure, match="notes"):
        read(tmp_path / "notes", rows)
