"""Who says a meeting's line: services are asked about MeetBot's nick once, and never blockingly;
the lines keep their order; nobody who floods makes the bot ask and ask."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from supybot import ircmsgs

from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.people.note import Note
from GlanceRelease.domain.people.roles import Asker
from GlanceRelease.duties.meeting.heard_lines import ChannelLine
from GlanceRelease.frontends.irc.expiring_set import Recently
from GlanceRelease.frontends.irc.identity import Identities
from GlanceRelease.frontends.irc.vouched_speakers import MeetingListener
from kit.page_facts import NOW, snapshot, team

PLACE = "#openstack-meeting"
MEETBOT, THIEF = "opendevmeet!limnoria@eavesdrop.example", "opendevmeet!m@away.example"
STARTED, ENDED = "Meeting started Thu Nov 26 2026 UTC.", "Meeting ended Thu Nov 26 2026 UTC."
OWN = "307 bot opendevmeet :has identified for this nick"


def _never(nick: str) -> bool:
    return False


class Place:
    """The meeting's channel, as `MeetingListener` sees it on a network without account-tag."""

    def __init__(self, *notes: Note, has_services: bool = True) -> None:
        self.sent: list[str] = []
        self.told: list[ChannelLine] = []
        self.ends: list[Any] = []
        self.hostmasks = {"opendevmeet": MEETBOT, "glancebot": "glancebot!g@bot.example"}
        self.channel = SimpleNamespace(users=set(self.hostmasks), isOp=_never, isVoice=_never)
        self.irc = SimpleNamespace(
            network="test",
            nick="glancebot",
            queueMsg=lambda msg: self.sent.append(str(msg).strip()),
            state=SimpleNamespace(
                channels={PLACE: self.channel},
                capabilities_ack=set(),
                nickToHostmask=lambda nick: self.hostmasks[nick],
            ),
        )
        self.identities = Identities(self._later, lambda network: has_services)
        self.ears = MeetingListener(self.identities, self.told.append)
        self.snapshot = snapshot(notes=notes)

    def _later(self, work: Any, follow: Any) -> None:
        work.close()
        self.ends.append(follow)

    def says(self, prefix: str, text: str) -> None:
        msg = ircmsgs.IrcMsg(s=f":{prefix} PRIVMSG {PLACE} :{text}")
        msg.channel = PLACE
        self.ears.heard(Moment(self.snapshot, NOW), self.irc, msg)

    def answers(self, prefix: str, *more: str) -> None:
        """The server answers a WHOIS of MeetBot's nick."""
        user, _, host = prefix.partition("!")[2].partition("@")
        for line in (f"311 bot opendevmeet {user} {host} * :x", *more, "318 bot opendevmeet :End"):
            self.identities.heard(self.irc, ircmsgs.IrcMsg(s=f":irc.test {line}"))

    @property
    def words(self) -> list[tuple[str, bool]]:
        """What was told, and whether services know who said it."""
        return [(spoken.text, spoken.asker.verified) for spoken in self.told]


@pytest.fixture(autouse=True)
def _nobody_is_an_admin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limnoria's harness makes everybody one."""
    at_hand = Identities.at_hand

    def without(self: Identities, *args: Any) -> Asker:
        return replace(at_hand(self, *args), standing=frozenset())

    monkeypatch.setattr(Identities, "at_hand", without)


def test_meetbot_is_asked_about_once_and_its_lines_keep_their_order() -> None:
    place = Place()
    place.says("carol!c@c.example", "#startmeeting glance")
    assert [spoken.text for spoken in place.told] == ["#startmeeting glance"]
    place.says(MEETBOT, STARTED)
    place.says(MEETBOT, "The meeting name has been set to 'glance'")
    place.says("carol!c@c.example", "#action carol releases it")
    assert len(place.told) == 1, "nothing overtakes a line that waits"
    place.answers(MEETBOT, OWN)
    assert place.words[1:] == [
        (STARTED, True),
        ("The meeting name has been set to 'glance'", True),
        ("#action carol releases it", False),
    ]
    place.says(MEETBOT, ENDED)
    assert place.words[4:] == [(ENDED, True)]
    assert place.sent == ["WHOIS :opendevmeet"]
    assert {spoken.host for spoken in place.told} == {"c@c.example", MEETBOT.partition("!")[2]}


@pytest.mark.parametrize(
    ("answer", "is_known"),
    [
        ((OWN,), True),
        (("330 bot opendevmeet opendevmeet :is logged in as",), True),
        (("330 bot opendevmeet mallory :is logged in as",), False),
        ((), False),
    ],
)
def test_who_services_say_it_is(answer: tuple[str, ...], is_known: bool) -> None:
    place = Place()
    for _ in range(2):  # the second by what is remembered
        place.says(MEETBOT, STARTED)
        place.answers(MEETBOT, *answer)
    assert place.words == [(STARTED, is_known)] * 2
    assert {spoken.asker.account for spoken in place.told} == {None}


def test_a_configured_account_is_the_one_that_counts() -> None:
    place = Place()
    meeting = replace(team().meeting, meetbot_account="infra-bots")
    place.snapshot = replace(place.snapshot, team=replace(place.snapshot.team, meeting=meeting))
    place.says(MEETBOT, STARTED)
    place.answers(MEETBOT, "330 bot opendevmeet infra-bots :is logged in as")
    place.says(MEETBOT, ENDED)
    assert place.words == [(STARTED, True), (ENDED, True)]
    for _ in range(2):  # who registered the nick that was free
        place.says(THIEF, ENDED)
        place.answers(THIEF, OWN, "330 bot opendevmeet opendevmeet :is logged in as")
        assert place.told[-1].asker.account == "opendevmeet"


