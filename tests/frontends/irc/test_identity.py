"""A WHOIS counts for the person who gave the command, not for whoever has the nick by then; and it
is remembered only as long as the bot sees that person."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from supybot import ircmsgs

from GlanceRelease.domain.people.roles import Asker
from GlanceRelease.frontends.irc.identity import Identities

COMMAND = ircmsgs.IrcMsg(s=":croelandt!cyril@home.example PRIVMSG #openstack-glance :!plan")
VERIFIED = (
    "311 bot croelandt cyril home.example * :Cyril",
    "307 bot croelandt :has identified for this nick",
    "318 bot croelandt :End of /WHOIS list.",
)


def _never(nick: str) -> bool:
    return False


class Network:
    """What `Identities` needs of Limnoria: a queue for lines, and what is to be done later."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.later: list[Any] = []
        self.answers: list[Asker | None] = []
        self.channel = SimpleNamespace(
            users={"croelandt", "bob", "glancebot"}, isOp=_never, isVoice=_never
        )
        self.irc = SimpleNamespace(
            network="test",
            nick="glancebot",
            queueMsg=lambda msg: self.sent.append(str(msg)),
            state=SimpleNamespace(channels={"#a": self.channel}, capabilities_ack=set()),
        )
        self.has_services = True
        self.identities = Identities(self._wait, lambda network: self.has_services)

    def _wait(self, work: Any, follow: Any) -> None:
        work.close()
        self.later.append(follow)

    def at_hand(self, message: str = str(COMMAND)) -> Asker:
        msg = ircmsgs.IrcMsg(s=message)
        msg.channel = "#a"
        found = self.identities.at_hand(self.irc, msg, (), "")
        return replace(found, standing=frozenset())  # Limnoria's harness makes everybody an admin

    def who_is(self, nick: str) -> None:
        self.identities.who_is(self.irc, nick, self.answers.append)

    def moves(self, line: str) -> None:
        self.identities.moved(self.irc, ircmsgs.IrcMsg(s=line))

    def ask(self) -> None:
        self.identities.verify(self.irc, COMMAND, self.answers.append)

    def hear(self, *lines: str) -> None:
        for line in lines:
            self.identities.heard(self.irc, ircmsgs.IrcMsg(s=f":irc.test {line}"))


def test_a_verified_nick_of_the_same_person_is_theirs() -> None:
    network = Network()
    network.ask()
    network.hear(*VERIFIED)
    assert network.answers == [Asker("croelandt", None, True)]


@pytest.mark.parametrize(
    "lines",
    [
        (VERIFIED[0].replace("home.example", "elsewhere.example"), *VERIFIED[1:]),
        (VERIFIED[0].replace(" cyril ", " other "), *VERIFIED[1:]),
        (VERIFIED[0], VERIFIED[2]),
        VERIFIED[1:],
        ("401 bot croelandt :No such nick", VERIFIED[2]),
    ],
)
def test_anything_else_proves_nothing(lines: tuple[str, ...]) -> None:
    network = Network()
    network.ask()
    network.hear(*lines)
    assert network.answers == [Asker("croelandt", None, False)]


def test_commands_at_once_share_one_whois_and_a_late_answer_counts_no_more() -> None:
    network = Network()
    network.ask()
    network.ask()
    assert len(network.sent) == 1
    network.later[0](None)
    assert network.answers == [None, None]
    network.hear(*VERIFIED)
    assert network.answers == [None, None]


def test_an_answer_that_nobody_asked_for_is_not_heard() -> None:
    network = Network()
    network.hear(*VERIFIED)
    assert network.answers == []


def test_an_account_is_told_beside_a_verified_nick() -> None:
    network = Network()
    network.ask()
    network.hear(VERIFIED[0], "330 bot croelandt somebody :is logged in as", *VERIFIED[1:])
    assert network.answers == [Asker("croelandt", "somebody", True)]


KNOWN = Asker("croelandt", None, True)


def known_network() -> Network:
    network = Network()
    network.ask()
    network.hear(*VERIFIED)
    assert network.at_hand() == KNOWN
    return network


def test_whose_a_nick_is_is_asked_once_while_they_are_seen() -> None:
    network = known_network()
    network.who_is("croelandt")
    assert network.answers == [KNOWN, KNOWN]
    assert len(network.sent) == 1


@pytest.mark.parametrize(
    "line",
    [
        ":croelandt!cyril@home.example QUIT :bye",
        ":croelandt!cyril@home.example NICK :cyril",
        ":bob!b@b.example NICK :croelandt",
        ":croelandt!cyril@home.example PART #a",
        ":bob!b@b.example KICK #a croelandt :out",
        ":croelandt!cyril@home.example ACCOUNT *",
        ":glancebot!g@bot.example PART #a",
        ":bob!b@b.example KICK #a glancebot :out",
    ],
)
def test_it_is_forgotten_when_the_nick_may_be_anothers(line: str) -> None:
    network = known_network()
    network.moves(line)
    assert network.at_hand() == Asker("croelandt")
    network.who_is("croelandt")
    assert len(network.sent) == 2
    network.hear(*VERIFIED)
    assert network.answers[-1] == KNOWN


@pytest.mark.parametrize(
    "line",
    [
        ":bob!b@b.example QUIT :croelandt",
        ":bob!b@b.example NICK :bobby",
        ":bob!b@b.example PRIVMSG croelandt :NICK",
        "NICK",
        ":bob!b@b.example KICK #a",
    ],
)
def test_what_others_do_forgets_nothing(line: str) -> None:
    network = known_network()
    network.moves(line)
    assert network.at_hand() == KNOWN


def test_what_was_once_said_gives_no_right_of_the_teams() -> None:
    network = known_network()
    found = network.identities.at_hand(network.irc, COMMAND, (), "", is_remembered=False)
    assert not found.verified


def test_another_host_under_the_nick_is_somebody_else() -> None:
    network = known_network()
    assert network.at_hand(str(COMMAND).replace("home", "away")) == Asker("croelandt")


def test_who_is_seen_in_no_channel_is_asked_about_each_time() -> None:
    network = known_network()
    network.channel.users.remove("croelandt")
    assert network.at_hand() == Asker("croelandt")
    for times in (2, 3):
        network.who_is("croelandt")
        network.hear(*VERIFIED)
        assert len(network.sent) == times
    network.identities.forget_all()


def test_who_is_unknown_is_not_remembered() -> None:
    network = Network()
    network.who_is("croelandt")
    network.hear(VERIFIED[0], VERIFIED[2])
    network.who_is("croelandt")
    network.hear(*VERIFIED[1:])
    assert network.answers == [Asker("croelandt"), Asker("croelandt")]
    assert len(network.sent) == 2


def test_an_account_is_told_where_the_nick_is_not_verified() -> None:
    network = Network()
    network.who_is("croelandt")
    network.hear(VERIFIED[0], "330 bot croelandt cyril :is logged in as", VERIFIED[2])
    assert network.answers == [Asker("croelandt", "cyril")]


def test_a_command_and_a_line_share_one_whois_and_each_means_whom_it_means() -> None:
    network = Network()
    network.who_is("croelandt")
    network.ask()
    network.hear(VERIFIED[0].replace("home", "away"), *VERIFIED[1:])
    assert network.answers == [KNOWN, Asker("croelandt")]
    assert len(network.sent) == 1


def test_where_the_configuration_says_that_there_are_no_services_the_nick_counts() -> None:
    network = Network()
    network.has_services = False
    network.who_is("croelandt")
    assert network.answers == [Asker("croelandt", no_services=True)]
    assert network.at_hand() == Asker("croelandt", no_services=True)
    assert network.sent == []
