"""What a line is made of before it has a length: spans, clauses with a weight, lists of clauses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .counts import and_more


@dataclass(frozen=True)
class Link:
    """An address with what stands for it; a medium without links shows the address alone. Of one
    that is `aside` the text is what is told, and such a medium shows that alone."""

    text: str
    url: str
    aside: bool = False


@dataclass(frozen=True)
class Call:
    """Somebody who is wanted here: a medium calls them by `nick`. Where they shall not be woken
    they stand by `name`."""

    nick: str
    name: str = ""


@dataclass(frozen=True)
class Code:
    """What is to be typed or stands in a file, word for word."""

    code: str


Span = str | Link | Call | Code


@dataclass(frozen=True)
class Clause:
    """Spans that belong together. Where there is no room the lightest clause of a line gives way
    first: it becomes each of `shorter` in turn, of which the last may be empty."""

    spans: tuple[Span, ...]
    weight: int = 0
    shorter: tuple[tuple[Span, ...], ...] = ()

    @property
    def forms(self) -> tuple[tuple[Span, ...], ...]:
        """What it may be, the longest first."""
        return (self.spans, *self.shorter)


@dataclass(frozen=True)
class Listing:
    """Clauses of one kind: "a, b and two more". Where there is no room its items first become
    shorter, by their own weights; then, by the list's, the lightest go, of equals the last, and
    are counted, as `rest` calls them. One stays. In a message of several lines it may be broken
    between two items, where the line ends with `at_break`."""

    items: tuple[Clause, ...]
    weight: int = 0
    between: str = ", "
    at_break: str = ","
    rest: str = "more"

    def more(self, left_out: int) -> str:
        """What stands for the items that went."""
        joint = " " if self.between == ", " else self.between
        return f"{joint}{and_more(left_out, self.rest).lstrip()}"


Phrase = Span | Clause | Listing


def clause(*spans: Span, weight: int = 0, shorter: Iterable[str | tuple[Span, ...]] = ()) -> Clause:
    """A clause of these spans; a shorter form of one text may be given as that."""
    forms = ((form,) if isinstance(form, str) else form for form in shorter)
    return Clause(spans, weight, tuple(tuple(filter(None, form)) for form in forms))


def remark(*spans: Span, weight: int = 0) -> Clause:
    """A clause that is left out where there is no room."""
    return Clause(spans, weight, ((),))


def listing(
    items: Iterable[str | Clause],
    weight: int = 0,
    between: str = ", ",
    at_break: str = ",",
    rest: str = "more",
) -> Listing:
    """A list of clauses; bare text is one of its own."""
    clauses = (item if isinstance(item, Clause) else Clause((item,)) for item in items)
    return Listing(tuple(clauses), weight, between, at_break, rest)


def whole(phrases: Iterable[Phrase]) -> Iterator[Span]:
    """Every span that the phrases have, nothing shortened."""
    for phrase in phrases:
        if isinstance(phrase, Clause):
            yield from phrase.spans
        elif isinstance(phrase, Listing):
            for number, item in enumerate(phrase.items):
                if number:
                    yield phrase.between
                yield from item.spans
        else:
            yield phrase


def in_words(phrases: Iterable[Phrase]) -> str:
    """The phrases as text for a reader with room: a link by what stands for it, people by name."""
    return "".join(map(_in_words, whole(phrases)))


def _in_words(span: Span) -> str:
    if isinstance(span, Link):
        return span.text
    if isinstance(span, Call):
        return span.name or span.nick
    return span.code if isinstance(span, Code) else span


def calls_in(phrases: Iterable[Phrase]) -> tuple[Call, ...]:
    """Who is called."""
    return tuple(span for span in whole(phrases) if isinstance(span, Call))


def calling(calls: Iterable[Call]) -> tuple[Phrase, ...]:
    """The start of a line that calls these people: "rosmaita, dansmith: "; nothing for nobody."""
    phrases: list[Phrase] = []
    for call in calls:
        phrases += [", " if phrases else "", call]
    return (*phrases[1:], ": ") if phrases else ()


def by_name(phrases: Iterable[Phrase], names: Mapping[str, str]) -> tuple[Phrase, ...]:
    """The phrases in which those who have a name here are not called, but named."""

    def named(span: Span) -> Span:
        return names.get(span.nick, span) if isinstance(span, Call) else span

    return each_span(phrases, named)


def each_span(phrases: Iterable[Phrase], change: Callable[[Span], Span]) -> tuple[Phrase, ...]:
    """The phrases with each span changed, in every form."""
    return tuple(_changed(phrase, change) for phrase in phrases)


def _changed(phrase: Phrase, change: Callable[[Span], Span]) -> Phrase:
    if isinstance(phrase, Clause):
        forms = [tuple(map(change, form)) for form in phrase.forms]
        return replace(phrase, spans=forms[0], shorter=tuple(forms[1:]))
    if isinstance(phrase, Listing):
        items = (_changed(item, change) for item in phrase.items)
        return replace(phrase, items=tuple(item for item in items if isinstance(item, Clause)))
    return change(phrase)


def sentences(*texts: Sequence[Phrase]) -> tuple[Phrase, ...]:
    """Several phrases of a line as sentences one after the other, each with its stop."""
    phrases: list[Phrase] = []
    for text in texts:
        phrases += [*([" "] if phrases else []), *text, "."]
    return tuple(phrases)
