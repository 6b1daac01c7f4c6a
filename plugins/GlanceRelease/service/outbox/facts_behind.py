"""On which facts a tick's notices stand: their rule is asked once more, and what it reads is noted.
Only for what is entered or said, which is seldom."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ...domain.facts_read import FactsRead
from ...domain.messages.fact_read import FactRead
from ...domain.messages.notice import Notice
from ...domain.moment import Moment
from ...registry import RULES, Rule
from .recipients import inherited

Route = Callable[[Notice], Iterable[Notice]]

log = logging.getLogger(__name__)


def unknown(notice: Notice) -> tuple[FactRead, ...] | None:
    """The facts of a notice of which nobody knows them."""
    return None


def unrouted(notice: Notice) -> Iterable[Notice]:
    """The notice as its rule gave it."""
    return (notice,)


@dataclass(frozen=True)
class _Given:
    """A notice as its rule gave it again, and what was read until then."""

    notice: Notice
    before: tuple[str, ...]


class FactsBehind:
    """What the rules read at one moment, each asked at most once more. `before` is that of an
    earlier moment: where its facts are the same, what was worked out of them stays."""

    def __init__(
        self, moment: Moment, route: Route = unrouted, before: FactsBehind | None = None
    ) -> None:
        self._moment, self._route = moment, route
        self._by_rule: dict[str, dict[str, _Given]] = {}
        self._told: dict[str, tuple[FactRead, ...] | None] = {}
        self._known: FactsRead | None = None
        if before is not None and before._known is not None and before._known.is_of(moment):
            self._known = before._known

    def of(self, notice: Notice) -> tuple[FactRead, ...] | None:
        """What its rule read until it gave the notice, and what its words read; None where it is
        not given again. A failure is a bug that must not keep back the line."""
        if notice.key not in self._told:
            self._told[notice.key] = self._facts_of(notice)
        return self._told[notice.key]

    def _facts_of(self, notice: Notice) -> tuple[FactRead, ...] | None:
        try:
            given = self._given(notice)
            if given is None:
                return None
            self._reading.clear()
            given.notice.say(self._moment.now)
            return self._reading.named((*given.before, *self._reading.names))
        except Exception:
            log.exception("%s: it is not known on which facts it stood", notice.key)
            return None

    @property
    def _reading(self) -> FactsRead:
        """One for all rules, made when the first is asked."""
        if self._known is None:
            self._known = FactsRead(self._moment)
        return self._known

    def _given(self, notice: Notice) -> _Given | None:
        """What a person subscribed to keeps the name of its rule, so the others are asked too."""
        rows = sorted(RULES.values(), key=lambda row: row.name != notice.rule)
        found = (self._asked(row).get(notice.key) for row in rows)
        return next((given for given in found if given is not None), None)

    def _asked(self, row: Rule) -> dict[str, _Given]:
        if row.name not in self._by_rule:
            self._by_rule[row.name] = {}  # one that fails is not asked again
            self._by_rule[row.name] = dict(self._ask(row))
        return self._by_rule[row.name]

    def _ask(self, row: Rule) -> Iterator[tuple[str, _Given]]:
        reading = self._reading
        reading.clear()
        for notice in row.speak(reading.at(self._moment)):
            given = _Given(notice, reading.names)
            for routed in self._route(notice):
                for each in (routed, *inherited(routed)):
                    yield each.key, given
