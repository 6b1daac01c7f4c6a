"""How fresh the facts are: `sources`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ...domain.address import place
from ...domain.calendar.team_calendar import near_calendars
from ...domain.ci.builds import NIGHTS
from ...domain.ci.unread_nights import UnreadNight, unread_nights
from ...domain.messages.counts import and_more, few
from ...domain.moment import Moment
from ...domain.snapshot import Fetched
from ...registry import Ask, Reply, command, no_memory, reply
from ...render.sanitize import plain
from ..jobs.facts import watched
from ..jobs.words import day
from ..typed_names import MOST, nothing_more
from ..which_cycle import contradiction_of

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
    own = [*_outside(moment), *_memory(moment)]
    groups: dict[str, list[tuple[str, Fetched[object]]]] = {}
    for name, fact in sorted(moment.snapshot.facts.items()):
        if fact.url:
            groups.setdefault(fact.upstream, []).append((name, fact))
    if not groups:
        return reply(*own, "No upstream has been asked yet; answers come from what is bundled.")
    lines = [
        f"{name}: {_group([fact for _, fact in facts], moment.now)}"
        for name, facts in groups.items()
    ]
    details = [
        f"{name}: {_fact(fact, moment.now)} {fact.url}"
        for facts in groups.values()
        for name, fact in facts
    ]
    troubled = any(fact.problem for facts in groups.values() for _, fact in facts)
    said = [f"{line}." for line in lines] if troubled else ["; ".join(lines) + "."]
    zuuls = (*_anew(moment), *_unread(moment))
    return reply(*own, *said, *zuuls, *_contradictions(moment), details=details)


def _anew(moment: Moment) -> Iterator[str]:
    """That Zuul has lost its builds, which are known from before then."""
    history = moment[NIGHTS].value
    if history is not None and history.anew and moment.now - history.anew <= TOLD:
        yield (
            f"Zuul's builds count anew since {_when(history.anew, moment.now)}: it shows none of"
            " before, I kept them."
        )


def _unread(moment: Moment) -> Iterator[str]:
    """Of which nights Zuul's builds can't be read, all of them or some."""
    history = moment[NIGHTS].value
    nights = unread_nights(history, watched(moment)) if history is not None else ()
    for none in (True, False):
        these = [night for night in nights if night.none is none]
        if these:
            projects = few(list(dict.fromkeys(night.project for night in these)), MOST)
            which = "None" if none else "Not all"
            yield f"{which} of Zuul's builds of {projects} in {_days(these)} can be read."


def _days(nights: list[UnreadNight]) -> str:
    days = sorted({night.day for night in nights})
    first, last = days[0], days[-1]
    if first == last:
        return f"the night of {day(first)}"
    return f"the nights of {day(first)} to {day(last)}"


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
            why = plain(reason)[:80]
            yield f"I am not let into {name} ({why}); I try again, each half hour at least."


def _memory(moment: Moment) -> list[str]:
    if moment.snapshot.no_memory:
        return [no_memory(moment.snapshot)]
    if moment.snapshot.forgotten is None or moment.now - moment.snapshot.forgotten[1] > TOLD:
        return []
    since, until = moment.snapshot.forgotten
    if since is None:
        return [f"The ledger begins anew: nothing before {until:%a %Y-%m-%d} is known."]
    gap = f"from {_when(since, moment.now)} to {_when(until, moment.now)}"
    return [f"The ledger has a gap: nothing {gap} is known."]


def _group(facts: list[Fetched[object]], now: dt.datetime) -> str:
    fresh = [fact for fact in facts if fact.origin == "network" and fact.problem is None]
    old = [fact for fact in facts if fact not in fresh]
    if not old:
        oldest = min(fact.at for fact in fresh if fact.at)
        many = f"{len(facts)} facts, all as of {_when(oldest, now)} or later"
        return many if len(facts) > 1 else f"1 fact, as of {_when(oldest, now)}"
    troubles = list(dict.fromkeys(fact.problem for fact in old if fact.problem))
    known = [fact.at for fact in old if fact.at]
    since = f"; the oldest is as of {_when(min(known), now)}" if known else ""
    never = sum(not fact.known for fact in old)
    nothing = f", {never} never had" if never else ""
    more = and_more(len(troubles) - 2)
    why = f"; last trouble: {', '.join(troubles[:2])}{more}" if troubles else ""
    if not fresh and not troubles:
        return f"no answer yet{since}{nothing}"
    return f"{len(fresh)} of {len(facts)} facts fresh{since}{nothing}{why}"


def _fact(fact: Fetched[object], now: dt.datetime) -> str:
    at = f"as of {_when(fact.at, now)}" if fact.at else "never had"
    return f"{at} ({fact.origin}{', ' + fact.problem if fact.problem else ''})"


def _when(at: dt.datetime, now: dt.datetime) -> str:
    minutes = int((now - at).total_seconds() // 60)
    ago = f" ({minutes} min ago)" if 0 <= minutes < 120 else ""
    return f"{at:%Y-%m-%d %H:%M} UTC{ago}"
