"""Clauses in a room: what gives way, in which order, and what never does."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings, strategies

from GlanceRelease.domain.messages.clauses import (
    Call,
    Clause,
    Code,
    Link,
    Listing,
    Phrase,
    Span,
    by_name,
    calls_in,
    clause,
    in_words,
    listing,
    remark,
    whole,
)
from GlanceRelease.domain.messages.doc import Doc, Line, doc, line
from GlanceRelease.render.fit import fit, fit_lines
from GlanceRelease.render.irc import render

GUIDE = Link("guide", "https://docs.openstack.org/glance/guide")


def text(spans: Sequence[Span]) -> str:
    """As IRC says them."""
    return render(doc(Line(tuple(spans))), most=10_000)[0] if spans else ""


def size(spans: Sequence[Span]) -> int:
    return len(text(spans).encode())


REMINDER = (
    "Indri-2 and ",
    clause("Glance's spec freeze", weight=2, shorter=["1 more"]),
    ": Thu 2027-01-14, R-10, in 7 days. ",
    remark("Planned by croelandt for Tue 2027-01-12. ", weight=3),
    "To do: ",
    listing(
        [
            clause("glance 32.0.0.0b2", weight=1),
            clause(
                "a release of glance-store (7 changes since 5.7.0, 2 features)",
                weight=1,
                shorter=["a release of glance-store"],
            ),
            clause(
                "a release of python-glanceclient (3 changes since 4.11.0)",
                weight=1,
                shorter=["a release of python-glanceclient"],
            ),
        ],
        weight=4,
    ),
    ". ",
    GUIDE,
)


@pytest.mark.parametrize(
    ("room", "said"),
    [
        (
            400,
            "Indri-2 and Glance's spec freeze: Thu 2027-01-14, R-10, in 7 days. Planned by "
            "croelandt for Tue 2027-01-12. To do: glance 32.0.0.0b2, a release of glance-store "
            "(7 changes since 5.7.0, 2 features), a release of python-glanceclient (3 changes "
            "since 4.11.0). https://docs.openstack.org/glance/guide",
        ),
        (
            290,
            "Indri-2 and Glance's spec freeze: Thu 2027-01-14, R-10, in 7 days. Planned by "
            "croelandt for Tue 2027-01-12. To do: glance 32.0.0.0b2, a release of glance-store "
            "(7 changes since 5.7.0, 2 features), a release of python-glanceclient. "
            "https://docs.openstack.org/glance/guide",
        ),
        (
            220,
            "Indri-2 and 1 more: Thu 2027-01-14, R-10, in 7 days. Planned by croelandt for Tue "
            "2027-01-12. To do: glance 32.0.0.0b2, a release of glance-store, a release of "
            "python-glanceclient. "
            "https://docs.openstack.org/glance/guide",
        ),
        (
            150,
            "Indri-2 and Glance's spec freeze: Thu 2027-01-14, R-10, in 7 days. To do: glance "
            "32.0.0.0b2 and two more. https://docs.openstack.org/glance/guide",
        ),
        (
            100,
            "Indri-2 and 1 more: Th... To do: glance... and two more. "
            "https://docs.openstack.org/glance/guide",
        ),
    ],
)
def test_the_lightest_gives_way_first_and_the_link_stays(room: int, said: str) -> None:
    assert text(fit(REMINDER, room, size)) == said


def test_what_has_room_again_comes_back() -> None:
    phrases = ("Zuul: ", remark("4 of 5 ran. ", weight=1), remark("x" * 60, weight=2), "fine")
    assert text(fit(phrases, 40, size)) == "Zuul: 4 of 5 ran. fine"


def test_a_list_drops_its_lightest_and_counts_them() -> None:
    items = [clause("much older", weight=0), clause("failing", weight=5), clause("slow", weight=3)]
    assert text(fit([listing(items)], 25, size)) == "much older, failing, slow"
    assert text(fit([listing(items)], 24, size)) == "failing and two more"
    assert text(fit([listing(items, between="; ")], 24, size)) == "failing; and two more"
    many = listing(["keystone", "cinder", "nova", "swift", "oslo"])
    assert text(fit([many], 31, size)) == "keystone, cinder and three more"


def test_lines_are_broken_between_items_and_before_a_clause() -> None:
    jobs = [f"glance-tox-py31{number}-tips FAILING 3 runs since 21 Nov" for number in range(4)]
    long = line(
        listing(jobs, between="; ", at_break=";"), ". ", Clause(("36 of 40 passed.",)), most=2
    )
    assert render(doc(long), most=130) == [
        f"{jobs[0]}; {jobs[1]};",
        f"{jobs[2]}; {jobs[3]}. 36 of 40 passed.",
    ]
    assert render(doc(long), most=115) == [
        f"{jobs[0]}; {jobs[1]};",
        f"{jobs[2]}; and one more. 36 of 40 passed.",
    ]


def test_a_channel_hears_four_lines_however_they_came_about() -> None:
    words = line(listing([f"item {number}" for number in range(40)]), most=40)
    assert len(render(Doc((words,)), most=30)) == 4
    assert len(render(Doc((words,)), private=True, most=30)) > 4


def test_who_was_called_enough_is_named_in_every_form() -> None:
    brian, abhi = Call("rosmaita", "Brian"), Call("abhishekk")
    asks = clause(brian, " or ", abhi, shorter=[(brian,)])
    assert calls_in([asks]) == (brian, abhi)
    spared = by_name([asks], {"rosmaita": "Brian Rosmaita"})
    assert spared == (Clause(("Brian Rosmaita", " or ", abhi), 0, (("Brian Rosmaita",),)),)


def test_a_reader_with_room_gets_words_for_links_and_names_for_nicks() -> None:
    phrases = (Call("dansmith", "Dan"), ": ", GUIDE, ", ", Code("!draft glance rc1"))
    assert in_words(phrases) == "Dan: guide, !draft glance rc1"


_texts = strategies.text("ab ü€", min_size=1, max_size=40)
_spans = strategies.one_of(
    _texts,
    strategies.builds(
        Link, _texts, strategies.sampled_from(["https://a.bc", "https://a.bc/" + "d" * 50])
    ),
    strategies.builds(Call, strategies.sampled_from(["rosmaita", "dansmith"])),
)
_forms = strategies.lists(_spans, min_size=1, max_size=3).map(tuple)


def _from_forms(forms: list[tuple[Span, ...]], weight: int) -> Clause:
    """A clause that really becomes shorter."""
    longest, *shorter = sorted(forms, key=size, reverse=True)
    return Clause(longest or ("a",), weight, tuple(shorter))


_clauses = strategies.builds(
    _from_forms,
    strategies.lists(strategies.one_of(strategies.just(()), _forms), min_size=1, max_size=3),
    strategies.integers(0, 5),
)
_lists = strategies.builds(
    Listing,
    strategies.lists(_clauses, min_size=1, max_size=6).map(tuple),
    strategies.integers(0, 5),
    strategies.sampled_from([", ", "; "]),
)
_lines: strategies.SearchStrategy[list[Phrase]] = strategies.lists(
    strategies.one_of(_spans, _clauses, _lists), min_size=1, max_size=6
)


@settings(deadline=None)
@given(_lines, strategies.integers(10, 300), strategies.integers(1, 4))
def test_nothing_is_ever_over_the_room(phrases: list[Phrase], room: int, most: int) -> None:
    said = render(doc(Line(tuple(phrases), most=most)), most=room)
    assert 1 <= len(said) <= most
    assert all(len(row.encode()) <= room for row in said)


@settings(deadline=None)
@given(_lines, strategies.integers(20, 300))
def test_what_has_room_is_said_whole(phrases: list[Phrase], room: int) -> None:
    full = tuple(whole(phrases))
    said = fit(phrases, room, size)
    more = len(" and six more")  # may be longer than what it stands for
    assert said == full if size(full) <= room else size(said) <= size(full) + 4 * more


@settings(deadline=None)
@given(_lines, strategies.integers(40, 300))
def test_a_call_is_whole_or_not_there(phrases: list[Phrase], room: int) -> None:
    spans = fit(phrases, room, size)
    said = render(doc(Line(tuple(phrases))), most=room)[0]
    if size(spans) <= room:
        assert all(span.nick in said for span in spans if isinstance(span, Call))


@settings(deadline=None)
@given(_lines, strategies.text("xyz", min_size=5, max_size=20), strategies.integers(100, 200))
def test_the_heaviest_clause_is_always_there(phrases: list[Phrase], words: str, room: int) -> None:
    heaviest = Clause((f"[{words}]",), 9, ((),))
    lighter = [phrase for phrase in phrases if isinstance(phrase, Clause) and () in phrase.forms]
    assert f"[{words}]" in text(fit([*lighter, heaviest], room, size))


@settings(deadline=None)
@given(_lines, strategies.integers(20, 200), strategies.integers(0, 100))
def test_more_room_never_says_less_of_the_heaviest(
    phrases: list[Phrase], room: int, more: int
) -> None:
    heavy = Clause(("the heaviest of all",), 9, (("heaviest",), ()))
    small, large = (text(fit([*phrases, heavy], each, size)) for each in (room, room + more))
    if "the heaviest of all" in small:
        assert "the heaviest of all" in large


def test_breaking_keeps_every_item_that_fits() -> None:
    items = listing([f"job {number}" for number in range(9)])
    assert [text(spans) for spans in fit_lines([items], 20, size, 4)] == [
        "job 0, job 1, job 2,",
        "job 3, job 4, job 5,",
        "job 6, job 7, job 8",
    ]
