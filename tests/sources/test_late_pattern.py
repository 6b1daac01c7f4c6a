"""Patterns that are compiled late are right all the same, each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import ModuleType

import pytest

from GlanceRelease.sources.late_pattern import LatePattern
from GlanceRelease.sources.opendev import (
    date_roles,
    prose_dates,
    prose_times,
    schedule_page,
    unread_dates,
)


def patterns(value: object) -> Iterator[LatePattern]:
    if isinstance(value, LatePattern):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from patterns(part)


@pytest.mark.parametrize(
    "module", [date_roles, prose_dates, prose_times, schedule_page, unread_dates]
)
def test_every_pattern_compiles(module: ModuleType) -> None:
    found = list(patterns(tuple(vars(module).values())))
    assert found
    assert all(isinstance(late.pattern, str) for late in found)


def test_it_is_compiled_at_its_first_use_and_is_a_pattern_then() -> None:
    late = LatePattern(r"(\d+)", re.I)
    assert "_compiled" not in vars(late)
    assert late.sub(r"<\1>", "R-17") == "R-<17>"
    assert "_compiled" in vars(late)
    with pytest.raises(re.error):
        LatePattern("(").search("")
