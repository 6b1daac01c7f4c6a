"""Says once that an upstream is lost, and once that it is back, however many facts it has."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

log = logging.getLogger(__name__)

MOST_REASONS = 5  # that one upstream is reported for until it is well again


class Polled(NamedTuple):
    """What a poll gave: of which upstream, fact and address, its trouble (None where it is well),
    and whether any value of it is known, now or from before."""

    upstream: str
    fact: str
    url: str
    trouble: str | None
    known: bool


class Troubles:
    """What fails now, by upstream and fact."""

    def __init__(self) -> None:
        self._failing: dict[str, dict[str, str]] = {}
        self._told: dict[str, set[str]] = {}

    def tell(self, polled: Iterable[Polled]) -> None:
        """Take over what a round of polls gave. What is new of one upstream is one warning,
        whatever it does to each file; so is the end of all of it."""
        kept: Counter[str] = Counter()
        new: dict[str, dict[str, str]] = {}
        answering: set[str] = set()
        for upstream, fact, url, trouble, known in polled:
            failing = self._failing.setdefault(upstream, {})
            if trouble is None:
                failing.pop(fact, None)
                answering.add(upstream)
                continue
            file = "/".join(url.split("/")[-2:])  # the address that is logged beside it names it
            reason = failing[fact] = trouble.removeprefix(f"{file}: ")
            kept[upstream] += known
            told = self._told.setdefault(upstream, set())
            if reason not in told and len(told) < MOST_REASONS:
                told.add(reason)
                new.setdefault(upstream, {})[reason] = url
        for upstream in answering & self._told.keys():  # what is over may be news another time
            self._told[upstream] &= set(self._failing[upstream].values())
        for upstream, urls in new.items():
            (reason, url), *more = urls.items()
            others = f"; also {', '.join(other for other, _ in more)}" if more else ""
            stays = _stays(kept[upstream])
            log.warning("%s: %s (%s)%s; %s", upstream, reason, url, others, stays)
        for upstream in [name for name in self._told if not self._failing[name]]:
            del self._told[upstream]
            log.warning("%s is back", upstream)

    def forget(self, known: Iterable[str]) -> None:
        """Drop the troubles of facts that are not polled any more."""
        names = set(known)
        for failing in self._failing.values():
            for fact in [fact for fact in failing if fact not in names]:
                del failing[fact]


def _stays(number: int) -> str:
    if number == 0:
        return "nothing of it was ever had"
    return "its last good value stays" if number == 1 else f"{number} last good values stay"
