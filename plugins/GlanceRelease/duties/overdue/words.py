"""What is overdue in words: what it is, since when, what it waits for, and what happens if it stays
so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from ...domain.calendar.cycle import format_day, in_days, start_of, utc_day
from ...domain.memo_by_id import Same
from ...domain.messages.clauses import Clause, Phrase, Span, clause, in_words, listing, remark
from ...domain.messages.counts import and_more, counted, plural
from ...domain.messages.doc import Doc, Link, doc, line
from ..releases.words.proposals import link_to, short, who_words
from .facts import LateSort, Overdue
from .standing import LateStanding, Waits

# What gives way first where a line has no room.
_HOW, _STAYS, _STANDING, _ITEMS = range(1, 5)
_DUE = {
    LateSort.RELEASE: " {was} due {day}",
    LateSort.PLAN: " {was} planned for {day}",
    LateSort.CHORE: ", since {day}",
    LateSort.ACTION: " {was} due {day}",
    LateSort.HIGHLIGHTS: " were due {day}",
}
_WAITS = {
    Waits.PROPOSAL: "nothing is proposed",
    Waits.UNKNOWN: "whether anything is proposed is not known",
    Waits.APPROVAL: "waits for PTL-Approved",
    Waits.MERGE: "not merged yet",
    Waits.RELEASE_TEAM: "the team has said yes, waits for the release team",
}
_LINKED = 3  # of the changes that would settle one thing
_STOP = " Stop it with ack (you deal with it) or ack because REASON (not done this time)."
_DRAFT = " draft prints the file."

Late = tuple[Overdue, LateStanding]


def private_doc(late: Sequence[Late], now: dt.datetime) -> Doc:
    """All that one person is told of, with how it is ended, and what happens if it stays; of
    several things, if the newest does not come."""
    stays = _if_it_stays(*late[0]) if len(late) == 1 else _if_one_stays(late)
    drafts = any(
        standing.waits is Waits.PROPOSAL and each.sort is not LateSort.HIGHLIGHTS
        for each, standing in late
    )
    return doc(
        line(
            "Overdue: ",
            _items(late, now),
            ".",
            *([remark(stays, weight=_STAYS)] if stays else ()),
            *([remark(_DRAFT, weight=_HOW)] if drafts else ()),
            remark(_STOP, weight=_HOW),
            *_only_change(late),
        ),
        brief=("overdue: ", _items(late, now)),
    )


def _if_it_stays(overdue: Overdue, standing: LateStanding) -> str:
    """What happens if nobody does anything; somebody did where it is proposed."""
    return f" If it stays, {overdue.stays}." if overdue.stays and not standing.is_proposed else ""


def _if_one_stays(late: Sequence[Late]) -> str:
    """The same of the newest release among several things that are overdue, by its name."""
    open_ = [
        each
        for each, standing in late
        if each.sort is LateSort.RELEASE and each.stays and not standing.is_proposed
    ]
    newest = max(open_, key=lambda each: each.due, default=None)
    if newest is None:
        return ""
    return f" If {in_words(_in_brief(newest.what))} does not come, {newest.stays}."


def channel_doc(late: Sequence[Late], now: dt.datetime) -> Doc:
    """All that is overdue in the team, once a week: nobody is called."""
    return doc(
        line("Overdue: ", _items(late, now), ".", *_only_change(late)),
        brief=("overdue: ", _items(late, now)),
    )


def pointless_doc(what: str, because: str) -> Doc:
    """What was overdue and nobody needs any more."""
    return doc(f"{what} was overdue and is pointless now: {because}.")


def _items(late: Sequence[Late], now: dt.datetime) -> Phrase:
    return listing(late_clauses(late, now), weight=_ITEMS, between="; ")


def late_clauses(late: Sequence[Late], now: dt.datetime) -> list[Clause]:
    """Each with since when it is overdue and what it waits for, the newest first, since what was
    told before gives way; what was due on one day and is not proposed as one."""
    groups: dict[tuple[Any, ...], list[Late]] = {}
    for overdue, standing in late:
        alike = overdue.sort is LateSort.RELEASE and standing.change is None
        key = (overdue.due, standing.waits, overdue.doubt) if alike else (overdue.key,)
        groups.setdefault(key, []).append((overdue, standing))
    newest = sorted(groups.values(), key=lambda group: group[0][0].due, reverse=True)
    return [_clause(group, now) for group in newest]


def _clause(group: Sequence[Late], now: dt.datetime) -> Clause:
    """ "glance 33.0.0.0rc1 with stable/2026.2 was due Thu 2026-09-10, yesterday: proposed since Fri
    2026-09-11, waits for PTL-Approved"."""
    overdue, standing = group[0]
    day = f"{format_day(overdue.due)}, {in_days(overdue.due, now)}"
    due = _after(overdue, now) or _DUE[overdue.sort].format(
        was=plural(len(group), "was", "were"), day=day
    )
    doubt = f" ({overdue.doubt})" if overdue.doubt else ""
    head = (*_names([each.what.spans for each, _ in group]), due, doubt)
    brief = (*_names([_in_brief(each.what) for each, _ in group]), due)
    stands = [_stands(overdue, standing, most) for most in range(_LINKED, 0, -1)]
    longest, *shorter = ((*head, ": ", *each) if each else head for each in stands)
    return clause(*longest, weight=_STANDING, shorter=[*shorter, head, brief])


