"""An HTTP server on loopback that says exactly the bytes it is told to, right or wrong."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable, Iterator
from types import TracebackType

Answer = Callable[[], Iterator[bytes]]


def page(
    body: bytes,
    status: str = "200 OK",
    content_type: str = "text/plain; charset=utf-8",
    more: str = "",
) -> Answer:
    """A whole answer with its length."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n{more}"
    whole = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    return lambda: iter([whole])


def half_a_body(body: bytes) -> Answer:
    """An answer that promises twice what it has, and then the connection is over."""
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {2 * len(body)}\r\n\r\n"
    return lambda: iter([head.encode() + body])


def megabytes(number: int) -> Answer:
    """An answer of so many MiB whose length nobody told."""

    def say() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        for _ in range(16 * number):
            yield b"10000\r\n" + b"#" * 0x10000 + b"\r\n"
        yield b"0\r\n\r\n"

    return say


def silence() -> Iterator[bytes]:
    """No answer at all, for longer than anybody waits."""
    while True:
        yield b""


class BadServer:
    """Answers each request with what `says` gives, then hangs up; `asked` counts requests, and
    `path` is the newest one's."""

    def __init__(self, says: Answer, tls: ssl.SSLContext | None = None) -> None:
        self.says = says
        self.asked = 0
        self.path = ""
        self.port = 0
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    async def __aenter__(self) -> BadServer:
        await self.up()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.down()

    async def up(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(
            self._met, "127.0.0.1", self.port, ssl=self._tls, reuse_address=True
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        """Refuse connections and end those that are open."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for talk in list(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                request = await reader.readuntil(b"\r\n\r\n")
                self.path = request.split(b" ", 2)[1].decode()
                self.asked += 1
                for chunk in self.says():
                    writer.write(chunk)
                    await (writer.drain() if chunk else asyncio.sleep(0.05))
        finally:
            writer.close()
            self._talks.discard(talk)
