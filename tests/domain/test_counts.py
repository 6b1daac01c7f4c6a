"""Numbers and lists in words: one place has them."""

from __future__ import annotations

import pytest

from GlanceRelease.domain.messages.clauses import listing
from GlanceRelease.domain.messages.counts import counted, few, plural


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 weeks"), (1, "1 week"), (2, "2 weeks"), (21, "21 weeks")]
)
def test_counts(number: int, words: str) -> None:
    assert counted(number, "week") == words
    assert f"{number} {plural(number, 'week')}" == words
    assert counted(number, "branch", "branches").endswith("branch" if number == 1 else "branches")


@pytest.mark.parametrize("between", [", ", "; "])
def test_few_counts_the_rest_as_a_list_without_room_does(between: str) -> None:
    names = list("abcd")
    assert few(names, 4, between) == between.join(names)
    left_out = listing(names, between=between).more(2)
    assert few(names, 2, between) == f"a{between}b{left_out}"
    assert few(names, 2, more="older") == "a, b and two older"
    assert few([], 2) == ""
