"""Clauses into the room that a medium has: the lightest give way first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Protocol

from ..domain.messages.clauses import Clause, Link, Listing, Phrase, Span, in_words, whole
from ..domain.messages.doc import Line

_CUT = "..."
_LEAST = 8  # bytes of a text that is not cut any more
Spans = tuple[Span, ...]
Size = Callable[[Sequence[Span]], int]


class Medium(Protocol):
    """Where a line is said: how it reads there, and how much of it there is room for; how many
    lines (or messages, where one `holds_several` lines) go there in a minute."""

    @property
    def lines_a_minute(self) -> int:
        """How many there are not too many for its readers, and for its server."""

    @property
    def holds_several(self) -> bool:
        """Whether a message may be of several lines."""

    def text(self, line: Line) -> str:
        """The line in one, as it is said."""

    def holds(self, line: Line) -> bool:
        """Whether there is room for all of the line."""


def folded(texts: Sequence[Sequence[Phrase]], most: int) -> list[tuple[tuple[Phrase, ...], ...]]:
    """The texts in at most `most` groups that share a line, whatever its room: the two neighbours
    that say least go together, until they are so few."""
    groups: list[tuple[tuple[Phrase, ...], ...]] = [(tuple(text),) for text in texts]
    while len(groups) > most:
        lengths = [sum(map(_length, group)) for group in groups]
        both = [one + other for one, other in pairwise(lengths)]
        at = both.index(min(both))
        groups[at : at + 2] = [groups[at] + groups[at + 1]]
    return groups


def _length(phrases: Sequence[Phrase]) -> int:
    return len(in_words(phrases))


def fit(phrases: Sequence[Phrase], room: int, size: Size) -> Spans:
    """The spans of these phrases in one line of at most `room`, as the medium's `size` measures."""
    return fit_lines(phrases, room, size, 1)[0]


def fit_lines(phrases: Sequence[Phrase], room: int, size: Size, most: int) -> list[Spans]:
    """The same in as few lines as they fit, `most` at the most.

    What is lightest becomes shorter or goes, until there is room; then whatever of it still has
    room comes back, the heaviest first. Only where that is not enough is a text itself cut, the
    longest first, so that a link and the heaviest clause stand to the end.
    """
    full = tuple(whole(phrases))
    if size(full) <= room:
        return [full]
    state = _Shortened(tuple(phrases))
    steps = sorted(_steps(phrases))
    taken: list[_Step] = []
    lines = _broken(state, room, size, most)
    for step in steps:
        if lines is not None:
            break
        taken.append(step)
        state = state.after(step)
        lines = _broken(state, room, size, most)
    if lines is None:
        return _cut_down(state, room, size, most)
    for step in reversed(taken[:-1]):
        better = state.without(step)
        again = _broken(better, room, size, most) if better is not None else None
        if better is not None and again is not None:
            state, lines = better, again
    return lines


@dataclass(frozen=True, order=True)
class _Step:
    """One shortening: of the clause at `at` (item `item` of a list, -1 for a clause alone) to its
    form `form`; form -1 is an item's going. In order: the lightest, then what stands last."""

    weight: int
    goes: bool
    item_weight: int
    late: tuple[int, int]
    form: int

    @property
    def where(self) -> tuple[int, int]:
        return -self.late[0], -self.late[1]


def _steps(phrases: Sequence[Phrase]) -> Iterator[_Step]:
    for at, phrase in enumerate(phrases):
        if isinstance(phrase, Clause):
            for form in range(1, len(phrase.forms)):
                yield _Step(phrase.weight, False, 0, (-at, 0), form)
        elif isinstance(phrase, Listing):
            for number, item in enumerate(phrase.items):
                for form in range(1, len(item.forms)):
                    yield _Step(item.weight, False, 0, (-at, -number), form)
            heaviest = max(item.weight for item in phrase.items) if phrase.items else 0
            first = next((n for n, i in enumerate(phrase.items) if i.weight == heaviest), 0)
            for number, item in enumerate(phrase.items):
                if number != first:
                    yield _Step(phrase.weight, True, item.weight, (-at, -number), 0)


