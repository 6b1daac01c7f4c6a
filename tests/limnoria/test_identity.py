"""A WHOIS counts for the person who gave the command, not for whoever has the nick by then."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from supybot import ircmsgs

from GlanceRelease.domain.people import Asker
from GlanceRelease.identity import Identities

COMMAND = ircmsgs.IrcMsg(s=":croelandt!cyril@home.example PRIVMSG #openstack-glance :!plan")
VERIFIED = (
    "311 bot croelandt cyril home.example * :Cyril",
    "307 bot croelandt :has identified for this nick",
    "318 bot croelandt :End of /WHOIS list.",
)


class Network:
    """What `Identities` needs of Limnoria: a queue for lines, and what is to be done later."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.later: list[Any] = []
        self.answers: list[Asker | None] = []
        self.irc = SimpleNamespace(network="test", queueMsg=lambda msg: self.sent.append(str(msg)))
        self.identities = Identities(self._wait)

    def _wait(self, work: Any, follow: Any) -> None:
        work.close()
        self.later.append(follow)

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
