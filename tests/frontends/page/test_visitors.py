"""Who is slow, or many, or speaks no HTTP costs a line a minute, and nobody else an answer."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import resource
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from GlanceRelease.frontends.page import admission
from GlanceRelease.frontends.page.admission import house_of, room_of
from GlanceRelease.frontends.page.connection import Patience
from GlanceRelease.frontends.page.rate_limited_log import SparseLog
from kit.page_facts import Served, served

QUICK = Patience(ask=0.6, idle=1.2, answer=0.8)
LONG = 10.0  # seconds after which a test gives up
GET = b"GET %s HTTP/1.1\r\nHost: page\r\n\r\n"


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path) as found:
        yield found


@pytest_asyncio.fixture
async def strict(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path, patience=QUICK) as found:
        yield found


class Wire:
    """A connection of a client that does as it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def say(self, data: bytes) -> None:
        with contextlib.suppress(ConnectionError):
            self.writer.write(data)
            await self.writer.drain()

    async def rest(self) -> bytes:
        """All that comes until the other side has closed."""
        got = b""
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(LONG):
                while data := await self.reader.read(65536):
                    got += data
        return got

    async def is_closed(self) -> bool:
        """Whether the other side has closed by now, without another word."""
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(0.05):
                return await self.reader.read(1) == b""
            return True
        return self.reader.at_eof() or self.reader.exception() is not None


@asynccontextmanager
async def wires(site: Served, number: int, source: str = "127.0.0.1") -> AsyncIterator[list[Wire]]:
    """So many connections from this address."""
    port = int(site.url.rpartition(":")[2])
    made = []
    try:
        for _ in range(number):
            streams = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
            made.append(Wire(*streams))
        yield made
    finally:
        for one in made:
            one.writer.transport.abort()


@asynccontextmanager
async def wire(site: Served) -> AsyncIterator[Wire]:
    async with wires(site, 1) as (one,):
        yield one


async def ask(site: Served, request: bytes, source: str = "127.0.0.1") -> bytes:
    """What is answered, until the connection is closed."""
    async with wires(site, 1, source) as (one,):
        for number, part in enumerate(request.split(LATER)):
            await asyncio.sleep(0.1 * number)
            await one.say(part)
        return await one.rest()


def last(path: str = "/style.css", method: str = "GET", more: str = "") -> bytes:
    """A request after which the connection is closed."""
    return f"{method} {path} HTTP/1.1\r\nHost: page\r\nConnection: close\r\n{more}\r\n".encode()


async def still_open(several: list[Wire]) -> int:
    return (await asyncio.gather(*(one.is_closed() for one in several))).count(False)


# -- slow ones ------------------------------------------------------------------------------------


async def nothing(one: Wire) -> None:
    """Say nothing."""


async def half_a_header(one: Wire) -> None:
    await one.say(b"GET / HTTP/1.1\r\nHost: pa")


async def drips(one: Wire) -> None:
    """A byte of a header every now and then, for ever."""
    for byte in GET[:10] + b"/ HTTP/1.1\r\nX: " + b"y" * 1000:
        await one.say(bytes([byte]))
        await asyncio.sleep(0.05)


async def half_a_body(one: Wire) -> None:
    await one.say(b"POST / HTTP/1.1\r\nHost: page\r\nContent-Length: 1000\r\n\r\nhalf")


