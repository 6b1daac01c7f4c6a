"""The services that are asked, a row each; whatever else names them goes by this table.

A new one is a row here, and a folder below sources/ whose `wanted` says what is read of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from .team import Team


def _on_none(team: Team) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class Upstream:
    """A row of the table.

    `name` is what `sources` and a command's `needs` call it, and its key below `upstreams` in
    bot.yaml, where `address` is the default; `title` is what people call it. `folder` is the one
    below sources/; nothing is read of an upstream without one. `poll` is the time from one question
    to the next; where it is bot.yaml's to say, `poll_key` is the key, of minutes. `rests_on` gives
    the upstreams whose answers tell what this one is asked for a team; on one that `has_schedules`
    rest all deadlines and freezes, and the commands that name it in their `needs` rest on any.
    """

    name: str
    folder: str
    address: str
    poll: dt.timedelta
    poll_key: str = ""
    rests_on: Callable[[Team], tuple[str, ...]] = _on_none
    has_schedules: bool = False
    title: str = ""


@dataclass(frozen=True)
class UpstreamPlace:
    """Where an upstream is, without a slash at the end, and the time from poll to poll."""

    address: str
    every: dt.timedelta


def _governance_lists_jobs(team: Team) -> tuple[str, ...]:
    return () if team.jobs.repositories else SCHEDULES


def _schedules_tell_series(team: Team) -> tuple[str, ...]:
    return SCHEDULES if team.bugs.projects else ()


UPSTREAMS: Mapping[str, Upstream] = {
    row.name: row
    for row in (
        Upstream(
            "opendev",
            "opendev",
            "https://opendev.org",
            dt.timedelta(minutes=30),
            poll_key="poll_minutes",
            has_schedules=True,
            title="opendev.org",
        ),
        Upstream(
            "gerrit",
            "gerrit",
            "https://review.opendev.org",
            dt.timedelta(minutes=10),
            title="Gerrit",
        ),
        Upstream(
            "zuul",
            "zuul",
            "https://zuul.opendev.org/api/tenant/openstack",
            dt.timedelta(minutes=15),
            rests_on=_governance_lists_jobs,
            title="Zuul",
        ),
        Upstream(
            "launchpad",
            "launchpad",
            "https://api.launchpad.net/devel",
            dt.timedelta(minutes=30),
            rests_on=_schedules_tell_series,
            title="Launchpad",
        ),
    )
}
READ = tuple(row.name for row in UPSTREAMS.values() if row.folder)
SCHEDULES = tuple(row.name for row in UPSTREAMS.values() if row.has_schedules)


def with_grounds(names: Collection[str], team: Team) -> tuple[str, ...]:
    """These upstreams and those on which they rest for the team, in the table's order."""
    grounds = {ground for name in names for ground in UPSTREAMS[name].rests_on(team)}
    return tuple(name for name in READ if name in names or name in grounds)
