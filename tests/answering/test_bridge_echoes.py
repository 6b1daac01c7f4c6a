"""Places that a bridge joins are one: said once, answered once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from GlanceRelease.answering import bridge_echoes
from GlanceRelease.answering.bridge_echoes import BridgeEchoes
from kit.glance_facts import TEAM

IRC, ROOM, OTHER = "#openstack-glance", "#glance:hs.test", "#other:hs.test"
BRIDGED = replace(TEAM, channels=(IRC, ROOM, OTHER), bridged=((IRC, ROOM),))


def test_unasked_lines_go_to_one_of_them() -> None:
    assert replace(BRIDGED, bridged=()).announced == (IRC, ROOM)
    assert BRIDGED.announced == (IRC, OTHER)
    assert replace(BRIDGED, channels=(ROOM, IRC)).announced == (ROOM,)
    assert replace(BRIDGED, channels=("#Openstack-Glance", ROOM)).announced == (
        "#Openstack-Glance",
    )


@pytest.mark.parametrize(("first", "second"), [(IRC, ROOM), (ROOM, IRC)])
def test_an_echo_is_not_answered_again(first: str, second: str) -> None:
    echoes = BridgeEchoes()
    assert not echoes.is_echo(BRIDGED, first, "next")
    assert echoes.is_echo(BRIDGED, second, " NEXT")
    assert not echoes.is_echo(BRIDGED, second, "next")  # which is somebody's own
    assert echoes.is_echo(BRIDGED, first, "next")


def test_the_same_words_in_one_place_or_in_others_are_no_echo() -> None:
    echoes = BridgeEchoes()
    for _ in range(2):
        assert not echoes.is_echo(BRIDGED, IRC, "next")
        assert not echoes.is_echo(BRIDGED, OTHER, "next")
        assert not echoes.is_echo(BRIDGED, None, "next")
    assert not echoes.is_echo(BRIDGED, ROOM, "week")
    assert not echoes.is_echo(replace(BRIDGED, bridged=()), ROOM, "next")


def test_what_was_asked_long_ago_has_no_echo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge_echoes, "SECONDS", 0.0)
    echoes = BridgeEchoes()
    assert not echoes.is_echo(BRIDGED, IRC, "next")
    assert not echoes.is_echo(BRIDGED, ROOM, "next")


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge_echoes, "_REMEMBERED", 3)
    echoes = BridgeEchoes()
    for number in range(5):
        echoes.is_echo(BRIDGED, IRC, f"next {number}")
    assert not echoes.is_echo(BRIDGED, ROOM, "next 0")
    assert echoes.is_echo(BRIDGED, ROOM, "next 4")
