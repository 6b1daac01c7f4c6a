"""Drafts for the series that were released: each maintained one, from its stable branch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from GlanceRelease.answering import lookups
from GlanceRelease.configuration.settings import BotFile, Settings, Upstreams
from GlanceRelease.domain.model import Series
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.snapshot import SERIES, Fetched, Snapshot, deliverable_of, schedule_of
from GlanceRelease.registry import Ask, Lookup, answer
from GlanceRelease.render.irc import render
from GlanceRelease.sources.http import Http
from kit.release_cases import GLANCE, TEAM, A, B, parsed, releases, schedule
from kit.upstream.gerrit import GerritServer, Stored

NOW = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)
HEAD = "e" * 40
ROWS = (
    Series("hibiscus", "2026.2", "development", dt.date(2026, 9, 30)),
    Series("gazpacho", "2026.1", "maintained", dt.date(2026, 4, 1)),
    Series("flamingo", "2025.2", "maintained", dt.date(2025, 10, 1)),
    Series("epoxy", "2025.1", "maintained", dt.date(2025, 4, 2)),
    Series("dalmatian", "2024.2", "end of life", dt.date(2024, 10, 2)),
)


def cut(series: str, version: str) -> str:
    return f"branches:\n  - name: stable/{series}\n    location: {version}\n"


FILES = {
    "hibiscus": GLANCE + releases(("33.0.0.0b1", A)),
    "gazpacho": GLANCE
    + releases(("32.0.0.0rc1", A), ("32.0.0", A), ("32.0.1", B))
    + cut("2026.1", "32.0.0.0rc1"),
    "flamingo": GLANCE + releases(("31.0.0.0rc1", A), ("31.0.0", A)) + cut("2025.2", "31.0.0.0rc1"),
    "epoxy": GLANCE
    + releases(("30.0.0.0rc1", A), ("30.0.0", A), ("2025.1-eom", B))
    + cut("2025.1", "30.0.0.0rc1"),
    "dalmatian": GLANCE + releases(("29.0.0.0rc1", A), ("29.0.0", A)),
}


@pytest.fixture
def gerrit() -> Iterator[GerritServer]:
    with GerritServer(NOW) as server:
        for series in ROWS[1:]:
            branch = f"stable/{series.release_id}"
            server.heads["openstack/glance", branch] = HEAD
            server.raw("releases", f"deliverables/{series.name}/glance.yaml", FILES[series.name])
        stable = tuple(f"stable/{series.release_id}" for series in ROWS[1:])
        for sha, day in ((A, "2026-03-01"), (B, "2026-05-01"), (HEAD, "2026-06-01")):
            server.commits["openstack/glance", sha] = (f"{day} 00:00:00", stable, ())
        yield server


def snapshot() -> Snapshot:
    files = {
        deliverable_of(name, "glance").name: Fetched(
            parsed(text, f"{name}/glance.yaml"), NOW, "network"
        )
        for name, text in FILES.items()
    }
    facts = {
        SERIES.name: Fetched(ROWS, NOW, "network"),
        schedule_of("hibiscus").name: Fetched(schedule(), NOW, "network"),
    }
    return Snapshot(TEAM, {**facts, **files})


async def drafted(gerrit: GerritServer, what: str) -> str:
    places = Upstreams(opendev=gerrit.url, gerrit=gerrit.url)
    settings = Settings(Path(), BotFile(upstreams=places), {"glance": TEAM})
    kept: dict[str, str] = {}
    async with Http("test") as http:
        moment, wanted = Moment(snapshot(), NOW), Lookup("draft", what)
        told = await lookups.look_up(moment, http, settings, wanted, kept.__setitem__)
    return " / ".join(render(told)) + "".join(f" [{name}]" for name in kept)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("words", "version", "series"),
    [
        ("glance bugfix 2026.1", "32.0.2", "gazpacho"),
        ("glance bugfix gazpacho", "32.0.2", "gazpacho"),
        ("glance bugfix stable/2025.2", "31.0.1", "flamingo"),
        (f"glance bugfix flamingo {HEAD}", "31.0.1", "flamingo"),
        (f"glance bugfix {HEAD} flamingo", "31.0.1", "flamingo"),
    ],
)
async def test_each_maintained_series_gets_a_draft(
    gerrit: GerritServer, words: str, version: str, series: str
) -> None:
    told = await drafted(gerrit, words)
    branch = next(row.release_id for row in ROWS if row.name == series)
    assert told.startswith(f"glance {version} from {HEAD[:10]} of stable/{branch}: ")
    assert "error" not in told
    assert told.endswith(f"[glance-{series}-bugfix.yaml]")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("glance bugfix 2025.1", "stable/2025.1 of glance is unmaintained: no release comes from"
         " it."),
        ("glance bugfix dalmatian", "dalmatian/glance.yaml has no stable/2024.2 yet."),
        ("glance beta 2026.1", "glance 32.0.1 is final in this series."),
        ("glance bugfix nautilus", '"nautilus" is no series that I know, and no commit.'),
        ("glance bugfix gazpacho flamingo", 'draft does not take "flamingo", too. Say: draft '
         "DELIVERABLE beta|rc|final|feature|bugfix [SERIES] [SHA]."),
        ("glance bugfix gazpacho abc", '"abc" is no commit: one has 40 hexadecimal digits.'),
    ],
)  # fmt: skip
async def test_what_can_t_be_released_is_refused_at_once(words: str, reason: str) -> None:
    reply = answer(Moment(snapshot(), NOW), f"draft {words}", Ask(channel="#openstack-glance"))
    if reply.lookup is not None:  # what stands against it is known with the file alone
        with GerritServer(NOW) as server:
            server.heads["openstack/glance", "stable/2026.1"] = HEAD
            server.raw("releases", "deliverables/gazpacho/glance.yaml", FILES["gazpacho"])
            server.commits["openstack/glance", HEAD] = ("2026-06-01 00:00:00", (), ())
            assert (await drafted(server, words)).startswith(reason)
    else:
        assert render(reply.doc) == [reason]


@pytest.mark.asyncio
@pytest.mark.parametrize(("series", "version"), [("gazpacho", "32.0.2"), ("flamingo", "31.0.1")])
async def test_a_proposal_for_each_maintained_series_is_checked(
    gerrit: GerritServer, series: str, version: str
) -> None:
    before = FILES[series]
    head, _, branches = before.partition("branches:")
    after = head + releases((version, HEAD)).removeprefix("releases:\n") + f"branches:{branches}"
    path = f"deliverables/{series}/glance.yaml"
    gerrit.add(Stored(7, "openstack/releases", "S", files={path: (before, after)}))
    places = Upstreams(opendev=gerrit.url, gerrit=gerrit.url)
    settings = Settings(Path(), BotFile(upstreams=places), {"glance": TEAM})
    async with Http("test") as http:
        wanted = Lookup("proposal", "7")
        told = render(await lookups.look_up(Moment(snapshot(), NOW), http, settings, wanted))
    assert told[0].startswith(f"glance {version} in change ")
    assert "error" not in told[0], told
    assert "rules kept" in told[0]
