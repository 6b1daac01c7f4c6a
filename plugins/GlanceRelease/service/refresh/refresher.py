"""Keeps facts fresh: who is asked when, what is believed, and what stays when an upstream fails."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from ...domain.snapshot import NEVER, Fetched
from ...sources.http import Http, Trouble
from ...sources.protocols import Kept, Source
from ...sources.strict_yaml import Unreadable
from ..storage.errors import NoDatabase
from .judgement import Judgement, KnownSoFar, judge
from .outages import Polled, Troubles
from .poll_state import FIRST_PAUSE, LONG_AGO, Watch

log = logging.getLogger(__name__)

AT_ONCE = 6  # fetches under way at the same time
A_MINUTE = 120  # facts that one upstream is asked for at the most; the rest waits a minute
LISTS_AGAIN = dt.timedelta(minutes=5)  # in trouble, what is always there is asked with the others


class KeepsFacts(Protocol):
    """Where facts are kept from one process to the next."""

    async def facts(self) -> Mapping[str, tuple[Kept, dt.datetime]]:
        """Everything the upstreams last gave, by address, with the instant of the answer."""

    async def put_facts(self, rows: Sequence[tuple[str, str, Kept | None, dt.datetime]]) -> None:
        """Keep what upstreams gave."""


class Refresher:
    """Fetches what is due and holds the newest believable value of every fact.

    A source that fails keeps its last good value, with the trouble beside it; the loss of an
    upstream is logged once, and so is its return. After a failure the next try waits 1, 2, 4 ...
    minutes (with jitter), at most the source's own interval, and no less than its Retry-After; the
    first fact that comes again wakes the others of its upstream. A changed value of a source that
    asks for it is believed when a second poll, 5 minutes later, gives it again, and one that goes
    back (`judge`) after a day; `believe_at_once` is for a one-shot command, which has no
    second poll.
    """

    def __init__(self, http: Http, store: KeepsFacts, believe_at_once: bool = False) -> None:
        self._http = http
        self._store = store
        self._believe_at_once = believe_at_once
        self._watches: dict[str, Watch] = {}
        self._stored: Mapping[str, tuple[Kept, dt.datetime]] = {}
        self._bundled: Mapping[str, Fetched[Any]] = {}
        self._asked: dict[str, dt.datetime] = {}
        self._troubles = Troubles()
        self._polls: dict[str, tuple[dt.datetime, int]] = {}  # by upstream, in its last minute

    async def start(self, bundled: Mapping[str, Fetched[Any]]) -> None:
        """Take over what the store kept; `bundled` serves where it kept nothing."""
        self._stored = await self._store.facts()
        self._bundled = bundled

    def watch(self, sources: Iterable[Source[Any]]) -> None:
        """Look after exactly these sources from now on; known ones keep what is known of them. One
        with a `while_known` is let go where what is known of it is not so."""
        before, self._watches = self._watches, {}
        for source in sources:
            known = before.get(source.key.name)
            if known is not None and known.source.url == source.url:
                known.source = source
            else:
                known = self._first_known(source)
            while_known = getattr(source, "while_known", None)
            if while_known is None or while_known(known.fact.value):
                self._watches[source.key.name] = known
        self._troubles.forget(self._watches)

    def _first_known(self, source: Source[Any]) -> Watch:
        bundled = self._bundled.get(source.key.name, NEVER)
        watch = Watch(source, replace(bundled, url=source.url, upstream=source.upstream))
        if source.url in self._stored:
            kept, at = self._stored[source.url]
            try:
                watch.fact = Fetched(
                    source.read(kept), at, "stored", None, source.url, source.upstream
                )
                watch.kept = kept
                watch.stored = True
            except Exception as error:  # whatever is stored, it must not stop the others
                log.warning("facts, %s: what is stored can't be read: %s", source.url, error)
        return watch

    @property
    def facts(self) -> dict[str, Fetched[Any]]:
        """Every fact as it is known now, by its key's name; the bundled ones below the others."""
        return {**self._bundled, **{name: watch.fact for name, watch in self._watches.items()}}

    @property
    def upstreams(self) -> frozenset[str]:
        """The upstreams of all that is watched."""
        return frozenset(watch.source.upstream for watch in self._watches.values())

    async def refresh(self, now: dt.datetime, real_now: dt.datetime, upstream: str) -> bool:
        """Poll what is due of one upstream at `now`; True when any fact is not what it was.

        `now` is the bot's clock, by which polls are due; `real_now` the machine's, by which an
        answer's age is told. Upstreams are refreshed each for itself, so that one that hangs
        keeps no other's answers back.
        """
        due = [
            watch
            for watch in self._watches.values()
            if watch.source.upstream == upstream and watch.is_due(now)
        ]
        if due:
            due = [*self._lists_in_trouble(upstream, now), *due]
        minute = now.replace(second=0, microsecond=0)
        last, asked = self._polls.get(upstream, (minute, 0))
        asked = asked if last == minute else 0
        del due[A_MINUTE - asked :]
        self._polls[upstream] = (minute, asked + len(due))
        return await self._ask(due, now, real_now)

    async def _ask(self, due: Sequence[Watch], now: dt.datetime, real_now: dt.datetime) -> bool:
        before = {watch.source.key.name: watch.fact for watch in due}
        gate = asyncio.Semaphore(AT_ONCE)
        news: list[tuple[str, str, Kept | None, dt.datetime]] = []

        async def poll_one(watch: Watch) -> None:
            watch.asking = True
            try:
                async with gate:
                    await self._poll(watch, now, real_now, news)
            finally:
                watch.asking = False

        always = [watch for watch in due if _is_always_there(watch.source)]
        await asyncio.gather(*map(poll_one, always))
        await asyncio.gather(*(poll_one(w) for w in due if not _is_always_there(w.source)))
        self._troubles.tell(
            Polled(
                watch.source.upstream,
                watch.source.key.name,
                watch.source.url,
                watch.trouble,
                watch.fact.known,
            )
            for watch in due
        )
        if news:
            with contextlib.suppress(NoDatabase):  # what was had is shown all the same
                await self._store.put_facts(news)
        return any(watch.fact != before[watch.source.key.name] for watch in due)

    async def _poll(
        self,
        watch: Watch,
        now: dt.datetime,
        real_now: dt.datetime,
        news: list[tuple[str, str, Kept | None, dt.datetime]],
    ) -> None:
        watch.asked = now
        answer = await self._answer(watch, now)
        if answer is None:
            return
        fresh, value = answer
        judgement, watch.belief, loss = judge(
            watch.belief, self._standing(watch, real_now), fresh, now
        )
        if judgement is Judgement.LESS:
            watch.failed(now, loss)
            return
        self._is_well(watch, now)
        if judgement is Judgement.BELIEVED:
            news.append(_believed(watch, fresh, value, real_now))
        else:
            log.info("%s: %s", watch.source.key, judgement.value)
            watch.not_yet(now)

    async def _answer(self, watch: Watch, now: dt.datetime) -> tuple[Kept, Any] | None:
        """What the upstream gives and what it means; None where that is a trouble."""
        source = watch.source
        try:
            fresh = await source.fetch(self._http, watch.kept, now)
            if fresh.bodies[:1] == (None,) and (lists := self._lists_trouble(source.upstream)):
                raise Trouble(lists)
            return fresh, watch.fact.value if fresh == watch.kept else source.read(fresh)
        except Trouble as trouble:
            watch.failed(now, str(trouble), dt.timedelta(seconds=trouble.retry_after))
        except Unreadable as unreadable:
            watch.failed(now, str(unreadable))
        except Exception as error:  # a bug in one source must not stop the others
            fault = type(error).__name__
            if watch.fault != fault:
                log.exception("%s: polling failed", source.key)
            watch.fault = fault
            watch.failed(now, f"an answer that I can't read ({fault})")
        return None

    def _standing(self, watch: Watch, real_now: dt.datetime) -> KnownSoFar:
        fact = watch.fact
        age = real_now - (fact.at or real_now)
        is_known = fact.value is not None
        return KnownSoFar(watch.kept, is_known, age, watch.source.confirm, self._believe_at_once)

    def _is_well(self, watch: Watch, now: dt.datetime) -> None:
        if watch.failures:  # then the others may be well again too
            for other in self._watches.values():
                if other.source.upstream == watch.source.upstream and other.failures:
                    other.next_poll = min(other.next_poll, max(now, other.silent_until))
        watch.is_well(now)

    def _lists_in_trouble(self, upstream: str, now: dt.datetime) -> list[Watch]:
        """What is always there and was not had: by it a 404 of the others is judged."""
        return [
            watch
            for watch in self._watches.values()
            if watch.source.upstream == upstream
            and _is_always_there(watch.source)
            and watch.failures
            and not watch.asking
            and now < watch.next_poll
            and watch.silent_until <= now
            and now - watch.asked >= LISTS_AGAIN
        ]

    async def ask_now(self, name: str, now: dt.datetime, real_now: dt.datetime) -> bool:
        """Poll one fact before its turn, since somebody asks; True when it is not what it was.
        One that was asked for within the last minute is not asked for again."""
        watch = self._watches.get(name)
        if watch is None or watch.asking or now < watch.silent_until:
            return False
        if abs(real_now - self._asked.get(name, LONG_AGO)) < FIRST_PAUSE:
            return False
        fact = watch.fact
        if (
            fact.origin == "network"
            and not fact.problem
            and abs(real_now - (fact.at or now)) < FIRST_PAUSE
        ):
            return False
        self._asked[name] = real_now
        return await self._ask([watch], now, real_now)

    def _lists_trouble(self, upstream: str) -> str | None:
        """What is wrong with the lists that an upstream always has, where none was had: then its
        404s are that trouble's too, or a wrong address, and no news of a single file."""
        lists = [
            watch.fact.problem
            for watch in self._watches.values()
            if watch.source.upstream == upstream and _is_always_there(watch.source)
        ]
        return lists[0] if lists and all(lists) else None

    def give_up(self, trouble: str) -> None:
        """Say of every fact that was not had in this run why it is old."""
        for watch in self._watches.values():
            if watch.fact.origin != "network" and watch.fact.problem is None:
                watch.fact = replace(watch.fact, problem=trouble)


def _believed(
    watch: Watch, fresh: Kept, value: Any, real_now: dt.datetime
) -> tuple[str, str, Kept | None, dt.datetime]:
    """Take the answer for the fact; what the store keeps of it, None for what it has."""
    source = watch.source
    same = fresh == watch.kept and watch.stored
    watch.stored, watch.kept = True, fresh
    watch.fact = Fetched(value, real_now, "network", None, source.url, source.upstream)
    return source.url, source.key.name, None if same else fresh, real_now


def _is_always_there(source: Source[Any]) -> bool:
    """Whether a 404 of it is a trouble; such sources are asked before the others."""
    return bool(getattr(source, "always", False))
