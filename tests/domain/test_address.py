"""People and places of two networks: told by their form, equal as their network has it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import GlanceRelease
from GlanceRelease.domain.address import address, fold, is_place, place, same_place
from GlanceRelease.networks.known import NETWORKS

PACKAGE = Path(GlanceRelease.__file__).parent
HASH = "!JCgS9Ejh8LzV1lOBfvvbGqCD5T8yYJTxhNbZfFzR7b0"  # an id of room version 12: no server in it

PLACES = [
    ("#openstack-glance", "irc"),
    ("#Ä", "irc"),
    ("##c", "irc"),
    ("#glance:opendev.org", "matrix"),
    ("#glance:127.0.0.1:8448", "matrix"),
    ("#glance:[::1]:8448", "matrix"),
    ("!abc:hs.test", "matrix"),
    (HASH, "matrix"),
    ("!deadlines", ""),  # a command, not a room
    ("!freeze: glance", ""),
    ("#glance:", "irc"),
    ("rosmaita", ""),
    ("@alice:hs.test", ""),
]
PEOPLE = [
    ("rosmaita", "irc"),
    ("ro[s]maita", "irc"),
    ("@alice", "irc"),
    ("alice:hs.test", "irc"),
    ("@alice:hs.test", "matrix"),
    ("@alice:hs.test:8448", "matrix"),
    ("@alice:not a server", "irc"),
]


@pytest.mark.parametrize(("name", "network"), PLACES)
def test_a_place_says_its_network_by_its_form(name: str, network: str) -> None:
    assert place(name).network == network
    assert is_place(name) is bool(network)
    assert str(place(name)) == name


@pytest.mark.parametrize(("name", "network"), PEOPLE)
def test_a_person_says_their_network_by_their_form(name: str, network: str) -> None:
    assert address(name).network == network


def test_folding_is_the_networks() -> None:
    assert fold("Rosmaita") == "rosmaita"
    assert address("Rosmaita") == address("rOSMAITA")
    assert address("@Alice:hs.test") != address("@alice:hs.test")
    assert fold("@Alice:hs.test") == "@Alice:hs.test"
    assert same_place("#OpenStack-Glance", "#openstack-glance")
    assert not same_place("#Glance:hs.test", "#glance:hs.test")
    assert not same_place("#glance:hs.test", "#glance")


def test_who_may_be_two_people_on_some_server_is_never_one() -> None:
    """Services with CASEMAPPING=ascii give "x[" to one and "x{" to another."""
    assert address("x[") != address("x{")
    assert address("Ä") != address("ä")


def test_a_name_of_one_network_is_no_name_of_another() -> None:
    for name in [name for name, _ in PLACES + PEOPLE]:
        theirs = [network for network in NETWORKS if network.is_place(name)]
        assert not any(network.is_person(name) for network in theirs if network.name == "matrix")
    assert [network.name for network in NETWORKS].count("irc") == 1


NETWORK_WORDS = re.compile(
    r"\b(irc|ircs|matrix|limnoria|supybot|nickserv|chanserv|oftc|privmsg|synapse|homeserver)\b",
    re.IGNORECASE,
)
SIGNS = re.compile(r"(target|channel|place|nick|word|first|name)\.startswith\(\(?\"[#!@]\"")
CORE = ("domain", "duties", "service")


def test_the_core_names_no_network() -> None:
    """No word of a network, and no sign of its names, stands in what no network owns."""
    found = [
        f"{path.relative_to(PACKAGE)}:{number}: {line.strip()}"
        for folder in CORE
        for path in sorted((PACKAGE / folder).rglob("*.py"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if NETWORK_WORDS.search(line) or SIGNS.search(line)
    ]
    assert found == []
    assert NETWORK_WORDS.search("what IRC has")
    assert SIGNS.search('target.startswith("#")')
