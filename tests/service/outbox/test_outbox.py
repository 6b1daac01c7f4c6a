"""The promise: said at least once or reported as missed, never twice without the mark."""

from __future__ import annotations

import datetime as dt

import pytest

from GlanceRelease.domain.messages.doc import Doc, doc, line
from GlanceRelease.domain.messages.notice import Notice
from GlanceRelease.render.irc import room
from GlanceRelease.service.outbox.front_end import DeliveryOutcome
from kit.delivery import LOST, REFUSED, Killed
from kit.outbox import CHANNEL, DAY, HOUR, MINUTE, NOW, OutboxBot, notice

pytestmark = pytest.mark.asyncio


async def test_a_notice_is_said_once(bot: OutboxBot) -> None:
    assert await bot.tick(notice("m2")) == ["m2 at 10:00. More of m2."]
    assert await bot.tick(notice("m2"), after=MINUTE) == []
    bot.restart()
    assert await bot.tick(notice("m2"), after=MINUTE) == []


async def test_nothing_is_said_before_it_is_due(bot: OutboxBot) -> None:
    soon = notice("m2", NOW + MINUTE)
    assert await bot.tick(soon) == []
    assert await bot.tick(soon, after=MINUTE) == ["m2 at 10:01. More of m2."]


async def test_it_waits_while_the_channel_is_not_joined(bot: OutboxBot) -> None:
    bot.delivery.open = False
    assert await bot.tick(notice("m2")) == []
    bot.delivery.open = True
    assert await bot.tick(notice("m2"), after=MINUTE) == ["m2 at 10:01. More of m2."]


async def test_what_was_missed_is_one_line_afterwards(bot: OutboxBot) -> None:
    several = [notice("m2"), notice("rc1", NOW + HOUR), notice("spec freeze", NOW + 2 * HOUR)]
    bot.delivery.open = False
    for _ in range(3):
        await bot.tick(*several, after=HOUR)
    bot.delivery.open = True
    assert await bot.tick(*several, after=MINUTE) == [
        "Delayed: m2 at 13:01; rc1 at 13:01; spec freeze at 13:01"
    ]


async def test_one_that_was_missed_alone_stays_whole(bot: OutboxBot) -> None:
    bot.delivery.open = False
    await bot.tick(notice("m2"))
    bot.delivery.open = True
    assert await bot.tick(notice("m2"), after=HOUR) == ["m2 at 11:00. More of m2."]


async def test_what_no_longer_matters_is_reported_not_said(bot: OutboxBot) -> None:
    bot.delivery.open = False
    await bot.tick(notice("m2", grace=HOUR))
    bot.delivery.open = True
    assert await bot.tick(after=2 * HOUR) == []
    assert await bot.trouble("m2") == "too late to be news"
    assert await bot.states() == {"m2": "missed"}


async def test_it_is_reported_even_where_its_channel_is_never_joined(bot: OutboxBot) -> None:
    bot.delivery.open = False
    await bot.tick(notice("m2", grace=HOUR))
    await bot.tick(after=2 * HOUR)
    assert await bot.states() == {"m2": "missed"}


async def test_what_came_due_and_went_in_a_downtime_is_reported(bot: OutboxBot) -> None:
    assert await bot.tick(notice("m2", NOW - 2 * HOUR, HOUR)) == []
    assert await bot.trouble("m2") == "too late to be news"
    (row,) = await bot.outbox.ledger("glance")
    assert row.text == "m2 at 08:00. More of m2."  # the words of its due minute, as `log` tells


async def test_the_first_start_floods_nobody(bot: OutboxBot) -> None:
    old = [notice(f"m{n}", NOW - n * HOUR, 30 * DAY) for n in range(1, 60)]
    assert await bot.tick(*old, born=NOW) == []
    assert set((await bot.states()).values()) == {"missed"}
    assert await bot.trouble("m1") == "due before this bot's first start"
    assert await bot.tick(*old, after=MINUTE, born=NOW) == []


