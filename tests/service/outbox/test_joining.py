"""What a rule that joins has for a person shares the line of what else they get then."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from GlanceRelease.domain.messages.notice import Notice
from GlanceRelease.service.outbox.delivery import DeliveryPolicy, nobody_muted
from GlanceRelease.service.outbox.ledger import Outbox
from GlanceRelease.service.outbox.ledger_rows import key_of
from GlanceRelease.service.storage.store import Store
from kit.delivery import Delivery
from kit.outbox import BORN, NOW, notice

pytestmark = pytest.mark.asyncio


async def heard(*notices: Notice, joining: Collection[str]) -> list[str]:
    store, door = await Store.open("sqlite+aiosqlite:///:memory:"), Delivery()
    outbox = Outbox(store)
    await outbox.post("glance", notices, NOW, BORN)
    current = {key_of(each): each for each in notices}
    policy = DeliveryPolicy("glance", current, (), (), nobody_muted, joining=joining)
    await outbox.deliver(policy, door, lambda: NOW)
    await store.close()
    return door.heard


@pytest.mark.parametrize(
    ("target", "joining", "expected"),
    [
        ("pdeore", {"life"}, ["Highlights at 10:00; RC1 at 10:00"]),
        ("pdeore", (), ["Highlights at 10:00. More of Highlights.", "RC1 at 10:00. More of RC1."]),
        (
            "#openstack-glance", {"life"},
            ["Highlights at 10:00. More of Highlights.", "RC1 at 10:00. More of RC1."],
        ),
    ],
)  # fmt: skip
async def test_one_line_for_a_person_and_each_alone_in_a_channel(
    target: str, joining: Collection[str], expected: list[str]
) -> None:
    guide = notice("Highlights", rule="guide", target=target)
    life = notice("RC1", rule="life", target=target)
    assert await heard(guide, life, joining=joining) == expected


async def test_one_that_is_alone_is_whole() -> None:
    life = notice("RC1", rule="life", target="pdeore")
    assert await heard(life, joining={"life"}) == ["RC1 at 10:00. More of RC1."]
