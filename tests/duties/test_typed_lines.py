"""Three hundred lines as people type them, with the answers that they get, held word for word.

The answers stand in typed_lines.txt beside this file: a section for each person and instant, ">"
before what is typed. After a change that is meant, `python tests/duties/test_typed_lines.py` writes
them anew, to be read before they are kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from GlanceRelease.app import Ask
from kit.glance_facts import at, said, world

FILE = Path(__file__).with_name("typed_lines.txt")
CHANNEL = "#openstack-glance"
PEOPLE = {
    "passer-by in the channel": Ask("rosmaita", channel=CHANNEL),
    "passer-by in private": Ask("rosmaita"),
    "liaison in the channel": Ask("pdeore", verified=True, channel=CHANNEL),
    "liaison in private": Ask("pdeore", verified=True),
    "liaison who has not identified": Ask("pdeore", channel=CHANNEL),
}
_Section = tuple[str, dt.datetime, list[tuple[str, list[str]]]]


def sections(text: str) -> Iterator[_Section]:
    """The person, the instant, and what was typed with the answers."""
    for block in text.split("\n== ")[1:]:
        head, *rows = block.splitlines()
        who, _, when = head.rpartition(", ")
        typed: list[tuple[str, list[str]]] = []
        for row in rows:
            if row.startswith("> "):
                typed.append((row[2:], []))
            elif row.startswith("  "):
                typed[-1][1].append(row[2:])
        yield who, at(when), typed


def answers(who: str, when: dt.datetime, text: str) -> list[str]:
    """What the bot says to it."""
    return said(world(), text, when, PEOPLE[who])


CASES = [
    pytest.param(who, when, text, told, id=f"{who}: {text}")
    for who, when, rows in sections(FILE.read_text())
    for text, told in rows
]


def test_there_are_three_hundred() -> None:
    assert len(CASES) >= 300


@pytest.mark.parametrize(("who", "when", "text", "told"), CASES)
def test_a_typed_line_has_its_answer(
    who: str, when: dt.datetime, text: str, told: list[str]
) -> None:
    assert answers(who, when, text) == told


def _write() -> None:
    head = FILE.read_text().split("\n== ")[0]
    parts = [head.rstrip("\n")]
    for who, when, rows in sections(FILE.read_text()):
        parts.append(f"\n== {who}, {when:%Y-%m-%dT%H:%M:%S}")
        for text, _ in rows:
            parts += [f"> {text}", *(f"  {line}" for line in answers(who, when, text))]
    FILE.write_text("\n".join(parts) + "\n")


if __name__ == "__main__":
    _write()
