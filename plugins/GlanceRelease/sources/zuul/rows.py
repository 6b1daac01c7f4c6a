"""Zuul's JSON becomes builds, buildsets, job lists and errors; a row that can't be read is None."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeGuard

from ...domain.ci.builds import Build, ConfigError, Empty, Lane, NightSet
from ..http import Trouble
from .times import instant

NAME_LENGTH = 120
DETAIL_LENGTH = 200
_HEADS = "refs/heads/"


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


def build(row: Any) -> Build | None:
    """A row of `builds`, in the layout of Zuul 10 and later (a `ref` object) or the flat one
    before; None for a row without the fields that say which build it is and what became of it:
    what can't be read is no absence and no failure. `voting` null counts as voting."""
    if not isinstance(row, dict) or not _has_result(row):
        return None
    event = instant(row.get("event_timestamp")) or instant(row.get("start_time"))
    number, uuid, job = row.get("_id"), _hex(row.get("uuid")), name_of(row.get("job_name"))
    lane = _lane(_ref(row), row)
    if not is_number(number) or not uuid or not job or lane is None or event is None:
        return None
    result = row["result"]
    buildset = row.get("buildset")
    return Build(
        number=number,
        uuid=uuid,
        lane=lane,
        job=job,
        result=plain(result, 30).upper() if result is not None else None,
        final=row.get("final") is not False,
        voting=row.get("voting") is not False,
        event=event,
        start=instant(row.get("start_time")),
        end=instant(row.get("end_time")),
        buildset=_hex(buildset.get("uuid")) if isinstance(buildset, dict) else "",
        detail=plain(row.get("error_detail"), DETAIL_LENGTH),
    )


def what_is_left(row: Any) -> tuple[str, str, dt.datetime | None]:
    """What can be read of a row that is no build: its repository, its job, and when; "" and None
    for what can't."""
    if not isinstance(row, dict):
        return "", "", None
    project = short_name(plain(_ref(row).get("project"), NAME_LENGTH))
    event = instant(row.get("event_timestamp")) or instant(row.get("start_time"))
    return project, name_of(row.get("job_name")), event


def is_number(value: Any) -> TypeGuard[int]:
    """Whether it may be a row's `_id`; true and false are numbers in Python alone."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_of_a_branch(row: Any) -> bool:
    """Whether a row is about a branch as it is: a change or a tag that somebody enqueued into a
    periodic pipeline is not a night of the branch's."""
    ref = _ref(row)
    name = ref.get("ref")
    if isinstance(name, str) and name.startswith("refs/"):
        return name.startswith(_HEADS)
    return ref.get("change") is None and ref.get("branch") != ""


def _has_result(row: dict[str, Any]) -> bool:
    result = row.get("result", "")
    return result is None or bool(plain(result, 30))


def _ref(row: dict[str, Any]) -> dict[str, Any]:
    """What a row is about: the `ref` object, the first of `refs`, or the row itself."""
    refs = row.get("refs")
    first = refs[0] if isinstance(refs, list) and refs else row.get("ref")
    return first if isinstance(first, dict) else row


def empty_buildset(row: Any) -> Empty | None:
    """A row of `buildsets` that ended without having started any build; None for any other."""
    if not isinstance(row, dict) or row.get("result") is None:
        return None
    if row.get("first_build_start_time") is not None:
        return None
    event, lane = instant(row.get("event_timestamp")), _lane(_ref(row), row)
    if event is None or lane is None:
        return None
    return Empty(_hex(row.get("uuid")), lane, plain(row["result"], 30).upper(), event)


def night_set(row: Any) -> NightSet | None:
    """A row of `buildsets` with what became of it; None for one that can't be read."""
    if not isinstance(row, dict) or not _has_result(row):
        return None
    uuid, event = _hex(row.get("uuid")), instant(row.get("event_timestamp"))
    lane = _lane(_ref(row), row)
    if not uuid or event is None or lane is None or "first_build_start_time" not in row:
        return None
    begun = row["first_build_start_time"] is not None
    return NightSet(uuid, lane, event, row["result"] is not None, begun)


def config_error(row: Any) -> ConfigError | None:
    """A row of `config-errors`; None for a warning, which breaks nothing."""
    if not isinstance(row, dict) or row.get("severity", "error") != "error":
        return None
    context = row.get("source_context")
    if not isinstance(context, dict):  # an error of the tenant's own
        context = {}
    return ConfigError(
        short_name(plain(context.get("project"), NAME_LENGTH)),
        plain(context.get("branch"), NAME_LENGTH),
        plain(context.get("path"), NAME_LENGTH),
        plain(row.get("short_error") or row.get("name") or row.get("error"), DETAIL_LENGTH),
    )


def job_names(rows: list[Any]) -> tuple[str, ...]:
    """The names in an answer of `freeze-jobs`, in its order; Trouble where one can't be read, for
    a job without a name is not a job that was dropped."""
    names = tuple(name_of(row.get("name")) if isinstance(row, dict) else "" for row in rows)
    if not all(names):
        raise Trouble("jobs that can't be read")
    return names


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


def _lane(ref: dict[str, Any], row: dict[str, Any]) -> Lane | None:
    """The lane of a row; its branch is also in `refs/heads/...`, and a tag has none."""
    project = short_name(plain(ref.get("project"), NAME_LENGTH))
    pipeline = plain(row.get("pipeline"), NAME_LENGTH)
    branch, name = ref.get("branch"), plain(ref.get("ref"), NAME_LENGTH)
    if not plain(branch, NAME_LENGTH):
        if not name.startswith(("refs/heads/", "refs/tags/")):
            return None
        branch = name.removeprefix(_HEADS) if name.startswith(_HEADS) else ""
    return Lane(project, plain(branch, NAME_LENGTH), pipeline) if project and pipeline else None


def _hex(uuid: Any) -> str:
    """A uuid goes into addresses: only letters, digits and dashes of it are kept."""
    return "".join(c for c in plain(uuid, 40) if c.isalnum() or c == "-")
