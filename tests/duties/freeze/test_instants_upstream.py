"""At the edges of every bound of every cycle, with days, hours and conflicts in its texts, `freeze`
changes in the second in which `next` and `when` call it past."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from GlanceRelease import duties
from GlanceRelease.domain.calendar.interval import whens
from GlanceRelease.domain.calendar.team_calendar import calendar_of
from GlanceRelease.domain.model import Event, Kind
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.freeze_state import State
from GlanceRelease.domain.snapshot import Fetched, Snapshot, deliverable_of, schedule_of
from GlanceRelease.duties.freeze.facts import branch_states
from kit.edges import CYCLES, DAY, instants_of, known
from kit.glance_facts import TEAM, said, world

duties.load()
BOUNDS = {
    Kind.FEATURE_FREEZE: "glance",
    Kind.FINAL_LIBRARIES: "glance-store",
    Kind.FINAL_CLIENT_LIBRARIES: "python-glanceclient",
}
TIMES = ["", "13:00 UTC", "00:00 UTC", "conflict", "conflict 13:00 UTC"]


def mutated(upstream: Path, series: str, time: str) -> Snapshot:
    """The cycle in which the bounds of freezes have such a time, with files that have nothing."""
    snapshot = known(upstream)
    key = schedule_of(series)
    fact = snapshot[key]
    assert fact.value is not None
    events = tuple(_with_time(event, time) for event in fact.value.events)
    facts = {
        **snapshot.facts,
        key.name: replace(fact, value=replace(fact.value, events=events)),
    }
    for name in TEAM.deliverables:
        shape = world()[deliverable_of("hibiscus", name)].value
        assert shape is not None
        file = replace(shape, series=series, releases=(), branches=())
        facts[deliverable_of(series, name).name] = Fetched(file, fact.at, "network")
    return replace(snapshot, facts=facts)


def _with_time(event: Event, time: str) -> Event:
    if event.kind not in (*BOUNDS, Kind.MILESTONE_3) or not time:
        return event
    clock = time.removeprefix("conflict").strip()
    if "conflict" in time:
        other = (event.days[-1] - dt.timedelta(days=9),)
        times = (clock,) if clock else ()
        return replace(event, rule="conflict", prose_days=other, times=times, span=False)
    return replace(event, rule="prose", days=event.days[-1:], times=(clock,), span=False)


@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize("series", CYCLES)
def test_freeze_changes_when_its_bound_is_past(series: str, time: str, upstream_data: Path) -> None:
    snapshot = mutated(upstream_data, series, time)
    start = dt.datetime(2016, 1, 1, tzinfo=dt.UTC)
    calendar = calendar_of(Moment(snapshot, start), series)
    assert calendar is not None
    for kind, name in BOUNDS.items():
        event = calendar.weeks.first(kind)
        if event is None:
            continue
        when = whens(event)[-1]
        bound = min(when.candidates_over or (when.over,))
        for now in sorted(instants_of(when)):
            running = calendar_of(Moment(snapshot, now))
            if running is None or running.series.name != series:
                continue
            rows = branch_states(Moment(snapshot, now))
            row = next(r for r in rows if (r.deliverable, r.branch) == (name, "master"))
            assert (row.state is State.OPEN) == (now < bound), (now, row)
            assert row.until is None or row.until > now, (now, row)
            if row.state is State.OPEN:
                line = said(snapshot, f"freeze {name}", now)[0]
                assert DAY.findall(line)[0] == str(when.deadline), (now, line)
                (named,) = said(snapshot, f"when {event.id} {series}", now)
                assert DAY.findall(line)[0] in DAY.findall(named), (now, line, named)
                if "13:00" in time or time == "00:00 UTC":
                    assert f" {bound:%H:%M} UTC" in line, (now, line)
