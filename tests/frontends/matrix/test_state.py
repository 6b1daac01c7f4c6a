"""What state events tell of a room, forged and broken ones too."""

from __future__ import annotations

import math
from typing import Any

import pytest

from GlanceRelease.frontends.matrix.state import Room, predecessor_of


def event(kind: str, content: Any, key: Any = "", sender: Any = "@alice:x") -> dict[str, Any]:
    return {"type": kind, "state_key": key, "content": content, "sender": sender}


def room(*events: dict[str, Any]) -> Room:
    made = Room("!r")
    for each in events:
        made.takes(each)
    return made


def created(version: Any = "12", **more: Any) -> dict[str, Any]:
    return event("m.room.create", {"room_version": version, **more})


POWERS = event("m.room.power_levels", {"users": {"@bob:x": 50, "@eve:x": "x"}, "users_default": 5})


def test_members_come_and_go() -> None:
    known = room(
        event("m.room.member", {"membership": "join"}, "@alice:x"),
        event("m.room.member", {"membership": "invite"}, "@bob:x"),
        event("m.room.member", {"membership": "join"}, "@eve:x"),
        event("m.room.member", {"membership": "ban"}, "@eve:x"),
        event("m.room.member", {"membership": ["join"]}, "@mallory:x"),
        event("m.room.member", {}, "@mallory:x"),
        event("m.room.member", {"membership": "join"}, 12),
        event("m.room.member", None, "@mallory:x"),
    )
    assert (known.members, known.invited) == ({"@alice:x"}, {"@bob:x"})
    assert known.gone == {"@eve:x", "@mallory:x"}


@pytest.mark.parametrize(
    ("version", "power"), [("12", math.inf), ("13", math.inf), ("org.new", math.inf), ("11", 5)]
)
def test_a_creators_power_has_no_limit_from_version_12_on(version: str, power: float) -> None:
    known = room(created(version, additional_creators=["@carol:x", 12]), POWERS)
    assert known.power_of("@alice:x") == power
    assert known.power_of("@carol:x") == power
    assert known.power_of("@bob:x") == 50
    assert known.power_of("@dave:x") == 5


@pytest.mark.parametrize("level", ["x", None, True, [100], {"level": 100}, 100.5])
def test_a_level_that_is_none_gives_no_power(level: Any) -> None:
    powers = event("m.room.power_levels", {"users": {"@bob:x": level}})
    assert room(created(), powers).power_of("@bob:x") == 0


@pytest.mark.parametrize("users", [None, [], "@bob:x", {"@bob:x": "100"}])
def test_a_list_of_levels_may_be_anything(users: Any) -> None:
    known = room(created(), event("m.room.power_levels", {"users": users}))
    assert known.power_of("@bob:x") == (100 if isinstance(users, dict) else 0)


def test_without_levels_the_creator_alone_has_power() -> None:
    known = room(created("1"))
    assert (known.power_of("@alice:x"), known.power_of("@bob:x")) == (100, 0)


def test_a_tombstone_is_kept_with_its_sender() -> None:
    def successor(content: Any) -> Any:
        return room(event("m.room.tombstone", content, sender="@eve:x")).successor

    assert successor({"replacement_room": "!new"}) == ("!new", "@eve:x")
    for odd in ({}, {"replacement_room": 12}, {"replacement_room": "#a:x"}, None):
        assert successor(odd) is None


def test_who_may_set_a_tombstone() -> None:
    levels = {"users": {"@bob:x": 50, "@eve:x": 100}, "events": {"m.room.tombstone": 100}}
    known = room(created("11"), event("m.room.power_levels", levels))
    assert known.may_set("@eve:x", "m.room.tombstone")
    assert not known.may_set("@bob:x", "m.room.tombstone")
    assert known.may_set("@bob:x", "m.room.name")
    assert not known.may_set("@carol:x", "m.room.name")


def test_encryption_is_for_ever_and_other_keys_count_not() -> None:
    assert room(event("m.room.encryption", None)).is_encrypted
    assert not room(event("m.room.encryption", {}, key="x")).is_encrypted
    levels = event("m.room.power_levels", {"users": {"@eve:x": 100}}, key="x")
    assert room(created("11"), levels).power_of("@eve:x") == 0


def test_a_room_names_the_one_before_it() -> None:
    assert predecessor_of({"predecessor": {"room_id": "!old"}}) == "!old"
    for odd in (None, "!old", {"room_id": 12}, {}):
        assert predecessor_of({"predecessor": odd}) == ""
