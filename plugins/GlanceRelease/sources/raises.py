"""Which merged changes raised a requirement's minimum, by what each did to requirements.txt."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from ..domain.merged import REQUIREMENTS
from ..domain.proposal import Change
from ..domain.requirements import raised
from .gerrit import file_diff
from .http import Http, Trouble

MOST_AT_ONCE = 20  # a first start with 60 teams asks over several refreshes


def raises_key(change: Change) -> str:
    """The name of what a change did, which never changes once it has merged."""
    return f"{change.number}/{change.revision}"


async def raises_of(
    http: Http, base: str, merged: Iterable[Change], known: Mapping[str, list[str]]
) -> dict[str, list[str]]:
    """What each merged change raised, as "oslo.config 5.2.0 to 6.0.0", [] for nothing. One that
    Gerrit does not tell, or that is beyond the twenty asked for at once, is absent: not known."""
    wanted = {raises_key(change): change for change in merged if REQUIREMENTS in change.files}
    missing = [key for key in wanted if key not in known][:MOST_AT_ONCE]

    async def one(change: Change) -> list[str] | None:
        try:
            diff = await file_diff(http, base, change.number, change.revision, REQUIREMENTS)
        except Trouble:
            return None
        return list(raised(*diff)) if diff is not None else None

    answers = await asyncio.gather(*(one(wanted[key]) for key in missing))
    fresh = {key: found for key, found in zip(missing, answers, strict=True) if found is not None}
    return {key: known[key] for key in wanted if key in known} | fresh
