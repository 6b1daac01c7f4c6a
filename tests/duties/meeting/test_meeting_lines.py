"""Whose lines of a meeting count, and what a played, an early, an extra or another team's meeting
takes away from the real one: nothing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import replace

import pytest

from GlanceRelease.domain.meetings.weekly_hour import occasion_near
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.people.note import Note
from GlanceRelease.domain.people.roles import Asker
from GlanceRelease.domain.snapshot import Snapshot
from GlanceRelease.domain.team import Member
from GlanceRelease.duties.meeting.heard_lines import ChannelLine, depends_on_nick
from GlanceRelease.duties.meeting.report import keep, remember, report_notices
from GlanceRelease.duties.meeting.session import listen, session_of
from GlanceRelease.registry import Ask, answer
from GlanceRelease.render.irc import render
from kit.page_facts import NOW, snapshot, team

PLACE, MEETBOT = "#openstack-meeting", "opendevmeet"
HOME, AWAY = "limnoria@eavesdrop.example", "mallory@away.example"
KNOWN = Asker(MEETBOT, verified=True)  # services know the nick as its own
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
START = NOW + HOUR  # Thu 2026-11-26 14:00 UTC
STARTED = "Meeting started Thu Nov 26 2026 UTC and is due to finish in 60 minutes.  The chair is"
CHAIRS, ENDED = "Current chairs: carol, glancebot", "Meeting ended Thu Nov 26 2026 UTC."
OPERATOR = frozenset({"operator"})


def world() -> Snapshot:
    """Glance with a PTL; nobody else may open its meeting, but operators."""
    people = {"ptl": (Member("croelandt", "cyril"),)}
    return replace(snapshot(), team=replace(team(), people=people))


def without_accounts() -> Snapshot:
    """The same, where the file names no account."""
    people = {"ptl": (Member("croelandt"),)}
    return replace(world(), team=replace(team(), people=people))


class Place:
    """The meeting's channel, minute by minute; `meetbot` is there unless it is away."""

    def __init__(self, meetbot: bool = True) -> None:
        self.now = START - 3 * HOUR
        self.snapshot = world()
        self.meetbot = meetbot
        self.said: dict[str, str] = {}
        self.at: dict[str, dt.datetime] = {}

    def _keep(self, notes: Iterable[Note]) -> int:
        kept = {(note.kind, note.subject): note for note in self.snapshot.notes}
        notes = list(notes)
        kept.update({(note.kind, note.subject): note for note in notes})
        self.snapshot = replace(self.snapshot, notes=tuple(kept.values()))
        return len(notes)

    def until(self, now: dt.datetime) -> Place:
        """Tick each minute, as the bot does, up to and with that instant."""
        while self.now < now:
            self.now += MINUTE
            for notice in report_notices(Moment(self.snapshot, self.now)):
                if notice.is_due(self.now) and notice.key not in self.said:
                    self.said[notice.key] = render(notice.say(self.now))[0]
                    self.at[notice.key] = self.now
            kept = list(keep(Moment(self.snapshot, self.now)))
            memory = {**self.snapshot.memory, **remember(Moment(self.snapshot, self.now))}
            self.snapshot = replace(self.snapshot, memory=memory)
            self._keep(kept)
        return self

    def hear(self, text: str, by: str | Asker = MEETBOT, host: str = HOME) -> int:
        """Somebody says it, from that user@host; how many notes are kept of it."""
        who = Asker(by) if isinstance(by, str) else by
        spoken = ChannelLine(PLACE, who.nick, text, "glancebot", who, "", self.meetbot, host)
        return self._keep(listen(Moment(self.snapshot, self.now), spoken))

    def open(
        self,
        name: str = "glance",
        chair: str = "carol",
        by: str | Asker = MEETBOT,
        host: str = HOME,
    ) -> None:
        """MeetBot opens a meeting as OpenDev's does."""
        self.hear(f"#startmeeting {name}", chair)
        self.hear(f"{STARTED} {chair}.", by, host)
        self.hear(f"The meeting name has been set to '{name}'", by, host)

    def ask(self, text: str) -> list[str]:
        """What a passer-by gets for a command there."""
        reply = answer(Moment(self.snapshot, self.now), text, Ask(nick="mallory", channel=PLACE))
        self._keep(reply.notes)
        return render(reply.doc)

    @property
    def reports(self) -> list[dt.datetime]:
        """When a report's first line was said."""
        return sorted(at for key, at in self.at.items() if "/1|" in key)


