"""How old an answer is, in words: said wherever it is not fresh from upstream."""

from __future__ import annotations

import datetime as dt

from .snapshot import Fetched
from .upstreams import UPSTREAMS

_ALWAYS = dt.timedelta(minutes=1)  # of what no poll confirms
POLLS = 2  # so many may pass before an answer tells its age


def as_of(fact: Fetched[object], now: dt.datetime) -> str:
    """The age of what an answer rests on: of a fact that upstream confirmed within two polls
    nothing, of any other when it was last known true, and the trouble if there is one.

    A rehearsal of another day tells the real day of its facts too, since they may change.
    """
    row = UPSTREAMS.get(fact.upstream)
    is_fresh = fact.at is None or now - fact.at <= (row.poll * POLLS if row else _ALWAYS)
    if fact.at is None or fact.origin != "network" or fact.problem or is_fresh:
        return age_of(fact, now)
    return f"(as of {_told(fact.at, now)})"


def age_of(fact: Fetched[object], now: dt.datetime) -> str:
    """ "(as of 2026-08-21, bundled: no connection)", or nothing for a fact that is fresh."""
    told = age_words(fact, now)
    return f"({told})" if told else ""


def age_words(fact: Fetched[object], now: dt.datetime) -> str:
    """The same without its brackets."""
    if fact.at is None or (fact.origin == "network" and fact.problem is None):
        return ""
    is_bundled = fact.origin == "bundled"
    told = f"{fact.at:%Y-%m-%d}, bundled" if is_bundled else _told(fact.at, now)
    return f"as of {told}{': ' + fact.problem if fact.problem else ''}"


def _told(at: dt.datetime, now: dt.datetime) -> str:
    ago = now - at
    minutes = int(ago.total_seconds() // 60)
    if 0 <= minutes < 120:
        return f"{at:%Y-%m-%d %H:%M} UTC, {minutes} min ago"
    if minutes < 0:
        return f"{at:%Y-%m-%d %H:%M} UTC"
    far = f"{ago.days} days ago" if ago.days > 1 else f"{minutes // 60} h ago"
    return f"{at:%Y-%m-%d %H:%M} UTC, {far}"
