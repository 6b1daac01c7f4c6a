"""Who one can be in the trial room is the team's data, and its time is what was typed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from GlanceRelease.frontends.trial_room.parts_played import (
    NotPlayed,
    PlayedTime,
    nick_of,
    people_of,
    users_file,
)
from kit.irc.bot import ROOT

NOW = {"GLANCE_RELEASE_NOW": "2027-01-12T09:00:00Z"}


def test_the_parts_are_the_teams_people() -> None:
    people = people_of(ROOT / "config")
    assert people == {"passer-by": "you", "liaison": "pdeore", "ptl": "croelandt"}
    assert nick_of(people, "PTL") == "croelandt"
    assert nick_of(people, "passer by") == "you"
    assert users_file(people).count("capability admin") == 2
    assert "you!" not in users_file(people)
    with pytest.raises(NotPlayed, match="/as liaison"):
        nick_of(people, "operator")


@pytest.mark.parametrize(
    ("command", "words", "start", "speed"),
    [
        ("/at", "2027-02-18 09:59", dt.datetime(2027, 2, 18, 9, 59, tzinfo=dt.UTC), 1.0),
        ("/at", "2027-02-18 09:59 UTC", dt.datetime(2027, 2, 18, 9, 59, tzinfo=dt.UTC), 1.0),
        ("/at", "2027-02-18", dt.datetime(2027, 2, 18, tzinfo=dt.UTC), 1.0),
        ("/faster", "60", None, 60.0),
    ],
)
def test_the_time_is_set(
    tmp_path: Path, command: str, words: str, start: dt.datetime | None, speed: float
) -> None:
    played = PlayedTime.of(NOW, tmp_path / "state")
    told = played.set(command, words)
    assert told.endswith("the bot starts anew")
    assert played.speed == speed
    assert start is None or played.start == start
    environment = played.environment()
    assert environment["GLANCE_RELEASE_SPEED"] == str(speed)
    assert environment["GLANCE_RELEASE_STATE"] == str(tmp_path / "state")


def test_going_back_begins_with_nothing(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    (state / "ledger").touch()
    played = PlayedTime.of(NOW, state)
    played.set("/at", "2027-02-18 09:59")
    assert (state / "ledger").exists()
    assert "is forgotten" in played.set("/at", "2027-02-17 09:59")
    assert not (state / "ledger").exists()


@pytest.mark.parametrize(
    ("command", "words"), [("/at", "tomorrow"), ("/at", ""), ("/faster", "x"), ("/faster", "0")]
)
def test_no_time_is_a_question(tmp_path: Path, command: str, words: str) -> None:
    with pytest.raises(NotPlayed):
        PlayedTime.of({}, tmp_path / "state").set(command, words)
