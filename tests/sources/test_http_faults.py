"""Each kind of failure of an upstream has its own words; the servers that fail so are real."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gzip
import socket
import ssl
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientConnectorDNSError, ClientConnectorError
from aiohttp.client_reqrep import ConnectionKey

from GlanceRelease.sources.http import Http, Trouble
from GlanceRelease.sources.http_faults import Progress, words
from kit.upstream.raw_bytes import Answer, BadServer, megabytes, page

ELSEWHERE = Path(__file__).parents[1] / "kit" / "upstream" / "elsewhere.pem"
PATIENCE = 0.8  # seconds: of an answer; a quarter of it of a connection

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def upstream(talk: Talk, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server that does with each connection what `talk` does; its port."""
    talks: set[asyncio.Task[None]] = set()

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(met, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


def says(*parts: bytes, then: str = "close") -> Talk:
    """Read the request, say this, and then "close", "reset", or "wait"."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for part in parts:
            writer.write(part)
            await writer.drain()
        if then == "wait":
            await asyncio.sleep(30)
        if then == "reset":
            await asyncio.sleep(0.05)
            _reset(writer)

    return talk


def _reset(writer: asyncio.StreamWriter) -> None:
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


async def at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hang up before anything was read."""


async def after_hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hang up when the client has begun."""
    await reader.read(10_000)


async def knows_no_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer whatever comes in plain HTTP."""
    await reader.read(10_000)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")


async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Accept, and do nothing."""
    await asyncio.sleep(30)


async def drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A byte of the headers every now and then."""
    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1000:
        writer.write(bytes([byte]))
        await asyncio.sleep(0.02)


OK = b"HTTP/1.1 200 OK\r\n"
ZIPPED = gzip.compress(b"a: 1\n" * 1000)
GZIP = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
FAULTS: dict[str, tuple[str, Talk, str]] = {
    "hangs up": ("http", says(), "it hung up without an answer"),
    "hangs up in the headers": ("http", says(OK + b"X: y"), "it hung up without an answer"),
    "resets": ("http", says(then="reset"), "it reset the connection"),
    "resets in the headers": ("http", says(OK, then="reset"), "it reset the connection"),
    "half a body": ("http", says(OK + b"Content-Length: 9\r\n\r\nhalf"), "half a body"),
    "half a chunk": (
        "http",
        says(OK + b"Transfer-Encoding: chunked\r\n\r\n9\r\nhalf"),
        "half a body",
    ),
    "resets in the body": (
        "http",
        says(OK + b"Content-Length: 9\r\n\r\nhalf", then="reset"),
        "half a body",
    ),
    "broken gzip": ("http", says(GZIP % 9 + b"no gzip.."), "a body that can't be unpacked"),
    "half a gzip": ("http", says(GZIP % len(ZIPPED) + ZIPPED[:20]), "half a body"),
    "another protocol": ("http", says(b"SSH-2.0-OpenSSH_9.2\r\n"), "its answer is no HTTP"),
    "a bad length": (
        "http",
        says(OK + b"Content-Length: many\r\n\r\n"),
        "its answer is no HTTP",
    ),
    "a long header": ("http", says(OK + b"X: " + b"y" * 99_999), "headers too long"),
    "silent": ("http", never, "no answer in time"),
    "silent in the headers": ("http", says(OK, then="wait"), "no answer in time"),
    "drips": ("http", drips, "no answer in time"),
    "silent in the body": (
        "http",
        says(OK + b"Content-Length: 9\r\n\r\nhalf", then="wait"),
        "no whole answer in time",
    ),
    "no TLS": ("https", knows_no_tls, "no TLS connection"),
    "no TLS, hangs up": ("https", after_hello, "no TLS connection: it hung up"),
    "no TLS, silent": ("https", never, "no connection in time"),
}


async def trouble(url: str) -> str:
    """What a request's failure is called."""
    async with Http("tests", PATIENCE) as http:
        with pytest.raises(Trouble) as caught:
            await http.get(url)
    return str(caught.value)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.asyncio
async def test_each_fault_has_its_words(fault: str) -> None:
    scheme, talk, reason = FAULTS[fault]
    async with upstream(talk) as port:
        assert await trouble(f"{scheme}://127.0.0.1:{port}/") == reason


@pytest.mark.asyncio
async def test_who_hangs_up_at_once_is_there() -> None:
    async with upstream(at_once) as port:
        reason = await trouble(f"http://127.0.0.1:{port}/")
    assert reason in ("it hung up without an answer", "it reset the connection")  # a race of TCP's


@pytest.mark.asyncio
async def test_tls_that_ends_amid_the_answer() -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(ELSEWHERE)
    async with upstream(says(OK), tls) as port:
        assert await trouble(f"https://127.0.0.1:{port}/") == "its certificate does not fit"


@pytest.mark.asyncio
async def test_nobody_listens_and_nobody_accepts() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{full.getsockname()[1]}/"
        assert await trouble(address) == "no connection: connection refused"
        full.listen(0)
        with contextlib.ExitStack() as waiting:
            for _ in range(3):
                other = waiting.enter_context(socket.socket())
                other.setblocking(False)
                other.connect_ex(full.getsockname())
            await asyncio.sleep(0.1)
            assert await trouble(address) == "no connection in time"


KEY = ConnectionKey("upstream.test", 443, True, True, None, None, None)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (socket.gaierror(socket.EAI_NONAME, "any words"), "no connection: unknown host"),
        (socket.gaierror(socket.EAI_AGAIN, "any words"), "no connection: no name server answers"),
        (OSError(errno.ENETUNREACH, "any words"), "no connection: network unreachable"),
        (OSError(errno.EHOSTUNREACH, "any words"), "no connection: no way to the host"),
        (OSError(errno.ETIMEDOUT, "any words"), "no connection: not in time"),
        (OSError(errno.EMFILE, "x"), "no connection: this machine has no more descriptors"),
        (ConnectionResetError("any words"), "no TLS connection: it hung up"),
        (OSError(errno.ENOTBLK, "any words"), "no connection (OSError)"),
        (OSError(None, "any words"), "no connection (OSError)"),
    ],
)
def test_what_the_system_says_before_there_is_a_connection(error: OSError, reason: str) -> None:
    kind = ClientConnectorDNSError if isinstance(error, socket.gaierror) else ClientConnectorError
    assert words(kind(KEY, error), Progress()) == reason


