"""Words that a command does not take are used or named as not taken, never dropped: every command,
with each of its own forms, and behind it a word, a series, a deadline, a deliverable, a week, a
day, a number."""

from __future__ import annotations

import pytest

from GlanceRelease.registry import COMMANDS, Ask
from kit.glance_facts import said, world

LIAISON = Ask("pdeore", verified=True, channel="#openstack-glance")
SURPLUS = {
    "word": "zzz",
    "series": "hibiscus",
    "deadline": "m3",
    "deliverable": "glance_store",
    "week": "R-5",
    "day": "2027-02-18",
    "number": "7",
}
# Each command with words that it takes, as people type it; and which more of the others it uses.
LINES = {
    "ack": "series",
    "action list": "",
    "action done 1": "",
    "action undo 1": "",
    "agenda": "",
    "backport want 987654": "",
    "backports": "series",
    "bug 2130000": "",
    "bug drop 2130000": "",
    "bugs": "deadline deliverable",
    "check 987654": "",
    "deadline list": "",
    "deadline undo": "",
    "deadline drop nothing": "",
    "deadlines": "series deadline week day",
    "deadlines all": "series",
    "deadlines indri": "deadline week day",
    "draft glance": "",
    "draft glance beta": "series",
    "duties": "number",
    "duties 6": "",
    "freeze": "series deliverable",
    "freeze glance": "series",
    "freeze indri": "deliverable",
    "gate": "",
    "help": "",
    "help freeze": "",
    "in": "",
    "job": " ".join(SURPLUS),
    "jobs": "deliverable series",
    "jobs glance": "series",
    "log": "number",
    "log 2": "",
    "meeting": "",
    "mute": "",
    "mute 2h": "",
    "mute #openstack-glance 2h": "",
    "next": "series deadline week day",
    "next rc1": "series",
    "plan": "deadline",
    "plan m2": "deadline day week",
    "plan drop": "deadline number",
    "plan drop m2": "",
    "plan m2 14 January": "",
    "priorities": "deadline number",
    "priorities m2": "series",
    "priority drop 1": "",
    "releases": "series deliverable",
    "releases hibiscus": "deliverable",
    "remind": "",
    "remind 3 days before m2": "",
    "report": "",
    "snooze": "",
    "snooze 3d": "",
    "snooze off": "",
    "sources": "",
    "subscribe": "",
    "subscribe jobs": "",
    "unmute": "",
    "unmute #openstack-glance": "",
    "unreleased": "deliverable",
    "unreleased glance": "",
    "unsubscribe": "",
    "unsubscribe jobs": "",
    "week": "series deadline week day",
    "week R-5": "series",
    "week indri": "deadline week day",
    "when rc1": "series",
    "why": "",
    "why freeze": "",
}
WITHOUT_FACTS = {"backports", "bugs", "log", "job", "jobs"}  # in the tests' small world


def test_every_command_is_tried() -> None:
    assert {line.split()[0] for line in LINES} == set(COMMANDS)


@pytest.mark.parametrize("surplus", SURPLUS)
@pytest.mark.parametrize("line", LINES)
def test_no_word_is_dropped(line: str, surplus: str) -> None:
    word = SURPLUS[surplus]
    bare, more = said(world(), line, ask=LIAISON), said(world(), f"{line} {word}", ask=LIAISON)
    if surplus in LINES[line].split():
        assert more != bare or line.split()[0] in WITHOUT_FACTS
        assert "does not take" not in more[0]
    else:
        assert len(more) == 1
        assert word.lower() in more[0].lower(), f"{line} {word}: {more}"
        assert more != bare
