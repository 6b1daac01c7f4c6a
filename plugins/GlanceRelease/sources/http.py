"""The only HTTP client: GETs that are bounded in size and time and stay on the configured host."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .session import Session

TIMEOUT_SECONDS = 40.0  # Zuul's own statement timeout answers 500 after 30 s: outlast it
_BLOB_ID = re.compile(r'^(?:W/)?"([0-9a-f]{40})"$')


class Trouble(Exception):  # noqa: N818  it names a state, as its callers say it
    """An upstream did not give what was asked for; its text is the reason in a few words, and
    `retry_after` the seconds for which it wants to be left alone (0: it named none)."""

    def __init__(self, reason: str, retry_after: float = 0.0) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


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
    status other than 200, 304 and 404 are a `Trouble`.
    """

    def __init__(self, user_agent: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._user_agent = user_agent
        self._timeout_seconds = timeout_seconds
        self._session: Session | None = None

    async def __aenter__(self) -> Http:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
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
        headers = {"Accept": accept}
        if etag:
            headers["If-None-Match"] = etag
        answer = await self._opened().get(url, list(query), headers)
        if answer.body is not None:
            _check_blob_id(answer.body, answer.etag)
        return answer

    def _opened(self) -> Session:
        """The session, with aiohttp imported for the first request: the bot answers before."""
        if self._session is None:
            from .session import Session

            self._session = Session(self._user_agent, self._timeout_seconds)
        return self._session


def _check_blob_id(body: bytes, etag: str | None) -> None:
    """Gitea's ETag of a raw file is its git blob id, so it tells a damaged or stale body."""
    match = _BLOB_ID.match(etag or "")
    if match is None:
        return
    blob = hashlib.sha1(b"blob %d\0" % len(body) + body, usedforsecurity=False).hexdigest()
    if blob != match[1]:
        raise Trouble("the body is not what its ETag names")
