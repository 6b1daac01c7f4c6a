"""The planned release days, as the channel reads them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from GlanceRelease.domain.calendar.lead_time import parse_lead
from GlanceRelease.domain.calendar.team_calendar import calendar_of
from GlanceRelease.domain.model import Kind
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.plan import Plan, planned_events, suggested_day, window_of
from GlanceRelease.registry import RULES, Ask
from kit.channel import CHANNEL, LIAISON, OPERATOR, PASSER_BY, PTL, Channel
from kit.glance_facts import NOW, TEAM, at, hibiscus_out, said, with_event, with_file, world

THE_DAY_BEFORE = at("2027-01-11T09:00:00")

pytestmark = pytest.mark.asyncio


def about(lines: list[tuple[str, str]], *words: str) -> list[str]:
    """The channel's lines that have one of these words."""
    return [text for target, text in lines if target == CHANNEL and any(w in text for w in words)]


async def test_a_plan_is_made_once_and_changed_for_a_reason_only() -> None:
    async with Channel() as channel:
        assert "nothing is planned yet" in await channel.ask("plan", PASSER_BY)
        assert await channel.ask("plan milestone 2 12 January", LIAISON) == (
            "Indri-2 milestone is planned for Tue 2027-01-12, R-10, in 50 days; its window is "
            "Mon 2027-01-11 to Thu 2027-01-14."
        )
        assert "is planned for Tue 2027-01-12 already" in await channel.ask("plan m2 12 January")
        assert await channel.ask("plan m2 Wednesday of R-10") == (
            "Indri-2 milestone is planned for Tue 2027-01-12, which the team relies on; to change "
            "it say why: plan MILESTONE DAY because REASON."
        )
        assert await channel.ask("plan m2 13 January BECAUSE the gate is slow") == (
            "The plan for Indri-2 milestone changes from Tue 2027-01-12 to Wed 2027-01-13, R-10, in"
            " 51 days, because the gate is slow."
        )
        assert await channel.ask("plan m2", Ask("anybody")) == (
            "Indri-2 milestone: planned for Wed 2027-01-13, R-10, in 51 days."
        )
        whole = await channel.ask("plan", Ask("anybody"))
        assert "said by croelandt on Mon 2026-11-23, before Tue 2027-01-12, because" in whole


async def test_a_plan_is_withdrawn_and_told_where_it_was_heard() -> None:
    async with Channel() as channel:
        assert await channel.ask("plan drop m2") == (
            "Indri-2 milestone has no plan that could be withdrawn."
        )
        await channel.ask("plan m2 12 January")
        assert (await channel.ask("plan drop m2", PASSER_BY)).startswith("That is for the PTL")
        too_long = await channel.ask("plan drop m2 because " + "x" * 121)
        assert too_long == "A reason has at most 120 letters; that has 121."
        assert await channel.ask("plan DROP milestone 2 because the gate is slow") == (
            "The plan for Indri-2 milestone, Tue 2027-01-12, is withdrawn, because the gate is "
            "slow."
        )
        assert "Indri-2 milestone: no plan yet" in await channel.ask("plan m2")
        assert "nothing is planned yet" in await channel.ask("plan")
        heard = await channel.until("2026-12-18T00:00:00")
        assert about(heard, "12 is withdrawn", "planned for Tue 2027-01-12") == []
        asked = about(heard, "Indri-2")
        assert ["No day is planned yet" in line for line in asked] == [True]
        assert "is planned for Wed 2027-01-13" in await channel.ask("plan m2 13 January")


async def test_what_is_withdrawn_in_private_is_announced() -> None:
    async with Channel() as channel:
        await channel.ask("plan m2 12 January")
        await channel.ask("plan drop m2", replace(PTL, channel=None))
        heard = await channel.until("2026-11-23T11:00:00")
        assert about(heard, "Indri-2") == [
            "The plan for Indri-2 milestone, Tue 2027-01-12, is withdrawn."
        ]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("drop", "Which one? Say: plan drop m2, or plan drop m2 because REASON."),
        ("drop m2 12 January", '"m2 12 January" is no release that is planned; there are Indri-2 '
         "milestone, Final release for non-client libraries, Indri-3 milestone, Final release for "
         "client libraries, RC1 and one more."),
        ("m2 30 Feb", "30 February is no day of the calendar."),
        ("m2 tomorow", '"tomorow" is no day (tomorrow?).'),
        ("m2 Fri 14 January", "2027-01-14 is a Thursday."),
        ("m2 Fri 2027-01-14", "2027-01-14 is a Thursday."),
        ("rc1 week 4 March", '"week" looks like a part of the day, and I can\'t read it there.'),
        ("m2 the week of 11 January", '"the week of 11 January" is no day; say 2027-01-14, 14 '
         "January, next Thursday, Friday of R-15 or 1 week before m3."),
        ("m2 -3 days before m3", '"-3 days before m3" is no day; say 2027-01-14, 14 January, next '
         "Thursday, Friday of R-15 or 1 week before m3."),
        ("m2 Friday", "Fri 2026-11-27 is outside the window of Indri-2 milestone: "
         "Mon 2027-01-11 to Thu 2027-01-14."),
        ("m2 16 January", "Sat 2027-01-16 is outside the window of Indri-2 milestone: "
         "Mon 2027-01-11 to Thu 2027-01-14."),
        ("m1 19 November", 'Which year is "19 November"? Thu 2026-11-19 is past, Fri '
         "2027-11-19 is a year ahead."),
        ("m2 R-99", "indri has no week R-99."),
        ("release 24 March", '"release" is no release that is planned; there are Indri-2 milestone,'
         " Final release for non-client libraries, Indri-3 milestone, Final release for client"
         " libraries, RC1 and one more."),
        ("m2 12 January because " + "x" * 400,
         "A reason has at most 120 letters; that has 400."),
    ],
)  # fmt: skip
async def test_what_is_no_plan_gets_one_short_line(words: str, answer: str) -> None:
    async with Channel() as channel:
        assert await channel.ask(f"plan {words}") == answer
        assert await channel.store.notes("glance") == ()


