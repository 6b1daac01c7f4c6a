"""What a real Zuul 14.3 answered is read, and the Zuul of the tests answers in the same shape."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from GlanceRelease.domain.ci.builds import Lane
from GlanceRelease.sources.zuul.queues import queues
from GlanceRelease.sources.zuul.rows import night_set
from GlanceRelease.sources.zuul.status_rows import waiting_jobs
from kit.upstream.zuul import ZuulServer

GLANCE = "openstack/glance"
NIGHT = dt.datetime(2026, 11, 22, 2, tzinfo=dt.UTC)


def real(upstream_data: Path, name: str) -> Any:
    return json.loads((upstream_data / "zuul-api" / f"{name}.json").read_text())


def keys_of(value: Any) -> Any:
    """The keys of an answer, of the first of each list."""
    if isinstance(value, dict):
        return {name: keys_of(inner) for name, inner in value.items()}
    return [keys_of(value[0])] if isinstance(value, list) and value else None


def test_queued_jobs_are_read_from_a_real_status(upstream_data: Path) -> None:
    found = waiting_jobs(real(upstream_data, "status-queued"), {"periodic"})
    assert {w.lane for w in found} == {Lane(GLANCE, "master", "periodic")}
    assert {(w.started, w.tries) for w in found} == {(False, 1)}
    assert {w.since for w in found} == {dt.datetime(2026, 11, 22, 12, 40, 50, tzinfo=dt.UTC)}
    assert "glance-tox-py313-keystone-tips" in {w.job for w in found}


def test_running_jobs_are_read_from_a_real_status(upstream_data: Path) -> None:
    found = waiting_jobs(real(upstream_data, "status-running"), {"periodic"})
    assert found
    assert all(w.started for w in found)
    assert not waiting_jobs(real(upstream_data, "status-idle"), {"periodic"})


def test_the_queues_of_a_real_status_are_understood(upstream_data: Path) -> None:
    for name in ("status-idle", "status-queued", "status-running"):
        found = queues(real(upstream_data, name), ("check", "gate"))
        assert [(q.pipeline, q.length, q.understood, q.state) for q in found] == [
            ("check", 0, True, ""),
            ("gate", 0, True, ""),
        ]


def test_buildsets_that_go_on_and_are_over_are_read(upstream_data: Path) -> None:
    going = [night_set(row) for row in real(upstream_data, "buildsets-in-progress-live")]
    assert [(s.over, s.begun) for s in going if s is not None] == [(False, True)] * 3
    over = [night_set(row) for row in real(upstream_data, "buildsets")]
    assert over
    assert all(s is not None and s.over for s in over)


def test_the_zuul_of_the_tests_has_the_real_ones_keys(upstream_data: Path) -> None:
    with ZuulServer() as zuul:
        zuul.items = {"periodic": []}
        zuul.hold(GLANCE, NIGHT, {"a": (NIGHT, 1)})
        status = zuul._status()
        row = zuul.add_buildset(GLANCE, NIGHT)
    running = real(upstream_data, "status-running")
    busy = next(p for p in running["pipelines"] if p["name"] == "periodic")
    mine, theirs = status["pipelines"][0], busy
    assert set(keys_of(mine)) == set(keys_of(theirs))
    item, real_item = (p["change_queues"][0]["heads"][0][0] for p in (mine, theirs))
    assert set(item) == set(real_item)
    assert set(item["jobs"][0]) == set(real_item["jobs"][0])
    assert set(item["refs"][0]) == set(real_item["refs"][0])
    assert set(row) == set(real(upstream_data, "buildsets")[0])
    assert set(row["refs"][0]) == set(real(upstream_data, "buildsets")[0]["refs"][0])