async def drips_a_body(one: Wire) -> None:
    await one.say(b"POST / HTTP/1.1\r\nHost: page\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(1000):
        await one.say(b"1\r\nx\r\n")
        await asyncio.sleep(0.05)


async def asks_and_stays(one: Wire) -> None:
    await one.say(GET % b"/icon.svg")


async def asks_and_drips(one: Wire) -> None:
    await one.say(GET % b"/icon.svg")
    await drips(one)


async def waits_to_continue(one: Wire) -> None:
    await one.say(
        b"PUT / HTTP/1.1\r\nHost: page\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n"
    )


SLOW = (
    nothing, half_a_header, drips, half_a_body, drips_a_body, asks_and_stays, asks_and_drips,
    waits_to_continue,
)  # fmt: skip


@pytest.mark.parametrize("does", SLOW, ids=lambda does: does.__name__)
@pytest.mark.asyncio
async def test_who_does_not_come_to_an_end_is_sent_home(
    strict: Served, does: Callable[[Wire], Awaitable[None]]
) -> None:
    async with wire(strict) as one:
        began = time.monotonic()
        work = asyncio.ensure_future(does(one))
        await one.rest()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        assert time.monotonic() - began < LONG, "it was closed, not given up"


@pytest.mark.asyncio
async def test_who_takes_no_answer_is_sent_home(strict: Served) -> None:
    """The kernel's buffers are full, and the page still holds what it would say."""
    strict.app.drafts["glance", "big"] = "x" * 50_000_000
    before = descriptors()
    async with wire(strict) as one:
        one.reader._limit = 1  # type: ignore[attr-defined]  # asyncio's client reads by itself
        await one.say(GET % b"/draft/big")
        await until(lambda: descriptors() == before + 2)
        await until(lambda: descriptors() == before + 1)


@pytest.mark.asyncio
async def test_who_asks_again_in_time_stays(strict: Served) -> None:
    async with wire(strict) as one:
        for _ in range(6):
            await one.say(GET % b"/icon.svg")
            head = await one.reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 OK")
            length = re.search(rb"Content-Length: (\d+)", head)
            assert length
            await one.reader.readexactly(int(length[1]))
            await asyncio.sleep(0.7)  # longer than it may take to ask


# -- many ones ------------------------------------------------------------------------------------


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


async def until(fits: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONG):
        while not fits():  # noqa: ASYNC110  what is waited for has no event
            await asyncio.sleep(0.02)


@pytest.mark.asyncio
async def test_one_address_has_64_and_the_newest_is_answered(site: Served) -> None:
    async with wires(site, 150) as idle, wires(site, 1, "127.0.0.2") as (other,):
        assert await still_open(idle) == 64
        assert await still_open(idle[-64:]) == 64, "those who waited longest went"
        assert b"200 OK" in await ask(site, last())
        assert b"200 OK" in await ask(site, last(), "127.0.0.3")
        assert not await other.is_closed(), "another address does not pay for it"


@pytest.mark.asyncio
async def test_all_addresses_have_200_and_the_newest_is_answered(site: Served) -> None:
    async with contextlib.AsyncExitStack() as stack:
        idle = []
        for number in range(10):
            found = await stack.enter_async_context(wires(site, 60, f"127.0.1.{number}"))
            idle += found
        assert await still_open(idle) == 200
        assert b"200 OK" in await ask(site, last(), "127.0.0.9")


@pytest.mark.asyncio
async def test_behind_a_proxy_here_all_may_come_from_one_address(tmp_path: Path) -> None:
    web = "  public: https://glance.example/\n"
    async with served(tmp_path, web=web) as site, wires(site, 250) as idle:
        assert await still_open(idle) == 200
        assert b"200 OK" in await ask(site, last())


@pytest.mark.asyncio
async def test_who_is_being_answered_is_not_sent_home_for_a_newcomer(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "MOST_OF_ONE", 2)
    site.app.drafts["glance", "big"] = text = "x" * 30_000_000
    async with wires(site, 2) as several:
        for one in several:
            await one.say(last("/draft/big"))
            assert (await one.reader.read(1)) == b"H"
        async with wire(site) as third:
            assert await third.rest() == b""
        for one in several:
            assert (await one.rest()).endswith(text[-1000:].encode())


@pytest.mark.parametrize(
    ("descriptors", "room"),
    [(1024, 200), (-1, 200), (296, 200), (256, 160), (128, 32), (64, 8), (0, 8)],
)
def test_irc_comes_first(descriptors: int, room: int) -> None:
    assert room_of(descriptors) == room


@pytest.mark.asyncio
async def test_without_descriptors_it_waits_and_says_so_once(
    site: Served, caplog: pytest.LogCaptureFixture
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    async with wires(site, 1) as (one,):
        await one.say(last())
        assert b"200 OK" in await one.rest()
        port = int(site.url.rpartition(":")[2])
        client = await asyncio.create_subprocess_exec(
            "bash", "-c", f"read go; exec 3<>/dev/tcp/127.0.0.1/{port}; "
            'printf "GET /icon.svg HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3',
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert client.stdin
        resource.setrlimit(resource.RLIMIT_NOFILE, (1, hard))
        try:
            client.stdin.write(b"go\n")
            await until(lambda: "without descriptors" in caplog.text)
            await asyncio.sleep(0.3)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        told, _ = await asyncio.wait_for(client.communicate(), LONG)
    assert told.startswith(b"HTTP/1.0 200 OK"), "it was kept waiting, not lost"
    assert caplog.messages == ["The page: a connection at a time without descriptors waits."]


@pytest.mark.parametrize(
    ("host", "house"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
    ],
)
def test_a_house_is_one_address(host: str, house: str) -> None:
    assert house_of(host) == house


# -- those who speak no HTTP ----------------------------------------------------------------------

LATER = b"(later)"  # what follows is sent when the rest may have been answered
MALFORMED = {
    "another protocol": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200 + b"\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a bad length": b"GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
    "two lengths": b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "length and chunks": b"POST / HTTP/1.1\r\nContent-Length: 1\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n",
    "a bad chunk": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    "a bad chunk, late": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    + LATER
    + b"zz\r\n\r\n",
    "a bad zip": b"POST / HTTP/1.1\r\nHost: a\r\n"
    b"Content-Encoding: gzip\r\nContent-Length: 9\r\n\r\n" + LATER + b"no gzip..",
    "a long line": b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
    "a long header": b"GET / HTTP/1.1\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5_000 + b"\r\n",
    "endless headers": b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 500_000,
    "a bad version": b"GET / HTTP/9.9\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "a bad address": b"GET http://[::1 HTTP/1.1\r\n\r\n",
    "a bad port": b"GET http://a:99999999/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "a null": b"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
    "a null in a header": b"GET / HTTP/1.1\r\nX: a\0b\r\n\r\n",
    "bytes": bytes(range(256)) * 8 + b"\r\n\r\n",
    "a script": b"<script>alert(1)</script>\r\n\r\n",
    "a dead end": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: a\r\n\r\n",
    "an upgrade": b"GET /no HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nrubbish",
    "an odd expectation": b"GET /no HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n",
    "an odd host": b"GET / HTTP/1.1\r\nHost: [\r\nConnection: close\r\n\r\n",
    "an odd escape": b"GET /%ff%00%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    "a star": b"OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
}


def is_decent(answer: bytes) -> None:
    """Whole replies without versions, or none."""
    assert b"aiohttp" not in answer
    assert b"Python" not in answer
    assert b"Traceback" not in answer
    assert b"alert" not in answer
    for one in answer.split(b"HTTP/1.")[1:]:
        if not one.startswith(b"1 100"):
            assert b"\r\nServer: glance-release\r\n" in one


@pytest.mark.parametrize("what", MALFORMED)
@pytest.mark.asyncio
async def test_what_is_no_http_is_no_traceback(
    strict: Served, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    is_decent(await ask(strict, MALFORMED[what]))
    assert b"200 OK" in await ask(strict, last())
    assert not [one for one in caplog.records if one.exc_info]
    assert len(caplog.records) <= 1, caplog.messages


@pytest.mark.asyncio
async def test_a_flood_of_it_is_two_lines(strict: Served, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        answers = await asyncio.gather(*(ask(strict, one) for one in MALFORMED.values()))
        for answer in answers:
            is_decent(answer)
    assert b"200 OK" in await ask(strict, last())
    kinds = [re.sub(r"\(.*", "", one) for one in caplog.messages]
    assert sorted(set(kinds)) == sorted(kinds), "each kind once in the first minute"
    assert "The page: a malformed request from 127.0.0.1 " in kinds


@pytest.mark.asyncio
async def test_a_minute_of_it_is_one_line_that_counts(caplog: pytest.LogCaptureFixture) -> None:
    sparse = SparseLog(seconds=0.2)
    caplog.set_level(logging.WARNING)
    for number in range(5):
        sparse.note("malformed request", f"from {number}")
    sparse.note("failure", "from 9")
    await until(lambda: len(caplog.messages) == 3)
    sparse.note("malformed request", "from 5")
    await until(lambda: len(caplog.messages) == 4)
    await asyncio.sleep(0.4)
    sparse.note("malformed request", "from 6")
    sparse.close()
    assert caplog.messages == [
        "The page: a malformed request from 0.",
        "The page: a failure from 9.",
        "The page: 4 more: malformed request, the last from 4.",
        "The page: 1 more: malformed request, the last from 5.",
        "The page: a malformed request from 6.",
    ]


# -- methods and bodies ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/calendar.ics", "/status.json", "/icon.svg", "/nothing"])
@pytest.mark.asyncio
async def test_head_is_get_without_the_body(site: Served, path: str) -> None:
    whole = await ask(site, last(path))
    head, _, body = (await ask(site, last(path, "HEAD"))).partition(b"\r\n\r\n")
    assert body == b""
    without_date = re.compile(rb"Date: [^\r]*\r\n")
    assert without_date.sub(b"", head) == without_date.sub(b"", whole.partition(b"\r\n\r\n")[0])


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "FROB"]
)
@pytest.mark.asyncio
async def test_no_other_method_is_taken(site: Served, method: str) -> None:
    answer = await ask(site, last("/", method))
    is_decent(answer)
    assert answer.split(b" ")[1] in (b"405", b"400")


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.asyncio
async def test_a_body_is_not_taken(site: Served, method: str) -> None:
    """Neither as long as its sender likes, nor as large."""
    async with wire(site) as one:
        await one.say(
            f"{method} /no HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000000\r\n\r\n".encode()
        )
        head = await one.reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 40")
        sent = 0
        while sent < 200_000_000 and not one.writer.transport.is_closing():
            await one.say(b"x" * 100_000)
            sent += 100_000
        assert sent < 100_000_000
