"""The command line tells merged from tagged as the bot does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from GlanceRelease.__main__ import main
from kit.bot_in_process import BotInProcess
from kit.release_cases import GLANCE, A, B, releases
from kit.upstream.gerrit import GerritServer, Stored
from kit.upstream.server import Upstream

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
FILE = "/openstack/releases/raw/branch/master/deliverables/hibiscus/glance.yaml"
FIRST = GLANCE + releases(("33.0.0.0b2", A))
NEXT = GLANCE + releases(("33.0.0.0b2", A), ("33.0.0.0rc1", B))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[tuple[Path, GerritServer]]:
    with GerritServer(NOW) as gerrit, Upstream() as opendev:
        gerrit.grow("openstack/glance", B, day="2026-09-01 10:00:00", branch="master")
        opendev.route(FILE, NEXT)
        stamp = f"{NOW - dt.timedelta(hours=1):%Y-%m-%d %H:%M:%S}.000000000"
        gerrit.add(
            Stored(
                900001, "openstack/releases", "Release", status="MERGED", created=stamp,
                updated=stamp, submitted=stamp,
                files={"deliverables/hibiscus/glance.yaml": (FIRST, NEXT)},
            )
        )  # fmt: skip
        places = dict.fromkeys(("opendev", "zuul", "launchpad"), opendev.url)
        lines = (f"  {name}: {url}\n" for name, url in {**places, "gerrit": gerrit.url}.items())
        more = "upstreams:\n" + "".join(lines)
        BotInProcess(tmp_path, NOW, more=more)
        yield tmp_path, gerrit


def told(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    command, *rest = words
    main([command, "--config", str(folder), "--now", "2026-09-10T12:00:00Z", *rest])
    return capsys.readouterr().out


def test_rc1_without_its_tag_is_no_rc1(
    folder: tuple[Path, GerritServer], capsys: pytest.CaptureFixture[str]
) -> None:
    where, gerrit = folder
    pending = "glance 33.0.0.0rc1 (merged, tag pending)"
    assert pending in told(where, capsys, "ask", "--", "releases")
    assert "2026.2 Hibiscus: glance 33.0.0.0b2" in told(where, capsys, "ask", "--", "releases")
    asked = gerrit.count("/tags/33.0.0.0rc1")
    told(where, capsys, "freeze", "glance")
    told(where, capsys, "ask", "--", "freeze", "glance")
    assert gerrit.count("/tags/33.0.0.0rc1") >= asked + 2
    gerrit.tag("openstack/glance", "33.0.0.0rc1", B, "2026-09-10 11:00:00")
    assert "2026.2 Hibiscus: glance 33.0.0.0rc1" in told(where, capsys, "ask", "--", "releases")
