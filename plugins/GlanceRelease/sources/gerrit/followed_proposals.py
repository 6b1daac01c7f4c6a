"""What became of the proposals that were followed: those that an answer lacks, and on which other
change each stands."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ..http import Http, Trouble
from .change_rows import Raw, mapping, slim
from .client import ask, change_detail
from .team_queries import RELEASES

KEPT_FOR = dt.timedelta(days=14)  # as long as what was merged or abandoned
MOST_AT_ONCE = 20  # of each; the rest waits for the next look
HIDDEN, ELSEWHERE = "hidden", "elsewhere"

Row = dict[str, Any]
IsTheirs = Callable[[str], bool]


async def with_absent(
    http: Http, base: str, rows: Sequence[Row], before: Raw, is_theirs: IsTheirs, now: dt.datetime
) -> tuple[list[Row], list[Row]]:
    """The rows, and what is gone of those that were open in the answer `before`. Each of those is
    asked for by its number: one that Gerrit has as it was is one of the rows, since its index comes
    late; one that nobody may see any more, or that touches none of the team's files, is gone for a
    fortnight, and not asked for again. Where Gerrit does not tell, the row stays as it was."""
    there = {row["_number"] for row in rows}
    gone = [row for row in before.get("gone") or () if _is_kept(row, there, now)]
    known = there | {row["row"]["_number"] for row in gone}
    absent = [
        row
        for row in before.get("proposals") or ()
        if row.get("status") == "NEW" and row["_number"] not in known
    ]
    asked = absent[:MOST_AT_ONCE]
    answers = await asyncio.gather(*(_found(http, base, row) for row in asked))
    back = list(rows)
    for row, found in zip(absent, [*answers, *absent[MOST_AT_ONCE:]], strict=True):
        if found is None:
            gone.append({"row": row, "how": HIDDEN, "since": now.isoformat()})
        elif any(map(is_theirs, _paths(found))):
            back.append(found)
        else:
            gone.append({"row": row, "how": ELSEWHERE, "since": now.isoformat()})
    return back, gone


async def _found(http: Http, base: str, row: Row) -> Row | None:
    try:
        raw = await change_detail(http, base, row["_number"])
    except Trouble:
        return row
    if raw is None:
        return None
    is_it = raw.get("_number") == row["_number"] and raw.get("project") == RELEASES
    return slim(raw) if is_it and _paths(raw) else row


def _paths(raw: Raw) -> Iterable[str]:
    revision = mapping(mapping(raw.get("revisions")).get(str(raw.get("current_revision") or "")))
    return mapping(revision.get("files"))


def _is_kept(row: Row, there: Iterable[int], now: dt.datetime) -> bool:
    since = dt.datetime.fromisoformat(row["since"])
    return row["row"]["_number"] not in there and now - since < KEPT_FOR


async def stands_on(
    http: Http, base: str, rows: Iterable[Raw], known: Mapping[str, int]
) -> dict[str, int]:
    """By "number/revision" the open change that a proposal's patch set stands on, 0 for none; asked
    once for each patch set, and again while it stands on one, which may merge. Where Gerrit does
    not tell it is as it was, or absent."""
    wanted = {f"{row['_number']}/{row['current_revision']}": row for row in rows if _is_open(row)}
    missing = [key for key in wanted if known.get(key) != 0][:MOST_AT_ONCE]
    answers = await asyncio.gather(*(_below(http, base, wanted[key]) for key in missing))
    fresh = {key: n for key, n in zip(missing, answers, strict=True) if n is not None}
    return {key: known[key] for key in wanted if key in known} | fresh


def _is_open(row: Raw) -> bool:
    return row.get("status") == "NEW" and bool(row.get("current_revision"))


async def _below(http: Http, base: str, row: Raw) -> int | None:
    """The change right below, in Gerrit's chain of related ones, newest first."""
    revision = quote(str(row["current_revision"]), safe="")
    try:
        raw = await ask(http, f"{base}/changes/{row['_number']}/revisions/{revision}/related")
    except Trouble:
        return None
    chain = mapping(raw).get("changes")
    links = [mapping(link) for link in chain] if isinstance(chain, list) else []
    numbers = [link.get("_change_number") for link in links]
    if row["_number"] not in numbers:
        return 0
    below = links[numbers.index(row["_number"]) + 1 :][:1]
    number = next((link.get("_change_number") for link in below if _may_merge(link)), 0)
    return number if type(number) is int else 0


def _may_merge(link: Raw) -> bool:
    return link.get("status") != "MERGED"