async def test_a_refusal_is_recorded_and_tried_again_with_growing_pauses(bot: OutboxBot) -> None:
    bot.delivery.outcomes = [REFUSED] * 5
    tried = []
    for minute in range(40):
        left = len(bot.delivery.outcomes)
        if await bot.tick(notice("m2"), after=MINUTE):
            break
        assert await bot.trouble("m2") == REFUSED.reason
        tried += [minute] if len(bot.delivery.outcomes) < left else []
    assert tried == [0, 1, 3, 7, 15]
    assert bot.delivery.heard == ["m2 at 10:32. More of m2."]
    assert await bot.trouble("m2") is None


async def test_a_grace_that_ends_in_a_refusal_keeps_the_reason(bot: OutboxBot) -> None:
    bot.delivery.outcomes = [REFUSED] * 100
    for _ in range(10):
        await bot.tick(notice("m2", grace=HOUR), after=10 * MINUTE)
    assert await bot.states() == {"m2": "missed"}
    assert await bot.trouble("m2") == f"too late to be news; before: {REFUSED.reason}"


async def test_a_channel_that_opens_gets_all_that_it_refused_at_once(bot: OutboxBot) -> None:
    several = [notice(f"m{n}", NOW + n * MINUTE) for n in range(3)]
    bot.delivery.outcomes = [REFUSED] * 6
    for _ in range(120):
        await bot.tick(*several, after=MINUTE)
    assert len(bot.delivery.heard) == 1
    assert all(f"m{n} at" in bot.delivery.heard[0] for n in range(3))


async def test_a_line_that_is_always_refused_holds_up_no_fresh_one(bot: OutboxBot) -> None:
    bot.delivery.never = "bad"
    await bot.tick(notice("bad"))
    later = [notice(f"m{n}", NOW + n * 20 * MINUTE) for n in range(1, 4)]
    said = [await bot.tick(*later, after=MINUTE) for _ in range(70)]
    assert sum(map(len, said)) == 3


async def test_what_may_have_been_said_carries_the_mark(bot: OutboxBot) -> None:
    bot.delivery.outcomes = [LOST]
    assert await bot.tick(notice("m2")) == ["m2 at 10:00. More of m2."]
    repeat = "(perhaps a repeat) m2 at 10:01. More of m2."
    assert await bot.tick(notice("m2"), after=MINUTE) == [repeat]
    assert await bot.tick(notice("m2"), after=MINUTE) == []


async def test_a_process_that_died_while_it_said_it_repeats_it_with_the_mark(
    bot: OutboxBot,
) -> None:
    bot.delivery.outcomes = [Killed]
    with pytest.raises(BaseExceptionGroup):
        await bot.tick(notice("m2"))
    assert await bot.states() == {"m2": "claimed"}
    bot.restart()
    repeat = "(perhaps a repeat) m2 at 10:01. More of m2."
    assert await bot.tick(notice("m2"), after=MINUTE) == [repeat]


async def test_a_door_that_fails_is_no_loss(bot: OutboxBot) -> None:
    bot.delivery.outcomes = [RuntimeError]
    bot.delivery.arrives = False
    assert await bot.tick(notice("m2")) == []
    assert len(await bot.tick(notice("m2"), after=MINUTE)) == 1


async def test_only_what_may_be_a_repeat_is_marked_in_a_merged_line(bot: OutboxBot) -> None:
    bot.delivery.outcomes = [LOST]
    await bot.tick(notice("m2"))
    bot.delivery.open = False
    both = [notice("m2"), notice("rc1", NOW + MINUTE)]
    await bot.tick(*both, after=MINUTE)
    bot.delivery.open = True
    assert await bot.tick(*both, after=HOUR) == [
        "Delayed: (perhaps a repeat) m2 at 11:01; rc1 at 11:01"
    ]


async def test_a_merged_line_that_is_cut_off_repeats_all_that_it_said(bot: OutboxBot) -> None:
    several = [notice(f"m{n}") for n in range(3)]
    bot.delivery.open = False
    await bot.tick(*several)
    bot.delivery.open, bot.delivery.outcomes = True, [LOST]
    first = await bot.tick(*several, after=HOUR)
    assert await bot.tick(*several, after=MINUTE) == [
        first[0].replace("m", "(perhaps a repeat) m").replace("11:00", "11:01")
    ]