def test_what_services_know_of_another_host_is_not_the_speakers() -> None:
    place = Place()
    place.says(THIEF, ENDED)
    place.answers(MEETBOT, OWN)
    assert place.words == [(ENDED, False)]


def test_a_network_that_does_not_tell_keeps_no_line_for_ever() -> None:
    place = Place()
    place.says(MEETBOT, STARTED)
    place.says("carol!c@c.example", "#action carol releases it")
    assert place.told == []
    place.ends[0](None)
    assert [spoken.text for spoken in place.told] == [STARTED, "#action carol releases it"]


@pytest.mark.parametrize("answer", [(), ("330 bot opendevmeet mallory :is logged in as",)])
def test_who_is_not_known_is_not_asked_about_line_by_line(
    monkeypatch: pytest.MonkeyPatch, answer: tuple[str, ...]
) -> None:
    place = Place()
    for _ in range(20):
        place.says(THIEF, ENDED)
        place.answers(THIEF, *answer)
    assert len(place.sent) == 1
    place.says(MEETBOT, STARTED)
    place.answers(MEETBOT, OWN)
    assert place.words == [(ENDED, False)] * 20 + [(STARTED, True)]
    monkeypatch.setattr(place.ears, "_in_vain", Recently(0.0))
    place.says(THIEF, ENDED)
    assert len(place.sent) == 3


def test_where_there_are_no_services_they_are_not_asked() -> None:
    place = Place(has_services=False)
    place.says(MEETBOT, STARTED)
    assert place.words == [(STARTED, False)]
    assert place.told[0].asker.no_services
    assert place.sent == []


def test_a_line_that_is_none_of_a_meetings_asks_nobody() -> None:
    place = Place()
    place.says(MEETBOT, "Useful Commands: #action #agreed #help #info #idea #link #topic")
    place.says(MEETBOT, "Minutes: https://meetings.opendev.org/meetings/glance/")
    assert (place.sent, place.told) == ([], [])


# -- whether MeetBot is there ---------------------------------------------------------------------

PTL = "croelandt!cyril@home.example"
PTLS = (
    "311 bot croelandt cyril home.example * :C",
    "307 bot croelandt :has identified",
    "318 bot croelandt :End",
)


def known() -> Note:
    return Note("meeting", PLACE, {"known": "opendevmeet"}, "opendevmeet", NOW)


def opened_at_home() -> Note:
    body = {"began": NOW.isoformat(), "by": MEETBOT.partition("!")[2]}
    return Note("meeting", PLACE, body, "opendevmeet", NOW)


def ptl_closes(place: Place) -> bool:
    """Whether MeetBot is there as the PTL ends a meeting."""
    place.says(PTL, "#endmeeting")
    if "WHOIS :croelandt" in place.sent:
        for line in PTLS:
            place.identities.heard(place.irc, ircmsgs.IrcMsg(s=f":irc.test {line}"))
    assert place.told[-1].text == "#endmeeting"
    assert place.told[-1].asker.verified is not place.told[-1].meetbot
    return place.told[-1].meetbot


@pytest.mark.parametrize("note", [None, opened_at_home()])
def test_it_is_there_by_its_nick(note: Note | None) -> None:
    assert ptl_closes(Place(*([note] if note else [])))


def test_it_is_away() -> None:
    place = Place()
    place.channel.users.remove("opendevmeet")
    assert not ptl_closes(place)


def test_whoever_took_its_nick_in_the_midst_is_not_it() -> None:
    place = Place(opened_at_home())
    place.hostmasks["opendevmeet"] = THIEF
    assert not ptl_closes(place)


def test_a_namesake_of_another_account_than_the_configured_is_not_it() -> None:
    place = Place(known())
    meeting = replace(team().meeting, meetbot_account="infra-bots")
    place.snapshot = replace(place.snapshot, team=replace(place.snapshot.team, meeting=meeting))
    place.says(PTL, "#endmeeting")
    place.answers(THIEF, OWN, "330 bot opendevmeet opendevmeet :is logged in as")
    for line in PTLS:
        place.identities.heard(place.irc, ircmsgs.IrcMsg(s=f":irc.test {line}"))
    assert [spoken.meetbot for spoken in place.told] == [False]


@pytest.mark.parametrize("is_known", [True, False])
def test_where_services_once_knew_its_nick_they_are_asked_who_has_it(is_known: bool) -> None:
    place = Place(known())
    place.says(PTL, "#endmeeting")
    assert (place.sent, place.told) == (["WHOIS :opendevmeet"], [])
    place.answers(MEETBOT, *([OWN] if is_known else []))
    if not is_known:
        for line in PTLS:
            place.identities.heard(place.irc, ircmsgs.IrcMsg(s=f":irc.test {line}"))
    assert [spoken.meetbot for spoken in place.told] == [is_known]
    assert place.told[0].asker.verified is not is_known


def test_who_has_meetbots_nick_is_not_asked_line_by_line() -> None:
    place = Place(known())
    for _ in range(20):
        place.says("mallory!m@away.example", "Meeting ended")
        place.says("mallory!m@away.example", "#action mallory releases it")
        place.says(PTL, "#endmeeting")
        place.answers(THIEF)
        for line in PTLS:
            place.identities.heard(place.irc, ircmsgs.IrcMsg(s=f":irc.test {line}"))
    assert place.sent.count("WHOIS :opendevmeet") == 1
    assert len(place.told) == 60


def test_nobody_is_asked_for_the_sake_of_who_may_not_chair() -> None:
    place = Place(known())
    place.says("mallory!m@away.example", "#endmeeting")
    assert place.sent == []
    assert len(place.told) == 1
