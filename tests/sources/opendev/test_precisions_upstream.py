"""When every event of six cycles is, as a person read it in their pages, before a look at what the
code makes of them: at an instant, on a day, over a span, in a week, or on one of two days that
contradict each other."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from GlanceRelease.domain.calendar.cycle import end_of
from GlanceRelease.domain.calendar.interval import When, whens
from GlanceRelease.domain.calendar.neighbours_events import with_neighbours
from GlanceRelease.domain.model import Schedule
from GlanceRelease.sources.opendev.schedule import parse_schedule

# From the first day to the last. A deadline that is given as a week is due at its Thursday. What a
# first row has of the cycle before is read in that one's page; newton's has no table, so that of
# its release only ocata's row is known. Where a page leaves it open: the first candidates whose
# week is told "with a deadline of 2 February" are due on that day, the goals' research has the
# note's Thursday, and a poll that "begins at" an instant lasts until its close.
FACTS = {
    "dalmatian": """\
c-final: day 2024-04-03
d-vptg: span 2024-04-08 2024-04-12
d-1: day 2024-05-16
d-nova-spec-review-day: day 2024-05-14, day 2024-07-02
d-cycle-trail: day 2024-06-06
d-cinder-mid-cycle-ptg-1: span 2024-06-12T14:00 2024-06-12T16:00
d-cinder-spec-freeze: instant 2024-06-21T23:59
d-manila-spec-freeze: week 2024-06-24 2024-06-27
d-2: day 2024-07-04
d-mf: day 2024-07-04
d-cinder-driver-deadline: instant 2024-07-05T20:00
d-cinder-target-driver-deadline: instant 2024-07-05T20:00
d-manila-bugsquash: week 2024-07-08 2024-07-12
d-nova-spec-freeze: instant 2024-07-18T23:59
d-nova-review-day: day 2024-07-23
d-cinder-feature-checkpoint: day 2024-08-01
d-manila-fpfreeze: week 2024-07-29 2024-08-01
d-manila-new-driver-deadline: week 2024-07-29 2024-08-01
d-extra-acs: day 2024-08-15
e-election-nominations: span 2024-08-14T23:45 2024-08-28T23:45
d-cinder-driver-features-declaration: week 2024-08-12 2024-08-15
d-cinder-mid-cycle-ptg-2: span 2024-08-14T14:00 2024-08-14T16:00
d-final-lib: week 2024-08-19 2024-08-22
d-3: day 2024-08-29
d-ff: day 2024-08-29
d-final-clientlib: week 2024-08-26 2024-08-29
d-soft-sf: day 2024-08-29
d-rf: day 2024-08-29
e-election-email-deadline: instant 2024-08-28T00:00
e-election-campaigning: span 2024-08-28T23:45 2024-09-04T23:45
d-cycle-highlights: day 2024-09-05
e-election-voting: span 2024-09-04T23:45 2024-09-18T23:45
d-cinder-ci-checkpoint: day 2024-09-05
d-rc1: week 2024-09-09 2024-09-12
d-hard-sf: day 2024-09-12
e-election-close: instant 2024-09-18T23:45
d-finalrc: week 2024-09-23 2024-09-26
d-final: day 2024-10-02
""",
    "gazpacho": """\
f-final: day 2025-10-01
g-vptg: span 2025-10-27 2025-10-31
g-1: day 2025-11-13
g-nova-spec-soft-freeze: instant 2025-11-20T23:59
g-nova-spec-review-day: day 2025-11-27, day 2025-12-02
g-cycle-trail: day 2025-12-04
g-nova-spec-freeze: instant 2025-12-04T23:59
g-manila-spec-freeze: week 2025-12-15 2025-12-18
g-2: day 2026-01-08
g-mf: day 2026-01-08
g-nova-review-day: day 2026-01-15, day 2026-02-19
g-manila-fpfreeze: week 2026-01-26 2026-01-29
g-manila-new-driver-deadline: week 2026-01-26 2026-01-29
g-extra-acs: day 2026-02-12
h-election-nominations: week 2026-02-09 2026-02-20
g-manila-mid-cycle: week 2026-02-09 2026-02-13
g-openstackclient-freeze: week 2026-02-09 2026-02-12
g-oslo-feature-freeze: week 2026-02-09 2026-02-12
g-final-lib: week 2026-02-16 2026-02-19
g-3: day 2026-02-26
g-ff: day 2026-02-26
g-final-clientlib: week 2026-02-23 2026-02-26
g-soft-sf: day 2026-02-26
g-rf: day 2026-02-26
h-election-email-deadline: conflict 2026-02-18T00:00 2026-02-26
h-election-campaigning: week 2026-02-23 2026-02-27
g-cycle-highlights: day 2026-03-05
h-election-voting: week 2026-03-02 2026-03-20
g-manila-bugsquash: week 2026-03-02 2026-03-06
g-rc1: week 2026-03-09 2026-03-12
g-hard-sf: day 2026-03-12
g-finalrc: week 2026-03-23 2026-03-26
h-election-close: week 2026-03-23 2026-03-26
g-final: day 2026-04-01
""",
    "hibiscus": """\
