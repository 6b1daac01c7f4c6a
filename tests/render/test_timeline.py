"""The timeline's places, for any cycle and any day."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from GlanceRelease.domain.calendar.timeline import Mark, Stretch, Timeline
from GlanceRelease.render.timeline import draw

FIRST = dt.date(2026, 9, 28)
DAYS = st.integers(0, 181).map(lambda days: FIRST + dt.timedelta(days=days))
MARKS = st.lists(st.tuples(DAYS, st.text("abcM1 +", min_size=1, max_size=30)), max_size=25)
LAST = FIRST + dt.timedelta(days=181)


def line(marks: list[tuple[dt.date, str]], today: dt.date) -> Timeline:
    made = tuple(Mark(day, label, (label,)) for day, label in sorted(marks))
    frozen = (Stretch(LAST - dt.timedelta(days=40), LAST, "frozen"),)
    return Timeline("2027.1 Indri", FIRST, LAST, today, (("R-25", FIRST),), made, frozen)


@given(MARKS, DAYS)
def test_everything_is_within_and_in_the_order_of_its_days(
    marks: list[tuple[dt.date, str]], today: dt.date
) -> None:
    drawn = draw(line(marks, today))
    places = [dot.place for dot in drawn.dots]
    assert places == sorted(places)
    assert all(0 <= place <= 100 for place in places)
    assert all(dot.base <= drawn.height for dot in drawn.dots)
    assert drawn.today is not None
    for dot, (day, _) in zip(drawn.dots, sorted(marks), strict=True):
        assert (dot.place < drawn.today) == (day < today)
        assert ("over" in dot.style) == (day < today)


def test_today_outside_of_the_cycle_has_no_mark() -> None:
    before, after = FIRST - dt.timedelta(days=1), LAST + dt.timedelta(days=1)
    assert draw(line([], before)).today is None
    assert draw(line([], before)).past == 0
    assert draw(line([], after)).today is None
    assert draw(line([], after)).past == 100
