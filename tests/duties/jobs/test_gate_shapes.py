"""`gate` says "empty" of what it understood, and counts what depends on each other once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from GlanceRelease.domain.ci.gate_queues import GATE
from GlanceRelease.domain.team import Jobs
from GlanceRelease.sources.http import Http
from kit.upstream.nights import GLANCE, HOUR, STORE, TEAM, Watch, october
from kit.upstream.server import Upstream
from kit.upstream.zuul import Row, ZuulServer, page

NOW = october(10, 8)
NOVA = "openstack/nova"


@pytest.fixture
def watch(upstream: Upstream) -> Iterator[Watch]:
    with ZuulServer() as zuul:
        yield Watch(zuul, upstream, replace(TEAM, jobs=Jobs(repositories=(GLANCE, STORE))))


def gate(watch: Watch, change: Any = None) -> str:
    """What `gate` says of the status as it is, or as `change` forges its pipelines."""

    def forge(path: str, value: Any) -> Any:
        return {**value, "pipelines": change(value["pipelines"])} if path == "status" else value

    async def once() -> None:
        async with Http("test", timeout_seconds=2) as http:
            await watch.poll(http, NOW)

    watch.zuul.changed = forge if change else lambda path, value: value
    asyncio.run(once())
    (text,) = watch.ask("gate", NOW)
    return text.removesuffix("; ZUUL/status.")


def each(**values: Any) -> Any:
    return lambda rows: [{**row, **values} for row in rows]


def items(change: Any) -> Any:
    def forge(rows: list[Row]) -> list[Row]:
        for row in rows:
            for queue in row["change_queues"]:
                queue["heads"] = [[change(item) for item in head] for head in queue["heads"]]
        return rows

    return forge


def test_queues_that_are_understood_and_empty(watch: Watch) -> None:
    assert gate(watch) == "gate: empty; check: empty"


def test_a_circle_of_changes_is_one_item(watch: Watch) -> None:
    watch.zuul.enqueue("gate", GLANCE, NOW - 3 * HOUR, True, STORE, NOVA)
    watch.zuul.enqueue("gate", NOVA, NOW - 2 * HOUR)
    assert gate(watch) == "gate: 2 items, 1 of them ours, the oldest for 3 h 0 min; check: empty"


def test_a_change_alone_is_counted_as_before(watch: Watch) -> None:
    for project in (GLANCE, GLANCE, STORE, NOVA):
        watch.zuul.enqueue("gate", project, NOW - HOUR)
    assert gate(watch) == "gate: 4 items, 3 of them ours, the oldest for 1 h 0 min; check: empty"


RENAMED = {
    "no change_queues": lambda rows: [{"name": row["name"], "queues": []} for row in rows],
    "null change_queues": each(change_queues=None),
    "no heads": each(change_queues=[{"name": "", "items": []}]),
    "heads of text": each(change_queues=[{"heads": ["x"]}]),
    "queues of text": each(change_queues=["x"]),
}


@pytest.mark.parametrize("change", RENAMED.values(), ids=list(RENAMED))
def test_renamed_keys_are_said(watch: Watch, change: Any) -> None:
    assert gate(watch, change) == (
        "gate: what waits there can't be read; check: what waits there can't be read"
    )
    assert not watch.facts[GATE.name].value.samples


def test_null_times_are_said(watch: Watch) -> None:
    watch.zuul.enqueue("gate", GLANCE, NOW - HOUR)
    null = items(lambda item: {**item, "enqueue_time": None})
    assert gate(watch, null) == (
        "gate: 1 item, 1 of them ours, for how long is not told; check: empty"
    )
    watch.zuul.enqueue("gate", NOVA, NOW - 2 * HOUR)
    some = items(lambda item: {**item, "enqueue_time": None} if "glance" in str(item) else item)
    assert gate(watch, some) == (
        "gate: 2 items, 1 of them ours, the oldest for 2 h 0 min, 1 for how long is not told;"
        " check: empty"
    )


def test_times_in_seconds_or_text_are_read(watch: Watch) -> None:
    watch.zuul.enqueue("gate", GLANCE, NOW - HOUR)
    for written in ((NOW - HOUR).timestamp(), (NOW - HOUR).isoformat()):
        change = items(lambda item, written=written: {**item, "enqueue_time": written})
        assert gate(watch, change).startswith("gate: 1 item, 1 of them ours, the oldest for 1 h 0")


def test_a_pipeline_in_state_error_is_said(watch: Watch) -> None:
    watch.zuul.states["gate"] = "error"
    assert gate(watch) == "gate (in state error): nothing is shown; check: empty"
    watch.zuul.enqueue("gate", GLANCE, NOW - HOUR)
    assert gate(watch) == (
        "gate (in state error): 1 item, 1 of them ours, the oldest for 1 h 0 min; check: empty"
    )


def test_no_gate_at_all_is_said(watch: Watch) -> None:
    del watch.zuul.items["gate"]
    assert gate(watch) == "Zuul shows no gate pipeline; check: empty"
    del watch.zuul.items["check"]
    assert gate(watch) == "Zuul shows neither a check nor a gate pipeline."


@pytest.mark.parametrize("change", [lambda rows: None, lambda rows: {}, lambda rows: "x"])
def test_no_status_is_trouble_and_the_last_stays(watch: Watch, change: Any) -> None:
    watch.zuul.enqueue("gate", GLANCE, NOW - HOUR)
    before = gate(watch)
    assert gate(watch, change).startswith(f"{before}; ZUUL/status. (as of 2026-10-10 08:00 UTC")
    assert watch.facts[GATE.name].problem == "no status of Zuul's"


def test_an_error_of_zuuls_is_trouble(watch: Watch) -> None:
    watch.zuul.trouble = page(500, "Internal Server Error")
    assert gate(watch) == "I have no queues from Zuul: HTTP 500."
