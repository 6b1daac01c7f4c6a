"""What is on master and not in a repository's last release, by commit."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from ...domain.releases.proposal import Change, Commit
from ..http import Http, Trouble
from .ancestry import held_by
from .change_effects import Details, with_details
from .client import is_cut_short, read_change
from .stretches import UNSETTLED_AGAIN, after_release, key_of

# By release: which of the merged its tag holds, and when there was no tag, if there was none.
Held = Mapping[str, Mapping[str, Any]]
Teams = Mapping[str, Mapping[str, Any]]


async def held_in_last(
    http: Http,
    base: str,
    teams: Teams,
    tagged: Mapping[str, Commit],
    known: Held,
    now: dt.datetime,
) -> dict[str, Mapping[str, Any]]:
    """Which of what merged is in a repository's last release, by its tag: each commit is asked
    about once, from when the tag is there, which is looked for once an hour."""
    wanted = {
        key_of(repository, sha): (repository, sha, str(team["tags"].get(repository, "")), shas)
        for team in teams.values()
        for repository, sha in team["last"].items()
        if (last := tagged.get(key_of(repository, sha))) is not None
        if (shas := _near(last, team))
    }
    answers = await asyncio.gather(
        *(_held(http, base, *each, known.get(key, {}), now) for key, each in wanted.items())
    )
    return dict(zip(wanted, answers, strict=True))


def _near(last: Commit, team: Mapping[str, Any]) -> list[str]:
    """What merged in the repository from the release's day on."""
    changes = (read_change(row) for row in team["merged"])
    day = last.committed.date() if last.committed else dt.date.max
    return [
        change.revision
        for change in changes
        if change.project == last.repository
        and change.revision
        and change.submitted is not None
        and change.submitted.date() >= day
    ]


async def _held(
    http: Http,
    base: str,
    repository: str,
    last: str,
    tag: str,
    shas: Sequence[str],
    known: Mapping[str, Any],
    now: dt.datetime,
) -> Mapping[str, Any]:
    told: Mapping[str, bool] = known.get("inside", {})
    missing = [sha for sha in shas if sha not in told and sha != last]
    kept = {sha: told[sha] for sha in (last, *shas) if sha in told}
    absent = known.get("absent")
    waits = absent and now - dt.datetime.fromisoformat(absent) < UNSETTLED_AGAIN
    if not missing or not tag or waits:
        return {"inside": kept, "absent": absent}
    try:
        found = await held_by(http, base, repository, tag, [last, *missing])
    except Trouble:
        return {"inside": kept, "absent": None}  # the days tell until it answers
    if found is None or last not in found:
        return {"inside": kept, "absent": now.isoformat()}
    inside = {**kept, **{sha: sha in found for sha in (last, *missing)}}
    return {"inside": inside, "absent": None}


def merged_of(
    team: Mapping[str, Any], tagged: Mapping[str, Commit], held: Held, base: str, details: Details
) -> dict[str, tuple[Change, ...]]:
    """By repository what is on master and not in its last release, where that's day is known."""
    since = dt.datetime.fromisoformat(team["since"])
    changes = [read_change(row, base) for row in team["merged"]]
    by_repository: dict[str, tuple[Change, ...]] = {}
    for repository, sha in team["last"].items():
        last = tagged.get(key_of(repository, sha))
        if last is not None and last.committed is not None and last.committed >= since:
            inside = (held.get(key_of(repository, sha)) or {}).get("inside", {})
            after = after_release(last, changes, inside)
            by_repository[repository] = tuple(with_details(change, details) for change in after)
    return by_repository


def cut_short(team: Mapping[str, Any]) -> frozenset[str]:
    """The repositories of which Gerrit has more merged changes than were read."""
    return frozenset(team["last"]) if is_cut_short(team["merged"]) else frozenset()
