"""The line after a night: a job failed N nights running, recovered, or nothing ran."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...domain.ci.builds import NIGHTS, SUSPECTS, Outcome
from ...domain.messages.notice import Notice
from ...domain.moment import Moment
from ...registry import rule
from .facts import watched
from .night_changes import LOOK_BACK, NightChange, changes, unsaid
from .night_words import night_words
from .selection import view_of

RULE = "jobs"
MEMORY = "jobs said"
REMEMBERED = 300
SUSPECTS_WITHIN = dt.timedelta(hours=1)  # how long a line waits for its suspects


@dataclass(frozen=True)
class News:
    """What is to be said now, and the idents of all that is settled by saying it."""

    told: tuple[NightChange, ...] = ()
    idents: tuple[str, ...] = ()


def _news(moment: Moment) -> News:
    """What changed and was not said; nothing while a failure's suspects are still being asked."""
    history = moment[NIGHTS].value
    if history is None:
        return News()
    said = frozenset(moment.snapshot.memory.get(MEMORY, "").split())
    changed = changes(history, moment.team.jobs, watched(moment))
    fresh = [change for change in changed if change.ident not in said]
    born = moment.snapshot.born
    told = unsaid((c for c in fresh if born is None or c.settled >= born), said)
    if any(_waits(moment, change) for change in told):
        return News()
    return News(told, tuple(change.ident for change in fresh))


def _waits(moment: Moment, change: NightChange) -> bool:
    if change.sort != "failing" or moment.now - change.settled > SUSPECTS_WITHIN:
        return False
    standing = view_of(moment).standing_of(change.lane, change.job)
    if standing is None or not standing.tips or standing.last_good is None:
        return False
    if change.first is None or change.first.outcome is not Outcome.FAILED:
        return False
    known, fact = moment[SUSPECTS].value, moment[SUSPECTS]
    answered = known is not None and change.first.uuid in known.answers
    return not answered and fact.problem is None


def _remember(moment: Moment) -> Mapping[str, str]:
    news = _news(moment)
    if not news.idents:
        return {}
    kept = moment.snapshot.memory.get(MEMORY, "").split()
    return {MEMORY: " ".join([*kept, *news.idents][-REMEMBERED:])}


@rule(
    RULE,
    "a periodic job failed N nights running or recovered, or nothing ran",
    "jobs.nights in the team's file",
    remember=_remember,
    basis="someone has to keep an eye on the periodic jobs; when it is told is the team's file's",
    sources=("liaison", "builds"),
)
def night_notices(moment: Moment) -> Iterator[Notice]:
    """One line for all that changed, when the night is over or what is missing is late."""
    told = _news(moment).told
    if not told:
        return
    words = night_words(view_of(moment), told)
    yield Notice(
        rule=RULE,
        subject=str(told[-1].night),
        target=moment.team.announce,
        facts=".".join(change.ident for change in told)[:300],
        due=max(change.settled for change in told),
        grace=LOOK_BACK,
        say=lambda at: words,
        why="the periodic jobs report to nobody; this changed in the night",
    )
