"""What is made of an upstream's answer: believed, asked for again, let pass, or a loss."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import Enum

from ...sources.protocols import GONE, Kept

BELIEVED_AFTER = dt.timedelta(days=1)
REMEMBERED = 8

CUT_SHORT = "only the beginning of what was there"


class Judgement(Enum):
    """What an answer is."""

    BELIEVED = "the fact from now on"
    UNCONFIRMED = "a change that a second poll has to give too"
    OLDER = "what was replaced before: a back end that lags"
    LESS = "less than was there: a broken proxy, half a body"


@dataclass(frozen=True)
class Belief:
    """What one source said before: the digests of the values that were replaced, oldest first; a
    change that waits for its second poll; and the step back that it shows now, since when."""

    replaced: tuple[int, ...] = ()
    candidate: Kept | None = None
    back: Kept | None = None
    since: dt.datetime | None = None


@dataclass(frozen=True)
class KnownSoFar:
    """What is known of a source when an answer comes: the `kept` one, whether there is any value
    (it may have shipped with the project), and how old that is. With `confirm` a change wants a
    second poll, except `at_once`, for a one-shot command, which has none."""

    kept: Kept | None
    is_known: bool
    age: dt.timedelta
    confirm: bool
    at_once: bool = False


def judge(
    belief: Belief, standing: KnownSoFar, fresh: Kept, now: dt.datetime
) -> tuple[Judgement, Belief, str]:
    """What an answer is, what is remembered of the source then, and what it lost, in words.

    A file that vanishes, or ends where it went on before, may be a broken proxy or half a body; one
    that was replaced and is back may come from a back end that lags. All three may be meant too (a
    revert), so they are believed when nothing else was said for a day; then what was before them is
    no news of yesterday any more.
    """
    kept = standing.kept
    if not standing.confirm:
        return Judgement.BELIEVED, _changed(belief, kept, fresh), ""
    older = fresh != kept and hash(fresh.bodies) in belief.replaced
    loss = "" if older else lost(kept, fresh, standing.is_known)
    if older or loss:
        return _step_back(belief, standing, fresh, now, loss)
    belief = replace(belief, back=None, since=None)
    news = kept is not None and fresh != kept and not standing.at_once
    if news and fresh != belief.candidate:
        return Judgement.UNCONFIRMED, replace(belief, candidate=fresh), ""
    return Judgement.BELIEVED, _changed(belief, kept, fresh), ""


def _step_back(
    belief: Belief, standing: KnownSoFar, fresh: Kept, now: dt.datetime, loss: str
) -> tuple[Judgement, Belief, str]:
    """An answer that is older than what is known, or has less: believed when it was the only one
    for a day."""
    since = belief.since if fresh == belief.back and belief.since else now
    is_old = standing.at_once and standing.age >= BELIEVED_AFTER
    if is_old or now - since >= BELIEVED_AFTER:
        return Judgement.BELIEVED, Belief(), ""
    shown = replace(belief, back=fresh, since=since)
    return (Judgement.LESS if loss else Judgement.OLDER), shown, loss


def _changed(belief: Belief, before: Kept | None, fresh: Kept) -> Belief:
    replaced = belief.replaced
    if before is not None and fresh != before:
        replaced = (*replaced, hash(before.bodies))[-REMEMBERED:]
    return replace(belief, replaced=replaced, candidate=None)


def lost(known: Kept | None, fresh: Kept, was_known: bool) -> str:
    """What a file lost that it had, in words; "" for nothing. `was_known` tells of a value that was
    not fetched: it shipped with the project."""
    if known is None:
        return GONE if was_known and fresh.bodies[0] is None else ""
    pairs = list(zip(known.bodies, fresh.bodies, strict=False))
    if any(before is not None and after is None for before, after in pairs):
        return GONE
    if any(_is_cut(before, after) for before, after in pairs):
        return CUT_SHORT
    return ""


def _is_cut(before: bytes | None, after: bytes | None) -> bool:
    if before is None or after is None:
        return False
    end = after.rstrip()
    return len(end) < len(before.rstrip()) and before.startswith(end)