def test_the_world_is_as_it_should_be() -> None:
    """By the hour, at its minute, as lines for the minutes."""
    place = Place().until(START + 2 * HOUR)
    assert place.reports == [START + 10 * MINUTE]
    assert all(line.startswith("#info ") for line in place.said.values())


# -- whose word ---------------------------------------------------------------------------------

FORGED = (
    "#startmeeting glance",
    STARTED,
    CHAIRS,
    "The meeting name has been set to 'glance'",
    ENDED,
)


@pytest.mark.parametrize("meetbot", [True, False], ids=["MeetBot is there", "MeetBot is away"])
@pytest.mark.parametrize("nick", ["mallory", "meetbot", "opendevmeet_", "croelandt"])
def test_a_passer_bys_meeting_lines_change_nothing(nick: str, meetbot: bool) -> None:
    place = Place(meetbot).until(START - 20 * MINUTE)
    for line in FORGED:
        place.hear(line, nick)
    assert session_of(Moment(place.snapshot, place.now)) is None
    place.until(START + 5 * MINUTE)
    for line in FORGED:
        place.hear(line, nick)
    place.until(START + 2 * HOUR)
    assert place.reports == [START + 10 * MINUTE]
    assert not any(line.startswith("#topic") for line in place.said.values())


def test_meetbots_nick_counts_in_any_case_where_the_network_tells_no_accounts() -> None:
    place = Place().until(START + MINUTE)
    place.hear("#startmeeting glance", "carol")
    assert place.hear(STARTED, Asker("OpenDevMeet"))
    assert place.until(START + HOUR).reports == [START + 11 * MINUTE]


@pytest.mark.parametrize(
    ("asker", "counts"),
    [
        (Asker(MEETBOT, ""), False),
        (Asker(MEETBOT, "mallory"), False),
        (Asker(MEETBOT, MEETBOT), True),
        (Asker("opendevmeet_", "OpenDevMeet"), True),
    ],
)
def test_where_the_network_tells_accounts_meetbots_counts(asker: Asker, counts: bool) -> None:
    place = Place().until(START + MINUTE)
    place.hear("#startmeeting glance", Asker("carol", ""))
    assert bool(place.hear(STARTED, asker)) is counts


def test_a_configured_account_takes_the_place_of_the_nick() -> None:
    place = Place().until(START + MINUTE)
    meeting = replace(team().meeting, meetbot_account="infra-bots")
    place.snapshot = replace(place.snapshot, team=replace(place.snapshot.team, meeting=meeting))
    assert not place.hear(STARTED, Asker(MEETBOT, MEETBOT))
    assert place.hear(STARTED, Asker(MEETBOT, "infra-bots"))


@pytest.mark.parametrize(
    ("asker", "opens"),
    [
        (Asker("croelandt", verified=True), True),
        (Asker("anyone", "cyril"), True),
        (Asker("dave", standing=OPERATOR), True),
        (Asker("croelandt"), False),
        (Asker("croelandt", ""), False),
        (Asker("croelandt", "mallory"), False),
        (Asker("substitute", verified=True), False),
    ],
)
def test_without_meetbot_who_may_chair_opens_and_ends_it(asker: Asker, opens: bool) -> None:
    place = Place(meetbot=False).until(START + 5 * MINUTE)
    place.hear("#startmeeting glance", asker)
    place.until(START + 40 * MINUTE)
    assert place.reports == [START + (15 if opens else 10) * MINUTE]
    place.hear("#endmeeting", asker)
    assert (session_of(Moment(place.snapshot, place.now)) is None) is opens


def test_where_meetbot_is_the_ptls_word_waits_for_its_answer() -> None:
    place = Place().until(START + 5 * MINUTE)
    place.hear("#startmeeting glance", Asker("croelandt", verified=True))
    assert place.until(START + HOUR).reports == [START + 10 * MINUTE]


