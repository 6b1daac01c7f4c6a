"""The line after a night: a job failed N nights running, recovered, or nothing ran."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...domain.bugs.job_ties import TieState, place_of, state_of, ties_in
from ...domain.ci.absence import gap_before
from ...domain.ci.builds import NIGHTS, SUSPECTS, Departure, History, Outcome
from ...domain.messages.notice import Notice
from ...domain.moment import Moment
from ...registry import rule
from . import unreadable
from .claims import Claim, Correction, claims_of, remembered
from .facts import watched
from .job_set_changes import ASKED_AGAIN, is_unsure
from .night_change import NightChange
from .night_changes import LOOK_BACK, changes, unsaid
from .night_words import night_words
from .readable_again import back_notice
from .selection import view_of
from .taken_back import corrections

RULE = "jobs"
MEMORY = "jobs said"
CLAIMS = "jobs claimed"
LINES = "jobs lines"
MOST_LINES = 7  # in a week: a channel that hears of jobs daily hears of nothing else
A_WEEK = dt.timedelta(days=7)
REMEMBERED = 300
SUSPECTS_WITHIN = dt.timedelta(hours=1)  # how long a line waits for its suspects


@dataclass(frozen=True)
class News:
    """What is to be said now: what changed, and what was said and is not so; and the idents of
    all that is settled by saying it. `waits` says that there is more, for which it is too early."""

    told: tuple[NightChange, ...] = ()
    corrected: tuple[Correction, ...] = ()
    idents: tuple[str, ...] = ()
    waits: bool = False


def _news(moment: Moment) -> News:
    """What changed and was not said; nothing while a failure's suspects are still being asked. Of
    a job that was said to fail, did not by then, and does now, there is no news."""
    history = moment[NIGHTS].value
    if history is None:
        return News()
    said = frozenset(moment.snapshot.memory.get(MEMORY, "").split())
    changed = changes(history, moment.team.jobs, watched(moment))
    fresh = [change for change in changed if change.ident not in said]
    born = moment.snapshot.born
    told = unsaid((c for c in fresh if born is None or c.settled >= born), said)
    told = tuple(change for change in told if not _is_tied(moment, change))
    told = tuple(c for c in told if not c.begun_by or c.begun_by in said)
    if len(_lines_said(moment)) >= MOST_LINES:
        told = tuple(change for change in told if change.sort == "broken")
        return News(told, (), tuple(change.ident for change in told), not told)
    if _is_unsure(moment, history) or any(_waits(moment, change) for change in told):
        return News(waits=True)
    known = claims_of(moment.snapshot.memory.get(CLAIMS, ""))
    claims = [claim for claim in known if claim.denial not in said]
    denied = [claim for claim in known if claim.denial in said]
    told = tuple(c for c in told if not any(_takes_back(c, claim) for claim in denied))
    told = tuple(c for c in told if not any(_is_within(c, claim) for claim in known))
    corrected = corrections(history, claims)
    settled = [change.ident for change in fresh]
    settled += [ident for correction in corrected for ident in correction.idents]
    still = {(c.lane, c.job) for c in told if c.sort == "failing"} & {
        correction.about for correction in corrected
    }
    return News(
        tuple(c for c in told if (c.lane, c.job) not in still),
        tuple(c for c in corrected if c.about not in still),
        tuple(settled),
    )


def _takes_back(change: NightChange, claim: Claim) -> bool:
    """Whether a change tells no more than that a claim is not so, which was said."""
    undoes = {"mended": "broken", "listed": "dropped"}.get(change.sort) == claim.sort
    return undoes and change.lane == claim.lane and set(change.jobs) <= set(claim.jobs)


def _is_within(change: NightChange, claim: Claim) -> bool:
    """Whether an empty night is one after which it was said that the lane runs again."""
    both = (change.sort, claim.sort) == ("empty", "again") and change.lane == claim.lane
    return both and claim.builds[0] <= change.night.isoformat() < claim.night.isoformat()


def _is_tied(moment: Moment, change: NightChange) -> bool:
    """Whether it is the failure of a bug to which people tied the job."""
    run = change.build
    tie = ties_in(moment.notes).get(place_of(run)) if run and change.sort == "failing" else None
    return tie is not None and run is not None and state_of(moment, tie, run) is TieState.HOLDS


def _lines_said(moment: Moment) -> list[str]:
    """When the lines of the last week were said; what comes after the seventh waits, and is told
    together, but for a configuration that is broken: until that is mended nothing runs."""
    instants = moment.snapshot.memory.get(LINES, "").split()
    return [at for at in instants if moment.now - dt.datetime.fromisoformat(at) < A_WEEK]


def _is_unsure(moment: Moment, history: History) -> bool:
    """Whether a configuration has just been found broken, which explains what else is told, or a
    job was found dropped after a gap, which is told together with the end of that."""
    ours = watched(moment)
    found = (d for d in history.departures if d.lane.project in ours and d.back is None)
    fresh = (d for d in found if moment.now - d.at < ASKED_AGAIN)
    return any(is_unsure(history, d) or _left_in_a_gap(history, d) for d in fresh)


def _left_in_a_gap(history: History, one: Departure) -> bool:
    return not one.reason and gap_before(history, one.at) is not None


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
    news, memory = _news(moment), moment.snapshot.memory
    trouble = unreadable.remembered(moment, said=not news.waits)
    if not news.idents:
        return trouble
    kept = memory.get(MEMORY, "").split()
    claims = claims_of(memory.get(CLAIMS, ""))
    is_line = bool(news.told or news.corrected)
    return {
        **trouble,
        LINES: " ".join([*_lines_said(moment), *([moment.now.isoformat()] if is_line else [])]),
        MEMORY: " ".join([*kept, *news.idents][-REMEMBERED:]),
        CLAIMS: remembered(claims, news.told, moment.today),
    }


@rule(
    RULE,
    "a periodic job failed N nights running, recovered, broke or was dropped, or none ran",
    "jobs.nights in the team's file",
    remember=_remember,
    basis="someone has to keep an eye on the periodic jobs; when it is told is the team's file's",
    sources=("liaison", "builds"),
)
def night_notices(moment: Moment) -> Iterator[Notice]:
    """One line for all that changed, when the night is over or what is missing is late, and for
    what turned out to be false of an earlier one."""
    news, history = _news(moment), moment[NIGHTS].value
    back = unreadable.back_after(moment) if not news.waits else None
    if history is None or not (news.told or news.corrected):
        if back is not None:
            yield back_notice(moment, back)
        return
    gaps = {c.gap for c in news.told if c.gap is not None}
    lost = [gap.end - gap.begin for gap in gaps if unreadable.was_zuuls(moment, gap)]
    lost += [back] if back is not None else []
    words = night_words(view_of(moment), news.told, news.corrected, max(lost, default=None))
    idents = [change.ident for change in news.told]
    idents += [ident for correction in news.corrected for ident in correction.idents]
    nights = [*(c.night for c in news.corrected), *(c.night for c in news.told)]
    yield Notice(
        rule=RULE,
        subject=str(nights[-1]),
        target=moment.team.announce,
        facts=".".join(idents)[:300],
        due=max((change.settled for change in news.told), default=history.until),
        grace=LOOK_BACK,
        say=lambda at: words,
        why="the periodic jobs report to nobody; this changed in the night",
    )
