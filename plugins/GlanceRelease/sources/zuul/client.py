"""Zuul's web API as it answers: JSON lists, HTML with 200 for a wrong path, errors as pages."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from ..http import Http, Trouble
from .rows import is_number

PAGE = 1000
MOST_PAGES = 100
LONGEST_QUERY = 6000  # Apache in front refuses a request line of more than 8190 bytes

Query = Sequence[tuple[str, str]]


class ZuulApi:
    """One tenant's API; asks one question at a time, since Zuul's ten threads serve everybody.

    It outlives a loop: a plugin that is loaded anew asks from a new one, whose turns are its own.
    """

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self.tested: dict[str, list[Any]] = {}  # what jobs test, also where nobody could keep it
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = asyncio.Lock()

    @property
    def _turn(self) -> asyncio.Lock:
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._lock = loop, asyncio.Lock()
        return self._lock

    @property
    def web(self) -> str:
        """Where people look: /t/TENANT beside /api/tenant/TENANT; a host of one tenant has its
        pages at the root."""
        if "/api/tenant/" in self.base:
            return self.base.replace("/api/tenant/", "/t/")
        return self.base.removesuffix("/api")

    async def ask(self, http: Http, path: str, query: Query = ()) -> Any:
        """The JSON at a path; None for 404. Another content type is Trouble: Zuul answers an
        unknown path with its web application and 200."""
        async with self._turn:
            answer = await http.get(f"{self.base}/{path}", query, accept="application/json")
        if answer.missing:
            return None
        if answer.content_type != "application/json":
            page = answer.content_type == "text/html"
            raise Trouble("a web page instead of JSON" if page else "something else than JSON")
        try:
            reply = json.loads(answer.body or b"")
        except (ValueError, RecursionError):
            raise Trouble("no whole JSON document") from None
        if reply is None:
            raise Trouble("an answer in another shape than Zuul's")
        return reply

    async def rows(self, http: Http, path: str, query: Query = ()) -> list[Any] | None:
        """The list at a path; None for 404 (an unknown project or pipeline)."""
        reply = await self.ask(http, path, query)
        if reply is not None and not isinstance(reply, list):
            raise Trouble("an answer in another shape than Zuul's")
        return reply

    async def pages(self, http: Http, path: str, query: Query) -> AsyncIterator[list[Any]]:
        """Pages of `builds` or `buildsets`, newest first, by `idx_max` and not by `skip`: rows
        that come meanwhile would shift those. 404 here is an unknown parameter or tenant."""
        newest: list[tuple[str, str]] = []
        for _ in range(MOST_PAGES):
            page = await self.rows(http, path, [*query, ("limit", str(PAGE)), *newest])
            if page is None:
                raise Trouble("Zuul knows no such tenant or question (404)")
            yield page
            if len(page) < PAGE:
                return
            ids = [
                row["_id"] for row in page if isinstance(row, dict) and is_number(row.get("_id"))
            ]
            if not ids:
                raise Trouble("a page of rows without numbers")
            newest = [("idx_max", str(min(ids) - 1))]


def in_parts(name: str, values: Iterable[str], taken: int = 0) -> list[list[tuple[str, str]]]:
    """One repeatable parameter in as few queries as fit a request line; `taken` bytes are used."""
    parts: list[list[tuple[str, str]]] = []
    room = 0
    for value in values:
        size = len(name) + 2 + len(value) + 2 * value.count("/")
        if not parts or size > room:
            parts.append([])
            room = LONGEST_QUERY - taken
        parts[-1].append((name, value))
        room -= size
    return parts
