"""A release without its tag, in words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from ....domain.calendar.cycle import format_day
from ....domain.messages.clauses import Phrase, remark
from ....domain.messages.doc import Doc, Link, doc, line
from ....domain.releases.awaited import Awaited
from .proposals import link_to, short

if TYPE_CHECKING:
    from ..late_tags import LateTag

JOBS = (
    "https://zuul.opendev.org/t/openstack/builds?project=openstack/releases&pipeline=release-post"
)
_CHANGE = 1


def late_doc(late: LateTag, now: dt.datetime) -> Doc:
    """Since when the tag is awaited, and where to look."""
    one = late.awaited
    merged = "merged" if one.merged else "in the file since"
    what = f"{short(one.deliverable, 60)} {short(one.release.version, 40)}"
    head = f"{what}: {merged} {_instant(late, now)}"
    where: tuple[Phrase, ...] = ()
    if late.change is not None:
        where = (remark(" (change ", link_to(late.change), ")", weight=_CHANGE),)
    jobs = Link("release jobs", JOBS)
    return doc(line(head, *where, f", {_missing(one)}: ", jobs), brief=(head,))


def _instant(late: LateTag, now: dt.datetime) -> str:
    hour = f"{late.since:%H:%M} UTC"
    if late.since.date() == now.date():
        return f"at {hour}" if late.awaited.merged else hour
    at = " at" if late.awaited.merged else ""
    on = "on " if late.awaited.merged else ""
    return f"{on}{format_day(late.since.date())}{at} {hour}"


def _missing(one: Awaited) -> str:
    if one.problem:
        return f"whether it is tagged is not known ({short(one.problem, 80)})"
    if (astray := one.astray) is not None:
        return f"and its tag is on another commit ({astray.commit[:12]}) than the file names"
    return "no tag yet: the release job may have failed"