def _after(overdue: Overdue, now: dt.datetime) -> str:
    """ " 12 days after the release"."""
    days = counted((now.date() - overdue.due).days, "day")
    return f" {days} {overdue.after}" if overdue.after else ""


def _names(each: Sequence[tuple[Span, ...]]) -> tuple[Span, ...]:
    """ "a, b and c"."""
    spans: list[Span] = []
    for number, name in enumerate(each, 1):
        spans += [] if number == 1 else [" and " if number == len(each) else ", "]
        spans += name
    return tuple(spans)


def plain(what: Clause) -> str:
    """What is overdue, as text."""
    return in_words((what,))


def duty_words(overdue: Overdue, now: dt.datetime) -> str:
    """What is overdue as a duty whose day stands beside it."""
    return f"{plain(overdue.what)}{_after(overdue, now)}"


def overdue_remark(late: Sequence[Overdue]) -> str:
    """What is overdue already, for a line about something else: "Overdue already: glance
    33.0.0.0b2 (Thu 2026-07-02). "; "" for nothing."""
    told = [f"{in_words(_in_brief(each.what))} ({format_day(each.due)})" for each in late]
    return f"Overdue already: {', '.join(told)}. " if told else ""


def overdue_listing(late: tuple[Overdue, ...], now: dt.datetime) -> Phrase:
    """ "glance 33.0.0.0b2 (Thu 2026-07-02, 4 days ago)"; on one day it is worded once."""
    return _listing(Same(late), utc_day(now))


@lru_cache(maxsize=64)
def _listing(late: Same[tuple[Overdue, ...]], today: dt.date) -> Phrase:
    told = (
        clause(
            *each.what.spans,
            f" ({format_day(each.due)}, {in_days(each.due, start_of(today))})",
            shorter=[(*_in_brief(each.what), f" ({format_day(each.due)})")],
        )
        for each in late.value
    )
    return listing(told, weight=_ITEMS)


def missing_clause(overdue: Overdue, now: dt.datetime) -> Clause:
    """ "glance 33.0.0, due Wed 2026-09-30, yesterday"."""
    day = format_day(overdue.due)
    return clause(
        *overdue.what.spans,
        f", due {day}, {in_days(overdue.due, now)}",
        shorter=[(*_in_brief(overdue.what), f", due {day}")],
    )


def waits_words(overdue: Overdue, standing: LateStanding) -> str:
    """What it waits for, for a table; "-" where that says nothing."""
    if overdue.sort in (LateSort.ACTION, LateSort.CHORE):
        return "-"
    if standing.waits is Waits.OWNER:
        return _owners(standing)
    return _WAITS[standing.waits]


def _in_brief(what: Clause) -> tuple[Span, ...]:
    return what.shorter[-1] if what.shorter else what.spans


def _stands(overdue: Overdue, standing: LateStanding, most: int) -> tuple[Span, ...]:
    """What it waits for, with the change that is open, or so many of them."""
    if overdue.sort is LateSort.ACTION:
        return ()
    if overdue.sort is LateSort.CHORE:
        return _open_changes(overdue, standing, most)
    if overdue.sort is LateSort.PLAN:
        return ("not proposed",)
    change = standing.change
    if change is None:
        return (_WAITS[standing.waits],)
    since = f" since {format_day(change.created.date())}" if change.created else ""
    waits = _WAITS.get(standing.waits) or _owners(standing)
    number = Link(str(change.number), change.url, aside=True)
    link: tuple[Span, ...] = (" (change ", number, ")") if change.number else ()
    what = f"{standing.instead} proposed" if standing.instead else "proposed"
    return (what, since, *link, f", {waits}")


def _owners(standing: LateStanding) -> str:
    whose = f" by {who_words(standing.owner, 30)}" if standing.owner.name else ""
    return f"{short(standing.detail, 60)}, waits for the change{whose}"


def _open_changes(overdue: Overdue, standing: LateStanding, most: int) -> tuple[Span, ...]:
    """The first of the changes, and how many more there are; else that there is none."""
    if not overdue.changes:
        return (standing.detail,) if standing.detail else ()
    spans: list[Span] = [plural(len(overdue.changes), "change"), " "]
    for number, change in enumerate(overdue.changes[:most]):
        spans += [", " if number else "", Link(str(change.number), change.url, aside=True)]
    more = and_more(len(overdue.changes) - most)
    return (*spans, more) if more else tuple(spans)


def _only_change(late: Sequence[Late]) -> tuple[Phrase, ...]:
    """Where to look, where that is one place: behind all else, as an address wants it."""
    changes = {c.number: c for overdue, _ in late for c in overdue.changes}
    changes |= {how.change.number: how.change for _, how in late if how.change}
    only = next(iter(changes.values()), None)
    if only is None or len(changes) > 1 or not only.number:
        return ()
    return (clause(" ", link_to(only), weight=_STAYS, shorter=[()]),)
