"""Zuul's JSON becomes builds, buildsets, job lists and queues; what is odd about a row drops it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from ...domain.ci.builds import Build, ConfigError, Empty, Lane, Queue

NAME_LENGTH = 120
DETAIL_LENGTH = 200


def plain(text: Any, length: int) -> str:
    """Upstream's text as printable ASCII of at most `length` characters: control codes (colours,
    newlines, escapes) are dropped, blanks joined, letters beyond ASCII shown as "?"."""
    if not isinstance(text, str):
        return ""
    cut = " ".join(text[: 4 * length].split())
    ascii_only = cut.encode("ascii", "replace").decode()
    return "".join(c for c in ascii_only if " " <= c <= "~")[:length].strip()


def name_of(text: Any) -> str:
    """A job's name, which is one word: it is typed behind commands and stands in lists."""
    return plain(text, NAME_LENGTH).replace(" ", "_")


def instant(text: Any) -> dt.datetime | None:
    """ "2026-11-22T02:00:00", with or without "Z" or a fraction: Zuul's times are UTC."""
    if not isinstance(text, str):
        return None
    try:
        return dt.datetime.fromisoformat(text.removesuffix("Z")[:19]).replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def build(row: Any) -> Build | None:
    """A row of `builds`, in the layout of Zuul 10 and later (a `ref` object) or the flat one
    before; None for a row without the fields that name it. `voting` null counts as voting."""
    if not isinstance(row, dict):
        return None
    ref = row["ref"] if isinstance(row.get("ref"), dict) else row
    event = instant(row.get("event_timestamp")) or instant(row.get("start_time"))
    number, uuid, job = row.get("_id"), row.get("uuid"), name_of(row.get("job_name"))
    if not isinstance(number, int) or not isinstance(uuid, str) or not job or event is None:
        return None
    result = row.get("result")
    buildset = row.get("buildset")
    return Build(
        number=number,
        uuid=_hex(uuid),
        lane=_lane(ref, row),
        job=job,
        result=plain(result, 30) or "UNKNOWN" if result is not None else None,
        final=row.get("final") is not False,
        voting=row.get("voting") is not False,
        event=event,
        start=instant(row.get("start_time")),
        end=instant(row.get("end_time")),
        buildset=_hex(buildset.get("uuid")) if isinstance(buildset, dict) else "",
        detail=plain(row.get("error_detail"), DETAIL_LENGTH),
    )


def empty_buildset(row: Any) -> Empty | None:
    """A row of `buildsets` that ended without having started any build; None for any other."""
    if not isinstance(row, dict) or row.get("result") is None:
        return None
    if row.get("first_build_start_time") is not None:
        return None
    refs = row.get("refs")
    ref = refs[0] if isinstance(refs, list) and refs and isinstance(refs[0], dict) else row
    event = instant(row.get("event_timestamp"))
    if event is None:
        return None
    return Empty(_hex(row.get("uuid")), _lane(ref, row), plain(row["result"], 30), event)


def config_error(row: Any) -> ConfigError | None:
    """A row of `config-errors`; None for a warning, which breaks nothing."""
    if not isinstance(row, dict) or row.get("severity", "error") != "error":
        return None
    context = row.get("source_context")
    if not isinstance(context, dict):
        return None
    return ConfigError(
        plain(context.get("project"), NAME_LENGTH),
        plain(context.get("branch"), NAME_LENGTH),
        plain(context.get("path"), NAME_LENGTH),
        plain(row.get("short_error") or row.get("name") or row.get("error"), DETAIL_LENGTH),
    )


def job_names(rows: list[Any]) -> tuple[str, ...]:
    """The names in an answer of `freeze-jobs`, in its order."""
    names = (name_of(row.get("name")) for row in rows if isinstance(row, dict))
    return tuple(name for name in names if name)


def required_projects(variants: list[Any], branch: str) -> tuple[tuple[str, ...], str | None]:
    """What `job/NAME` says for a branch: the repositories it takes from their own branch of that
    name (one with an override is pinned and can't be a suspect), and its parent."""
    projects: dict[str, None] = {}
    parent: str | None = None
    for variant in variants:
        if not isinstance(variant, dict):
            continue
        branches = variant.get("branches")
        if isinstance(branches, list) and branches and branch not in branches:
            continue
        parent = parent or plain(variant.get("parent"), NAME_LENGTH) or None
        for item in variant.get("required_projects") or ():
            name = item
            if isinstance(item, dict):
                if item.get("override_checkout") or item.get("override_branch"):
                    continue
                name = item.get("project_name") or item.get("name")
            short = short_name(plain(name, NAME_LENGTH))
            if short:
                projects[short] = None
    return tuple(projects), parent


def short_name(project: str) -> str:
    """ "openstack/oslo.config" also for the canonical "opendev.org/openstack/oslo.config"."""
    host, _, rest = project.partition("/")
    return rest if "." in host and "/" in rest else project


def queues(status: Any, pipelines: tuple[str, ...]) -> Iterator[Queue]:
    """The live items of these pipelines in an answer of `status`; `enqueue_time` is in ms."""
    rows = status.get("pipelines") if isinstance(status, dict) else None
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, dict) or row.get("name") not in pipelines:
            continue
        items = [item for item in _items(row) if item.get("live") is not False]
        times = [t for item in items if isinstance(t := item.get("enqueue_time"), int | float)]
        projects: dict[str, int] = {}
        for item in items:
            for name in _projects(item):
                projects[name] = projects.get(name, 0) + 1
        oldest = dt.datetime.fromtimestamp(min(times) / 1000, dt.UTC) if times else None
        yield Queue(str(row["name"]), len(items), oldest, projects)


def _items(pipeline: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for queue in pipeline.get("change_queues") or ():
        for head in queue.get("heads") or () if isinstance(queue, dict) else ():
            yield from (item for item in head if isinstance(item, dict))


def _projects(item: dict[str, Any]) -> set[str]:
    refs = item.get("refs")
    rows = refs if isinstance(refs, list) else [item]
    return {plain(r.get("project"), NAME_LENGTH) for r in rows if isinstance(r, dict)} - {""}


def _lane(ref: dict[str, Any], row: dict[str, Any]) -> Lane:
    parts = (ref.get("project"), ref.get("branch"), row.get("pipeline"))
    return Lane(*(plain(part, NAME_LENGTH) for part in parts))


def _hex(uuid: Any) -> str:
    """A uuid goes into addresses: only letters, digits and dashes of it are kept."""
    return "".join(c for c in plain(uuid, 40) if c.isalnum() or c == "-")
