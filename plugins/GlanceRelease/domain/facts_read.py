"""Tells which of a snapshot's facts are really read: each notes it when somebody looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from typing import Any

from .memo_by_facts import NotingFacts
from .messages.fact_read import FactRead
from .moment import Moment
from .snapshot import Fetched

_FIELDS = frozenset(field.name for field in fields(Fetched))


class _Noting(Fetched[Any]):
    """A fact that calls `note` when any of its fields is read. A copy of it notes nothing more:
    who made it has read the fact."""

    def __getattribute__(self, name: str) -> Any:
        if name in _FIELDS:
            note = object.__getattribute__(self, "__dict__").get("_note")
            if note is not None:
                note()
        return object.__getattribute__(self, name)


class FactsRead:
    """What was read of a moment's facts since it was made or cleared.

    `moment` is the same one for whoever reads, with a mapping of its own: what is remembered by the
    identity of the facts is worked out anew, and tells again what it read whenever it is used.
    A fact that nobody polls is none: it has no age and no trouble.
    """

    def __init__(self, moment: Moment) -> None:
        self._facts = moment.snapshot.facts
        self._names: dict[str, None] = {}
        noting = NotingFacts(self._note)
        noting.update((n, _noting(n, fact, noting.note)) for n, fact in self._facts.items())
        self._noting = noting
        self.moment = self.at(moment)

    def at(self, moment: Moment) -> Moment:
        """Another moment of the same facts, of which is noted what is read, too."""
        return replace(moment, snapshot=replace(moment.snapshot, facts=self._noting))

    def is_of(self, moment: Moment) -> bool:
        """Whether the moment's facts are the very same: then what was worked out of them stays."""
        return moment.snapshot.facts is self._facts and moment.team is self.moment.team

    def _note(self, name: str) -> None:
        self._names[name] = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the facts read, in the order of their first reading."""
        return tuple(self._names)

    def clear(self) -> None:
        """Forget what was read."""
        self._names.clear()

    def so_far(self) -> tuple[FactRead, ...]:
        """The facts read since."""
        return self.named(self.names)

    def named(self, names: Iterable[str]) -> tuple[FactRead, ...]:
        """These facts, each once."""
        return tuple(as_read(name, self._facts[name]) for name in dict.fromkeys(names))


def _noting(name: str, fact: Fetched[Any], note: Callable[[str], None]) -> Fetched[Any]:
    noting = _Noting(**{each: getattr(fact, each) for each in _FIELDS})
    object.__setattr__(noting, "_note", lambda: note(name))
    return noting


def as_read(name: str, fact: Fetched[Any]) -> FactRead:
    """What is to be told of a fact, without its value."""
    return FactRead(name, fact.at, fact.origin, fact.problem, fact.url, fact.upstream)