@pytest.mark.parametrize(
    ("text", "asker", "meetbot", "asked"),
    [
        ("#startmeeting glance", Asker("croelandt"), False, True),
        ("#endmeeting", Asker("croelandt"), False, True),
        ("#startmeeting glance", Asker("croelandt"), True, False),
        ("#startmeeting glance", Asker("mallory"), False, False),
        ("#startmeeting glance", Asker("croelandt", ""), False, False),
        ("#startmeeting glance", Asker("croelandt", standing=OPERATOR), False, False),
        ("#action release it", Asker("croelandt"), False, False),
        (STARTED, Asker("croelandt"), False, False),
        (STARTED, Asker(MEETBOT), True, True),
        (ENDED, Asker("OpenDevMeet"), False, True),
        (STARTED, KNOWN, True, False),
        (STARTED, Asker(MEETBOT, ""), True, False),
        (STARTED, Asker(MEETBOT, no_services=True), True, False),
    ],
)
def test_services_are_asked_where_they_decide(
    text: str, asker: Asker, meetbot: bool, asked: bool
) -> None:
    spoken = ChannelLine(PLACE, asker.nick, text, "glancebot", asker, "", meetbot)
    assert depends_on_nick(without_accounts(), spoken) is asked


def test_services_are_asked_about_anybody_where_the_file_names_an_account() -> None:
    for nick in ("mallory", "croelandt"):
        spoken = ChannelLine(
            PLACE, nick, "#startmeeting glance", "glancebot", Asker(nick), "", False
        )
        assert depends_on_nick(world(), spoken)


# -- MeetBot's nick changes hands ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["glance", "cinder"], ids=["ours", "another's"])
def test_in_one_meeting_meetbot_is_one_user_at_one_host(name: str) -> None:
    place = Place().until(START + MINUTE)
    place.open(name)
    place.until(START + 3 * MINUTE)
    place.hear("#startmeeting nova", "mallory")
    kept = [n for n in place.snapshot.notes if n.kind == "meeting"]
    for line in (ENDED, STARTED, "The meeting name has been set to 'nova'", CHAIRS, ENDED):
        assert not place.hear(line, host=AWAY), line
    assert [n for n in place.snapshot.notes if n.kind == "meeting"] == kept
    place.until(START + 20 * MINUTE)
    assert place.hear(ENDED), "the one that opened it ends it, after a netsplit too"


def test_a_nick_that_changed_hands_puts_no_report_off() -> None:
    place = Place().until(START)
    place.open()
    place.until(START + 3 * MINUTE)
    place.hear(ENDED, host=AWAY)
    place.open("nova", "mallory", host=AWAY)
    place.hear(CHAIRS, host=AWAY)
    place.until(START + 20 * MINUTE)
    place.hear(ENDED)
    assert place.until(START + 2 * HOUR).reports == [START + 10 * MINUTE]
    assert all(line.startswith("#info ") for line in place.said.values())


def test_when_no_meeting_is_on_the_nick_counts_from_wherever_it_is() -> None:
    place = Place().until(START - 30 * MINUTE)
    place.open("cinder", "dave")
    place.hear(ENDED)
    place.until(START + MINUTE)
    place.open(host="limnoria@new-home.example")
    assert place.until(START + 2 * HOUR).reports == [START + 11 * MINUTE]


def test_an_end_that_was_not_heard_binds_the_nick_for_no_longer_than_a_meeting() -> None:
    place = Place().until(START - 2 * HOUR)
    place.now = START - 7 * HOUR
    place.open("cinder", "dave")
    place.until(START + MINUTE)
    place.open(host=AWAY)
    assert place.until(START + 2 * HOUR).reports == [START + 11 * MINUTE]


@pytest.mark.parametrize("meanwhile", [0, 7 * 24], ids=["at once", "a week later"])
@pytest.mark.parametrize("host", [HOME, AWAY], ids=["the same host", "another"])
def test_whom_services_once_knew_they_must_know(meanwhile: int, host: str) -> None:
    place = Place().until(START - 20 * MINUTE)
    assert place.hear(ENDED, KNOWN), "of what changes nothing else, too"
    place.now = START + meanwhile * HOUR
    place.open("glance", "mallory", Asker(MEETBOT), host)
    place.hear(CHAIRS, Asker(MEETBOT), host)
    place.until(place.now + 2 * HOUR)
    assert place.reports == [START + meanwhile * HOUR + 10 * MINUTE]
    assert not any(line.startswith("#topic") for line in place.said.values())
    assert place.hear(STARTED, KNOWN, host)


def test_whom_services_know_counts_over_a_meeting_that_a_namesake_opened() -> None:
    place = Place().until(START - 10 * MINUTE)
    place.open("nonsense", "mallory", host=AWAY)
    place.until(START + 2 * MINUTE)
    place.open(by=KNOWN)
    assert not place.hear(ENDED, host=AWAY)
    assert place.until(START + HOUR).reports == [START + 12 * MINUTE]


