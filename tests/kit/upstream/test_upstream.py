"""The stand-in for the upstream services behaves as those do."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest

from kit.upstream.server import Upstream, blob_id

STATUS = "/openstack/releases/raw/branch/master/data/series_status.yaml"


def get(url: str, etag: str = "", timeout: float = 5) -> tuple[int, bytes, str]:
    request = urllib.request.Request(url, headers={"If-None-Match": etag} if etag else {})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as reply:
            return reply.status, reply.read(), reply.headers.get("ETag", "")
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers.get("ETag", "")


def test_a_real_file_comes_with_its_blob_id_and_304_after_that(opendev: Upstream) -> None:
    status, body, etag = get(opendev.url + STATUS)
    assert (status, etag) == (200, f'"{blob_id(body)}"')
    assert get(opendev.url + STATUS, etag) == (304, b"", etag)
    assert opendev.count("series_status") == 2


def test_a_route_goes_before_the_tree_and_a_missing_path_is_404(opendev: Upstream) -> None:
    opendev.raw("releases", "data/series_status.yaml", "[]")
    assert get(opendev.url + STATUS)[1] == b"[]"
    assert get(opendev.url + "/openstack/releases/raw/branch/master/../../x")[0] == 404


def test_it_goes_down_and_comes_back_on_the_same_port(upstream: Upstream) -> None:
    upstream.route("/a?b=1", "yes", delay=0.01)
    address = upstream.url + "/a?b=1"
    upstream.down()
    with pytest.raises(urllib.error.URLError):
        get(address)
    upstream.up()
    assert get(address)[:2] == (200, b"yes")


def test_it_hangs_breaks_and_babbles_at_will(upstream: Upstream) -> None:
    upstream.route("/", "yes")
    upstream.mode = "hang"
    with pytest.raises(TimeoutError):
        get(upstream.url + "/", timeout=0.2)
    upstream.mode = "error"
    assert get(upstream.url + "/")[0] == 503
    upstream.mode = "garbage"
    assert b"neither" in get(upstream.url + "/")[1]