g-final: day 2026-04-01
h-ptg: week 2026-04-20 2026-04-24
h-1: day 2026-05-14
h-nova-spec-review-day: day 2026-05-21, day 2026-06-04
h-nova-spec-soft-freeze: instant 2026-05-28T23:59
h-cycle-trail: day 2026-06-04
h-nova-spec-freeze: instant 2026-06-11T23:59
h-manila-spec-freeze: week 2026-06-08 2026-06-11
h-2: day 2026-07-02
h-mf: day 2026-07-02
h-manila-bugsquash: week 2026-07-13 2026-07-17, week 2026-08-31 2026-09-04
h-manila-fpfreeze: week 2026-07-27 2026-07-30
h-manila-new-driver-deadline: week 2026-07-27 2026-07-30
i-election-nominations: week 2026-08-03 2026-08-21
h-nova-review-day: day 2026-08-04, day 2026-08-20
h-extra-acs: day 2026-08-13
h-manila-mid-cycle: week 2026-08-10 2026-08-14
h-openstackclient-freeze: week 2026-08-10 2026-08-13
h-oslo-feature-freeze: week 2026-08-10 2026-08-13
h-final-lib: week 2026-08-17 2026-08-20
i-election-email-deadline: instant 2026-08-19T00:00
h-3: day 2026-08-27
h-ff: day 2026-08-27
h-final-clientlib: week 2026-08-24 2026-08-27
h-soft-sf: day 2026-08-27
h-rf: day 2026-08-27
i-election-campaigning: week 2026-08-24 2026-08-28
h-cycle-highlights: day 2026-09-03
i-election-voting: week 2026-08-31 2026-09-18
h-rc1: week 2026-09-07 2026-09-10
h-hard-sf: day 2026-09-10
h-finalrc: week 2026-09-21 2026-09-24
i-election-close: week 2026-09-21 2026-09-24
h-final: day 2026-09-30
""",
    "indri": """\
h-final: day 2026-09-30
i-vptg: span 2026-10-12 2026-10-16
i-1: day 2026-11-19
i-cycle-trail: day 2026-12-03
i-2: day 2027-01-14
i-mf: day 2027-01-14
i-extra-acs: day 2027-02-04
i-final-lib: week 2027-02-08 2027-02-11
i-3: day 2027-02-18
i-ff: day 2027-02-18
i-final-clientlib: week 2027-02-15 2027-02-18
i-soft-sf: day 2027-02-18
i-rf: day 2027-02-18
i-cycle-highlights: day 2027-02-25
i-rc1: week 2027-03-01 2027-03-04
i-hard-sf: day 2027-03-04
i-finalrc: week 2027-03-15 2027-03-18
i-final: day 2027-03-24
""",
    "ocata": """\
n-release: week 2016-10-31 2016-11-04
o-goals-research: day 2016-11-03
o-design-summit: week 2016-10-24 2016-10-28
o-glance-spec-prop: instant 2016-11-10T23:59
o-1: day 2016-11-17
o-goals-ack: day 2016-11-17
o-nova-spec-freeze: day 2016-11-17
o-manila-spec-frz1: day 2016-11-17
o-key-spec-prop: week 2016-11-14 2016-11-17
o-glance-spec-freeze: instant 2016-11-25T23:59
o-trove-spec-prop: week 2016-11-21 2016-11-24
o-2: conflict 2016-12-08 2016-12-15
o-mf: day 2016-12-08
o-trove-spec-freeze: week 2016-12-05 2016-12-08
o-cinder-nddeadline: conflict 2016-12-08 2016-12-14
o-cinder-spec-freeze: conflict 2016-12-08 2016-12-14
o-key-spec-freeze: week 2016-12-05 2016-12-08
o-manila-spec-frz2: conflict 2016-12-08 2016-12-15
o-manila-drv-freeze: day 2016-12-19
o-key-feature-prop: week 2016-12-26 2016-12-29
o-extra-atcs: day 2017-01-05
o-final-lib: week 2017-01-16 2017-01-19
o-trove-client-soft: week 2017-01-16 2017-01-19
o-trove-guest-req: day 2017-01-19
o-horizon-ff: day 2017-01-19
o-3: day 2017-01-26
o-ff: day 2017-01-26
o-final-clientlib: week 2017-01-23 2017-01-26
o-soft-sf: day 2017-01-26
o-rf: day 2017-01-26
o-goals-complete: day 2017-01-26
o-key-feature-freeze: week 2017-01-23 2017-01-26
p-ptl-nomination: week 2017-01-23 2017-01-27
o-rc1: day 2017-02-02
o-hard-sf: day 2017-02-02
p-ptl-election: week 2017-01-30 2017-02-03
o-finalrc: week 2017-02-13 2017-02-16
o-release: day 2017-02-22
p-ptg0: span 2017-02-20 2017-02-24
o-trailing: day 2017-03-09
""",
    "stein": """\
