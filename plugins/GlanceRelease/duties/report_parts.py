"""The registry of what a report is made of, the report itself, and what changed since the last."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from ..domain.calendar.cycle import format_day, monday_of, utc_day
from ..domain.calendar.day_names import WEEKDAYS
from ..domain.messages.clauses import Clause, Listing, Phrase, clause, listing, sentences
from ..domain.messages.doc import line
from ..domain.moment import Moment
from ..domain.reports.kept_reports import PastReport, told_from
from ..domain.reports.meeting_report import Part, Report
from ..domain.snapshot import Snapshot
from ..render.fit import folded

LINES = 4  # what a chair can leave standing in a meeting
WHOLE = 99  # no line is shared
MEMORY = "report"
_WEEK = dt.timedelta(weeks=1)
# What gives way first where parts share a line: where to look, a list's items, what comes later.
# What is first of a part stays, and a medium with bold has it so.
LINK, ITEM, LATER, NEWS, FIRST = 1, 2, 3, 8, 9
# Which news stands first: what was released, then what is proposed, then all else.
RELEASED, PROPOSED = 2, 1

Offer = Callable[[Moment], Part | None]
OFFERS: list[tuple[int, Offer]] = []
PAGE_OFFERS: list[tuple[int, Offer]] = []


def report_part(order: int, page_only: bool = False) -> Callable[[Offer], Offer]:
    """Add a duty's part to the report and the page; the lower `order` stands first. A part is a
    pure function of the moment; None where it has nothing to tell."""

    def enter(offer: Offer) -> Offer:
        places = [PAGE_OFFERS] if page_only else [OFFERS, PAGE_OFFERS]
        for offers in places:
            offers.append((order, offer))
            offers.sort(key=lambda pair: pair[0])
        return offer

    return enter


def first(text: str) -> Clause:
    """What a part says first, whatever its room."""
    return clause(text, weight=FIRST)


def items(clauses: Iterable[str | Clause]) -> Listing:
    """A part's list. Where several share a line, each loses what it has last."""
    each = listing(clauses, weight=ITEM)
    return replace(each, items=tuple(replace(c, weight=-n) for n, c in enumerate(each.items)))


def parts_of(moment: Moment) -> tuple[Part, ...]:
    """Every duty's part, in the report's order; equal moments give equal parts."""
    return _made(moment, OFFERS)


def page_parts_of(moment: Moment) -> tuple[Part, ...]:
    """The parts of the report, and those that only the page shows."""
    return _made(moment, PAGE_OFFERS)


def _made(moment: Moment, offers: Iterable[tuple[int, Offer]]) -> tuple[Part, ...]:
    made = (offer(moment) for _, offer in offers)
    return tuple(part for part in made if part is not None)


def report_of(moment: Moment, day: dt.date, heading: str, lines: int = LINES) -> Report:
    """The report at `moment`: first what changed since the one said at the last meeting before
    `day`, then each part's line; at most `lines` lines, so that short parts share one."""
    parts = parts_of(moment)
    base = last_told(moment.snapshot, before=day)
    changes = _changes(parts, base, day, moment.now)
    if moment.snapshot.no_memory:
        changes = ("what changed is not known",)
    news = (first(heading), ": ", *changes)
    texts = [news, *(part.phrases for part in parts if part.phrases)]
    shared = (line(*sentences(*group)) for group in folded(texts, lines))
    return Report(day, moment.now, tuple(shared), parts)


def told_at_meetings(snapshot: Snapshot) -> tuple[PastReport, ...]:
    """The last reports that were said at meetings, oldest first; of a day's the last."""
    notes = (n.body for n in snapshot.notes if n.kind == "report said" and n.body)
    stored = [*_told_in(snapshot.memory.get(MEMORY, "[]"))]
    stored += [each for note in notes for each in _told_in(f"[{note['told']}]")]
    told = sorted(stored, key=lambda report: report.at)
    last = {report.day: report for report in told}
    return tuple(last[day] for day in sorted(last))


@lru_cache(maxsize=64)  # each tick and answer asks for the same ones, until another is said
def _told_in(text: str) -> tuple[PastReport, ...]:
    return tuple(map(told_from, json.loads(text)))


def last_told(snapshot: Snapshot, before: dt.date) -> PastReport | None:
    """The newest report that was said at a meeting on an earlier day."""
    earlier = [report for report in told_at_meetings(snapshot) if report.day < before]
    return earlier[-1] if earlier else None


def _changes(
    parts: Sequence[Part], base: PastReport | None, day: dt.date, now: dt.datetime
) -> tuple[Phrase, ...]:
    """What became different since the report before, in one short phrase or two."""
    if base is None:
        return ("the first report",)
    told = [pair for part in parts for pair in _news(part, base)]
    news = items(words for _, words in sorted(told, key=lambda pair: -pair[0]))
    since = since_words(base.day, day, utc_day(now))
    if not told:
        return (f"no change since {since}",)
    return f"since {since}: ", replace(news, weight=NEWS)


def since_words(day: dt.date, *read_on: dt.date) -> str:
    """The day of the report before, as one says it on each of these days: "Thursday", "last week's
    meeting" on a Thursday, "Thu 2026-11-12" of one that is longer ago."""
    said = weekday(day, *read_on)
    is_last_weeks = all(monday_of(today) - monday_of(day) == _WEEK for today in read_on)
    return "last week's meeting" if said == format_day(day) and is_last_weeks else said


def weekday(day: dt.date, *read_on: dt.date) -> str:
    """ "Thursday" where it can be no other one: the last before each of the days on which it is
    read, and none of them is a Thursday; "Thu 2026-11-19" else."""
    alone = all(0 < (today - day).days < len(WEEKDAYS) for today in read_on)
    return WEEKDAYS[day.weekday()].capitalize() if alone else format_day(day)


def _news(part: Part, before: PastReport) -> Iterator[tuple[int, Clause]]:
    """What is otherwise than it was told, with its weight."""
    if part.name not in before.facts:
        return
    for fact in part.facts:
        old = before.of(part.name, fact)
        now = " ".join(filter(None, (fact.name, fact.words, fact.happened)))
        if old is None and not fact.usual:
            yield fact.weight, clause(now)
        elif old is not None and not old.is_still(fact):
            yield fact.weight, clause(f"{now} (was {old.words})", shorter=[now])
