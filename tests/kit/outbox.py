"""An outbox over a store, with a clock that stands until a test steps it, and notices for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from GlanceRelease.domain.messages.doc import Doc, doc
from GlanceRelease.domain.messages.notice import Notice
from GlanceRelease.service.outbox.delivery import DeliveryPolicy
from GlanceRelease.service.outbox.ledger import Outbox
from GlanceRelease.service.outbox.ledger_rows import key_of
from GlanceRelease.service.storage.store import Store
from kit.delivery import Delivery

CHANNEL = "#openstack-glance"
NOW = dt.datetime(2027, 1, 13, 10, tzinfo=dt.UTC)  # a Wednesday
BORN = NOW - dt.timedelta(days=30)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


class OutboxBot:
    """An outbox with a clock that stands, over a store; `restart` is another process over it."""

    def __init__(
        self, store: Store, now: dt.datetime = NOW, delivery: Delivery | None = None
    ) -> None:
        self.store = store
        self.now = now
        self.delivery = delivery or Delivery()
        self.outbox = Outbox(store)
        self.muted: set[str] = set()

    def restart(self) -> None:
        self.outbox = Outbox(self.store)

    async def tick(
        self,
        *notices: Notice,
        after: dt.timedelta = dt.timedelta(),
        revocable: Collection[str] = (),
        quiet: Collection[str] = (),
        lines_a_day: int = 20,
        born: dt.datetime = BORN,
    ) -> list[str]:
        """What the channel hears in a tick, `after` the one before."""
        self.now += after
        before = len(self.delivery.heard)
        await self.outbox.post("glance", notices, self.now, born)

        async def muted() -> Collection[str]:
            return self.muted

        current = {key_of(notice): notice for notice in notices}
        house = DeliveryPolicy("glance", current, revocable, quiet, muted, lines_a_day)
        await self.outbox.deliver(house, self.delivery, lambda: self.now)
        return self.delivery.heard[before:]

    async def states(self) -> dict[str, str]:
        """The state of each row of the ledger, by what its notice is about."""
        return {row.key.split("|")[1]: row.state for row in await self.outbox.ledger("glance")}

    async def trouble(self, subject: str) -> str | None:
        rows = await self.outbox.ledger("glance")
        return next(row.trouble for row in rows if row.key.split("|")[1] == subject)


def notice(
    subject: str,
    due: dt.datetime = NOW,
    grace: dt.timedelta = DAY,
    rule: str = "reminder",
    target: str = CHANNEL,
    words: str = "",
) -> Notice:
    """A notice whose words tell the minute at which they were made."""
    head = words or f"{subject} at {{now:%H:%M}}"
    text = words or f"{head}. More of {subject}."

    def say(now: dt.datetime) -> Doc:
        return doc(text.format(now=now), brief=(head.format(now=now),))

    return Notice(rule, subject, target, "", due, grace, say, "because")
