"""Who is who, and who may: by account, by verified nick, never by nick alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from GlanceRelease.domain.messages.clauses import Call, clause
from GlanceRelease.domain.messages.doc import line
from GlanceRelease.domain.model import GovernanceTeam, Person
from GlanceRelease.domain.people.roles import Asker, fold, holders, liaisons, may, names_of, who_may
from GlanceRelease.domain.snapshot import GOVERNANCE, Fetched, Snapshot
from GlanceRelease.domain.team import Member, Rights
from GlanceRelease.render.irc import line_text
from GlanceRelease.service.outbox.calls_a_day import spared
from kit.glance_facts import NOW, TEAM, world

DEPUTY = {"deputy": (Member("abhishekk", "abhishek", "Abhishek Kekane"),)}


@pytest.mark.parametrize(
    ("asker", "allowed"),
    [
        (Asker("croelandt"), False),
        (Asker("croelandt", verified=True), True),
        (Asker("Croelandt", verified=True), True),
        (Asker("somebody", "croelandt"), True),
        (Asker("croelandt", ""), False),
        (Asker("croelandt", "somebody"), False),
        (Asker("croelandt", "somebody", verified=True), False),
        (Asker("abhishekk", "abhishek"), True),
        (Asker("abhishekk", "abhishekk"), False),
        (Asker("abhishekk", "abhishekk", verified=True), False),
        (Asker("abhiaway", "abhishek", verified=True), True),
        (Asker("abhishekk", verified=True), True),
        (Asker("anybody", standing=frozenset({"operator"})), True),
        (Asker("anybody", standing=frozenset({"voice"})), False),
        (Asker("anybody", standing=frozenset({"admin"})), True),
        (Asker(""), False),
        (Asker("", ""), False),
    ],
)
def test_rights_come_from_what_the_network_vouches_for(asker: Asker, allowed: bool) -> None:
    snapshot = world(replace(TEAM, people=DEPUTY))
    assert may(snapshot, "plan", asker) is allowed


def test_a_refusal_names_who_may_by_name_and_calls_nobody() -> None:
    snapshot = world(replace(TEAM, people=DEPUTY, rights=Rights(plan=("ptl", "deputy", "voice"))))
    assert who_may(snapshot, "plan") == (
        "That is for the PTL (Cyril Roelandt), the deputy (Abhishek Kekane) or one with a voice in "
        "the channel"
    )
    nobody = world(replace(TEAM, rights=Rights(plan=())))
    assert who_may(nobody, "plan") == "The team's file gives that to nobody"


def elected(nick: str) -> Snapshot:
    """Governance after an election, without a release liaison."""
    ptl = Person("Somebody New", nick)
    team = GovernanceTeam("glance", ptl, (), "openstack-glance", ())
    return world(**{GOVERNANCE.name: Fetched((team,), NOW, "network")})


def test_names_follow_governance_and_the_ptl_is_the_liaison_where_there_is_none() -> None:
    before, after = world(), elected("newcomer")
    assert [one.nick for one in liaisons(before)] == ["pdeore"]
    assert [one.nick for one in liaisons(after)] == ["newcomer"]
    assert may(after, "plan", Asker("newcomer", verified=True))
    assert not may(after, "plan", Asker("croelandt", verified=True))


def test_the_teams_file_takes_the_place_of_governance() -> None:
    snapshot = world(replace(TEAM, people={"release": (Member("stand-in"),)}))
    assert [one.nick for one in holders(snapshot, "release", "ptl")] == ["stand-in", "croelandt"]


def test_nicks_that_some_networks_think_one_are_two() -> None:
    assert fold("Nick[1]") != fold("Nick{1}")
    assert fold("NICK") == fold("nick")


def test_the_third_call_of_a_day_is_by_name() -> None:
    names = names_of(world())
    cyril, pranali = Call("croelandt"), Call("pdeore")
    said = [line(cyril, ": one"), line(pranali, ", ", Call("CRoelandt"), ": two")]
    third = line(pranali, ", ", clause(cyril, ": three", shorter=[(cyril,)]), "; croelandt2 too")
    spoken = spared(third, names, said)
    assert line_text(spoken) == "pdeore, Cyril Roelandt: three; croelandt2 too"
    assert line_text(spoken, 40) == "pdeore, Cyril Roelandt; croelandt2 too"
    assert spared(third, names, said[:1]) == third
    mail = line("croelandt wrote: three")  # a name in a sentence calls nobody by our doing
    assert spared(mail, names, said) == mail
