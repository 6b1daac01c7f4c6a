"""Rows of `status` and `config-errors` as a real Zuul 14.3.0 gives them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

Row = dict[str, Any]


def pipeline_row(name: str, items: list[Row], state: str) -> Row:
    heads = [[item] for item in items]
    queues = [{"branch": None, "heads": heads, "name": "", "window": 0}] if items else []
    return {
        "change_queues": queues,
        "description": f"The {name} pipeline.",
        "manager": "dependent" if name == "gate" else "independent",
        "name": name,
        "state": state,
        "triggers": [],
        "trigger_events": 0,
        "result_events": 0,
        "management_events": 0,
    }


def item_row(refs: list[Row], since: dt.datetime, jobs: list[Row], live: bool) -> Row:
    name = uuid.uuid4().hex
    return {
        "active": True,
        "enqueue_time": int(since.timestamp() * 1000),
        "failing_reasons": [],
        "id": name,
        "item_ahead": None,
        "items_behind": [],
        "jobs": jobs,
        "live": live,
        "refs": refs,
        "remaining_time": None,
        "zuul_ref": f"Z{name}",
    }


def job_row(name: str, pipeline: str, start: dt.datetime | None, tries: int) -> Row:
    runs = start is not None
    seconds = start.timestamp() if start is not None else None
    return {
        "canceled": False if runs else None,
        "dependencies": [],
        "elapsed_time": 125 if runs else None,
        "end_time": None,
        "estimated_time": 2924.5 if runs else None,
        "execute_time": seconds,
        "name": name,
        "paused": False if runs else None,
        "pipeline": pipeline if runs else None,
        "pre_fail": False if runs else None,
        "queued": runs,
        "remaining_time": None,
        "report_url": None,
        "result": None,
        "retry": False if runs else None,
        "snapshotting": False if runs else None,
        "start_time": seconds,
        "tries": tries,
        "url": None,
        "uuid": uuid.uuid4().hex if runs else None,
        "voting": True,
        "waiting_status": None if runs else "executor",
    }


def loading_error(
    project: str, text: str, branch: str = "master", path: str = ".zuul.yaml", error: str = ""
) -> Row:
    """What config-errors says of a configuration that can't be loaded."""
    return {
        "source_context": {"project": project, "branch": branch, "path": path},
        "error": error or f"Zuul encountered a syntax error in {project}:\n\n  {text}\n",
        "short_error": text,
        "severity": "error",
        "name": "Unknown Configuration Error",
    }
