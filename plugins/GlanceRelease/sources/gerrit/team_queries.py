"""What is asked of Gerrit for a team: its proposals, what follows a release, what merged since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from ...domain.gerrit_scope import Scope
from .client import instant
from .stretches import LONGEST_LOOK_BACK

RELEASES = "openstack/releases"
CLOSED_FOR = "14d"
FOLLOWED_FOR = "26w"
FIRST_LOOK_BACK = dt.timedelta(days=200)


def queries_of(scope: Scope, commits: Mapping[str, Any], now: dt.datetime) -> tuple[str, str, str]:
    """A team's three questions: proposals by path, whoever owns them and whatever their topic;
    the release bot's changes and those of the followed files; what merged since the releases."""
    names = "|".join(name.replace(".", "[.]") for name in scope.deliverables) or "-"
    projects = " OR ".join(f"project:{name}" for name in scope.repositories) or "project:-"
    followed = ['intopic:"^create-.*"', 'intopic:"^reno-.*"']
    followed += [f'path:"{path}"' for path in scope.paths]
    since = look_back(scope, commits, now).date()
    return (
        f"project:{RELEASES} (status:open OR -age:{CLOSED_FOR})"
        f' path:"^deliverables/.*/({names})[.]yaml"',
        f"({projects}) ({' OR '.join(followed)}) (status:open OR -age:{FOLLOWED_FOR})",
        f'({projects}) branch:master status:merged mergedafter:"{since}"',
    )


def look_back(scope: Scope, commits: Mapping[str, Any], now: dt.datetime) -> dt.datetime:
    """How far back merged changes are asked for: to the oldest of the last releases' commits,
    200 days while one of their days is not known, never more than 400. At 00:00 UTC."""
    days = [
        instant((commits.get(f"{repository}@{sha}") or {}).get("committed"))
        for repository, sha in scope.last.items()
    ]
    known = [day for day in days if day is not None]
    oldest = min(known) if known and len(known) == len(days) else now - FIRST_LOOK_BACK
    return max(oldest, now - LONGEST_LOOK_BACK).replace(hour=0, minute=0, second=0, microsecond=0)
