"""The facts on which an answer or a line stood, and the rule that it followed, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from ...domain.messages.clauses import Link, Phrase, Span, clause, remark
from ...domain.messages.doc import Line, line
from ...domain.messages.fact_read import FactRead
from ...domain.moment import Moment
from ...domain.rule_sources import Follows, RuleSource
from ...domain.snapshot import SERIES
from ...domain.upstreams import UPSTREAMS

ASKED = "asked/"  # before the name of an upstream that was asked for one answer
NOT_KEPT = "The facts on which it stood were not kept"
NO_FACTS = "It stood on no upstream's facts"
_TITLES = {
    "series_status": "the list of series",
    "governance": "governance's list of teams",
    "gerrit": "Gerrit's changes",
    "gerrit/priorities": "the priorities' changes in Gerrit",
    "gerrit/bugs": "the fixes of bugs in Gerrit",
    "launchpad/bugs": "the listed bugs in Launchpad",
    "zuul/builds": "Zuul's builds",
    "zuul/suspects": "what Zuul and Gerrit tell of who broke it",
    "zuul/status": "Zuul's queues",
}
_FILES_BY_NAME = 2
# What gives way first where there is no room: the address of a source, what is fresh, what is old.
# What is in trouble stays as long as anything: it is why one asks.
_RULE, _FRESH, _OLD, _TROUBLE = 0, 1, 2, 9


def rule_phrases(rules: Sequence[Follows], before: str = "") -> Iterator[Phrase]:
    """The rules with their sources, whose addresses are left out where there is no room."""
    for number, one in enumerate(rules):
        words = f"{'; ' if number else before}{one.rule}"
        if one.sources:
            titles = "; ".join(source.title for source in one.sources)
            shorter = (f"{words} ({titles})",)
            yield clause(words, *_with_addresses(one.sources), weight=_RULE, shorter=shorter)
        else:
            yield clause(words, weight=_RULE)


def _with_addresses(sources: Sequence[RuleSource]) -> Iterator[Span]:
    for number, source in enumerate(sources):
        yield f"{'; ' if number else ' ('}{source.title}: "
        yield Link(source.title, source.url)
    yield ")"


def facts_phrases(moment: Moment, facts: tuple[FactRead, ...] | None) -> Iterator[Phrase]:
    """The facts by kind and age: those that are fresh, those that are not and why, what was
    missing; how many of each, where there is no room. What is in trouble is counted last."""
    if not facts:
        yield remark(f" {NOT_KEPT if facts is None else NO_FACTS}.", weight=_FRESH)
        return
    missing = [fact for fact in facts if _is_missing(fact)]
    fresh = [fact for fact in facts if _is_fresh(fact)]
    rest = [fact for fact in facts if fact not in (*missing, *fresh)]
    old = [fact for fact in rest if not fact.problem]
    bad = [fact for fact in rest if fact.problem]
    now, same_age = moment.now, _ages(fresh, moment.now)
    yield from _group(
        " It stood on ",
        (fresh, f"{_listed(moment, fresh)}, {same_age}", f", {same_age}", _FRESH),
        (old, _by_state(moment, old), f" not fresh, {_ages(old, now)}", _OLD),
        (bad, _by_state(moment, bad), f" in trouble, {_ages(bad, now)}", _TROUBLE),
    )
    unknown = [fact for fact in missing if not fact.problem]
    away = [fact for fact in missing if fact.problem]
    yield from _group(
        " Missing: ",
        (away, _by_state(moment, away), " in trouble", _TROUBLE),
        (unknown, _by_state(moment, unknown), "", _OLD),
    )


_State = tuple[Sequence[FactRead], str, str, int]  # the facts, in words, behind their count, weight


def _group(head: str, *states: _State) -> Iterator[Phrase]:
    """A sentence of what is told of each state that some are in; nothing for none."""
    joint = head
    for some, words, counted, weight in states:
        if some:
            yield clause(
                f"{joint}{words}", weight=weight, shorter=(f"{joint}{_many(some)}{counted}",)
            )
            joint = "; "
    if joint != head:
        yield "."


def details_of(
    moment: Moment, rules: Iterable[Follows], facts: tuple[FactRead, ...] | None
) -> list[Line]:
    """For where there is room: each source of the rules and each fact, with its address."""
    sources = dict.fromkeys(source for one in rules for source in one.sources)
    lines = [line(f"Rule: {source.title}: ", Link(source.title, source.url)) for source in sources]
    for fact in facts or ():
        address = (" ", Link(fact.name, fact.url)) if fact.url else ()
        state = _state(fact, moment.now)
        head = "Missing" if _is_missing(fact) else "Fact"
        lines.append(line(f"{head}: {_title(moment, fact)} {state}".rstrip(), *address))
    return lines


def when(at: dt.datetime, now: dt.datetime) -> str:
    """An instant; of today without the day, of the last two hours with how long ago."""
    minutes = int((now - at).total_seconds() // 60)
    day = "" if at.date() == now.date() else f"{at:%Y-%m-%d} "
    return f"{day}{at:%H:%M} UTC{f' ({minutes} min ago)' if 0 <= minutes < 120 else ''}"


def _is_fresh(fact: FactRead) -> bool:
    return fact.origin == "network" and fact.problem is None and fact.at is not None


def _ages(facts: Sequence[FactRead], now: dt.datetime) -> str:
    instants = {fact.at for fact in facts if fact.at}
    if not instants:
        return ""
    words = f"of {when(min(instants), now)}"
    return words if len(instants) == 1 else f"all {words} or later"


def _many(facts: Sequence[FactRead]) -> str:
    return "1 fact" if len(facts) == 1 else f"{len(facts)} facts"


def _by_state(moment: Moment, facts: Iterable[FactRead]) -> str:
    """What is told of each state that some are in."""
    states: dict[str, list[FactRead]] = {}
    for fact in facts:
        states.setdefault(_state(fact, moment.now), []).append(fact)
    return "; ".join(f"{_listed(moment, same)} {state}".strip() for state, same in states.items())


def _is_missing(fact: FactRead) -> bool:
    return fact.at is None or fact.origin == "nowhere"


def _state(fact: FactRead, now: dt.datetime) -> str:
    if fact.at is None or fact.origin == "nowhere":
        return f"({fact.problem})" if fact.problem else ""
    marks: list[str] = [] if fact.origin == "network" else [fact.origin]
    marks += [f"trouble: {fact.problem}"] if fact.problem else []
    at = f"{fact.at:%Y-%m-%d}" if fact.origin == "bundled" else when(fact.at, now)
    return f"of {at} ({', '.join(marks)})" if marks else f"of {at}"


def _listed(moment: Moment, facts: Sequence[FactRead]) -> str:
    """Their titles: cycles' schedules together, and many deliverable files counted."""
    schedules = [fact for fact in facts if fact.name.startswith("schedule/")]
    files = [fact for fact in facts if fact.name.startswith("deliverable/")]
    counted = files if len(files) > _FILES_BY_NAME else []
    together = schedules if len(schedules) > 1 else []
    titles = [_title(moment, fact) for fact in facts if fact not in (*counted, *together)]
    if together:
        cycles = [_series(moment, fact.name.partition("/")[2]) for fact in together]
        titles.insert(0, f"the schedules of {_and(cycles)}")
    titles += [f"{len(counted)} deliverable files"] if counted else []
    return _and(titles)


def _and(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _title(moment: Moment, fact: FactRead) -> str:
    kind, _, rest = fact.name.partition("/")
    if kind == "schedule":
        return f"the schedule of {_series(moment, rest)}"
    if kind == "deliverable":
        series, _, name = rest.partition("/")
        return f"{name}'s file of {_series(moment, series)}"
    if kind == "launchpad" and fact.name not in _TITLES:
        return f"{rest}'s bugs in Launchpad"
    if kind == "constant":
        return f"{rest}'s series constant"
    if fact.name.startswith(ASKED):
        known = UPSTREAMS.get(rest)
        return f"{known.title if known else rest} itself"
    return _TITLES.get(fact.name, fact.name)


def _series(moment: Moment, name: str) -> str:
    known = moment[SERIES].value or ()
    return next((each.title for each in known if each.name == name), name.capitalize())
