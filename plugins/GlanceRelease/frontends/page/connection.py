"""One connection to the page: what it may send and how long it may take, around aiohttp's HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

MOST_BYTES = 1 << 18  # that one sends between two answers: a long header, no body worth the name
LINGER_SECONDS = 1.0  # in which a body that nobody wants is read, so that the answer arrives
NAME = "glance-release"  # aiohttp's own tells its version and Python's


@dataclass(frozen=True)
class Patience:
    """Seconds that a visitor has: to ask, between an answer and the next question (longer than a
    proxy's, which would else find its connection closed), and to take an answer."""

    ask: float = 15.0
    idle: float = 75.0
    answer: float = 30.0


class Visitor(web.RequestHandler):
    """aiohttp's handler of a connection, which ends it when its time is over, whatever trickles.

    `who` counts as one address; `complain` gets a kind of trouble and its detail, `gone` is told
    when the connection is over. `waiting_since` is the loop's time since when nothing is owed to
    the visitor; None while an answer leaves, or before it is there.
    """

    def __init__(
        self,
        server: web.Server,
        who: str,
        patience: Patience,
        complain: Callable[[str, str], None],
        gone: Callable[[Visitor], None],
    ) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]  # aiohttp's own runners hand it on so
            lingering_time=LINGER_SECONDS,
            auto_decompress=False,
        )
        self.who = who
        self.waiting_since: float | None = None
        self._patience = patience
        self._complain = complain
        self._gone = gone
        self._wire: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._idle = False
        self._got = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The visitor connected: the time in which the request must come begins."""
        assert isinstance(transport, asyncio.Transport)
        self._wire = transport
        super().connection_made(transport)
        self._wait(self._patience.ask)

    def connection_lost(self, exc: BaseException | None) -> None:
        """The connection is closed."""
        self._stop()
        self._wire = None
        super().connection_lost(exc)
        self._gone(self)

    def data_received(self, data: bytes) -> None:
        """With the first byte of the next question the time to ask begins."""
        if self._idle:
            self._idle = False
            self._wait(self._patience.ask)
        self._got += len(data)
        if self._got > MOST_BYTES:
            self._complain("request too long", f"from {self.who}")
            self.hang_up()
            return
        try:
            super().data_received(data)
        except Exception as error:  # else asyncio writes its traceback, each time
            self._complain("malformed request", f"from {self.who} ({type(error).__name__})")
            self.hang_up()

    def hang_up(self) -> None:
        """End the connection at once, and don't wait until somebody has taken what was sent."""
        self._stop()
        if self._wire is not None:
            self._wire.abort()

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Every answer leaves here, aiohttp's own of what is no HTTP too."""
        resp.headers["Server"] = NAME
        self._limit(self._patience.answer)
        try:
            return await super().finish_response(request, resp, start_time)
        finally:
            self._got = 0
            self._idle = True
            self._wait(self._patience.idle)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to what is no request; it repeats nothing of it, and is the last one."""
        kind = "malformed request" if status == 400 else "failure"
        self._complain(kind, f"from {self.who} ({type(exc).__name__})")
        if request.writer.output_size > 0:
            raise ConnectionError("half an answer is sent already")
        answer = web.Response(status=status, text="That is nothing the page can answer.\n")
        answer.force_close()
        return answer

    def log_exception(self, *args: Any, **kw: Any) -> None:
        """What aiohttp would write down with its traceback."""
        self._complain("failure", f"from {self.who} ({type(kw.get('exc_info')).__name__})")

    def _wait(self, seconds: float) -> None:
        self._limit(seconds)
        self.waiting_since = asyncio.get_running_loop().time() if self._wire else None

    def _limit(self, seconds: float) -> None:
        """The limit goes with the connection only: one that is closed stays open until the other
        side has taken everything."""
        self._stop()
        if self._wire is not None:
            self._timer = asyncio.get_running_loop().call_later(seconds, self.hang_up)

    def _stop(self) -> None:
        self.waiting_since = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
