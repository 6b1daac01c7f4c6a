"""How fresh the facts are: `sources`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ...domain.address import place
from ...domain.calendar.team_calendar import near_calendars
from ...domain.ci.builds import NIGHTS
from ...domain.ci.unread_nights import UnreadNight, unread_nights
from ...domain.moment import Moment
from ...domain.snapshot import Fetched
from ...registry import Ask, Reply, command, no_memory, reply
from ..jobs.facts import watched
from ..jobs.words import day
from ..typed_names import nothing_more
from ..which_cycle import contradiction_of
from . import source_words as words

IN_THERE = "in"
TOLD = dt.timedelta(days=30)  # for which a loss is told


@command(
    "sources",
    "",
    "each upstream's age and last trouble",
    "sources",
    basis="when I asked each upstream last, and what it answered",
)
def sources(moment: Moment, ask: Ask) -> Reply:
    """One phrase for each upstream: how many of its facts are fresh, the oldest, the trouble; where
    there is any trouble, a line for each. In private every fact follows, with its address. What
    keeps the bot out of a channel of the team's goes first, and what its own memory lacks.
    """
    nothing_more(moment, "sources", ask.text)
    own = [*_outside(moment), *_rooms(moment, True), *_memory(moment)]
    groups: dict[str, list[tuple[str, Fetched[object]]]] = {}
    for name, fact in sorted(moment.snapshot.facts.items()):
        if fact.url:
            groups.setdefault(fact.upstream, []).append((name, fact))
    if not groups:
        return reply(*own, words.NOT_ASKED)
    lines = [
        f"{name}: {words.group_words([fact for _, fact in facts], moment.now)}"
        for name, facts in groups.items()
    ]
    details = [
        f"{name}: {words.fact_words(fact, moment.now)} {fact.url}"
        for facts in groups.values()
        for name, fact in facts
    ]
    troubled = any(fact.problem for facts in groups.values() for _, fact in facts)
    said = [f"{line}." for line in lines] if troubled else ["; ".join(lines) + "."]
    more = (*_anew(moment), *_unread(moment), *_contradictions(moment), *_rooms(moment, False))
    return reply(*own, *said, *more, details=details)


def _anew(moment: Moment) -> Iterator[str]:
    """That Zuul has lost its builds, which are known from before then."""
    history = moment[NIGHTS].value
    if history is not None and history.anew and moment.now - history.anew <= TOLD:
        yield words.counts_anew(history.anew, moment.now)


def _unread(moment: Moment) -> Iterator[str]:
    """Of which nights Zuul's builds can't be read, all of them or some."""
    history = moment[NIGHTS].value
    nights = unread_nights(history, watched(moment)) if history is not None else ()
    for none in (True, False):
        these = [night for night in nights if night.none is none]
        if these:
            projects = list(dict.fromkeys(night.project for night in these))
            yield words.unread_words(projects, _days(these), none)


def _days(nights: list[UnreadNight]) -> str:
    days = sorted({night.day for night in nights})
    return words.nights_words(day(days[0]), day(days[-1]))


def _contradictions(moment: Moment) -> Iterator[str]:
    """What is wrong with a schedule as upstream has it, of the cycle that runs and the next."""
    for calendar in near_calendars(moment):
        if wrong := contradiction_of(calendar):
            yield f"The schedule of {calendar.series.title} {wrong}."


def _outside(moment: Moment) -> Iterator[str]:
    """The channels of the team's, and of its meetings, that the bot is not let into, and why."""
    team = moment.team
    places = [meeting.place for meeting in (team.meeting, team.release_meeting) if meeting]
    for name in dict.fromkeys([*team.channels, *places]):
        reason = moment.snapshot.outside.get(place(name).folded)
        if reason is not None:
            yield words.kept_out(name, reason)


def _rooms(moment: Moment, has_trouble: bool) -> Iterator[str]:
    """How each place of the team's is, where its network tells that: those with a trouble, or the
    others."""
    for name, state in moment.snapshot.rooms.items():
        if (state != IN_THERE) == has_trouble:
            yield f"{name}: {state}."


def _memory(moment: Moment) -> list[str]:
    if moment.snapshot.no_memory:
        return [no_memory(moment.snapshot)]
    if moment.snapshot.forgotten is None or moment.now - moment.snapshot.forgotten[1] > TOLD:
        return []
    since, until = moment.snapshot.forgotten
    return [words.forgotten_words(since, until, moment.now)]
