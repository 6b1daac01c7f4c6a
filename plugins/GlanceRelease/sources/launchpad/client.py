"""Launchpad's web service as anybody may read it: collections page by page, and single entries.

Only the configured Launchpad is asked: a link of its own that leads elsewhere is a trouble.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..http import Answer, Http, Trouble

PAGE = 300  # Launchpad gives no more at a time
MOST_PAGES = 100
ODD = "an answer in another shape than Launchpad's"

Raw = Mapping[str, Any]
Query = Sequence[tuple[str, str]]


async def entry(
    http: Http, url: str, query: Query = (), etag: str | None = None
) -> tuple[Raw | None, str | None]:
    """An entry and its ETag, of which a later question is conditional; None for 404. An entry that
    is as it was gives an empty one."""
    answer = await http.get(url, query, etag, accept="application/json")
    if answer.unchanged:
        return {}, etag
    if answer.missing:
        return None, None
    told = _decoded(answer)
    if not isinstance(told, dict) or not told:
        raise Trouble(ODD)
    return told, answer.etag


async def collection(http: Http, base: str, url: str, query: Query) -> list[Raw] | None:
    """All entries of a collection, by the links that it gives, which hold its place; None for 404.

    On its last page Launchpad tells how many there are: fewer that were read are a trouble, since
    a list that lacks some says of nothing that it is not there.
    """
    rows: list[Raw] = []
    told = await _page(http, url, [*query, ("ws.size", str(PAGE))])
    if told is None:
        return None
    seen = {url}
    while True:
        rows += _entries(told)
        following = told.get("next_collection_link")
        if not following:
            break
        if not isinstance(following, str) or not following.startswith(f"{base}/"):
            raise Trouble("a next page that is elsewhere")
        if following in seen or len(seen) >= MOST_PAGES:
            raise Trouble("pages without an end")
        seen.add(following)
        told = await _page(http, following)
        if told is None:
            raise Trouble("a next page that is not there")
    total = told.get("total_size")
    if type(total) is int and len(rows) < total:
        raise Trouble(f"{len(rows)} of {total} entries")
    return rows


async def _page(http: Http, url: str, query: Query = ()) -> Raw | None:
    answer = await http.get(url, query, accept="application/json")
    if answer.missing:
        return None
    told = _decoded(answer)
    if not isinstance(told, dict):
        raise Trouble(ODD)
    return told


def _entries(page: Raw) -> list[Raw]:
    rows = page.get("entries")
    has_total = "total_size" in page or "total_size_link" in page
    if not has_total or not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
        raise Trouble(ODD)
    return rows


def _decoded(answer: Answer) -> Any:
    if answer.content_type != "application/json":
        page = answer.content_type == "text/html"
        raise Trouble("a web page instead of JSON" if page else "something else than JSON")
    try:
        return json.loads(answer.body or b"")
    except (ValueError, RecursionError):
        raise Trouble("no whole JSON document") from None
