"""Between two turns of a calendar nothing that is said of it may change, and at one it may."""

from __future__ import annotations

import datetime as dt

import pytest

from GlanceRelease.domain.calendar.calendar_turns import told_by_turn, turn_of
from GlanceRelease.domain.calendar.team_calendar import Calendar, calendar_of
from GlanceRelease.domain.moment import Moment
from GlanceRelease.duties.deadlines.words import by_day, coming_by_day, heading, row, running
from kit.page_facts import snapshot

SECOND = dt.timedelta(seconds=1)
HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize("name", ["hibiscus", "indri"])
def test_words_at_the_turn_are_those_of_every_instant_until_the_next(name: str) -> None:
    """Asked at the turn alone each edge of a deadline is heard to the second: what is over at
    15:00 UTC is coming at 14:59:59."""
    calendar = calendar_of(Moment(snapshot(), dt.datetime(2026, 11, 26, tzinfo=dt.UTC)), name)
    assert calendar is not None
    edges = {at for each in calendar.all_deadlines for at in (each.when.start, each.when.over)}
    edges |= {each.past for each in calendar.all_deadlines}
    instants = [at + step for at in edges for step in (-HOUR, -SECOND, 0 * SECOND, SECOND, HOUR)]
    assert len(instants) > 50
    for now in instants:
        assert turn_of(calendar, now) <= now
        assert _told(calendar, turn_of(calendar, now)) == _told(calendar, now), now
        assert list(map(list, coming_by_day(calendar, now))) == by_day(calendar.coming(now))


def test_it_is_asked_again_at_a_turn_and_not_before() -> None:
    """A function that is told by turn is called once a turn, with the turn."""
    noon = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
    calendar = calendar_of(Moment(snapshot(), noon), "indri")
    assert calendar is not None
    asked: list[dt.datetime] = []
    tell = told_by_turn(lambda calendar, now: asked.append(now))
    for now in (noon, noon + HOUR, noon + 13 * HOUR, noon + 14 * HOUR):
        tell(calendar, now)
    assert asked == [noon.replace(hour=0), noon.replace(hour=0) + 24 * HOUR]


def _told(calendar: Calendar, now: dt.datetime) -> list[object]:
    """All words of the calendar, none of them remembered."""
    bare = running.__wrapped__, heading.__wrapped__  # type: ignore[attr-defined]
    return [
        *(tell(calendar, now) for tell in bare),
        *(row(group, now) for group in by_day(calendar.coming(now))),
    ]
