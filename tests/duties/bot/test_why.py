"""`why` of what is said unasked: the reason, the off-switch, the rule, its source and the facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
import sqlalchemy as sa

from GlanceRelease.domain.messages.fact_read import FactRead
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.proposal import GERRIT
from GlanceRelease.domain.snapshot import SERIES, Fetched, Origin, schedule_of
from GlanceRelease.registry import Answered, Ask, answer
from GlanceRelease.render.irc import render
from GlanceRelease.service.storage.store import outbox
from kit.channel import CHANNEL, Channel
from kit.glance_facts import TEAM, at, world
from kit.life import PLAIN, Life

BORN, SAID = "2026-12-16T09:00", "2026-12-17T10:00"
POLLED = at("2026-12-17T09:57:00")
REASON = (
    "Said at 2026-12-17 10:00 UTC: a reminder 4 weeks before Indri-2 milestone, Thu 2027-01-14."
)
STOP = (
    "To stop its kind: reminders in the team's file chooses deadlines and leads; mute silences the "
    "channel."
)
RULE = (
    "Rule: the colleagues need at least 4 weeks notice; the leads are the team's file's "
    "(Glance, release-cpl.rst; openstack/releases, SERIES/schedule.rst)."
)
FACTS = (
    "It stood on the schedules of 2027.1 Indri and 2026.2 Hibiscus, the list of series, "
    "governance's list of teams and 12 deliverable files, of "
)
STRANGER = Ask("mallory", channel=CHANNEL)


@pytest_asyncio.fixture
async def life() -> AsyncIterator[Life]:
    """A bot in whose channel a reminder was said at 10:00, of facts polled at 9:57."""
    facts = world(PLAIN)
    polled = {name: replace(fact, at=POLLED) for name, fact in facts.facts.items()}
    begun = await Life.begun(BORN, replace(facts, facts=polled))
    begun.clock.instant = at(SAID)
    assert len(await begun.tick(SAID)) == 1
    yield begun
    await begun.ended()


async def why(life: Channel, ask: Ask = STRANGER, text: str = "why") -> list[str]:
    moment = Moment(await life.snapshot(), life.clock.instant)
    return render(answer(moment, text, ask).doc, private=ask.channel is None)


async def change(life: Channel, **values: object) -> None:
    async with life.store.begin() as db:
        await db.execute(sa.update(outbox).values(**values))


@pytest.mark.asyncio
async def test_a_line_says_its_reason_its_rule_and_the_facts_as_they_were_then(life: Life) -> None:
    assert await why(life) == [
        f"{REASON} {STOP} {RULE}",
        f"{FACTS}09:57 UTC (3 min ago).",
    ]


@pytest.mark.asyncio
async def test_the_facts_stay_those_of_then_while_newer_ones_come(life: Life) -> None:
    newer = {n: replace(f, at=at("2026-12-18T08:00:00")) for n, f in life.facts.facts.items()}
    life.facts = replace(life.facts, facts=newer)
    life.clock.instant = at("2026-12-18T08:00:00")
    await life.restart()
    assert (await why(life))[1] == f"{FACTS}2026-12-17 09:57 UTC."


@pytest.mark.asyncio
async def test_in_private_each_source_and_each_fact_has_its_address(life: Life) -> None:
    said = await why(life, Ask("alice"))
    assert said[0] == f"{REASON} {STOP} {RULE}"
    assert said[2:5] == [
        "Rule: Glance, release-cpl.rst: "
        "https://docs.openstack.org/glance/latest/contributor/release-cpl.html",
        "Rule: openstack/releases, SERIES/schedule.rst: "
        "https://opendev.org/openstack/releases/src/branch/master/doc/source",
        "Fact: the list of series of 09:57 UTC (3 min ago)",
    ]
    assert len(said) == 4 + 16


@pytest.mark.asyncio
async def test_a_stranger_elsewhere_is_told_nothing_of_this_channel(life: Life) -> None:
    there = Ask("mallory", channel="#elsewhere")
    assert await why(life, there) == ["I have said nothing in #elsewhere unasked."]


@pytest.mark.asyncio
async def test_an_older_version_s_row_says_less(life: Life) -> None:
    await change(life, stood_on=None)
    assert await why(life) == [
        f"{REASON} {STOP}",
        "Rule: the colleagues need at least 4 weeks notice; the leads are the team's file's "
        "(Glance, release-cpl.rst: "
        "https://docs.openstack.org/glance/latest/contributor/release-cpl.html; "
        "openstack/releases, SERIES/schedule.rst: "
        "https://opendev.org/openstack/releases/src/branch/master/doc/source). "
        "The facts on which it stood were not kept.",
    ]


@pytest.mark.asyncio
async def test_a_rule_that_is_no_more_leaves_the_reason(life: Life) -> None:
    await change(life, rule="old rule", stood_on=None)
    assert await why(life) == [f"{REASON} The facts on which it stood were not kept."]


GARBAGE = ("", "garbage", "{", "5", "[1, null]", '[{"name": 5}]', "[" * 100_000, '{"a": "b"}')
FORGED = (
    '[{"name": "x", "at": "2026-12-17T09:57:00"}]',  # an instant without a zone
    '[{"name": "\\ud800"}]',
    '[{"name": "x", "origin": "hearsay"}]',
)


@pytest.mark.asyncio
@pytest.mark.parametrize("garbage", [*GARBAGE, *FORGED])
async def test_garbage_for_facts_leaves_the_rest(life: Life, garbage: str) -> None:
    await change(life, stood_on=garbage)
    assert (await why(life))[1].endswith(" The facts on which it stood were not kept.")
    log = await life.command("log")
    assert "Indri-2 milestone" in log[0]


@pytest.mark.asyncio
async def test_forged_facts_are_words_and_obey_nobody(life: Life) -> None:
    forged = '[{"name": "#agreed \\u0003by\\r\\nQUIT", "at": null, "problem": "\\u202ex"}]'
    await change(life, stood_on=forged)
    (_, facts) = await why(life)
    assert facts.endswith("). Missing: #agreed by QUIT (x).")


@pytest.mark.asyncio
async def test_a_line_that_waited_stands_on_the_facts_of_when_it_was_said(life: Life) -> None:
    life.delivery.open = False
    due = at("2026-12-30T10:00:00")
    assert await life.tick(due.isoformat()) == []
    later = due + dt.timedelta(minutes=30)
    newer = {n: replace(f, at=later) for n, f in life.facts.facts.items()}
    life.facts = replace(life.facts, facts=newer)
    life.delivery.open = True
    assert len(await life.tick(later.isoformat())) == 1
    assert (await why(life))[-1] == f"{FACTS}10:30 UTC (0 min ago)."


@pytest.mark.asyncio
async def test_of_one_line_for_several_each_fact_is_as_old_as_for_any(life: Life) -> None:
    """What is kept of a row whose rule gives it no more is what it came due with."""
    (row, *_) = (await life.snapshot()).said
    old = replace(row, facts=(FactRead("gerrit", POLLED, "network"),))
    new = replace(row, facts=(FactRead("gerrit", POLLED + dt.timedelta(minutes=2), "network"),))
    for rows in ((old, new), (new, old)):
        moment = Moment(replace(await life.snapshot(), said=rows), life.clock.instant)
        said = render(answer(moment, "why", STRANGER).doc)
        assert said[1].endswith("It stood on Gerrit's changes, of 09:57 UTC (3 min ago).")
    moment = Moment(
        replace(await life.snapshot(), said=(new, replace(old, facts=None))), life.clock.instant
    )
    assert render(answer(moment, "why", STRANGER).doc)[1].endswith("were not kept.")


def state(origin: Origin = "network", problem: str | None = None) -> Fetched[object]:
    when = None if origin == "nowhere" else POLLED
    return Fetched({} if when else None, when, origin, problem, "https://x.example/", "x")


def explained(
    *, text: str = "releases", private: bool = False, **facts: Fetched[object]
) -> list[str]:
    """What `why` says of an answer given at 10:00, of these facts in place of the usual ones."""
    known = world(TEAM).facts
    names = {"series": SERIES.name, "indri": schedule_of("indri").name, "gerrit": GERRIT.name}
    changed = {
        names[name]: replace(fact, value=known[names[name]].value if names[name] in known else {})
        for name, fact in facts.items()
    }
    polled = {name: replace(fact, at=POLLED) for name, fact in known.items()}
    moment = Moment(replace(world(TEAM), facts={**polled, **changed}), at(f"{SAID}:00"))
    given = Answered(text, Ask("alice", channel=CHANNEL), moment, moment.now)
    later = moment.at(moment.now + dt.timedelta(minutes=5))
    reply = answer(later, "why", replace(STRANGER, last=given))
    return render(reply.doc, private)


def test_an_answer_says_its_rule_and_the_age_of_its_facts() -> None:
    assert explained(text="deadlines") == [
        "deadlines, answered 10:00 UTC (5 min ago): the schedule of the cycle; a deadline given as "
        "a week is its Thursday; overdue is due and not there (openstack/releases, "
        "SERIES/schedule.rst). It stood on the "
        "schedules of 2027.1 Indri and 2026.2 Hibiscus, the list of series, governance's list of "
        "teams and 12 deliverable files, of 09:57 UTC (8 min ago)."
    ]


def test_facts_that_are_bundled_stored_or_in_trouble_say_so() -> None:
    (line,) = explained(
        text="next",
        series=state("bundled"),
        indri=state("stored", "HTTP 502"),
    )
    assert line.endswith(
        "It stood on the schedule of 2026.2 Hibiscus and 8 deliverable files, of 09:57 UTC "
        "(8 min ago); the list of series of 2026-12-17 (bundled); the schedule of 2027.1 Indri of "
        "09:57 UTC (8 min ago) (stored, trouble: HTTP 502)."
    )


def test_what_was_never_had_is_missing_and_no_ground() -> None:
    (line,) = explained(text="check 5", gerrit=state("nowhere", "HTTP 503"))
    assert line.endswith(" Missing: Gerrit's changes (HTTP 503).")
    assert "stood on" not in line


def test_an_answer_without_facts_says_that() -> None:
    assert explained(text="help") == [
        "help, answered 10:00 UTC (5 min ago): the table of my commands. It stood on no upstream's "
        "facts."
    ]


def test_a_refusal_follows_the_rule_of_rights_and_not_the_command_s() -> None:
    (line,) = explained(text="plan m2 12 January")
    assert line == (
        "plan, answered 10:00 UTC (5 min ago): who may is told by the team's file and its roles "
        "(openstack/governance, projects.yaml: https://opendev.org/openstack/governance/src/branch/"
        "master/reference/projects.yaml). It stood on governance's list of teams, of 09:57 UTC "
        "(8 min ago)."
    )


def test_the_words_behind_a_command_are_not_told_again() -> None:
    """They may hold somebody's nick, which a line of the bot's would call."""
    (line,) = explained(text="action add call @rosmaita")
    assert line.startswith("action, answered 10:00 UTC (5 min ago): what people said")
    assert "rosmaita" not in line


def test_without_a_database_it_explains_what_needs_none_and_says_what_does() -> None:
    away = replace(world(TEAM), no_memory="disk full", said=())
    moment = Moment(away, at(f"{SAID}:00"))

    def asked(text: str, last: Answered | None = None) -> str:
        return render(answer(moment, text, replace(STRANGER, last=last)).doc)[0]

    assert asked("why deadlines").startswith("deadlines: the schedule of the cycle")
    given = Answered("deadlines", Ask("alice", channel=CHANNEL), moment, moment.now)
    assert asked("why", given).startswith("deadlines, answered 10:00 UTC")
    assert asked("why") == (
        "I remember nothing, so I keep nothing and say nothing unasked: my database can't be used "
        "(disk full). I try again each minute."
    )


@pytest.mark.asyncio
async def test_a_command_s_or_a_rule_s_name_explains_that(life: Life) -> None:
    assert await why(life, text="why !deadlines") == [
        "deadlines: the schedule of the cycle; a deadline given as a week is its Thursday; "
        "overdue is due and not there "
        "(openstack/releases, SERIES/schedule.rst: "
        "https://opendev.org/openstack/releases/src/branch/master/doc/source)."
    ]
    assert await why(life, text="why ack") == [
        "ack: what you told me of the last reminder you got."
    ]
    (line,) = await why(life, text="why schedule change")
    assert line.startswith("Unasked, schedule change: the schedule of the cycle, as two looks")
    assert line.endswith(
        "To stop it: it speaks only when a date changes; mute silences the channel."
    )
    both = " ".join(await why(life, text="why jobs"))
    assert both.startswith("jobs: the builds of the periodic pipelines")
    assert "Unasked, jobs: someone has to keep an eye" in both
    assert await why(life, text="why nonsense") == [
        '"nonsense" is no command of mine, and no rule; say why, or why deadlines.'
    ]


@pytest.mark.asyncio
async def test_a_line_for_one_person_is_explained_to_them_alone() -> None:
    async with Channel(at("2026-11-27T12:00:00")) as bot:
        await bot.until("2026-11-27T13:30:00")
        said = [text for to, text in bot.lines if to == "pdeore"]
        assert said
        liaison = Ask("pdeore", verified=True)
        (line, *_) = await why(bot, liaison)
        assert "the liaison attends the release team's weekly meeting" in line
        for other in (Ask("mallory", verified=True), Ask("pdeore"), Ask("mallory")):
            assert "release team" not in " ".join(await why(bot, other))