async def test_no_merge_loses_a_notice_and_no_line_is_too_long(bot: OutboxBot) -> None:
    names = [f"échéance n° {n} 🎉 {'é' * (7 * n % 90)}".strip() for n in range(40)]
    several = [notice(name) for name in names]
    bot.delivery.open = False
    await bot.tick(*several, after=HOUR)
    bot.delivery.open = True
    for _ in range(20):
        await bot.tick(*several, after=2 * MINUTE, lines_a_day=100)
    heard = "; ".join(bot.delivery.heard)
    assert [name for name in names if f"{name} at" not in heard] == []
    assert max(len(text.encode()) for text in bot.delivery.heard) <= room(CHANNEL)
    assert len(bot.delivery.heard) < len(names) / 2


async def test_a_line_is_never_taken_for_a_command(bot: OutboxBot) -> None:
    said = await bot.tick(notice("m2", words="#info m2"), notice("m3", words="!m3"))
    assert said == ["Here: #info m2", "Here: !m3"]


async def test_a_line_for_meetbot_is_no_command_any_more_when_it_is_repeated(
    bot: OutboxBot,
) -> None:
    info = Notice(
        "report", "1", CHANNEL, "", NOW, DAY, lambda now: doc(line("all is well", command="info"))
    )
    bot.delivery.outcomes = [LOST]
    assert await bot.tick(info) == ["#info all is well"]
    assert await bot.tick(info, after=MINUTE) == ["(perhaps a repeat) #info all is well"]


async def test_four_lines_a_minute_at_most(bot: OutboxBot) -> None:
    several = [notice(f"m{n}") for n in range(9)]
    assert len(await bot.tick(*several)) == 4
    assert await bot.tick(*several, after=MINUTE / 2) == []
    assert len(await bot.tick(*several, after=MINUTE / 2)) == 4
    assert len(await bot.tick(*several, after=MINUTE)) == 1


async def test_above_the_days_lines_all_merge_and_nothing_is_lost(bot: OutboxBot) -> None:
    several = [notice(f"m{n:03}", NOW + 2 * n * MINUTE, 3 * HOUR) for n in range(90)]
    for _ in range(190):
        await bot.tick(*several, after=2 * MINUTE, lines_a_day=5)
    heard = bot.delivery.heard
    assert not any(text.startswith("Delayed") for text in heard[:4])
    said = "; ".join(heard)
    assert [n for n in range(90) if said.count(f"m{n:03} at") != 1] == []
    assert len(heard) < 25


async def test_the_next_day_has_lines_of_its_own(bot: OutboxBot) -> None:
    await bot.tick(notice("m1"), lines_a_day=1)
    assert await bot.tick(notice("m2", NOW + MINUTE, 3 * DAY), after=MINUTE, lines_a_day=1) == []
    assert len(await bot.tick(after=DAY, lines_a_day=1)) == 1


async def test_a_silence_holds_back_at_once_and_merges_afterwards(bot: OutboxBot) -> None:
    several = [notice("m2"), notice("rc1", NOW + HOUR)]
    bot.muted = {CHANNEL}
    assert await bot.tick(*several, after=HOUR) == []
    assert await bot.tick(*several, after=HOUR) == []
    bot.muted = set()
    assert await bot.tick(*several, after=MINUTE) == ["Delayed: m2 at 12:01; rc1 at 12:01"]


async def test_a_silence_counts_between_two_lines(bot: OutboxBot) -> None:
    several = [notice(f"m{n}") for n in range(3)]
    say = bot.delivery.say

    async def say_and_mute(target: str, text: str, claim: str) -> DeliveryOutcome:
        bot.muted = {CHANNEL}
        return await say(target, text, claim)

    bot.delivery.say = say_and_mute  # type: ignore[method-assign]
    assert len(await bot.tick(*several)) == 1
    assert await bot.tick(*several, after=MINUTE) == []


