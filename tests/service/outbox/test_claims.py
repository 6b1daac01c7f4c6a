"""When a line is claimed on disk, what it is known by, and what an older version's claim means."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from GlanceRelease.service.storage.store import Store, outbox
from kit.delivery import LATER, LOST, REFUSED, Killed
from kit.outbox import HOUR, MINUTE, NOW, OutboxBot, notice

pytestmark = pytest.mark.asyncio

REPEAT = "(perhaps a repeat) m2 at 10:01. More of m2."


async def claims(bot: OutboxBot) -> dict[str, str | None]:
    """Each row's claim, by what its notice is about."""
    async with bot.store.begin() as db:
        rows = (await db.execute(sa.select(outbox.c.key, outbox.c.claim))).all()
    return {row.key.split("|")[1]: row.claim for row in rows}


async def dies(bot: OutboxBot, *subjects: str) -> None:
    with pytest.raises(BaseExceptionGroup):
        await bot.tick(*map(notice, subjects))
    bot.restart()


async def test_who_dies_before_its_turn_has_said_nothing(bot: OutboxBot) -> None:
    bot.delivery.waits = [Killed]
    await dies(bot, "m2")
    assert await bot.states() == {"m2": "pending"}
    assert await bot.tick(notice("m2"), after=MINUTE) == ["m2 at 10:01. More of m2."]


async def test_what_lost_its_connection_before_its_turn_waits_a_minute_each_time(
    bot: OutboxBot,
) -> None:
    bot.delivery.waits = [LATER] * 5
    for _ in range(5):
        assert await bot.tick(notice("m2"), after=MINUTE) == []
    assert await bot.trouble("m2") == LATER.reason
    assert await bot.tick(notice("m2"), after=MINUTE) == ["m2 at 10:06. More of m2."]


async def test_what_was_refused_before_its_turn_waits_longer_each_time(bot: OutboxBot) -> None:
    bot.delivery.waits = [REFUSED] * 2
    heard = [await bot.tick(notice("m2"), after=MINUTE) for _ in range(4)]
    assert heard == [[], [], [], ["m2 at 10:04. More of m2."]]


async def test_the_claim_is_on_disk_when_the_line_leaves(bot: OutboxBot) -> None:
    bot.delivery.outcomes = [Killed]
    await dies(bot, "m2")
    ((text, claim),) = bot.delivery.handed
    assert (text, await claims(bot)) == ("m2 at 10:00. More of m2.", {"m2": claim})


async def test_each_line_has_a_claim_and_all_that_it_says_shares_it(bot: OutboxBot) -> None:
    bot.delivery.open = False
    several = [notice("m2"), notice("m3")]
    await bot.tick(*several)
    bot.delivery.open = True
    await bot.tick(*several, notice("rc1", NOW + HOUR), after=HOUR)
    by_line = dict(bot.delivery.handed)
    fresh, merged = "rc1 at 11:00. More of rc1.", "Delayed: m2 at 11:00; m3 at 11:00"
    assert await claims(bot) == {
        "rc1": by_line[fresh], "m2": by_line[merged], "m3": by_line[merged],
    }  # fmt: skip
    assert by_line[fresh] != by_line[merged]


async def test_a_door_that_dedupes_is_told_the_same_again_and_needs_no_mark(bot: OutboxBot) -> None:
    bot.delivery.dedupes = True
    bot.delivery.open = False
    several = [notice("m2"), notice("m3")]
    await bot.tick(*several)
    bot.delivery.open = True
    bot.delivery.outcomes = [LOST, Killed, REFUSED]
    await bot.tick(*several, after=HOUR)
    with pytest.raises(BaseExceptionGroup):
        await bot.tick(*several, after=MINUTE)
    bot.restart()
    for _ in range(3):
        await bot.tick(*several, notice("rc1", NOW + HOUR), after=2 * MINUTE)
    merged = "Delayed: m2 at 11:00; m3 at 11:00"
    assert [text for text, _ in bot.delivery.handed] == [merged] * 4 + [
        "rc1 at 11:05. More of rc1."
    ]
    assert len({claim for _, claim in bot.delivery.handed}) == 2
    assert bot.delivery.heard == [merged, "rc1 at 11:05. More of rc1."]
    assert set((await bot.states()).values()) == {"said"}


async def test_a_door_that_does_not_gets_a_claim_for_each_line_that_differs(bot: OutboxBot) -> None:
    bot.delivery.outcomes = [LOST]
    await bot.tick(notice("m2"))
    await bot.tick(notice("m2"), after=MINUTE)
    (one, first), (other, second) = bot.delivery.handed
    assert (one, other) == ("m2 at 10:00. More of m2.", REPEAT)
    assert first != second


@pytest.mark.parametrize("dedupes", [False, True])
async def test_what_an_older_version_claimed_may_have_been_said(
    bot: OutboxBot, database: str, dedupes: bool
) -> None:
    bot.delivery.outcomes = [Killed]
    await dies(bot, "m2")
    async with bot.store.begin() as db:
        await db.execute(sa.text("ALTER TABLE outbox DROP COLUMN claim"))
        await db.execute(sa.text("UPDATE meta SET value = '1' WHERE name = 'migrations'"))
    await bot.store.close()
    heir = OutboxBot(await Store.open(database))
    heir.delivery.dedupes = dedupes
    assert await heir.tick(notice("m2"), after=MINUTE) == [REPEAT]
    assert (await claims(heir))["m2"] == heir.delivery.handed[0][1]
    await heir.store.close()


async def test_a_migration_that_was_half_done_is_done_again(bot: OutboxBot, database: str) -> None:
    await bot.tick(notice("m2"))
    async with bot.store.begin() as db:
        await db.execute(sa.text("UPDATE meta SET value = '1' WHERE name = 'migrations'"))
    await bot.store.close()
    heir = OutboxBot(await Store.open(database))
    assert await heir.store.meta("migrations") != "1"
    assert await heir.tick(notice("m2"), notice("m3"), after=MINUTE) == ["m3 at 10:01. More of m3."]
    await heir.store.close()
