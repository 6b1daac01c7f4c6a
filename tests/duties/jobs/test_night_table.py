"""Nights, and all that the bot makes of them: what the channel hears, `jobs`, `job`, the report.

They stand in night_table.txt beside this file, by what they are about; how one is written says
`kit.upstream.night_table`. After a change that is meant, `python
tests/duties/jobs/test_night_table.py` writes the answers anew, to be read before they are kept.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kit.upstream.night_table import Block, blocks, sections, told_of
from kit.upstream.server import Upstream

FILE = Path(__file__).with_name("night_table.txt")
SUBJECTS = 12
NIGHTS = [
    pytest.param(block, id=f"{subject}: {block.title}")
    for subject, rows in sections(FILE.read_text())
    for block in blocks(rows)
]


def test_every_subject_has_two_nights_and_a_neighbour_that_is_silent() -> None:
    found = [list(blocks(rows)) for _, rows in sections(FILE.read_text())]
    assert len(found) == SUBJECTS
    for rows in found:
        assert len(rows) >= 3
        assert any(not block.said for block in rows)
        assert all(block.jobs and block.job and block.part for block in rows)


@pytest.mark.parametrize("block", NIGHTS)
def test_a_night(block: Block, upstream: Upstream) -> None:
    assert told_of(block, upstream) == block.told


def _write() -> None:
    text = []
    for subject, rows in sections(FILE.read_text()):
        text.append(f"# {subject}\n")
        for block in blocks(rows):
            with Upstream() as gerrit:
                text.append(f"{block.with_told(told_of(block, gerrit)).text}\n")
    FILE.write_text("\n".join(text))


if __name__ == "__main__":
    _write()