def test_an_account_is_meetbots_from_any_host() -> None:
    account = Asker(MEETBOT, MEETBOT)
    place = Place().until(START + MINUTE)
    place.open(by=account)
    place.until(START + 20 * MINUTE)
    assert place.hear(ENDED, account, AWAY)


def test_another_nick_of_the_teams_file_is_not_the_one_that_services_knew() -> None:
    place = Place().until(START - MINUTE)
    place.hear(STARTED, KNOWN)
    place.hear(ENDED, KNOWN)
    meeting = replace(team().meeting, meetbot="meetbot")
    place.snapshot = replace(place.snapshot, team=replace(place.snapshot.team, meeting=meeting))
    place.until(START + MINUTE)
    place.open(by="meetbot")
    assert place.until(START + HOUR).reports == [START + 11 * MINUTE]


def test_where_the_configuration_says_that_there_are_no_services_the_nick_counts() -> None:
    place = Place().until(START)
    place.hear(ENDED, KNOWN)
    place.until(START + MINUTE)
    place.open(by=Asker(MEETBOT, no_services=True))
    assert place.until(START + HOUR).reports == [START + 11 * MINUTE]


# -- its hour -----------------------------------------------------------------------------------


def test_a_meeting_belongs_to_an_hour_that_is_at_most_an_hour_away() -> None:
    meeting = team().meeting
    for minutes, belongs in ((-61, False), (-60, True), (0, True), (119, True), (120, False)):
        assert (occasion_near(meeting, START + minutes * MINUTE) is not None) is belongs, minutes


@pytest.mark.parametrize("ends", [True, False], ids=["and ends", "and is left open"])
@pytest.mark.parametrize("hours", [2.5, 1.5])
def test_a_meeting_outside_its_hour_has_no_report_and_takes_none(hours: float, ends: bool) -> None:
    place = Place().until(START - hours * HOUR)
    place.open(chair="mallory")
    place.hear(CHAIRS)
    place.until(place.now + 15 * MINUTE)
    lines = place.ask("report")
    assert all(line.startswith("#info ") for line in lines)
    if ends:
        place.hear(ENDED)
    place.until(START + 2 * HOUR)
    assert place.reports == [START + 10 * MINUTE]
    assert not any(line.startswith("#topic") for line in place.said.values())
    told = json.loads(place.snapshot.memory["report"])
    assert [one["at"] for one in told] == [(START + 10 * MINUTE).isoformat()]


def test_a_meeting_hours_later_neither_reports_nor_counts() -> None:
    place = Place().until(START + 4 * HOUR)
    before = place.snapshot.memory["report"]
    place.open(chair="mallory")
    place.until(START + 5 * HOUR)
    place.ask("report")
    assert place.reports == [START + 10 * MINUTE]
    assert not [note for note in place.snapshot.notes if note.kind == "report said"]
    assert place.snapshot.memory["report"] == before


def test_an_early_meeting_has_its_report_and_the_hour_its_own() -> None:
    place = Place().until(START - 50 * MINUTE)
    place.open(chair="mallory")
    place.until(START - 35 * MINUTE)
    place.ask("report")
    place.hear(ENDED)
    place.until(START + 3 * MINUTE)
    place.open()
    place.until(START + 2 * HOUR)
    assert place.reports == [START - 40 * MINUTE, START + 13 * MINUTE]


def test_one_that_begins_a_little_early_has_one() -> None:
    place = Place().until(START - 5 * MINUTE)
    place.open()
    place.until(START + 40 * MINUTE)
    place.hear(ENDED)
    assert place.until(START + 2 * HOUR).reports == [START + 5 * MINUTE]


def test_one_that_ended_before_its_report_leaves_it_to_the_hour() -> None:
    place = Place().until(START + MINUTE)
    place.open(chair="mallory")
    place.until(START + 3 * MINUTE)
    place.hear(ENDED)
    assert place.until(START + 2 * HOUR).reports == [START + 10 * MINUTE]


def test_one_that_is_opened_again_and_again_does_not_put_the_report_off() -> None:
    place = Place()
    for minute in range(2, 60, 8):
        place.until(START + minute * MINUTE)
        place.open(chair="mallory")
        place.hear(ENDED)
        place.open(chair="mallory")
    place.until(START + 3 * HOUR)
    assert len(place.reports) == 1
    assert place.reports[0] <= START + 35 * MINUTE