@dataclass(frozen=True)
class _Shortened:
    """The phrases, and how far each is shortened."""

    phrases: tuple[Phrase, ...]
    forms: dict[tuple[int, int], int] = field(default_factory=dict)
    gone: frozenset[tuple[int, int]] = frozenset()

    def after(self, step: _Step) -> _Shortened:
        if step.goes:
            return replace(self, gone=self.gone | {step.where})
        return replace(self, forms={**self.forms, step.where: step.form})

    def without(self, step: _Step) -> _Shortened | None:
        """The state before a step; None where a later one stands on it."""
        if step.goes:
            return replace(self, gone=self.gone - {step.where})
        if self.forms.get(step.where) != step.form:
            return None
        return replace(self, forms={**self.forms, step.where: step.form - 1})

    def pieces(self) -> Iterator[_Piece]:
        """What stays, in pieces between which a line may be broken."""
        for at, phrase in enumerate(self.phrases):
            if isinstance(phrase, Clause):
                yield _Piece(phrase.forms[self.forms.get((at, 0), 0)], breaks=True)
            elif isinstance(phrase, Listing):
                yield from self._items(at, phrase)
            else:
                yield _Piece((phrase,))

    def _items(self, at: int, phrase: Listing) -> Iterator[_Piece]:
        kept = [n for n in range(len(phrase.items)) if (at, n) not in self.gone]
        left_out = len(phrase.items) - len(kept)
        for place, number in enumerate(kept):
            spans = phrase.items[number].forms[self.forms.get((at, number), 0)]
            if place:
                yield _Piece(spans, True, phrase.between, phrase.at_break)
            else:
                yield _Piece(spans)
        if left_out:
            yield _Piece((phrase.more(left_out),))


@dataclass(frozen=True)
class _Piece:
    """Spans that stand in one line; `breaks` where a new line may begin before them, in which case
    the old one ends with `at_break` and not with `between`."""

    spans: Spans
    breaks: bool = False
    between: str = ""
    at_break: str = ""


def _broken(state: _Shortened, room: int, size: Size, most: int) -> list[Spans] | None:
    """The lines of what stays; None where they are too many or one is too long."""
    blocks = list(_blocks(state))
    lines: list[Spans] = [()]
    for number, block in enumerate(blocks):
        is_last = len(lines) == most
        following = () if is_last else blocks[number + 1 : number + 2]
        ends = tuple(each[0].at_break for each in following)  # what a break behind it would add
        longer = (*lines[-1], *_joint(lines[-1], block), *_spans(block))
        if not lines[-1] or size((*longer, *ends)) <= room:
            lines[-1] = longer
        elif is_last or not block[0].breaks:
            return None
        else:
            lines[-1] += tuple(filter(None, (block[0].at_break,)))
            lines.append(_spans(block))
    return lines if all(size(one) <= room for one in lines) else None


def _joint(line: Spans, block: Sequence[_Piece]) -> Spans:
    """What stands between a line that has begun and what follows in it."""
    return (block[0].between,) if block[0].between and line else ()


def _spans(block: Sequence[_Piece]) -> Spans:
    return tuple(span for piece in block for span in piece.spans)


def _blocks(state: _Shortened) -> Iterator[list[_Piece]]:
    """The pieces with what can't be parted from the piece before it."""
    block: list[_Piece] = []
    for piece in state.pieces():
        if block and piece.breaks and piece.spans:
            yield block
            block = []
        block.append(piece)
    if block:
        yield block


def _cut_down(state: _Shortened, room: int, size: Size, most: int) -> list[Spans]:
    """The shortest form with its longest texts cut; the medium cuts what is too long even then."""
    spans = [span for piece in state.pieces() for span in (piece.between, *piece.spans) if span]
    while spans and (over := size(spans) - room) > 0:
        at = max(range(len(spans)), key=lambda each: _told_bytes(spans[each]))
        if _told_bytes(spans[at]) <= _LEAST:
            break
        spans[at] = _cut_off(spans[at], over)
    return [tuple(spans)]


def _told_bytes(span: Span) -> int:
    """How long a span is that may be cut: a text, or one that has an address aside."""
    if isinstance(span, Link):
        return len(span.text.encode()) if span.aside else 0
    return len(span.encode()) if isinstance(span, str) else 0


def _cut_off(span: Span, over: int) -> Span:
    if isinstance(span, Link):
        return replace(span, text=_shorter(span.text, over))
    return _shorter(str(span), over)


def _shorter(text: str, over: int) -> str:
    """The text without so many bytes at its end, cut between words where that is near."""
    end = "" if not text.endswith(" ") else " "
    keep = max(4, len(text.encode()) - over - len(_CUT) - len(end))
    head = text.encode()[:keep].decode(errors="ignore")
    at_word = head.rsplit(" ", 1)[0]
    return (at_word if 2 * len(at_word) >= len(head) else head) + _CUT + end
