"""Releases without their tags, in words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from ....domain.calendar.cycle import format_day
from ....domain.messages.clauses import Phrase, listing, remark
from ....domain.messages.doc import Doc, Link, doc, line
from .proposals import link_to, short

if TYPE_CHECKING:
    from ..late_tags import LateTags

JOBS = (
    "https://zuul.opendev.org/t/openstack/builds?project=openstack/releases&pipeline=release-post"
)
_CHANGE, _WHICH = 1, 2


def late_doc(late: LateTags, now: dt.datetime) -> Doc:
    """Since when the tags are awaited, and where to look."""
    merged = "merged" if late.awaited[0].merged else "in the file since"
    names = (
        f"{short(one.deliverable, 60)} {short(one.release.version, 40)}" for one in late.awaited
    )
    what = listing(names, weight=_WHICH)
    since = f": {merged} {_instant(late, now)}"
    where: tuple[Phrase, ...] = ()
    if late.change is not None:
        where = (remark(" (change ", link_to(late.change), ")", weight=_CHANGE),)
    missing, perhaps = _missing(late)
    jobs = Link("release jobs", JOBS)
    told = line(what, since, *where, f", {missing}{perhaps}: ", jobs)
    return doc(told, brief=(what, f"{since}, {missing}"))


def _instant(late: LateTags, now: dt.datetime) -> str:
    merged = late.awaited[0].merged
    hour = f"{late.since:%H:%M} UTC"
    if late.since.date() == now.date():
        return f"at {hour}" if merged else hour
    day = format_day(late.since.date())
    return f"on {day} at {hour}" if merged else f"{day} {hour}"


def _missing(late: LateTags) -> tuple[str, str]:
    """What is missing, and what that may mean."""
    first, several = late.awaited[0], len(late.awaited) > 1
    if first.problem:
        whether = "whether they are tagged" if several else "whether it is tagged"
        return f"{whether} is not known", f" ({short(first.problem, 80)})"
    if (astray := first.astray) is not None:
        commit = astray.commit[:12]
        return f"and its tag is on another commit ({commit}) than the file names", ""
    return "no tags yet" if several else "no tag yet", ": the release job may have failed"
