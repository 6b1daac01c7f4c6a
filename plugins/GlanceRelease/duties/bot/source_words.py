"""How fresh the facts are, in words: each upstream's, what the bot lacks, what keeps it out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from ...domain.messages.counts import and_more, few
from ...domain.snapshot import Fetched
from ...render.sanitize import plain
from ..typed_names import MOST

NOT_ASKED = "No upstream has been asked yet; answers come from what is bundled."
_LONGEST_REASON = 80


def group_words(facts: Sequence[Fetched[object]], now: dt.datetime) -> str:
    """An upstream's facts: how many are fresh, the oldest, the last troubles."""
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


def fact_words(fact: Fetched[object], now: dt.datetime) -> str:
    """One fact's age, where it is from, and its trouble."""
    at = f"as of {_when(fact.at, now)}" if fact.at else "never had"
    return f"{at} ({fact.origin}{', ' + fact.problem if fact.problem else ''})"


def counts_anew(since: dt.datetime, now: dt.datetime) -> str:
    """That Zuul has lost its builds, which are known from before then."""
    when = _when(since, now)
    return f"Zuul's builds count anew since {when}: it shows none of before, I kept them."


def unread_words(projects: Sequence[str], nights: str, has_none: bool) -> str:
    """Of which nights Zuul's builds can't be read, all of them or some."""
    which = "None" if has_none else "Not all"
    return f"{which} of Zuul's builds of {few(projects, MOST)} in {nights} can be read."


def nights_words(first: str, last: str) -> str:
    """A night by its day, or the nights from one to another."""
    return f"the night of {first}" if first == last else f"the nights of {first} to {last}"


def kept_out(name: str, reason: str) -> str:
    """That the bot is not let into a channel, and why."""
    why = plain(reason)[:_LONGEST_REASON]
    return f"I am not let into {name} ({why}); I try again, each half hour at least."


def forgotten_words(since: dt.datetime | None, until: dt.datetime, now: dt.datetime) -> str:
    """What the ledger lacks."""
    if since is None:
        return f"The ledger begins anew: nothing before {until:%a %Y-%m-%d} is known."
    gap = f"from {_when(since, now)} to {_when(until, now)}"
    return f"The ledger has a gap: nothing {gap} is known."


def _when(at: dt.datetime, now: dt.datetime) -> str:
    minutes = int((now - at).total_seconds() // 60)
    ago = f" ({minutes} min ago)" if 0 <= minutes < 120 else ""
    return f"{at:%Y-%m-%d %H:%M} UTC{ago}"