async def test_who_may_not_is_told_who_may_and_nobody_is_called() -> None:
    async with Channel() as channel:
        refusal = await channel.ask("plan m2 12 January", PASSER_BY)
        assert refusal.startswith("That is for the PTL (Cyril Roelandt), the release liaison")
        assert "croelandt" not in refusal
        assert "planned for" in await channel.ask("plan m2 12 January", OPERATOR)


async def test_control_codes_in_a_reason_are_gone() -> None:
    async with Channel() as channel:
        await channel.ask("plan m2 12 January")
        changed = await channel.ask("plan m2 13 January because \x02of\x03\x04 it\r\nQUIT :x")
        assert changed.endswith("because of it QUIT :x.")


async def test_the_team_hears_it_four_weeks_ahead_and_who_proposes_is_named_on_the_day() -> None:
    async with Channel() as channel:
        await channel.ask("plan m2 12 January", replace(PTL, channel=None))
        heard = await channel.until("2026-11-23T11:00:00")
        assert about(heard, "Indri-2") == [
            "Indri-2 milestone is planned for Tue 2027-01-12, R-10, in 50 days; its window is "
            "Mon 2027-01-11 to Thu 2027-01-14."
        ]
        heard = await channel.until("2027-01-12T00:00:00")
        lines = about(heard, "planned for Tue 2027-01-12")
        assert "in 28 days" in lines[0]
        assert len(lines) == 5  # the plan at four and two weeks, its deadline at four, two and one
        heard = await channel.until("2027-01-12T23:00:00")
        called = about(heard, "was planned for today and is not proposed yet")
        assert [line.split(":")[0] for line in called] == ["pdeore, croelandt"] * 2


async def test_nobody_is_named_once_it_is_proposed_or_dealt_with() -> None:
    async with Channel(THE_DAY_BEFORE) as channel:
        await channel.ask("plan m2 12 January")
        heard = await channel.until("2027-01-12T11:00:00")
        assert len(about(heard, "is not proposed yet")) == 1
        assert "Quiet until something changes" in await channel.ask("ack", LIAISON)
        heard = await channel.until("2027-01-12T23:00:00")
        assert about(heard, "is not proposed yet") == []
        await channel.ask("plan m2 13 January because it broke")
        channel.facts = with_file(channel.facts, "indri", "glance", "34.0.0.0b2@2027-01-12")
        heard = await channel.until("2027-01-14T23:00:00")
        assert about(heard, "is not proposed yet") == []


async def test_who_is_away_is_told_alone_when_seen_and_not_called_in_the_channel() -> None:
    async with Channel(THE_DAY_BEFORE, people={"pdeore"}, away={"croelandt"}) as channel:
        await channel.ask("plan m2 12 January")
        heard = await channel.until("2027-01-12T12:00:00")
        assert about(heard, "is not proposed yet")[0].startswith("pdeore: Indri-2")
        assert "croelandt" not in {target for target, _ in heard}
        channel.away.clear()
        channel.people.add("croelandt")
        heard = await channel.until("2027-01-12T13:00:00")
        alone = [text for target, text in heard if target == "croelandt"]
        assert len(alone) == 1
        assert "Indri-2 milestone was planned for today and is not proposed yet" in alone[0]


async def test_without_a_plan_the_reminders_at_four_and_two_weeks_ask_for_one() -> None:
    async with Channel() as channel:
        heard = await channel.until("2027-03-05T00:00:00")
        asked = about(heard, "No day is planned yet: plan rc1")
        assert len(asked) == 2
        assert all("best Thu 2027-03-04" in line for line in asked)
        assert len(about(heard, "No day is planned yet: plan m2")) == 2


async def test_rc1_is_best_near_the_end_of_its_window() -> None:
    calendar = calendar_of(Moment(world(), NOW))
    assert calendar is not None
    for event in planned_events(calendar):
        first, last = window_of(event)
        near = suggested_day(event, TEAM.reminders.holidays)
        assert (near is not None) == (event.kind is Kind.RC1)
        assert near is None or (first <= near <= last and (last - near).days <= 1)


