"""Which upstreams were asked for one answer, beside the snapshot's facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from ..configuration.settings import Settings
from ..domain.messages.fact_read import FactRead, Origin
from ..domain.upstreams import READ
from ..duties.bot.fact_words import ASKED
from ..sources.http import Answer, Http, Trouble


class NotingHttp(Http):
    """Asks by another client, and notes of each upstream that it was asked, when, and what went
    wrong last."""

    def __init__(self, http: Http, settings: Settings, now: Callable[[], dt.datetime]) -> None:
        self._http = http
        self._addresses = {name: settings.address_of(name).rstrip("/") for name in READ}
        self._now = now
        self._asked: dict[str, FactRead] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._http, name)

    async def get(
        self,
        url: str,
        query: Sequence[tuple[str, str]] = (),
        etag: str | None = None,
        accept: str = "*/*",
    ) -> Answer:
        """The other client's answer; its trouble is noted, and goes on."""
        trouble = "no answer yet"
        try:
            answer = await self._http.get(url, query, etag, accept)
            trouble = ""
            return answer
        except Trouble as error:
            trouble = str(error)
            raise
        finally:
            self._note(url, trouble)

    def _note(self, url: str, trouble: str) -> None:
        found = [name for name, base in self._addresses.items() if url.startswith(base)]
        for name in sorted(found, key=lambda each: -len(self._addresses[each]))[:1]:
            before = self._asked.get(name)
            at = self._now() if not trouble else before.at if before else None
            problem = trouble or (before.problem if before else None)
            origin: Origin = "network" if at else "nowhere"
            address = self._addresses[name]
            self._asked[name] = FactRead(f"{ASKED}{name}", at, origin, problem, address, name)

    @property
    def asked(self) -> tuple[FactRead, ...]:
        """The upstreams that were asked, as what an answer stood on."""
        return tuple(self._asked.values())
