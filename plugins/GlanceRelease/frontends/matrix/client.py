"""The calls to a homeserver: each gives an answer or the reason why there is none, and none ever
raises."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

import aiohttp

from ...clock import steady
from .server_answer import ServerAnswer, answer_of

PREFIX = "/_matrix/client/v3/"
MOST_BYTES = 64 * 1024 * 1024  # of a sync's answer after a long while
SECONDS = 20.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0


class Client:
    """One homeserver under one token. `renew` is asked for another token when the server knows this
    one no more; without one `revoked` is set, and nothing is asked again."""

    def __init__(
        self,
        homeserver: str,
        token: str,
        user_agent: str,
        renew: Callable[[ServerAnswer], Awaitable[str]],
    ) -> None:
        self.base = homeserver.rstrip("/")
        self.revoked = asyncio.Event()
        self._token = token
        self._renew = renew
        self._renewing = asyncio.Lock()
        self._pause_until = 0.0  # after a 429; for messages, which have one limit together
        # The transport's own limit would keep lines waiting behind the long poll and each other.
        self._http = aiohttp.ClientSession(
            headers={"User-Agent": user_agent},
            connector=aiohttp.TCPConnector(limit=16),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        """Break off what is under way."""
        await self._http.close()

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        seconds: float = SECONDS,
    ) -> ServerAnswer:
        """One request, and one more where the token had to be renewed."""
        token = self._token
        answer = await self._once(method, path, body, query, seconds)
        if answer.code not in ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"):
            return answer
        async with self._renewing:
            if self._token == token and not self.revoked.is_set():
                self._token = await self._renew(answer)
                if not self._token:
                    self.revoked.set()
        if self.revoked.is_set():
            return answer
        return await self._once(method, path, body, query, seconds)

    async def insist(
        self,
        method: str,
        path: str,
        body: Any = None,
        seconds: float = SECONDS,
        query: Mapping[str, str] | None = None,
    ) -> ServerAnswer:
        """The same, tried again for so long while the trouble is one that passes: as late as the
        server wants it, else after half a second, one, two ... ten."""
        end, pause = steady() + seconds, FIRST_PAUSE
        while True:
            waits = self._pause_until - steady()
            if waits > 0:
                if steady() + waits >= end:
                    return ServerAnswer(429, retry_after=waits, trouble="too many requests")
                await asyncio.sleep(waits)
                continue
            answer = await self.ask(method, path, body, query, max(1.0, end - steady()))
            if not answer.passes or self.revoked.is_set():
                return answer
            if answer.status == 429:
                self._pause_until = max(self._pause_until, steady() + answer.retry_after)
                continue
            if steady() + pause >= end:
                return answer
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _once(
        self,
        method: str,
        path: str,
        body: Any,
        query: Mapping[str, str] | None,
        seconds: float,
    ) -> ServerAnswer:
        if self.revoked.is_set():
            return ServerAnswer(401, trouble="the access token is void")
        heads = {"Authorization": f"Bearer {self._token}"}
        try:
            async with asyncio.timeout(seconds):
                async with self._http.request(
                    method,
                    f"{self.base}{PREFIX}{path}",
                    json=body,
                    params=query,
                    headers=heads,
                    allow_redirects=False,
                ) as reply:
                    return answer_of(reply.status, reply.headers, await _read(reply))
        except TimeoutError:
            return ServerAnswer(trouble=f"no answer in {seconds:.0f} seconds")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            reason = getattr(getattr(error, "os_error", error), "strerror", None)
            return ServerAnswer(trouble=str(reason or type(error).__name__)[:100])


async def _read(reply: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in reply.content.iter_chunked(1 << 16):
        body += chunk
        if len(body) > MOST_BYTES:
            raise ValueError("too long an answer")
    return bytes(body)


def part(text: str) -> str:
    """A name as a part of a path."""
    return quote(text, safe="")
