"""A door of the tests' own, notices to go through it, and the databases on which they stand."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field

from GlanceRelease.domain.messages.doc import doc
from GlanceRelease.domain.messages.notice import Notice
from GlanceRelease.service.outbox.delivery import DeliveryPolicy
from GlanceRelease.service.outbox.front_end import DeliveryOutcome, Door
from GlanceRelease.service.outbox.ledger import Outbox
from GlanceRelease.service.outbox.ledger_rows import key_of
from GlanceRelease.service.storage.store import Store

CHANNEL = "#openstack-glance"
NOW = dt.datetime(2027, 1, 13, 10, tzinfo=dt.UTC)  # a Wednesday
BORN = NOW - dt.timedelta(days=30)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
SAID = DeliveryOutcome("said")
REFUSED = DeliveryOutcome("refused", "404 cannot send to channel")
LOST = DeliveryOutcome("unsure", "the connection was lost")
LATER = DeliveryOutcome("later", "the connection was lost")


class Killed(BaseException):
    """The process ends here, as by SIGKILL: nothing of it runs on."""


@dataclass
class Corridor(Door):
    """A door that does what `fates` say, one for each line, and lets lines through after that;
    what the channel heard is in `heard`, and what was handed out, with its claim, in `handed`.
    `turns` say what happens before, while a line waits for its turn."""

    fates: list[DeliveryOutcome | type[BaseException]] = field(default_factory=list)
    turns: list[DeliveryOutcome | type[BaseException]] = field(default_factory=list)
    handed: list[tuple[str, str]] = field(default_factory=list)
    dedupes: bool = False
    open: bool = True
    heard: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    never: str = ""  # a line with this in it is always refused
    arrives: bool = True  # whether a line that is not confirmed is heard all the same

    def ready(self, target: str) -> bool:
        return self.open

    @contextlib.asynccontextmanager
    async def turn(self, target: str) -> AsyncIterator[DeliveryOutcome | None]:
        fate = self.turns.pop(0) if self.turns else None
        if isinstance(fate, type):
            raise fate
        yield fate

    async def say(self, target: str, text: str, claim: str) -> DeliveryOutcome:
        is_shown = self.dedupes and claim in [one for _, one in self.handed]
        self.handed.append((text, claim))
        fate = self.fates.pop(0) if self.fates else SAID
        if self.never and self.never in text:
            fate = REFUSED
        if not is_shown and (fate is SAID or (self.arrives and fate is not REFUSED)):
            self.heard.append(text)
            self.targets.append(target)
        if isinstance(fate, DeliveryOutcome):
            return fate
        raise fate


class Hall(Door):
    """A door through which everything is heard at once, while it is open."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.open = True

    def ready(self, target: str) -> bool:
        return self.open

    async def say(self, target: str, text: str, claim: str) -> DeliveryOutcome:
        self.heard.append(text)
        return DeliveryOutcome("said")


class Bot:
    """An outbox with a clock that stands, over a store; `restart` is another process over it."""

    def __init__(self, store: Store, now: dt.datetime = NOW) -> None:
        self.store = store
        self.now = now
        self.door = Corridor()
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
        before = len(self.door.heard)
        await self.outbox.post("glance", notices, self.now, born)

        async def muted() -> Collection[str]:
            return self.muted

        current = {key_of(notice): notice for notice in notices}
        house = DeliveryPolicy("glance", current, revocable, quiet, muted, lines_a_day)
        await self.outbox.deliver(house, self.door, lambda: self.now)
        return self.door.heard[before:]

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
    text = words or f"{subject} at {{now:%H:%M}}. More of {subject}."
    return Notice(
        rule, subject, target, "", due, grace, lambda now: doc(text.format(now=now)), "because"
    )
