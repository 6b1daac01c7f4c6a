"""The only HTTP client, against servers that keep to no rule."""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path

import pytest

from GlanceRelease.sources.http import Http, Trouble
from kit.upstream.raw_bytes import BadServer, page
from kit.upstream.server import Upstream

ELSEWHERE = Path(__file__).parents[1] / "kit" / "upstream" / "elsewhere.pem"


@pytest.mark.asyncio
async def test_a_certificate_that_does_not_fit_is_said_and_nothing_is_read() -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(ELSEWHERE)  # elsewhere.example's, signed by nobody
    async with BadServer(page(b"secret"), tls) as server, Http("tests") as http:
        with pytest.raises(Trouble, match="its certificate does not fit"):
            await http.get(server.url)
        assert server.asked == 0


@pytest.mark.asyncio
async def test_it_says_who_asks_and_follows_on_the_same_host(upstream: Upstream) -> None:
    upstream.route("/old", status=302, headers={"Location": "/new"})
    upstream.route("/new", "here")
    async with Http("glance (contact: me)") as http:
        answer = await http.get(f"{upstream.url}/old", [("q", "a"), ("q", "b")])
    assert answer.body == b"here"
    assert {seen.headers["User-Agent"] for seen in upstream.seen} == {"glance (contact: me)"}
    assert upstream.seen[0].target == "/old?q=a&q=b"


@pytest.mark.asyncio
async def test_what_is_as_it_was_is_not_sent_again(upstream: Upstream) -> None:
    upstream.route("/file", "one")
    async with Http("tests") as http:
        first = await http.get(f"{upstream.url}/file")
        again = await http.get(f"{upstream.url}/file", etag=first.etag)
    assert (again.unchanged, again.body) == (True, None)


@pytest.mark.asyncio
async def test_a_mirror_s_etag_may_be_the_body_s_plain_sha1(upstream: Upstream) -> None:
    plain = hashlib.sha1(b"one", usedforsecurity=False).hexdigest()
    upstream.route("/file", "one", headers={"ETag": f'"{plain}"'})
    upstream.route("/other", "two", headers={"ETag": f'"{plain}"'})
    async with Http("tests") as http:
        assert (await http.get(f"{upstream.url}/file")).body == b"one"
        with pytest.raises(Trouble, match="the body is not what its ETag names"):
            await http.get(f"{upstream.url}/other")


@pytest.mark.parametrize("url", ["http://", "nonsense", "http://127.0.0.1:0/", "http://[::1"])
@pytest.mark.asyncio
async def test_an_address_that_is_none_is_a_trouble(url: str) -> None:
    async with Http("tests") as http:
        with pytest.raises(Trouble):
            await http.get(url)


DATE = "Sun, 22 Nov 2026 15:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "90"}, 90),
        ({"Retry-After": "Sun, 22 Nov 2026 15:02:00 GMT", "Date": DATE}, 120),
        ({"Retry-After": "Sun, 22 Nov 2026 14:00:00 GMT", "Date": DATE}, 0),
        ({"Retry-After": "Sun, 22 Nov 2026 15:02:00 -0000", "Date": DATE}, 0),
        ({"Retry-After": "99999999999", "Date": DATE}, 0),
        ({"Retry-After": "soon", "Date": DATE}, 0),
        ({"Retry-After": "", "Date": "yesterday"}, 0),
    ],
)
@pytest.mark.asyncio
async def test_how_long_an_upstream_wants_to_be_left_alone(
    upstream: Upstream, headers: dict[str, str], seconds: float
) -> None:
    upstream.route("/busy", status=503, headers=headers)
    async with Http("tests") as http:
        with pytest.raises(Trouble, match="HTTP 503") as trouble:
            await http.get(f"{upstream.url}/busy")
    assert trouble.value.retry_after == seconds
