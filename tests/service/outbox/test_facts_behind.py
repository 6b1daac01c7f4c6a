"""The facts of a line are what its rule read, whoever hears it; and no failure keeps it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from GlanceRelease import duties
from GlanceRelease.domain.messages.doc import Doc, doc
from GlanceRelease.domain.messages.notice import Notice
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.rule_sources import follows
from GlanceRelease.domain.snapshot import GOVERNANCE, SERIES
from GlanceRelease.registry import RULES, Ask, Rule
from GlanceRelease.service.outbox.facts_behind import FactsBehind
from GlanceRelease.service.outbox.recipients import inherited
from kit.channel import CHANNEL, Channel
from kit.glance_facts import at, world
from kit.outbox import HOUR, NOW

duties.load()
MOMENT = Moment(world(), NOW)


def made(moment: Moment, subject: str = "x", **more: object) -> Notice:
    """A notice whose words read governance's list when they are made."""

    def say(now: object) -> Doc:
        return doc(f"{len(moment[GOVERNANCE].value or ())} teams")

    return Notice("tried", subject, CHANNEL, "", NOW, HOUR, say, **more)  # type: ignore[arg-type]


@pytest.fixture
def rule(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A rule that reads the list of series between its two notices; what it is asked for."""
    asked: list[str] = []

    def speak(moment: Moment) -> Iterator[Notice]:
        asked.append("speak")
        yield made(moment, "first", heirs=("croelandt",))
        assert moment[SERIES].value
        yield made(moment, "second")

    row = Rule("tried", "", "", speak, follows("a rule"))
    monkeypatch.setitem(RULES, "tried", row)
    return asked


def names(behind: FactsBehind, notice: Notice) -> list[str] | None:
    facts = behind.of(notice)
    return None if facts is None else [fact.name for fact in facts]


def test_what_is_read_later_is_no_ground_of_an_earlier_notice(rule: list[str]) -> None:
    behind = FactsBehind(MOMENT)
    assert names(behind, made(MOMENT, "first")) == ["governance"]
    assert names(behind, made(MOMENT, "second")) == ["series_status", "governance"]
    assert rule == ["speak"]
    (heir,) = inherited(made(MOMENT, "first", heirs=("croelandt",)))
    assert names(behind, heir) == ["governance"]


def test_a_notice_that_is_not_given_again_has_no_known_facts(rule: list[str]) -> None:
    assert names(FactsBehind(MOMENT), made(MOMENT, "third")) is None


def test_a_rule_or_words_that_fail_are_logged_and_tell_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def speak(moment: Moment) -> Iterator[Notice]:
        raise RuntimeError("a bug")
        yield

    monkeypatch.setitem(RULES, "tried", Rule("tried", "", "", speak, follows("a rule")))
    assert names(FactsBehind(MOMENT), made(MOMENT)) is None
    assert "it is not known on which facts it stood" in caplog.text

    def mute(moment: Moment) -> Iterator[Notice]:
        yield replace(made(moment), say=speak)  # type: ignore[arg-type]
        raise RuntimeError("a bug behind it")

    monkeypatch.setitem(RULES, "tried", Rule("tried", "", "", mute, follows("a rule")))
    assert names(FactsBehind(MOMENT), made(MOMENT)) is None


@pytest.mark.asyncio
async def test_a_subscriber_s_line_stands_on_what_the_channel_s_does() -> None:
    async with Channel(at("2026-12-16T09:00:00")) as bot:
        await bot.ask("subscribe deadlines", Ask("alice", verified=True))
        await bot.until("2026-12-17T11:00:00")
        rows = [row for row in (await bot.snapshot()).said if row.rule == "reminder"]
        assert {row.target for row in rows} == {CHANNEL, "alice"}
        for row in rows:
            assert row.facts
            assert {"series_status", "schedule/indri"} <= {fact.name for fact in row.facts}
