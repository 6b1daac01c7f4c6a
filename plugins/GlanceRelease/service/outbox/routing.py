"""On which network a notice goes to whom: a person is told once, a team's places each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from ...domain.address import address, fold, is_place, place, same_place
from ...domain.member import Member
from ...domain.messages.clauses import Call, Span, each_span
from ...domain.messages.doc import Doc, Line
from ...domain.messages.notice import Notice
from ...domain.people.roles import people_of_team
from ...domain.snapshot import Snapshot

Serves = Callable[[str], bool]


@dataclass(frozen=True)
class Routes:
    """Where notices go, as the team's people and places are known; `serves` tells which names are
    on a network that the bot is on."""

    snapshot: Snapshot
    serves: Serves

    @cached_property
    def _people(self) -> tuple[Member, ...]:
        return people_of_team(self.snapshot)

    def of(self, notice: Notice) -> Iterator[Notice]:
        """The notice as it goes out: where the team hears, to its place on each network; to a
        person where they are told first, with their other names as those to whom it is handed on.
        The key keeps their nick, so that a name more makes no other notice."""
        people = self._people
        if is_place(notice.target):
            yield from self._to_places(notice, people)
        else:
            yield self._to_person(notice, people)

    def _to_places(self, notice: Notice, people: Iterable[Member]) -> Iterator[Notice]:
        team = self.snapshot.team
        networks = {address(name).network for one in people for name in one.addresses}
        heard = [notice.target]
        if same_place(notice.target, team.announce):
            heard += (name for name in team.announced if name != notice.target)
        for target in heard:
            here = place(target).network
            if target == notice.target and networks <= {here}:
                yield notice
            else:
                says = _CalledThere(notice.say, here, tuple(people))
                yield replace(notice, target=target, say=says)

    def _to_person(self, notice: Notice, people: Iterable[Member]) -> Notice:
        names = {}
        reach: list[str] = []
        own: list[str] = []
        for number, target in enumerate((notice.target, *notice.heirs)):
            one = next((each for each in people if each.is_called(target)), None)
            theirs = [fold(name) for name in one.addresses if self.serves(name)] if one else []
            theirs = theirs or [target]
            known = fold(one.nick) if one else target
            for at, name in enumerate(theirs):
                key = known if at == 0 else f"{known}/{address(name).network}"
                if key != name:
                    names[name] = key
            reach += [name for name in theirs if name not in reach]
            own += theirs[1:] if number == 0 else []
        if not names and reach[0] == notice.target and tuple(reach[1:]) == notice.heirs:
            return notice
        first, *rest = reach
        return replace(notice, target=first, heirs=tuple(rest), keyed=names, own=tuple(own))


@dataclass(frozen=True)
class _CalledThere:
    """The words of a notice in which everybody is called as on one network, or else named."""

    say: Callable[[dt.datetime], Doc]
    network: str
    people: tuple[Member, ...]

    def __call__(self, now: dt.datetime) -> Doc:
        said = self.say(now)
        lines, details = (tuple(map(self._line, part)) for part in (said.lines, said.details))
        return replace(said, lines=lines, details=details, brief=each_span(said.brief, self._span))

    def _line(self, line: Line) -> Line:
        return replace(line, phrases=each_span(line.phrases, self._span))

    def _span(self, span: Span) -> Span:
        if not isinstance(span, Call):
            return span
        one = next((each for each in self.people if each.is_called(span.nick)), None)
        if one is None or address(span.nick).network == self.network:
            return span
        here = one.on(self.network)
        return replace(span, nick=here) if here else (span.name or one.name or span.nick)


def everybody_s(snapshot: Snapshot, names: Iterable[str]) -> frozenset[str]:
    """These names of places and people, each person's other names among them."""
    known = frozenset(names)
    others = (
        fold(name)
        for one in people_of_team(snapshot)
        if len(one.addresses) > 1 and any(fold(name) in known for name in one.addresses)
        for name in one.addresses
    )
    return known.union(others)


def silences_of(snapshot: Snapshot, ended: Mapping[str, dt.datetime]) -> dict[str, dt.datetime]:
    """The ends of silences, by each name of whose they were."""
    by_name = dict(ended)
    for name, end in ended.items():
        for other in everybody_s(snapshot, (name,)):
            by_name[other] = max(end, by_name.get(other, end))
    return by_name