async def test_a_day_off_holds_back_what_waits_for_a_working_day(bot: OutboxBot) -> None:
    assert await bot.tick(notice("m2"), quiet={"reminder"}) == []
    assert len(await bot.tick(notice("news", rule="announcement"), quiet={"reminder"})) == 1
    assert len(await bot.tick(after=MINUTE)) == 1


async def test_many_that_wait_for_one_channel_hold_up_no_other(bot: OutboxBot) -> None:
    waiting = [notice(f"m{n}") for n in range(300)]
    bot.muted = {CHANNEL}
    await bot.tick(*waiting)
    there = notice("meeting", NOW + MINUTE, target="#openstack-meeting")
    assert len(await bot.tick(there, after=MINUTE)) == 1
    bot.muted, quiet = set(), {"reminder"}
    assert len(await bot.tick(notice("n", NOW, rule="news"), after=MINUTE, quiet=quiet)) == 1


async def test_what_its_rule_takes_back_is_not_said(bot: OutboxBot) -> None:
    bot.delivery.open = False
    await bot.tick(notice("m2"), notice("news", rule="announcement"))
    bot.delivery.open = True
    assert len(await bot.tick(after=HOUR, revocable={"reminder"})) == 1
    assert await bot.states() == {"m2": "missed", "news": "said"}
    assert await bot.trouble("m2") == "no longer so when it could be said"


async def test_what_becomes_true_again_in_time_is_said(bot: OutboxBot) -> None:
    bot.delivery.open = False
    await bot.tick(notice("m2"))
    bot.delivery.open = True
    await bot.tick(after=MINUTE, revocable={"reminder"})
    assert len(await bot.tick(notice("m2"), after=MINUTE, revocable={"reminder"})) == 1


async def test_a_clock_that_was_ahead_loses_nothing(bot: OutboxBot) -> None:
    several = [notice("m2"), notice("rc1", NOW + 5 * DAY)]
    bot.delivery.open = False
    await bot.tick(*several)
    await bot.tick(*several, after=400 * DAY)
    assert set((await bot.states()).values()) == {"missed"}
    bot.delivery.open = True
    assert len(await bot.tick(*several, after=-400 * DAY)) == 1
    assert await bot.tick(*several, after=MINUTE) == []
    assert len(await bot.tick(*several, after=5 * DAY)) == 1


async def test_a_refusal_in_the_future_is_not_waited_for(bot: OutboxBot) -> None:
    bot.delivery.outcomes = [REFUSED]
    await bot.tick(notice("m2"), after=DAY / 2)
    assert len(await bot.tick(notice("m2"), after=-DAY / 4)) == 1


async def test_a_clock_that_is_set_back_repeats_nothing(bot: OutboxBot) -> None:
    assert len(await bot.tick(notice("m2"), after=HOUR)) == 1
    for _ in range(3):
        assert await bot.tick(notice("m2"), after=-HOUR) == []
        bot.restart()
    assert await bot.tick(notice("m2"), after=4 * HOUR) == []


async def test_words_that_fail_are_those_of_the_due_minute(bot: OutboxBot) -> None:
    def fail_later(now: dt.datetime) -> Doc:
        if now > NOW:
            raise RuntimeError
        return doc("m2 is near.")

    bot.delivery.open = False
    broken = Notice("reminder", "m2", CHANNEL, "", NOW, DAY, fail_later)
    await bot.tick(broken)
    bot.delivery.open = True
    assert await bot.tick(broken, after=MINUTE) == ["m2 is near."]


async def test_words_that_never_come_hold_up_no_other(bot: OutboxBot) -> None:
    def fail(now: dt.datetime) -> Doc:
        raise RuntimeError

    broken = Notice("reminder", "m2", CHANNEL, "", NOW, DAY, fail)
    assert len(await bot.tick(broken, notice("rc1"))) == 1


async def test_keys_of_any_length_are_kept_apart(bot: OutboxBot) -> None:
    long = [notice("é" * 700 + str(n), words=f"{n} changed") for n in range(2)]
    assert len(await bot.tick(*long)) == 2
    bot.restart()
    assert await bot.tick(*long, after=MINUTE) == []