def test_an_end_that_was_not_heard_keeps_the_next_one_from_nothing() -> None:
    place = Place().until(START - 2 * HOUR)
    place.open(chair="mallory")
    place.until(START + 3 * MINUTE)
    place.open()
    assert place.until(START + 2 * HOUR).reports == [START + 13 * MINUTE]


def test_an_end_that_was_not_heard_makes_no_report_of_the_evenings() -> None:
    place = Place().until(START + MINUTE)
    place.open()
    place.until(START + 5 * HOUR)
    place.ask("report")
    assert not [note for note in place.snapshot.notes if note.kind == "report said"]


def test_a_meeting_across_midnight_is_the_day_before_s() -> None:
    place = Place()
    meeting = replace(team().meeting, time=dt.time(23, 30))
    place.snapshot = replace(place.snapshot, team=replace(place.snapshot.team, meeting=meeting))
    late = START + 9.5 * HOUR
    place.now = late - 2 * HOUR
    place.open(chair="mallory")
    place.until(late - 90 * MINUTE)
    place.hear(ENDED)
    place.until(late + 35 * MINUTE)
    assert place.reports == [late + 10 * MINUTE]
    place.open()
    session = session_of(Moment(place.snapshot, place.now))
    assert session is not None
    assert session.day == dt.date(2026, 11, 26)
    assert place.until(late + 3 * HOUR).reports == [late + 10 * MINUTE]


# -- another team's -----------------------------------------------------------------------------


def test_another_teams_meeting_that_runs_late_keeps_ours_waiting() -> None:
    place = Place().until(START - HOUR)
    place.open("cinder", "dave")
    place.until(START + 8 * MINUTE)
    place.hear(ENDED)
    assert place.until(START + 2 * HOUR).reports == [START + 18 * MINUTE]


def test_ours_that_begins_after_another_counts_from_its_own_start() -> None:
    place = Place().until(START - HOUR)
    place.open("cinder", "dave")
    place.until(START + 12 * MINUTE)
    place.hear(ENDED)
    place.open()
    assert place.until(START + 2 * HOUR).reports == [START + 22 * MINUTE]


def test_another_meeting_that_is_left_open_takes_no_report_away() -> None:
    place = Place().until(START - 2 * MINUTE)
    place.open("nonsense", "mallory")
    assert place.until(START + 2 * HOUR).reports == [START + 25 * MINUTE]


def test_the_name_that_meetbot_says_outweighs_what_people_asked_for() -> None:
    place = Place().until(START - 30 * MINUTE)
    place.hear("#startmeeting cinder", "dave")
    place.hear("#startmeeting glance", "mallory")
    place.hear(STARTED)
    place.hear("The meeting name has been set to 'cinder'")
    assert session_of(Moment(place.snapshot, place.now)) is None
    place.hear(ENDED)
    place.hear("#startmeeting", "mallory")
    place.hear("#startmeeting nova", "erin")
    place.hear(STARTED)
    assert session_of(Moment(place.snapshot, place.now)) is None
    place.hear("The meeting name has been set to 'glance'")
    assert session_of(Moment(place.snapshot, place.now)) is not None


def test_a_name_that_somebody_gives_a_running_meeting_later_changes_nothing() -> None:
    place = Place().until(START + MINUTE)
    place.open()
    place.until(START + 5 * MINUTE)
    assert not place.hear("The meeting name has been set to 'cinder'")
    assert place.until(START + HOUR).reports == [START + 11 * MINUTE]


# -- into whose minutes ---------------------------------------------------------------------------


def plain(place: Place, since: int, until: int) -> list[str]:
    """What was said unasked between these minutes of the hour."""
    return [
        place.said[key]
        for key, at in place.at.items()
        if START + since * MINUTE <= at <= START + until * MINUTE
    ]


@pytest.mark.parametrize("began", [-5, 0, 4])
def test_a_false_start_gets_no_line_for_its_minutes(began: int) -> None:
    place = Place().until(START + began * MINUTE)
    place.open()
    place.hear(CHAIRS)
    place.until(START + (began + 3) * MINUTE)
    place.hear(ENDED)
    assert place.until(START + 2 * HOUR).reports == [START + 10 * MINUTE]
    assert not any(line.startswith(("#", "Here: #")) for line in place.said.values())
    assert place.said[min(place.said)] == "Glance, R-17 of 2027.1 Indri: the first report."


