"""The only HTTP client: GETs that are bounded in size and time and stay on the configured host.

aiohttp is imported with the first request: the bot answers before it asks.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import TYPE_CHECKING

from ..domain.upstreams import UPSTREAMS
from .http_faults import Progress, follow, words

if TYPE_CHECKING:
    import aiohttp
    from yarl import URL

MAX_BYTES = 8 * 1024 * 1024
TIMEOUT_SECONDS = 40.0  # Zuul's own statement timeout answers 500 after 30 s: outlast it
CONNECT_SHARE = 0.25  # of that time, for name, connection and TLS
MAX_REDIRECTS = 3
AT_ONCE = 4  # requests that one host answers at a time; the others wait their turn
MOST_DIGITS = 6  # of a Retry-After that is believed: eleven days
_BLOB_ID = re.compile(r'^(?:W/)?"([0-9a-f]{40})"$')


class Trouble(Exception):  # noqa: N818  it names a state, as its callers say it
    """An upstream did not give what was asked for; its text is the reason in a few words,
    `retry_after` the seconds for which it wants to be left alone (0: it named none), `upstream`
    its name where more than one was asked, `status` HTTP's, where one was had (else 0)."""

    def __init__(self, reason: str, retry_after: float = 0.0, status: int = 0) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.status = status
        self.upstream = ""


def title_of(trouble: Exception) -> str:
    """What people call the upstream that gave it; Gerrit where it was the only one that was
    asked."""
    return UPSTREAMS[getattr(trouble, "upstream", "") or "gerrit"].title


@contextlib.contextmanager
def asking(upstream: str) -> Iterator[None]:
    """Name the upstream of a trouble that comes from within."""
    try:
        yield
    except Trouble as trouble:
        trouble.upstream = trouble.upstream or upstream
        raise


@dataclass(frozen=True)
class Answer:
    """What came back: `body` is None for 304 (as before) and for 404 (`missing`)."""

    status: int
    body: bytes | None
    etag: str | None
    content_type: str

    @property
    def missing(self) -> bool:
        """Whether the upstream said that there is no such thing."""
        return self.status == 404

    @property
    def unchanged(self) -> bool:
        """Whether the upstream said that it is as it was."""
        return self.status == 304


class Http:
    """Asks upstreams; one for the process, used as an async context manager.

    Every request carries a User-Agent with a contact. A body of more than 8 MiB, an answer that
    takes longer than 40 s, a redirect to another host, a certificate that does not fit, and a
    status other than 200, 304 (to a conditional question) and 404 are a `Trouble`. The time of a
    request begins when the host's four others leave it a turn.
    """

    def __init__(self, user_agent: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._user_agent = user_agent
        self._timeout_seconds = timeout_seconds
        self._session: aiohttp.ClientSession | None = None
        self.closed = False
        self._turns: defaultdict[URL, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(AT_ONCE)
        )

    async def __aenter__(self) -> Http:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.closed = True
        if self._session is not None:
            await self._session.close()

    async def get(
        self,
        url: str,
        query: Sequence[tuple[str, str]] = (),
        etag: str | None = None,
        accept: str = "*/*",
    ) -> Answer:
        """The answer of `url`; the query's names may repeat. With `etag` the question is
        conditional. A git blob id as ETag must be the body's: else a back end cut it short."""
        import aiohttp
        from yarl import URL

        headers = {"Accept": accept}
        if etag:
            headers["If-None-Match"] = etag
        progress = Progress()
        try:
            asked = URL(url).update_query(list(query)) if query else URL(url)
            answer = await self._follow(asked, headers, progress)
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
            raise Trouble(words(error, progress)) from None
        if answer.body is not None:
            _check_blob_id(answer.body, answer.etag)
        if answer.unchanged and not etag:
            raise Trouble("304, though it was not asked for")
        return answer

    async def _follow(self, url: URL, headers: Mapping[str, str], progress: Progress) -> Answer:
        from yarl import URL

        session, origin = self._opened(), url.origin()
        for _ in range(MAX_REDIRECTS + 1):
            async with (
                self._turns[origin],
                session.get(
                    url, headers=headers, allow_redirects=False, trace_request_ctx=progress
                ) as reply,
            ):
                progress.stage = "body"
                if reply.status in (301, 302, 303, 307, 308):
                    url = url.join(URL(reply.headers.get("Location", "")))
                    if not url.absolute or url.origin() != origin:
                        raise Trouble(f"sent elsewhere (to {url.host or url.scheme})")
                    progress.stage = "connect"
                    continue
                content_type = reply.content_type
                if reply.status in (304, 404):
                    return Answer(reply.status, None, reply.headers.get("ETag"), content_type)
                if reply.status != 200:
                    retry_after = _seconds(reply.headers)
                    raise Trouble(f"HTTP {reply.status}", retry_after, reply.status)
                body = await _read(reply)
                return Answer(200, body, reply.headers.get("ETag"), content_type)
        raise Trouble("too many redirects")

    def _opened(self) -> aiohttp.ClientSession:
        import aiohttp

        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers={"User-Agent": self._user_agent},
                timeout=aiohttp.ClientTimeout(
                    total=self._timeout_seconds,
                    connect=self._timeout_seconds * CONNECT_SHARE,
                ),
                trace_configs=[follow(aiohttp.TraceConfig())],
                connector=aiohttp.TCPConnector(limit=0),  # turns limit it
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def _seconds(headers: Mapping[str, str]) -> float:
    """The Retry-After of a reply, in either of its forms; 0 without one. An instant is counted
    from the reply's own Date, so that neither clock need be right."""
    text = headers.get("Retry-After", "")
    if text.isdecimal() and len(text) <= MOST_DIGITS:
        return float(text)
    try:
        pause = parsedate_to_datetime(text) - parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError, OverflowError):  # none, or one without a zone
        return 0.0
    return max(0.0, pause.total_seconds())


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


def _check_blob_id(body: bytes, etag: str | None) -> None:
    """Gitea's ETag of a raw file is its git blob id, so it tells a damaged or stale body; that of a
    mirror may be the body's plain SHA-1."""
    match = _BLOB_ID.match(etag or "")
    if match is None:
        return
    headed = b"blob %d\0" % len(body) + body
    if match[1] not in (
        hashlib.sha1(part, usedforsecurity=False).hexdigest() for part in (headed, body)
    ):
        raise Trouble("the body is not what its ETag names")
