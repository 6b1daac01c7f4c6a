"""Reports as they are kept: JSON of their values, and what older versions kept, whose lines and
facts are texts."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache, lru_cache
from typing import Any

from pydantic import TypeAdapter

from ..memo_by_id import Same
from ..messages.doc import Line
from .fact import ReportFact, ToldFact
from .meeting_report import Report


@dataclass(frozen=True)
class PastReport:
    """A report that was said at a meeting: its day and instant (UTC), its lines, its facts by part
    and key; one that was said `aside` stands in no minutes."""

    day: dt.date
    at: dt.datetime
    lines: tuple[Line, ...]
    facts: Mapping[str, ToldFact]
    aside: bool = False

    def of(self, part: str, fact: ReportFact) -> ToldFact | None:
        """What was told of a part's fact; older versions kept it under its name."""
        return self.facts.get(f"{part}/{fact.key}") or self.facts.get(f"{part}/{fact.name}")


def to_json(report: Report) -> str:
    """The report as text for the store; `from_json` is its inverse, and equal reports give equal
    texts."""
    return json.dumps(as_plain(report), sort_keys=True)


def from_json(text: str) -> Report:
    """The report that `to_json` wrote, in this version or an older one."""
    raw = json.loads(text)
    parts = [_part(part) for part in raw["parts"]]
    return _reports().validate_python({**raw, "lines": _lines(raw), "parts": parts})


def told_of(report: Report, aside: bool = False) -> PastReport:
    """A report as the rules' memory has it, to compare the next one with: all facts, and the parts
    themselves, since what a part that was not there yet has to tell is no news."""
    facts = {part.name: ToldFact(None, "") for part in report.parts}
    for part in report.parts:
        for fact in part.facts:
            facts[f"{part.name}/{fact.key}"] = ToldFact(fact.value, fact.words)
    return PastReport(report.day, report.at, report.lines, facts, aside)


def told_json(told: Iterable[PastReport]) -> list[dict[str, object]]:
    """Reports for the memory and for notes, as plain values."""
    return [_plain_of(Same(report)) for report in told]


@lru_cache(maxsize=64)
def _plain_of(same: Same[PastReport]) -> dict[str, object]:
    plain: dict[str, object] = as_plain(same.value)
    return plain


def told_from(raw: Mapping[str, Any]) -> PastReport:
    """What `told_json` made of a report, in this version or an older one; a ValueError where it
    made no such thing."""
    facts = {
        name: {"value": None, "words": fact} if isinstance(fact, str) else fact
        for name, fact in raw["facts"].items()
    }
    return _told().validate_python({**raw, "lines": _lines(raw), "facts": facts})


def as_plain(value: Any) -> Any:
    """The value as JSON has it, without what is as it is where nothing else is said."""
    if is_dataclass(value):
        return {
            field.name: as_plain(told)
            for field in fields(value)
            if (told := getattr(value, field.name)) != field.default or field.default is MISSING
        }
    if isinstance(value, Mapping):
        return {name: as_plain(told) for name, told in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return list(map(as_plain, value))
    return value.isoformat() if isinstance(value, dt.date) else value


def _lines(raw: Mapping[str, Any]) -> list[Any]:
    return [{"phrases": [line]} if isinstance(line, str) else line for line in raw["lines"]]


def _part(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A part as it is kept now; an older version's has a `text`, and its facts' words by name."""
    known = {name: value for name, value in raw.items() if name not in ("text", "usual")}
    if "text" in raw:
        known["phrases"] = [raw["text"]] if raw["text"] else []
    facts = raw.get("facts", ())
    if isinstance(facts, Mapping):
        known["facts"] = [
            {"key": name, "name": name, "value": None, "words": words}
            for name, words in facts.items()
        ]
    return known


@cache
def _reports() -> TypeAdapter[Report]:
    return TypeAdapter(Report)


@cache
def _told() -> TypeAdapter[PastReport]:
    return TypeAdapter(PastReport)
