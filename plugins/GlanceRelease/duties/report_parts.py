"""The registry of what a report is made of, the report itself, and what changed since the last."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..domain.calendar.cycle import format_day, utc_day
from ..domain.calendar.day_names import WEEKDAYS
from ..domain.moment import Moment
from ..domain.reports.meeting_report import Part, Report
from ..domain.snapshot import Snapshot

LINES = 4  # what a chair can leave standing in a meeting
PART_BYTES = 185  # two parts and what MeetBot wants before them fit in one line
MEMORY = "report"

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


@dataclass(frozen=True)
class PastReport:
    """A report that was said at a meeting: its day and instant (UTC), its lines, its facts; one
    that was said `aside` stands in no minutes."""

    day: dt.date
    at: dt.datetime
    lines: tuple[str, ...]
    facts: Mapping[str, str]
    aside: bool = False


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
    first = f"{heading}: {'; '.join(_changes(parts, base, day, moment.now))}"
    texts = [first, *(part.text for part in parts if part.text)]
    return Report(day, moment.now, tuple(f"{text}." for text in folded(texts, lines)), parts)


def folded(texts: Sequence[str], most: int) -> list[str]:
    """The texts in at most `most` lines: the two neighbours that are shortest together share one,
    until they fit."""
    lines = list(texts)
    while len(lines) > most:
        sizes = [len(f"{a}{b}".encode()) for a, b in pairwise(lines)]
        at = sizes.index(min(sizes))
        lines[at : at + 2] = [f"{lines[at]}. {lines[at + 1]}"]
    return lines


def told_at_meetings(snapshot: Snapshot) -> tuple[PastReport, ...]:
    """The last reports that were said at meetings, oldest first; of a day's the last."""
    notes = (n.body for n in snapshot.notes if n.kind == "report said" and n.body)
    stored = [
        *json.loads(snapshot.memory.get(MEMORY, "[]")),
        *(json.loads(n["told"]) for n in notes),
    ]
    told = sorted(map(told_from, stored), key=lambda report: report.at)
    last = {report.day: report for report in told}
    return tuple(last[day] for day in sorted(last))


def last_told(snapshot: Snapshot, before: dt.date) -> PastReport | None:
    """The newest report that was said at a meeting on an earlier day."""
    earlier = [report for report in told_at_meetings(snapshot) if report.day < before]
    return earlier[-1] if earlier else None


def told_json(told: Iterable[PastReport]) -> list[dict[str, object]]:
    """Reports for the memory and for notes, as plain values."""
    return [
        {
            "day": report.day.isoformat(),
            "at": report.at.isoformat(),
            "lines": list(report.lines),
            "facts": dict(report.facts),
            **({"aside": True} if report.aside else {}),
        }
        for report in told
    ]


def told_of(report: Report, aside: bool = False) -> PastReport:
    """A report as the rules' memory has it, to compare the next one with."""
    return PastReport(report.day, report.at, report.lines, _facts(report.parts), aside)


def told_from(raw: Mapping[str, object]) -> PastReport:
    """What `told_json` made of a report, as it was."""
    lines, facts = raw["lines"], raw["facts"]
    assert isinstance(lines, list)
    assert isinstance(facts, dict)
    return PastReport(
        dt.date.fromisoformat(str(raw["day"])),
        dt.datetime.fromisoformat(str(raw["at"])),
        tuple(lines),
        facts,
        bool(raw.get("aside")),
    )


def _facts(parts: Iterable[Part]) -> dict[str, str]:
    """All facts by part and name, and the parts themselves: what a part that was not there yet has
    to tell is no news."""
    facts = {part.name: "" for part in parts}
    for part in parts:
        facts |= {f"{part.name}/{name}": value for name, value in part.facts.items()}
    return facts


def _changes(
    parts: Sequence[Part], base: PastReport | None, day: dt.date, now: dt.datetime
) -> list[str]:
    """What became different since the report before, in one short phrase or two."""
    if base is None:
        return ["the first report"]
    news = [phrase for part in parts for phrase in _news(part, base.facts)]
    since = weekday(base.day, day, utc_day(now))
    if not news:
        return [f"no change since {since}"]
    return [f"since {since}: {shortened(news, PART_BYTES - 20)}"]


def weekday(day: dt.date, *read_on: dt.date) -> str:
    """ "Thursday" where it can be no other one: the last before each of the days on which it is
    read, and none of them is a Thursday; "Thu 2026-11-19" else."""
    alone = all(0 < (today - day).days < len(WEEKDAYS) for today in read_on)
    return WEEKDAYS[day.weekday()].capitalize() if alone else format_day(day)


def _news(part: Part, before: Mapping[str, str]) -> Iterator[str]:
    if part.name not in before:
        return
    for name, value in part.facts.items():
        old = before.get(f"{part.name}/{name}")
        if old == value or (old is None and value in part.usual):
            continue
        yield f"{name} {value}" if old is None else f"{name} {value} (was {old})"


def shortened(phrases: Sequence[str], most: int) -> str:
    """The phrases that fit in `most` bytes of UTF-8, and how many more there are; the first
    always stands, cut where it alone is too long."""
    text, taken = phrases[0][: max(20, most // 2)], 1
    if len(phrases[0].encode()) <= most:
        text = phrases[0]
    for phrase in phrases[1:]:
        if len(f"{text}, {phrase}".encode()) > most - 14:
            break
        text, taken = f"{text}, {phrase}", taken + 1
    return f"{text} and {len(phrases) - taken} more" if taken < len(phrases) else text
