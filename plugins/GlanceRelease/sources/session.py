"""The connections to upstreams, by aiohttp: what it says when something fails, in a few words."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence

import aiohttp
from yarl import URL

from .http import Answer, Trouble

MAX_BYTES = 8 * 1024 * 1024
CONNECT_SECONDS = 10.0
MAX_REDIRECTS = 3
MOST_DIGITS = 6  # of a Retry-After that is believed: eleven days


class Session:
    """aiohttp's session with our limits; made and used on one event loop."""

    def __init__(self, user_agent: str, timeout_seconds: float) -> None:
        self._session = aiohttp.ClientSession(
            headers={"User-Agent": user_agent},
            timeout=aiohttp.ClientTimeout(total=timeout_seconds, connect=CONNECT_SECONDS),
            connector=aiohttp.TCPConnector(limit_per_host=4),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()

    async def get(
        self, url: str, query: Sequence[tuple[str, str]], headers: Mapping[str, str]
    ) -> Answer:
        """The answer of `url`; raises Trouble as `Http` says."""
        try:
            asked = URL(url).update_query(query) if query else URL(url)
            return await self._follow(asked, headers)
        except TimeoutError:
            raise Trouble("no answer in time") from None
        except aiohttp.ClientConnectorCertificateError:
            raise Trouble("its certificate does not fit") from None
        except aiohttp.ClientSSLError:
            raise Trouble("no TLS connection") from None
        except aiohttp.ClientConnectorError as error:
            number = error.errno or 0
            reason = os.strerror(number).lower() if number > 0 else "unknown host"
            raise Trouble(f"no connection: {reason}") from None
        except aiohttp.ClientPayloadError:
            raise Trouble("half a body") from None
        except (aiohttp.ClientError, ValueError, OSError) as error:
            raise Trouble(f"{type(error).__name__}") from None

    async def _follow(self, url: URL, headers: Mapping[str, str]) -> Answer:
        origin = url.origin()
        for _ in range(MAX_REDIRECTS + 1):
            async with self._session.get(url, headers=headers, allow_redirects=False) as reply:
                if reply.status in (301, 302, 303, 307, 308):
                    url = url.join(URL(reply.headers.get("Location", "")))
                    if url.origin() != origin:
                        raise Trouble(f"sent elsewhere (to {url.host})")
                    continue
                content_type = reply.content_type
                if reply.status in (304, 404):
                    return Answer(reply.status, None, reply.headers.get("ETag"), content_type)
                if reply.status != 200:
                    raise Trouble(f"HTTP {reply.status}", _seconds(reply.headers))
                body = await _read(reply)
                return Answer(200, body, reply.headers.get("ETag"), content_type)
        raise Trouble("too many redirects")


def _seconds(headers: Mapping[str, str]) -> float:
    """The Retry-After of a reply, in its form of seconds; 0 without one."""
    text = headers.get("Retry-After", "")
    return float(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 0.0


async def _read(reply: aiohttp.ClientResponse) -> bytes:
    if (reply.content_length or 0) > MAX_BYTES:
        raise Trouble(f"more than {MAX_BYTES >> 20} MiB")
    body = bytearray()
    async for chunk in reply.content.iter_chunked(1 << 16):
        body += chunk
        if len(body) > MAX_BYTES:
            raise Trouble(f"more than {MAX_BYTES >> 20} MiB")
        await asyncio.sleep(0)
    return bytes(body)
