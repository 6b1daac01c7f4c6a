"""What anybody may ask for in private, and what liaison and PTL hear there unasked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from GlanceRelease.registry import Ask
from kit.channel import ALICE, CHANNEL, LIAISON, OPERATOR, Channel
from kit.glance_facts import TEAM, at, with_event, world

pytestmark = pytest.mark.asyncio


def to(nick: str, lines: list[tuple[str, str]]) -> list[str]:
    """What one person or channel heard."""
    return [text for target, text in lines if target == nick]


async def test_who_subscribes_gets_what_the_channel_hears_until_they_end_it() -> None:
    async with Channel(at("2026-12-16T09:00:00")) as channel:
        said = await channel.ask("subscribe", ALICE)
        assert said == "From now on you get deadlines in private; unsubscribe ends it."
        assert await channel.ask("subscribe deadlines", ALICE) == "You get deadlines already."
        heard = await channel.until("2026-12-17T12:00:00")
        assert to("alice", heard) == [x for x in to(CHANNEL, heard) if "Indri-2" in x]
        assert len(to("alice", heard)) == 1
        assert "nothing more" in await channel.ask("unsubscribe", ALICE)
        heard = await channel.until("2026-12-31T00:00:00")
        assert "Indri-2" in " ".join(to(CHANNEL, heard))
        assert to("alice", heard) == []


async def test_a_reminder_of_ones_own_comes_in_private_and_moves_with_its_deadline() -> None:
    async with Channel(at("2027-01-04T09:00:00")) as channel:
        assert "on Mon 2027-01-11, in 7 days at 10:00 UTC" in await channel.ask(
            "remind 3 days before m2", ALICE
        )
        assert await channel.ask("remind", ALICE) == "3 days before Indri-2 milestone."
        assert await channel.ask("remind", Ask("bob")) == "You have no reminders."
        await channel.ask("deadline add review 20 January", LIAISON)
        await channel.ask("remind 1 day before review", ALICE)
        await channel.ask("deadline move review 21 January", LIAISON)
        heard = await channel.until("2027-01-22T00:00:00")
        assert [text.split(". ")[0] for text in to("alice", heard)] == [
            "As you asked: Indri-2 milestone is Thu 2027-01-14, R-10, in 3 days",
            "As you asked: review is Thu 2027-01-21, R-9, tomorrow",
        ]


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("the day before m2", "Wed 2027-01-13"),
        ("on the day before m2", "Wed 2027-01-13"),
        ("me the day before m2", "Wed 2027-01-13"),
        ("the working day before m2", "Wed 2027-01-13"),
        ("a day before m2", "Wed 2027-01-13"),
        ("the week before m2", "Thu 2027-01-07"),
        ("the day of m2", "Thu 2027-01-14"),
        ("on the day of m2", "Thu 2027-01-14"),
        ("0 days before m2", "Thu 2027-01-14"),
    ],
)
async def test_the_day_before_is_not_the_day(words: str, day: str) -> None:
    async with Channel(at("2027-01-04T09:00:00")) as channel:
        told = await channel.ask(f"remind {words}", ALICE)
        assert told.startswith(f"I remind you of Indri-2 milestone on {day}, in ")


async def test_a_snooze_keeps_what_came_meanwhile_for_later() -> None:
    async with Channel(at("2027-01-11T08:00:00")) as channel:
        await channel.ask("remind 3 days before m2", ALICE)
        assert "until 2027-01-11 12:02 UTC" in await channel.ask("snooze 4h", ALICE)
        assert to("alice", await channel.until("2027-01-11T11:00:00")) == []
        later = to("alice", await channel.until("2027-01-11T15:00:00"))
        assert len(later) == 1
        assert "Indri-2 milestone" in later[0]
        assert await channel.ask("snooze off", ALICE) == "Awake again."


async def test_a_nick_with_a_role_is_its_owners_alone() -> None:
    async with Channel() as channel:
        for command in ("subscribe", "unsubscribe", "snooze", "ack", "remind 1 day before m2"):
            said = await channel.ask(command, Ask("pdeore"))
            assert "identify to services" in said
        assert await channel.store.notes("glance") == ()


async def test_an_ack_of_what_one_was_never_told_is_an_error() -> None:
    async with Channel() as channel:
        assert "reminded you of nothing" in await channel.ask("ack", ALICE)


NOT_READ = "looks like a part of a day, and I can't read it there; say: remind 3 days before m2."


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("remind me", "Say: remind 3 days before m2, remind on the day of rc1."),
        ("remind 3 days before foo", 'No deadline ahead is called "foo"; deadlines tells them.'),
        (
            "remind 3 days before m2 Friday",
            f'"friday" {NOT_READ}',
        ),
        (
            "remind 3 days before 2 days before m2",
            f'"days" {NOT_READ}',
        ),
        ("remind 3 days before CI", 'No deadline ahead is called "CI"; deadlines tells them.'),
        (
            "remind Friday before m2",
            '\'Friday\' is no lead; say "2 weeks", "1 working day" or "on the day".',
        ),
        (
            "remind 1 week 2 days before m2",
            '\'1 week 2 days\' is no lead; say "2 weeks", "1 working day" or "on the day".',
        ),
        (
            "remind -3 days before m2",
            '\'-3 days\' is no lead; say "2 weeks", "1 working day" or "on the day".',
        ),
        (
            "remind 3 days of m2",
            'How long before "3 days of m2"? Say: remind 3 days before m2, remind on the day of'
            " rc1.",
        ),
        ("remind 40 weeks before m2", "40 weeks before Indri-2 milestone was Thu 2026-04-09."),
        (
            "subscribe everything",
            '"everything" is no kind of mine; there are deadlines, jobs, proposals, meeting, all.',
        ),
        (
            "snooze forever",
            '"forever" is no stretch of time. Say: snooze 2h, snooze 30m, snooze 3d.',
        ),
        ("snooze 9999d", "From a minute to 31 days, please."),
    ],
)
async def test_what_is_wrong_gets_one_short_line(command: str, answer: str) -> None:
    async with Channel() as channel:
        assert await channel.ask(command, ALICE) == answer
        assert await channel.store.notes("glance") == ()


async def test_the_liaison_hears_of_the_release_teams_meeting_alone() -> None:
    async with Channel(at("2026-11-27T09:00:00")) as channel:
        heard = await channel.until("2026-11-27T15:00:00")
        said = "The release team meets in 60 minutes, at 14:00 UTC in #openstack-release."
        assert [line for line in heard if "release team" in line[1]] == [("pdeore", said)]


async def test_highlights_and_notes_go_to_the_liaison_and_extra_acs_to_the_ptl() -> None:
    facts = world(replace(TEAM, meeting=None, release_meeting=None))
    async with Channel(at("2027-01-20T09:00:00"), facts) as channel:
        heard = await channel.until("2027-02-26T00:00:00")
        liaison, ptl = " ".join(to("pdeore", heard)), " ".join(to("croelandt", heard))
        assert "the cycle highlights go into the deliverable file" in liaison
        assert "the cycle highlights go" not in ptl
        assert "Indri-3 milestone is Thu 2027-02-18, R-5, in 7 days: look that" in liaison
        assert "release notes; RC1 wants a prelude too" in liaison
        assert "Extra-AC freeze is Thu 2027-02-04, R-7, in 14 days" in ptl
        assert "Extra-AC" not in liaison + " ".join(to(CHANNEL, heard))


async def test_the_log_tells_nobody_what_was_said_to_one_and_calls_nobody() -> None:
    async with Channel(at("2027-01-11T09:00:00")) as channel:
        await channel.ask("plan m2 12 January", LIAISON)
        await channel.ask("remind 2 days before m2", ALICE)
        await channel.until("2027-01-12T11:00:00")
        public = await channel.ask("log 2", LIAISON)
        assert "Pranali Deore, Cyril Roelandt: Indri-2 milestone was planned" in public
        assert "As you asked" not in public + await channel.ask("log 20", LIAISON)
        assert "As you asked" in await channel.ask("log 20", ALICE)


async def test_the_guide_tells_the_time_of_a_deadline_that_has_one() -> None:
    facts = world(replace(TEAM, meeting=None, release_meeting=None))
    facts = with_event(facts, "i-extra-acs", rule="prose", times=("00:00 UTC",))
    async with Channel(at("2027-01-20T09:00:00"), facts) as channel:
        heard = " ".join(to("croelandt", await channel.until("2027-01-22T00:00:00")))
        assert "Extra-AC freeze is Thu 2027-02-04 00:00 UTC, R-7, in 14 days: " in heard


@pytest.mark.asyncio
async def test_a_mute_of_minutes_over_a_reminders_hour_ends_in_one_line() -> None:
    async with Channel(now=at("2027-02-18T09:58:00")) as channel:
        assert "Silent in" in await channel.ask("mute 3m", OPERATOR)
        await channel.speaker.tick(await channel.snapshot())
        channel.clock.instant = at("2027-02-18T10:00:00")
        await channel.speaker.tick(await channel.snapshot())
        assert not [text for target, text in channel.lines if target == CHANNEL]
        channel.clock.instant = at("2027-02-18T10:02:00")
        await channel.speaker.tick(await channel.snapshot())
        assert len([text for target, text in channel.lines if target == CHANNEL]) == 1
