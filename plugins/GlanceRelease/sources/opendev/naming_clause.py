"""Which of several days in one text is an event's: that of the clause which names the event."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..late_pattern import late_pattern
from .date_mentions import Mention, ProseDates

_SENTENCE_ENDS = late_pattern(r"[.;!?](?=\s|$)|\n")
_CLAUSE_ENDS = late_pattern(r",?\s*\b(?:and|but|while|whereas)\b|[(),]", re.I)
_WORD = late_pattern(r"[a-z]+(?:-?\d+)?", re.I)
_SAYS_NOTHING = frozenset({"the", "of", "for", "and", "a", "in", "to", "is", "day", "deadline"})


def of_its_clause(text: str, reading: ProseDates, title: str) -> ProseDates:
    """The reading in which, of several days or lists of days that are told apart, only those of the
    clause with most of the title's words are the event's own, and the rest are `another`'s; where
    no clause has more of them than any other, as it was."""
    lists = _lists(reading)
    if len({tuple(map(_without_year, each)) for each in lists}) < 2:
        return reading
    wanted = _words(title) - _SAYS_NOTHING
    scores = [len(wanted & _words(clause)) for clause in _clauses(text, lists)]
    best = max(scores)
    if not best or scores.count(best) > 1:
        return reading
    others = {one for at, each in enumerate(lists) if scores[at] < best for one in each}
    mentions = (replace(m, role="another") if m in others else m for m in reading.mentions)
    return replace(reading, mentions=tuple(mentions))


def _without_year(mention: Mention) -> tuple[int, ...]:
    return (mention.first.month, mention.first.day, mention.last.month, mention.last.day)


def _lists(reading: ProseDates) -> list[list[Mention]]:
    """The event's own dates, those that "and" or "or" joins together."""
    lists: list[list[Mention]] = []
    for mention in reading.mentions:
        if mention.role == "own":
            if (mention.with_before or mention.or_before) and lists:
                lists[-1].append(mention)
            else:
                lists.append([mention])
    return lists


def _clauses(text: str, lists: Sequence[Sequence[Mention]]) -> list[str]:
    """For each list of dates the words around it, as far as they belong to it."""
    ends: list[int] = []
    for one, following in zip(lists, [*lists[1:], None], strict=True):
        begin = one[-1].end
        gap = text[begin : following[0].start] if following else text[begin:]
        end = _SENTENCE_ENDS.search(gap) or (_CLAUSE_ENDS.search(gap) if following else None)
        ends.append(begin + end.start() if end else begin if following else len(text))
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}
