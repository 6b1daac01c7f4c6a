"""A way out, as a front end gives it to the outbox, and what may become of a line."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from ...domain.address import network_of
from ...domain.messages.doc import Doc
from ...networks.known import NETWORKS
from ...render.fit import Medium


@dataclass(frozen=True)
class DeliveryOutcome:
    """What became of a line. "said": the server has processed it. "refused": the server said no,
    with the reason. "unsure": the connection went before the server had confirmed it. "later": it
    went before the line had left."""

    result: Literal["said", "refused", "unsure", "later"]
    reason: str = ""


class FrontEnd(Protocol):
    """What listens beside the chat: a page."""

    async def cleanup(self) -> None:
        """Close it."""


class Door(Protocol):
    """A way out, as a front end gives it.

    Each line has a claim, an id that is on disk before it is said. A door that `dedupes` shows a
    line once, however often it is said with one claim, for as long as it `remembers` claims; so it
    gets no mark of a repeat.
    """

    dedupes: bool = False
    remembers: dt.timedelta = dt.timedelta.max

    def of(self, target: str) -> Door:
        """The way out to this target, where there are several."""
        return self

    def medium(self, target: str) -> Medium:
        """How a line for the target reads, and how much room there is."""

    def ready(self, target: str) -> bool:
        """Whether a line for the target would reach it: connected, and in the channel."""

    def turn(self, target: str) -> contextlib.AbstractAsyncContextManager[DeliveryOutcome | None]:
        """Wait until a line for the target would leave at once, and keep it so; else what becomes
        of the line, which never left. A door where nothing waits has no turns."""
        return contextlib.nullcontext()

    def say(self, target: str, said: Doc, claim: str) -> Awaitable[DeliveryOutcome]:
        """Say a message, of one line where the medium holds no more, and wait for what becomes of
        it."""

    async def was_said(self, target: str, claim: str) -> bool | None:
        """Whether what was said with this claim has arrived; None where nobody can tell."""
        return None


@runtime_checkable
class KnowsPresence(Protocol):
    """A way out that can tell who is in a channel."""

    def present(self, channel: str) -> frozenset[str] | None:
        """The nicks in a channel; None where nobody can tell, as while the bot is not in it."""


@runtime_checkable
class KnowsNetworks(Protocol):
    """A way out that can tell which networks it serves."""

    def serves(self, target: str) -> bool:
        """Whether it is a way out to the target's network."""


@runtime_checkable
class KnowsRefusals(Protocol):
    """A way out that can tell which channels it is kept out of."""

    def outside(self) -> Mapping[str, str]:
        """Those channels, in small letters, each with the reason."""


@runtime_checkable
class KnowsStates(Protocol):
    """A way out that can tell how each of its places is."""

    def states(self) -> Mapping[str, str]:
        """A word or a clause for each place that it has, by its folded name."""


def serves(door: Door | None, name: str) -> bool:
    """Whether a name is on a network that the door is a way to; one that can't tell is to the
    network of all names that are no other's."""
    return serving(door)(name)


def serving(door: Door | None) -> Callable[[str], bool]:
    """The same question about many names: what the door can tell is looked up once."""
    return door.serves if isinstance(door, KnowsNetworks) else _is_on_the_last


def _is_on_the_last(name: str) -> bool:
    return network_of(name) == NETWORKS[-1].name


def present_at(door: KnowsPresence, places: Iterable[str]) -> frozenset[str] | None:
    """Who is in any of these places; None where nobody can tell of any."""
    known = [there for name in places if (there := door.present(name)) is not None]
    return frozenset().union(*known) if known else None