@pytest.mark.parametrize("again", [8, 12, 40, 90])
def test_the_real_one_after_a_false_start_has_it_in_its_minutes(again: int) -> None:
    place = Place().until(START)
    place.open(chair="mallory")
    place.until(START + 3 * MINUTE)
    place.hear(ENDED)
    place.until(START + again * MINUTE)
    place.open()
    place.until(START + 3 * HOUR)
    in_minutes = plain(place, again, 180)
    assert in_minutes
    assert all(line.startswith("#info ") for line in in_minutes)
    assert len(place.reports) == (1 if again < 10 else 2)
    if again > 10:
        assert [f"#info {line}" for line in plain(place, 10, 10)] == in_minutes


def test_after_a_meeting_that_had_it_nothing_is_said_again() -> None:
    place = Place().until(START)
    place.open()
    for minute in (30, 40, 50):
        place.until(START + minute * MINUTE)
        place.hear(ENDED)
        place.open(chair="mallory")
        place.until(place.now + 2 * MINUTE)
        place.hear(ENDED)
    assert place.until(START + 3 * HOUR).reports == [START + 10 * MINUTE]


@pytest.mark.parametrize("again", [28, 32, 55, 100])
def test_another_teams_minutes_get_none_of_ours_and_ours_has_it(again: int) -> None:
    place = Place().until(START - HOUR)
    place.open("nova", "dave")
    place.until(START + (again - 2) * MINUTE)
    place.hear(ENDED)
    before = plain(place, -60, again)
    assert before
    assert not any(line.startswith(("#", "Here: #")) for line in before)
    place.until(START + again * MINUTE)
    place.open()
    place.until(START + 4 * HOUR)
    assert plain(place, again, 240) == [f"#info {line}" for line in before]


def test_after_another_teams_meeting_ours_has_it_though_it_was_said_before() -> None:
    place = Place().until(START - HOUR)
    place.open("nova", "dave")
    place.until(START + 8 * MINUTE)
    place.hear(ENDED)
    place.until(START + 20 * MINUTE)
    place.open()
    place.until(START + 3 * HOUR)
    assert place.reports == [START + 18 * MINUTE, START + 30 * MINUTE]
    assert not any(line.startswith("#") for line in plain(place, 0, 18))
    assert all(line.startswith("#info ") for line in plain(place, 20, 60))


def test_asked_for_in_another_teams_meeting_it_is_plain_and_counts_for_nothing() -> None:
    place = Place().until(START - HOUR)
    place.open("nova", "dave")
    place.until(START + 5 * MINUTE)
    assert not any(line.startswith("#") for line in place.ask("report"))
    place.hear(ENDED)
    place.until(START + 6 * MINUTE)
    place.open()
    assert place.until(START + 2 * HOUR).reports == [START + 16 * MINUTE]
    assert all(line.startswith("#info ") for line in place.said.values())


def test_asked_for_before_meetbot_opens_it_is_still_said_in_the_minutes() -> None:
    place = Place().until(START + MINUTE)
    asked = place.ask("report")
    place.until(START + 2 * MINUTE)
    place.open()
    place.until(START + 2 * HOUR)
    assert place.reports == [START + 12 * MINUTE]
    assert list(place.said.values()) == asked


@pytest.mark.parametrize("first", ["said aside", "asked for before"])
def test_asked_for_in_the_meeting_it_is_not_said_there_twice(first: str) -> None:
    place = Place().until(START - HOUR)
    place.open("nova", "dave")
    if first == "asked for before":
        place.hear(ENDED)
        place.until(START + MINUTE)
        place.ask("report")
    place.until(START + 26 * MINUTE)
    place.hear(ENDED)
    place.open()
    before = place.reports
    asked = place.ask("report")
    assert all(line.startswith("#info ") for line in asked)
    place.until(START + 3 * HOUR)
    assert place.reports == before


# -- actions ------------------------------------------------------------------------------------


def test_another_teams_actions_are_theirs() -> None:
    place = Place().until(START - HOUR)
    place.open("nova", "dave")
    place.until(START + 5 * MINUTE)
    assert not place.hear("#action dave releases glance_store for nova", "dave")
    place.hear(ENDED)
    assert place.hear("#action alice releases glance_store", "alice")


def test_an_action_is_plain_and_of_a_meeting_that_counts() -> None:
    place = Place().until(START - 2 * HOUR)
    place.open(chair="mallory")
    assert not place.hear("#action mallory releases glance_store", "mallory")
    place.until(START + MINUTE)
    assert place.hear("#action alice \x02releases\x0f \x0304glance_store\x03\u202e", "alice")
    assert place.ask("action list") == ["1 action open: 1 alice releases glance_store."]