@pytest.mark.parametrize(
    ("later", "window"),
    [
        ("2027-01-21", "Mon 2027-01-11 to Thu 2027-01-14, or Mon 2027-01-18 to Thu 2027-01-21"),
        ("2028-01-14", "Mon 2027-01-11 to Thu 2027-01-14, or Mon 2028-01-10 to Fri 2028-01-14"),
        ("2027-01-12", "Mon 2027-01-11 to Tue 2027-01-12 or Thu 2027-01-14"),
    ],
)
async def test_a_milestone_with_two_days_has_two_windows(later: str, window: str) -> None:
    day = at(f"{later}T00:00:00").date()
    snapshot = with_event(world(), "i-2", rule="conflict", prose_days=(day,))
    assert window in said(snapshot, "plan m2")[0]
    between = said(snapshot, "plan m2 15 January", ask=OPERATOR)
    assert between == [f"Fri 2027-01-15 is outside the window of Indri-2 milestone: {window}."]
    either = said(snapshot, f"plan m2 {later}", ask=OPERATOR)[0]
    assert either.endswith(f"; its window is {window}.")


async def test_a_milestone_with_two_days_may_be_planned_until_the_later() -> None:
    known = world()
    fact = known.facts["schedule/indri"]
    later = at("2027-01-21T00:00:00").date()
    events = tuple(
        replace(event, rule="conflict", prose_days=(later,)) if event.id == "i-2" else event
        for event in fact.value.events
    )
    told = replace(fact, value=replace(fact.value, events=events))
    snapshot = replace(known, facts={**known.facts, "schedule/indri": told})
    calendar = calendar_of(Moment(snapshot, NOW))
    assert calendar is not None
    (milestone,) = (event for event in planned_events(calendar) if event.id == "i-2")
    assert window_of(milestone)[1] == later
    open_then = [said(snapshot, "plan m2", at(day)) for day in ("2027-01-19", "2027-01-22")]
    assert "is past" not in open_then[0][0]
    assert open_then[1] == [
        "Indri-2 milestone was due Thu 2027-01-21, and is late; plan MILESTONE DAY plans it anew."
    ]


@pytest.mark.parametrize(
    ("leads", "told", "late"),
    [
        (("4 weeks", "2 weeks", "on the day"), "2026-12-15", ""),
        (("4 weeks", "2 weeks", "on the day"), "2026-12-21", "four weeks' notice"),
        (("1 week", "on the day"), "2026-12-16", ""),
        (("5 weeks", "1 week"), "2026-12-15", "five weeks' notice"),
        (("1 working day", "3 weeks"), "2026-12-30", "three weeks' notice"),
        (("1 week",), "2027-01-11", "one week's notice"),
        (("20 days",), "2026-12-29", "20 days' notice"),
        (("10 working days",), "2027-01-04", "ten working days' notice"),
        (("on the day",), "2027-01-11", ""),
    ],
)
async def test_the_notice_is_the_team_s_own_ladder_s(
    leads: tuple[str, ...], told: str, late: str
) -> None:
    ladder = replace(TEAM.reminders, full_leads=tuple(map(parse_lead, leads)))
    snapshot = world(replace(TEAM, reminders=ladder))
    (line,) = said(snapshot, "plan m2 12 January", at(f"{told}T12:00:00"), LIAISON)
    window = "; its window is Mon 2027-01-11 to Thu 2027-01-14"
    words = f"{window}; that is less than the {late} that the team should have."
    assert line.endswith(words if late else f"{window}.")


async def test_a_plan_is_said_again_at_the_team_s_far_leads() -> None:
    leads = tuple(map(parse_lead, ("3 weeks", "9 days", "1 working day")))
    team = replace(TEAM, reminders=replace(TEAM.reminders, full_leads=leads))
    plan = Plan("indri", "i-2", at("2027-01-12T00:00:00").date(), "pdeore", NOW)
    snapshot = replace(world(team), notes=(plan.note(),))
    notices = list(RULES["plan reminder"].speak(Moment(snapshot, NOW)))
    assert [str(notice.due) for notice in notices] == ["2026-12-22 10:00:00+00:00"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plan", "2027.1 Indri: nothing is planned yet. None of the cycle is left to plan."),
        ("plan rc1", "RC1 is past, Thu 2027-03-04."),
        ("plan rc1 26 March", "RC1 is past, Thu 2027-03-04."),
        (
            "plan ga 26 March",
            '"ga" is no release that is planned; none of the cycle is left to plan.',
        ),
    ],
)
async def test_after_a_release_the_cycle_that_it_ended_is_told_of(text: str, line: str) -> None:
    """The next cycle has no schedule in openstack/releases yet."""
    out = hibiscus_out(world())
    assert said(out, text, at("2027-03-25T12:00:00"), LIAISON) == [line]
