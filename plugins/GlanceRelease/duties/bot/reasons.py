"""Why the bot said what it said: `why`."""

from __future__ import annotations

from collections.abc import Sequence

from ...domain.facts_read import FactsRead
from ...domain.messages.clauses import Phrase, clause, listing
from ...domain.messages.doc import Doc, Line
from ...domain.messages.fact_read import FactRead
from ...domain.messages.notice import LedgerEntry
from ...domain.moment import Moment
from ...domain.people.roles import fold
from ...domain.rule_sources import Follows, follows
from ...registry import (
    COMMANDS,
    RULES,
    Answered,
    Ask,
    Reply,
    UserError,
    answer,
    command,
    is_refused,
    no_memory,
    refusal_of,
    reply,
)
from ...render.sanitize import plain
from .fact_words import details_of, facts_phrases, rule_phrases, when
from .ledger import is_told

_LINES = 2
_REASONS, _STOP = 4, 3
_SHOWN = 40
_REFUSED = follows("who may is told by the team's file and its roles", "governance")


@command(
    "why",
    "[COMMAND]",
    "the rule, its source and the facts of the newest thing I said here, or the rule of a command; "
    "for a line unasked also its reason, and how to stop its kind",
    "why",
    is_personal=True,
    basis="my ledger, and my memory of the last answer given here",
)
def why(moment: Moment, ask: Ask) -> Reply:
    """The newest of the lines said unasked in this place and the last answer given here; in
    private, where neither is known, the team's channel's newest line. What was said to one person
    is explained to them alone. Without a database what was said unasked is as it was read last."""
    if ask.text:
        return _of_name(ask.text.lstrip("!"))
    if ask.channel is not None:
        here = ask.channel
        rows = _said_in(moment, here)
    else:
        here = moment.team.announce
        rows = [row for row in _said_in(moment, ask.nick) if is_told(moment.snapshot, row, ask)]
        if not rows and ask.last is None:
            rows = _said_in(moment, here)
    if ask.last is not None and not _is_newer(rows, ask.last):
        return Reply(_of_answer(moment, ask.last))
    if not rows and moment.snapshot.no_memory:
        return reply(no_memory(moment.snapshot))
    if not rows:
        return reply(f"I have said nothing in {here} unasked.")
    return Reply(_of_line(moment, rows))


def _said_in(moment: Moment, target: str) -> list[LedgerEntry]:
    return [
        row
        for row in moment.snapshot.said
        if row.state == "said" and fold(row.target) == fold(target)
    ]


def _is_newer(rows: Sequence[LedgerEntry], last: Answered) -> bool:
    return bool(rows) and rows[0].at is not None and rows[0].at > last.at


def _of_line(moment: Moment, rows: Sequence[LedgerEntry]) -> Doc:
    """The reasons of all that the newest line said, how to stop their kinds, their rules and the
    facts as they were then."""
    last = [row for row in rows if row.at == rows[0].at and row.text == rows[0].text]
    reasons = dict.fromkeys(row.why or row.rule for row in last)
    kinds = [RULES[name] for name in dict.fromkeys(row.rule for row in last) if name in RULES]
    said = f"{rows[0].at:%Y-%m-%d %H:%M} UTC" if rows[0].at else ""
    phrases: list[Phrase] = [
        f"Said at {said}: ",
        listing(reasons, weight=_REASONS, between="; ", at_break=";"),
        ".",
    ]
    if stops := "; ".join(dict.fromkeys(row.stop for row in kinds)):
        phrases.append(clause(f" To stop its kind: {stops}.", weight=_STOP))
    rules = list(dict.fromkeys(row.follows for row in kinds))
    return _doc(moment, phrases, rules, _facts_of(last), " Rule: ", _LINES)


def _facts_of(rows: Sequence[LedgerEntry]) -> tuple[FactRead, ...] | None:
    """Those of all the rows, each once, as old as it was for any; None where those of any row are
    not known."""
    facts: dict[str, FactRead] = {}
    for row in rows:
        if row.facts is None:
            return None
        for fact in row.facts:
            known = facts.setdefault(fact.name, fact)
            if known.at and (fact.at is None or fact.at < known.at):
                facts[fact.name] = fact
    return tuple(facts.values())


def _of_answer(moment: Moment, last: Answered) -> Doc:
    """The rule of an answer and the facts that it read: it is given once more from the same moment,
    which gives the same, and what it reads is noted."""
    name = plain(last.text).partition(" ")[0].lower()
    known = COMMANDS.get(name)
    rule = known.follows if known else COMMANDS["help"].follows
    refused = is_refused(last.moment, last.text, last.ask)
    if refused:
        rule = _REFUSED
    facts = last.facts
    if facts is None:
        reading = FactsRead(last.moment)
        (refusal_of if refused else answer)(reading.moment, last.text, last.ask)
        facts = reading.so_far()
    said = f"What followed {name}, said" if last.is_second else f"{name}, answered"
    return _doc(moment, [f"{said} {when(last.at, moment.now)}: "], [rule], facts)


def _doc(
    moment: Moment,
    head: Sequence[Phrase],
    rules: Sequence[Follows],
    facts: tuple[FactRead, ...] | None,
    before: str = "",
    most: int = 1,
) -> Doc:
    stop = (".",) if rules else ()
    phrases = (*head, *rule_phrases(rules, before), *stop, *facts_phrases(moment, facts))
    return Doc((Line(phrases, most=most),), tuple(details_of(moment, rules, facts)))


def _of_name(name: str) -> Reply:
    """The rule of a command, and of what is said unasked under that name."""
    phrases: list[Phrase] = []
    typed, name = name, name.lower()
    if name in COMMANDS:
        phrases += [f"{name}: ", *rule_phrases([COMMANDS[name].follows]), "."]
    if name in RULES:
        unasked = f"{' U' if phrases else 'U'}nasked, {name}: "
        stop = f" To stop it: {RULES[name].stop}."
        phrases += [unasked, *rule_phrases([RULES[name].follows]), ".", clause(stop, weight=_STOP)]
    if not phrases:
        raise UserError(
            f'"{typed[:_SHOWN]}" is no command of mine, and no rule; say why, or why deadlines.'
        )
    return Reply(Doc((Line(tuple(phrases), most=_LINES),)))