# -- what a bad answer leaves behind --------------------------------------------------------------

CLIENT = """
import asyncio, sys
from GlanceRelease.sources.http import Http, Trouble

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 // 1_000_000

async def main():
    async with Http("tests", 10) as http:
        before = None
        for _ in range(4):
            try:
                await http.get(sys.argv[1])
            except Trouble as trouble:
                print(trouble)
            before = resident() if before is None else before  # what the first one imports stays
    print(resident() - before, resident())

asyncio.run(main())
"""


def endless_headers() -> bytes:
    return b"".join(b"X-%d: %s\r\n" % (number, b"y" * 100) for number in range(200_000))


BIG = b"#" * 50_000_000
LARGE: dict[str, tuple[Answer, str]] = {
    "50 MB": (page(BIG), "more than 8 MiB"),
    "50 MB of unknown length": (megabytes(50), "more than 8 MiB"),
    "50 MB zipped": (
        page(gzip.compress(BIG, 1), more="Content-Encoding: gzip\r\n"),
        "more than 8 MiB",
    ),
    "20 MB of headers": (lambda: iter([OK + endless_headers()]), "its answer is no HTTP"),
    "50 MB of an error": (page(BIG, "500 No"), "HTTP 500"),
}


@pytest.mark.parametrize("what", LARGE)
@pytest.mark.asyncio
async def test_a_large_answer_is_neither_held_nor_kept(what: str) -> None:
    answer, reason = LARGE[what]
    async with BadServer(answer) as server:
        command = (sys.executable, "-c", CLIENT, server.url)
        client = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
        told, _ = await asyncio.wait_for(client.communicate(), 60)
    *reasons, sizes = told.decode().splitlines()
    assert set(reasons) == {reason}
    grown, resident = map(int, sizes.split())
    assert grown < 24, "thrice the longest body that is taken, which the heap may keep"
    assert resident < 80
