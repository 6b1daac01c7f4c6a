"""By when the release team wants an answer: the weeks of a real cycle."""

from __future__ import annotations

import datetime as dt

import pytest

from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.proposal import Change, FileChange, Proposal, ProposedFile
from GlanceRelease.domain.releases.weekly_tasks import WEEKLY_TASKS, Silence, answer_by
from kit.glance_facts import world

# Indri: milestones on 2026-11-19, 2027-01-14 and 2027-02-18, RC1 on 2027-03-04, out on 2027-03-24
FRIDAYS = {
    "milestone-1": "2026-11-20", "milestone-2": "2027-01-15",
    "final-non-client-libs": "2027-02-12", "milestone-3": "2027-02-19",
    "stable-branches": "2027-02-26", "cwi-not-released": "2027-03-05",
    "rc1-deadline": "2027-03-05", "missing-stable-branches": "2027-03-12",
}  # fmt: skip


def answer(topic: str, monday: dt.date, series: str = "indri") -> str:
    noon = dt.datetime.combine(monday, dt.time(12), dt.UTC)
    file = ProposedFile(f"{series}/glance-store.yaml", "")
    change = Change(1, "openstack/releases", "master", "s", "NEW", topic=topic, created=noon)
    found = answer_by(Moment(world(), noon), Proposal(change, (FileChange(None, file),)))
    return f"{found.day} {found.silence.name}" if found else ""


@pytest.mark.parametrize("task", WEEKLY_TASKS, ids=lambda task: task.topic)
def test_each_task_has_its_friday_or_none(task: object) -> None:
    topic, silence = task.topic, task.silence  # type: ignore[attr-defined]
    if silence is Silence.MERGES_ON_FRIDAY:
        friday = dt.date.fromisoformat(FRIDAYS[topic])
        said = f"{friday} MERGES_ON_FRIDAY"
        for days in (-4, -2, 0, -11):
            assert answer(f"indri-{topic}", friday + dt.timedelta(days=days)) == said
        for days in (1, 3, -12):
            assert answer(f"indri-{topic}", friday + dt.timedelta(days=days)) == ""
    else:
        day = dt.date(2027, 3, 17)
        expected = "2027-03-18 IS_ABANDONED" if silence is Silence.IS_ABANDONED else ""
        assert answer(f"indri-{topic}", day) == expected


@pytest.mark.parametrize(
    "topic",
    ["", "milestone-2", "indri-milestone-4", "hibiscus-milestone-2", "indri-milestone-2-x",
     "gibbon-milestone-2", "-milestone-2"],
)  # fmt: skip
def test_another_topic_says_nothing_of_silence(topic: str) -> None:
    assert answer(topic, dt.date(2027, 1, 11)) == ""


def test_the_topic_s_series_is_the_file_s() -> None:
    assert answer("2027.1-milestone-2", dt.date(2027, 1, 11)).startswith("2027-01-15")
    assert answer("indri-milestone-2", dt.date(2027, 1, 11), "hibiscus") == ""
