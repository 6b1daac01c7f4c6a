"""What `status` tells: the items of pipelines, and the jobs that wait in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from ...domain.ci.builds import Lane, WaitingJob
from ..http import Trouble
from .rows import NAME_LENGTH, is_number, name_of, plain, short_name
from .times import instant

_HEADS = "refs/heads/"


def pipelines_of(status: Any, names: Collection[str]) -> Iterator[dict[str, Any]]:
    """The pipelines of these names; Trouble where it is no status of Zuul's."""
    rows = status.get("pipelines") if isinstance(status, dict) else None
    if not isinstance(rows, list):
        raise Trouble("no status of Zuul's")
    for row in rows:
        if isinstance(row, dict) and row.get("name") in names:
            yield row


def items_of(pipeline: dict[str, Any]) -> Iterator[Any]:
    """Every item of a pipeline, as it stands there; Trouble where its queues can't be found."""
    queues = pipeline.get("change_queues")
    if not isinstance(queues, list):
        raise Trouble(f"no queues of the pipeline {plain(pipeline.get('name'), 40)}")
    for queue in queues:
        heads = queue.get("heads") if isinstance(queue, dict) else None
        if not isinstance(heads, list):
            raise Trouble(f"no queues of the pipeline {plain(pipeline.get('name'), 40)}")
        for head in heads:
            yield from head if isinstance(head, list) else [head]


def refs_of(item: dict[str, Any]) -> list[dict[str, Any]]:
    """What an item is about; before Zuul 10 that stood in the item itself."""
    refs = item.get("refs")
    return [ref for ref in (refs if isinstance(refs, list) else [item]) if isinstance(ref, dict)]


def waiting_jobs(status: Any, pipelines: Collection[str]) -> list[WaitingJob]:
    """The jobs without a result of the items that are about a branch."""
    found: list[WaitingJob] = []
    for pipeline in pipelines_of(status, pipelines):
        for item in items_of(pipeline):
            if isinstance(item, dict) and item.get("live") is not False:
                found += _jobs(item, str(pipeline["name"]))
    return found


def _jobs(item: dict[str, Any], pipeline: str) -> Iterator[WaitingJob]:
    enqueued, jobs = instant(item.get("enqueue_time")), item.get("jobs")
    refs = refs_of(item)
    name = plain(refs[0].get("ref"), NAME_LENGTH) if len(refs) == 1 else ""
    if enqueued is None or not name.startswith(_HEADS) or not isinstance(jobs, list):
        return
    project = short_name(plain(refs[0].get("project"), NAME_LENGTH))
    lane = Lane(project, name.removeprefix(_HEADS), pipeline)
    for row in jobs:
        job = name_of(row.get("name")) if isinstance(row, dict) else ""
        if job and row.get("result") is None:
            yield _waiting(row, lane, job, enqueued)


def _waiting(row: dict[str, Any], lane: Lane, job: str, enqueued: dt.datetime) -> WaitingJob:
    tries = row["tries"] if is_number(row.get("tries")) else 1
    started = instant(row.get("start_time"))
    return WaitingJob(lane, job, started or enqueued, started is not None, max(1, min(tries, 99)))
