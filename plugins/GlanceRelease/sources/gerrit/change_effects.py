"""What merged changes did that their footers need not say: requirements raised, notes written."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ...domain.releases.merged_changes import NOTES, REQUIREMENTS
from ...domain.releases.proposal import Change
from ...domain.releases.requirement_minimums import raised
from ..http import Http, Trouble
from .client import file_diff

MOST_AT_ONCE = 20  # a first start with 60 teams asks over several refreshes
MOST_NOTES = 3  # of one change
_SECTION = re.compile(r"^([a-z]+):", re.MULTILINE)

Details = Mapping[str, Mapping[str, list[str]]]


async def details_of(
    http: Http, base: str, merged: Iterable[Change], known: Details, most: int = MOST_AT_ONCE
) -> dict[str, Mapping[str, list[str]]]:
    """What each merged change raised ("oslo.config 5.2.0 to 6.0.0") and the sections of the release
    notes that it added ("features"; reno's, which are OpenStack's own sign of a feature), by its
    number and commit, since it never changes. One of which Gerrit does not tell, or that is beyond
    the `most` asked for at once, is absent: not known. Others are not asked for."""
    wanted = {_key(change): change for change in merged if _paths(change)}
    missing = [key for key in wanted if key not in known][:most]
    answers = await asyncio.gather(*(_details(http, base, wanted[key]) for key in missing))
    fresh = {
        key: detail for key, detail in zip(missing, answers, strict=True) if detail is not None
    }
    return {key: known[key] for key in wanted if key in known} | fresh


def with_details(change: Change, details: Details) -> Change:
    """The change with what is known of it."""
    detail = details.get(_key(change))
    if detail is None:
        return change
    raises, sections = (tuple(map(str, detail.get(name, ()))) for name in ("raises", "sections"))
    return replace(change, raises=raises, sections=sections)


def _key(change: Change) -> str:
    return f"{change.number}/{change.revision}"


def _paths(change: Change) -> list[str]:
    notes = [path for path in change.files if path.startswith(NOTES)]
    return [path for path in change.files if path == REQUIREMENTS] + notes[:MOST_NOTES]


async def _details(http: Http, base: str, change: Change) -> dict[str, list[str]] | None:
    paths = _paths(change)
    try:
        diffs = await asyncio.gather(
            *(file_diff(http, base, change.number, change.revision, path) for path in paths)
        )
    except Trouble:
        return None
    raises: list[str] = []
    sections: list[str] = []
    for path, diff in zip(paths, diffs, strict=True):
        if diff is None:
            return None
        if path == REQUIREMENTS:
            raises += raised(*diff)
        else:
            sections += _SECTION.findall(diff[1])
    return {"raises": raises, "sections": sorted(set(sections))}
