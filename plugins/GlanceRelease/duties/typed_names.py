"""What the words behind a command name: the one resolver of names for all commands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from ..domain.calendar.days_from_chat import parse_day
from ..domain.calendar.event_names import is_event_name
from ..domain.calendar.event_offsets import RelativeDay
from ..domain.calendar.team_calendar import find_series
from ..domain.messages.counts import few
from ..domain.model import Series
from ..domain.moment import Moment
from ..domain.releases.shapes import plain_name, shape_of
from ..domain.snapshot import GOVERNANCE, SERIES, Snapshot
from ..registry import COMMANDS, UserError

MOST = 5  # candidates in one answer
_SHOWN = 40  # letters of what somebody typed
_PART = 3  # letters that may stand for a whole name
_LONGEST = 6  # words of one name: "1 working day before milestone 3"
_CLOSE, _MEANT = 0.75, 3
_JOINTS = frozenset(("of", "for", "in", "on", "at", "the", "a", "and", "from"))
_WEEK = re.compile(r"r ?[-+] ?\d{1,2}")


class NameSort(StrEnum):
    """What a name is of."""

    COMMAND = "a command"
    DELIVERABLE = "a deliverable"
    SERIES = "a series"
    BRANCH = "a branch"
    DEADLINE = "a deadline"
    WEEK = "a week"
    DAY = "a day"
    NUMBER = "a number"
    UNKNOWN = ""


@dataclass(frozen=True)
class Named:
    """Some of the words that were typed, and what they name."""

    typed: str
    sort: NameSort
    deliverable: str = ""
    series: Series | None = None
    day: RelativeDay | None = None

    @property
    def week(self) -> str:
        """ "R-5", of a week however it was typed."""
        return self.typed.upper().removeprefix("WEEK ").replace(" ", "")


_KNOWN = frozenset((NameSort.DELIVERABLE, NameSort.SERIES, NameSort.BRANCH))
_TOLD_BY = {
    NameSort.DEADLINE: "when",
    NameSort.SERIES: "deadlines",
    NameSort.WEEK: "week",
    NameSort.DAY: "week",
}


def names_in(moment: Moment, text: str) -> tuple[Named, ...]:
    """The names in the words, in their order; the longest that is one wins. What is none is there
    too, word for word, so that nothing of it is lost; what only joins names is not."""
    words = [word.rstrip(",;:") for word in text.split()]
    words = [word for word in words if word]
    return tuple(_read(moment, words))


def _read(moment: Moment, words: list[str]) -> Iterator[Named]:
    at = 0
    while at < len(words):
        if words[at].lower() in _JOINTS and at + 1 < len(words):
            at += 1
            continue
        ends = range(min(len(words), at + _LONGEST), at, -1)
        found = ((end, _named(moment, " ".join(words[at:end]))) for end in ends)
        end, named = next(
            ((end, named) for end, named in found if named is not None),
            (at + 1, Named(words[at], NameSort.UNKNOWN)),
        )
        yield named
        at = end


def _named(moment: Moment, text: str) -> Named | None:
    lower = text.lower()
    if lower.isdecimal():
        return Named(text, NameSort.NUMBER)
    if _WEEK.fullmatch(lower.removeprefix("week ")):
        return Named(text, NameSort.WEEK)
    if name := repositories(moment.snapshot).get(plain_name(text)):
        return Named(text, NameSort.DELIVERABLE, deliverable=name)
    if (series := find_series(moment[SERIES].value or (), text)) is not None:
        return Named(text, NameSort.SERIES, series=series)
    if lower in ("master", "main") or re.fullmatch(r"[a-z]+/\d[\w.]*", lower):
        return Named(text, NameSort.BRANCH)
    if is_event_name(text) and "/" not in text:
        return Named(text, NameSort.DEADLINE)
    if (day := _day(moment, text)) is not None:
        return Named(text, NameSort.DAY, day=day)
    if " " in text:
        return None
    if lower in COMMANDS:
        return Named(text, NameSort.COMMAND)
    parts = _having(text, repositories(moment.snapshot))
    return Named(text, NameSort.DELIVERABLE, deliverable=parts[0]) if len(parts) == 1 else None


def _day(moment: Moment, text: str) -> RelativeDay | None:
    try:
        return parse_day(text, moment.today)
    except ValueError:
        return None


def taken(moment: Moment, command: str, text: str, *sorts: NameSort) -> tuple[Named, ...]:
    """The names in the words behind a command, all of sorts that it takes; UserError names what it
    does not take, and what it does. Of each sort there may be one."""
    names = names_in(moment, text)
    for named in names:
        known = known_names(moment, *sorts) if named.sort is NameSort.UNKNOWN else []
        if known and (_KNOWN.issuperset(sorts) or near_ones(named.typed, known)):
            raise UserError(unknown(named.typed, sorts, known, _ambiguous(moment, named, sorts)))
        if named.sort not in sorts:
            raise UserError(not_taken(command, named))
    for sort in sorts:
        at_most_one(command, [named for named in names if named.sort is sort])
    return names


def not_longer(text: str, most: int, what: str) -> str:
    """The text; UserError where there is more of it than is kept."""
    if len(text) > most:
        raise UserError(f"{what} has at most {most} letters; that has {len(text)}.")
    return text


def at_most_one(command: str, names: Sequence[Named]) -> None:
    """UserError where there are several of what a command takes one of."""
    if len(names) > 1:
        both = " and ".join(f'"{named.typed[:_SHOWN]}"' for named in names[:2])
        raise UserError(f"{command} takes one of {both}, not both.")


def nothing_more(moment: Moment, command: str, text: str) -> None:
    """UserError where words stand behind a command, or a part of one, that takes none."""
    if text:
        taken(moment, command, text)


def not_taken(command: str, named: Named) -> str:
    """That a command does not take a name, what it takes, and who tells of the other."""
    what = f" ({named.sort})" if named.sort else ""
    row = COMMANDS[command.split()[0]]
    usage = f"{row.name} {row.usage}".strip() if command == row.name else command
    other = _TOLD_BY.get(named.sort)
    hint = f", or {other} {named.typed[:_SHOWN]}" if other and other != row.name else ""
    return f'{command} does not take "{named.typed[:_SHOWN]}"{what}; say {usage}{hint}.'


def unknown(
    typed: str, sorts: Sequence[NameSort], known: Sequence[str], may_be: Sequence[str] = ()
) -> str:
    """That nothing is called so, with at most five that are, the nearest first."""
    if may_be:
        return f'"{typed[:_SHOWN]}" may be: {few(may_be, MOST)}.'
    what = " or ".join(sort.removeprefix("a ") for sort in sorts)
    more = "older" if tuple(sorts) == (NameSort.SERIES,) else "more"
    return f'I know no {what} "{typed[:_SHOWN]}"; {nearest(typed, known, more)}'


def nearest(typed: str, known: Sequence[str], more: str = "more") -> str:
    """ "did you mean hibiscus?", the nearest in its letters first, with the parts of a name, too;
    where none is near, the first of what there is."""
    if close := near_ones(typed, known):
        return f"did you mean {' or '.join(close[:_MEANT])}?"
    return f"there are {few(known, MOST, more=more)}."


def near_ones(typed: str, known: Sequence[str]) -> list[str]:
    """The names that are near in their letters, the nearest first."""
    likeness = {name: _likeness(plain_name(typed), plain_name(name)) for name in known}
    return sorted((n for n in likeness if likeness[n] >= _CLOSE), key=lambda n: -likeness[n])


def _likeness(typed: str, name: str) -> float:
    forms = {name, *re.split(r"[-/]", name)}
    return max(SequenceMatcher(None, typed, form).ratio() for form in forms)


def known_names(moment: Moment, *sorts: NameSort) -> list[str]:
    """The names of these sorts that there are."""
    names: list[str] = []
    if NameSort.DELIVERABLE in sorts:
        names += moment.team.deliverables
    if NameSort.SERIES in sorts:
        names += [series.name for series in moment[SERIES].value or ()]
    return names


def _ambiguous(moment: Moment, named: Named, sorts: Sequence[NameSort]) -> list[str]:
    if NameSort.DELIVERABLE not in sorts:
        return []
    return _having(named.typed, repositories(moment.snapshot))


def one_of(typed: str, names: Mapping[str, str], what: str) -> str:
    """The one that is meant by its whole name or a part that no other has; UserError with the
    candidates. `names` are plain names to what they stand for."""
    exact = names.get(plain_name(typed))
    if exact is not None:
        return exact
    parts = _having(typed, names)
    if len(parts) == 1:
        return parts[0]
    known = [name.removeprefix("openstack/") for name in dict.fromkeys(names.values())]
    if parts:
        told = few([name.removeprefix("openstack/") for name in parts], MOST)
        raise UserError(f'"{typed[:_SHOWN]}" may be: {told}.')
    raise UserError(f'I know no {what} "{typed[:_SHOWN]}"; {nearest(typed, known)}')


def find_deliverable(snapshot: Snapshot, text: str) -> str:
    """The team's deliverable that is meant, by its name, its repository's or a part of its own,
    "_", "." and "-" alike; else a UserError."""
    return one_of(text.strip(), repositories(snapshot), "deliverable")


def _having(typed: str, names: Mapping[str, str]) -> list[str]:
    """What has this part in its name, each once, the shortest first."""
    part = plain_name(typed)
    found: Iterable[str] = (value for name, value in names.items() if part in name)
    return sorted(dict.fromkeys(found), key=len) if len(part) >= _PART else []


def repositories(snapshot: Snapshot) -> dict[str, str]:
    """Every name that people have for the team's deliverables, plain: "glance store", its
    repository with and without "openstack/"; to the deliverable's name."""
    names: dict[str, str] = {}
    teams = snapshot[GOVERNANCE].value or ()
    team = next((team for team in teams if team.name == snapshot.team.governance), None)
    governed = dict(team.deliverables) if team else {}
    for name in snapshot.team.deliverables:
        shape = shape_of(snapshot, None, name)
        for other in (name, *(shape.repositories if shape else ()), *governed.get(name, ())):
            names[plain_name(other)] = name
    return names


def with_series(moment: Moment, text: str) -> tuple[str, Series | None]:
    """The words without the series that stands at either end of them, and that series."""
    words = text.split()
    known = moment[SERIES].value or ()
    for at in (-1, 0):
        named = find_series(known, words[at].rstrip("?!,")) if len(words) > 1 else None
        if named is None or named.name == words[at - 1].lower():
            continue
        rest = words[:-1] if at else words[1:]
        while len(rest) > 1 and rest[at if at else 0].lower() in _JOINTS:
            rest = rest[:-1] if at else rest[1:]
        return " ".join(rest), named
    return text, None
