"""Every handler of the network's words: what the network says counts, what somebody on it says, or
what is cut short, does not; and what is never said is not waited for."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from supybot import ircmsgs

from GlanceRelease.frontends.irc.membership import ChannelMembership
from GlanceRelease.frontends.irc.message_origin import (
    is_false_service,
    is_from_server,
    throttled_channel,
)
from GlanceRelease.frontends.irc.send_queue import SendQueue

ME, PLACE = "glancebot", "#openstack-glance"
MALLORY = "mallory!m@elsewhere.example"
SERVER, FAR = "irc.test", "far.test"


@dataclass
class Hearing(ChannelMembership):
    """The ears alone; `told` is what they tell the parts behind them."""

    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._door = self._part("door")
        self._identities = self._part("identities")
        self._watchdog = self._part("watchdog")

    def _part(self, name: str) -> Any:
        told = self.told

        class Part:
            def __getattr__(self, what: str) -> Any:
                def tell(*args: Any) -> None:
                    if what in ("is_in", "moved"):  # asked, and answered with no
                        return
                    words = [word for word in args if isinstance(word, str)]
                    told.append(" ".join([name, what, *words]))

                return tell

        return Part()

    def hear(self, line: str, prefix: str) -> list[str]:
        """What is told of a line with this prefix, "" for a line without any."""
        self.told.clear()
        msg = ircmsgs.IrcMsg(s=f":{prefix} {line}" if prefix else line)
        handler = getattr(self, f"do{msg.command.capitalize()}")
        handler(network(self.told), msg)
        return list(self.told)


class Queue(SendQueue):
    """What waits for the network, and tells what it is told."""

    def __init__(self, told: list[str]) -> None:
        super().__init__()
        self._told = told

    def gone(self, nick: str) -> None:
        self._told.append(f"queue gone {nick}")


def network(told: list[str]) -> Any:
    irc = SimpleNamespace(nick=ME, network="test", server=SERVER, getCallback=lambda name: None)
    irc.queue = Queue(told)
    irc.getRealIrc = lambda: irc
    return irc


@dataclass(frozen=True)
class Row:
    """A line of the network's, who says it, and what it means; the same from `forgers`, and the
    `broken` ones, mean nothing."""

    line: str
    means: tuple[str, ...]
    broken: tuple[str, ...]
    sender: str = SERVER
    forgers: tuple[str, ...] = (MALLORY, "mallory", f"{ME}!g@bot.example", ME, "ir!c@irc.test")


def refusal(number: str, *more: str) -> Row:
    means = (f"door refused {PLACE} {number} No", *more)
    return Row(
        f"{number} {ME} {PLACE} :No", means, (number, f"{number} {ME}", f"{number} {ME} :No")
    )


def whois(line: str, *broken: str) -> Row:
    return Row(line, ("identities heard",), (line.split()[0], *broken))


OWN = (MALLORY, SERVER, "", "glancebot`!g@bot.example", "glancebot2!glancebot@glancebot")
MINE = "GlanceBot!g@bot.example"
THROTTLED = "throttled due to flooding"
TABLE = {
    "doJoin": Row(
        f"JOIN {PLACE}",
        (f"door joined {PLACE}", f"watchdog let_in test {PLACE}"),
        ("JOIN", "JOIN :"),
        MINE,
        OWN,
    ),
    "doPart": Row(
        f"PART {PLACE} :bye",
        (
            f"door left {PLACE}",
            f"watchdog has_left test {PLACE}",
            f"watchdog thrown_out {PLACE} bye",
        ),
        ("PART",),
        MINE,
        OWN,
    ),
    "doKick": Row(  # an operator may; whom it concerns is not the text's to say
        f"KICK {PLACE} {ME} :out",
        (f"door left {PLACE}", f"watchdog thrown_out {PLACE} out"),
        ("KICK", f"KICK {PLACE}", f"KICK {PLACE} mallory :{ME}", f"KICK {PLACE} : "),
        MALLORY,
        (),
    ),
    "doPong": Row(f"PONG {SERVER} :token", ("door receipt token",), ("PONG",)),
    "doNotice": Row(
        f"NOTICE {ME} :*** Message to {PLACE} {THROTTLED}",
        (f"door refused {PLACE} {THROTTLED}",),
        (
            "NOTICE",
            f"NOTICE {ME}",
            f"NOTICE {PLACE} :*** Message to {PLACE} {THROTTLED}",
            f"NOTICE {ME} :{PLACE} {THROTTLED}",
            f"NOTICE {ME} :mallory said: *** Message to {PLACE} {THROTTLED}",
            f"NOTICE {ME} :*** Message to {PLACE} #other {THROTTLED}",
            f"NOTICE {ME} :\x01*** Message to {PLACE} {THROTTLED}\x01",
        ),
    ),
    "do401": Row(
        f"401 {ME} alice :No",
        ("door refused alice 401 No", "queue gone alice"),
        ("401", f"401 {ME}", f"401 {ME} :alice"),
    ),
    **{f"do{n}": refusal(n) for n in ("403", "404", "411", "412", "415", "442")},
    "do307": whois(f"307 {ME} alice :has identified", f"307 {ME}"),
    "do311": whois(f"311 {ME} alice a alice.example * :Alice", f"311 {ME} alice a"),
    "do318": whois(f"318 {ME} alice :End", f"318 {ME}"),
    "do330": whois(f"330 {ME} alice alice :is logged in as", f"330 {ME} alice"),
}


def test_every_handler_stands_in_the_table() -> None:
    handlers = {name for name in dir(ChannelMembership) if name.startswith("do")}
    assert handlers == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_what_the_network_says_counts(name: str) -> None:
    row, hearing = TABLE[name], Hearing()
    assert hearing.hear(row.line, row.sender) == list(row.means)
    if row.sender == SERVER:
        assert hearing.hear(row.line, "") == list(row.means)


@pytest.mark.parametrize("name", TABLE)
def test_what_somebody_says_in_its_place_does_not(name: str) -> None:
    row, hearing = TABLE[name], Hearing()
    for forger in row.forgers:
        assert hearing.hear(row.line, forger) == [], forger


@pytest.mark.parametrize("name", TABLE)
def test_what_is_broken_neither_counts_nor_fails(name: str) -> None:
    row, hearing = TABLE[name], Hearing()
    for line in row.broken:
        assert hearing.hear(line, row.sender) == [], line


REFUSED = f"door refused {PLACE} %s No", f"watchdog kept_out {PLACE} %s No"


def filtered(line: str, prefix: str) -> list[str]:
    """What is told of a line before any handler has it."""
    hearing = Hearing()
    hearing.inFilter(network(hearing.told), ircmsgs.IrcMsg(s=f":{prefix} {line}"))
    return hearing.told


@pytest.mark.parametrize("number", ["405", "437", "471", "473", "474", "475", "485", "520", "599"])
def test_any_error_about_a_channel_keeps_the_bot_out(number: str) -> None:
    assert filtered(f"{number} {ME} {PLACE} :No", SERVER) == [each % number for each in REFUSED]
    for forger in (MALLORY, "mallory", ME, "ir!c@irc.test"):
        assert filtered(f"{number} {ME} {PLACE} :No", forger) == []
    for broken in (number, f"{number} {ME}", f"{number} {ME} {PLACE}"):
        assert filtered(broken, SERVER) == []


def test_an_error_that_a_line_gets_is_told_once() -> None:
    assert filtered(f"404 {ME} {PLACE} :No", SERVER) == [f"watchdog kept_out {PLACE} 404 No"]


def test_what_is_no_error_keeps_nobody_out() -> None:
    for number in ("332", "366", "604"):
        assert filtered(f"{number} {ME} {PLACE} :No", SERVER) == []


def test_a_remote_server_answers_a_whois() -> None:
    assert Hearing().hear(TABLE["do307"].line, FAR) == ["identities heard"]


@pytest.mark.parametrize(
    ("prefix", "is_one"),
    [
        ("", True),
        ("irc.test", True),
        ("solenoid.oftc.net", True),
        ("::1", True),
        ("localhost", False),
        ("mallory", False),
        ("mallory@irc.test", False),
        ("mallory!irc.test", False),
        ("mallory!m@irc.test", False),
        (".", False),
        ("irc.", False),
    ],
)
def test_who_is_a_server(prefix: str, is_one: bool) -> None:
    msg = ircmsgs.IrcMsg(s=f":{prefix} PONG x :y" if prefix else "PONG x :y")
    assert is_from_server(network([]), msg) is is_one


def test_a_server_without_a_dot_is_known_by_the_name_it_gave_itself() -> None:
    irc = network([])
    irc.server = "localhost"
    msg = ircmsgs.IrcMsg(s=f":localhost NOTICE {ME} :*** Message to #x {THROTTLED}")
    assert throttled_channel(irc, msg) == "#x"


def test_its_own_name_as_an_introduction_makes_nobody_a_server() -> None:
    irc = network([])
    irc.server = MALLORY  # Limnoria takes it from whatever comes
    assert not is_from_server(irc, ircmsgs.IrcMsg(s=f":{MALLORY} PONG x :y"))


@pytest.mark.parametrize(
    ("configured", "prefix", "is_false"),
    [
        ("NickServ@services.oftc.net", "NickServ!services@services.oftc.net", False),
        ("NickServ@services.oftc.net", MALLORY.replace("mallory", "nickserv"), True),
        ("NickServ@services.oftc.net", "NickServ", True),
        ("NickServ@services.oftc.net", MALLORY, False),
        ("NickServ", MALLORY.replace("mallory", "NickServ"), False),
        ("", MALLORY, False),
    ],
)
def test_services_are_where_the_configuration_says(
    configured: str, prefix: str, is_false: bool
) -> None:
    irc = network([])
    services = SimpleNamespace(registryValue=lambda name, network: configured)
    irc.getCallback = lambda name: services
    notice = ircmsgs.IrcMsg(s=f":{prefix} NOTICE {ME} :Password incorrect")
    assert is_false_service(irc, notice) is is_false
    assert (Hearing().inFilter(irc, notice) is None) is is_false
