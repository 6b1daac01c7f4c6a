"""What follows from the schedules is worked out once for all who ask, and hides no fact read."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from GlanceRelease.domain.calendar.team_calendar import calendar_of
from GlanceRelease.domain.facts_read import FactsRead
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.snapshot import SERIES, Snapshot, schedule_of
from kit.page_facts import NOW, snapshot


def moment_of(known: Snapshot, now: dt.datetime = NOW) -> Moment:
    """The same facts as another mapping, as each refresh makes one."""
    return Moment(replace(known, facts=dict(known.facts)), now)


def test_teams_and_refreshes_share_the_schedule_as_long_as_it_is_the_same() -> None:
    ours = snapshot()
    other = replace(ours, team=replace(ours.team, name="other"))
    calendars = [calendar_of(moment_of(each)) for each in (ours, ours, other)]
    assert len({id(each.weeks) for each in calendars if each}) == 1


def test_a_schedule_that_changed_is_worked_out_anew() -> None:
    known = snapshot()
    before = calendar_of(moment_of(known))
    assert before is not None
    name = schedule_of(before.series.name).name
    fact = known.facts[name]
    fewer = replace(fact.value, events=fact.value.events[1:])
    after = calendar_of(
        moment_of(replace(known, facts={**known.facts, name: replace(fact, value=fewer)}))
    )
    assert after is not None
    assert len(after.weeks.events) == len(before.weeks.events) - 1


def test_a_schedule_confirmed_again_has_its_new_age() -> None:
    known = snapshot()
    before = calendar_of(moment_of(known))
    assert before is not None
    name = schedule_of(before.series.name).name
    facts = {**known.facts, name: replace(known.facts[name], at=NOW, problem="HTTP 502")}
    after = calendar_of(moment_of(replace(known, facts=facts)))
    assert after is not None
    assert (after.schedule.at, after.schedule.problem) == (NOW, "HTTP 502")
    assert after.deadlines == before.deadlines


def test_what_is_known_already_is_noted_as_read_all_the_same() -> None:
    known = snapshot()
    calendar = calendar_of(moment_of(known))
    assert calendar is not None
    assert calendar.before is not None
    reading = FactsRead(moment_of(known))
    calendar_of(reading.moment)
    schedules = {schedule_of(each.name).name for each in (calendar.series, calendar.before)}
    assert {SERIES.name, *schedules} <= set(reading.names)