r-release: day 2018-08-30
s-goals-research: day 2018-08-30
s-tc-nominations: week 2018-08-27 2018-08-31
s-tc-email-deadline: instant 2018-09-09T00:00
s-tc-campaigning: week 2018-09-03 2018-09-07
s-ptg: span 2018-09-10 2018-09-14
s-tc-polling: week 2018-09-17 2018-09-21
s-1: day 2018-10-25
s-keystone-spec-proposal-freeze: week 2018-10-22 2018-10-25
s-manila-spec-freeze: instant 2018-11-08T23:59
s-summit: week 2018-11-12 2018-11-16
s-2: day 2019-01-10
s-mf: day 2019-01-10
s-manila-driver-deadline: instant 2019-01-10T23:59
s-keystone-spec-freeze: week 2019-01-07 2019-01-10
s-cinder-spec-freeze: instant 2019-01-10T23:59
s-cinder-driver-deadline: instant 2019-01-10T23:59
s-cinder-target-driver-deadline: instant 2019-01-10T23:59
s-keystone-fpfreeze: week 2019-01-28 2019-01-31
t-tc-nominations: week 2019-02-11 2019-02-15
t-email-deadline: instant 2019-02-19T00:00
t-tc-campaigning: week 2019-02-18 2019-02-22
s-manila-fp-freeze: instant 2019-02-21T23:59
s-oslo-feature-freeze: week 2019-02-18 2019-02-21
s-final-lib: week 2019-02-25 2019-02-28
t-tc-polling: week 2019-02-25 2019-03-01
s-3: day 2019-03-07
s-ff: day 2019-03-07
s-final-clientlib: week 2019-03-04 2019-03-07
s-soft-sf: day 2019-03-07
s-rf: day 2019-03-07
s-goals-complete: day 2019-03-07
s-keystone-ffreeze: week 2019-03-04 2019-03-07
s-cinder-fp-freeze: instant 2019-03-07T23:59
t-ptl-nominations: week 2019-03-04 2019-03-08
t-ptl-poll: week 2019-03-11 2019-03-15
s-rc1: day 2019-03-21
s-hard-sf: day 2019-03-21
s-cycle-highlights: day 2019-03-21
s-finalrc: week 2019-04-01 2019-04-04
s-release: day 2019-04-10
""",
}

BEFORE = {
    "dalmatian": "caracal",
    "gazpacho": "flamingo",
    "hibiscus": "gazpacho",
    "indri": "hibiscus",
    "ocata": "newton",
    "stein": "rocky",
}


def told(when: When) -> str:
    """One line of the table above."""
    if when.precision == "conflict":
        overs = zip(when.candidates, when.candidates_over, strict=True)
        return f"conflict {' '.join(_until(day, over) for day, over in overs)}"
    whole = when.start.time() == when.over.time() == dt.time() and when.start != when.over
    first = f"{when.start:%Y-%m-%d}" if whole else f"{when.start:%Y-%m-%dT%H:%M}"
    last = f"{when.last:%Y-%m-%d}" if whole else f"{when.over:%Y-%m-%dT%H:%M}"
    return " ".join([when.precision, *dict.fromkeys((first, last))])


def _until(day: dt.date, over: dt.datetime) -> str:
    return str(day) if over == end_of(day) else f"{over:%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize("series", FACTS)
def test_each_event_is_as_precise_as_its_schedule(series: str, upstream_data: Path) -> None:
    schedule = read(upstream_data, series)
    assert schedule is not None
    before = read(upstream_data, BEFORE[series])
    schedule = with_neighbours(schedule, [before] if before else [])
    found = [f"{event.id}: {', '.join(map(told, whens(event)))}" for event in schedule.events]
    assert found == FACTS[series].splitlines()


def read(upstream_data: Path, series: str) -> Schedule | None:
    folder = upstream_data / "releases" / "doc" / "source" / series
    table, page = (folder / name for name in ("schedule.yaml", "schedule.rst"))
    if not table.exists():
        return None
    return parse_schedule(series, table.read_bytes(), page.read_bytes())
