"""Whose files are read of series that should have ended long ago."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio

from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.snapshot import Snapshot, deliverable_of
from GlanceRelease.domain.upstreams import UpstreamPlace
from GlanceRelease.service.refresh.refresher import Refresher
from GlanceRelease.service.storage.store import Store
from GlanceRelease.sources.http import Http
from GlanceRelease.sources.opendev import wanted
from GlanceRelease.sources.protocols import Kept, PollScope
from kit.glance_facts import TEAM, at, said
from kit.release_cases import GLANCE, A, releases
from kit.upstream.raw_bytes import BadServer, page

pytestmark = pytest.mark.asyncio
ASKED = at("2028-06-01T12:00:00")
STATUS = """\
- name: indri
  release-id: 2027.1
  status: development
  initial-release: 2027-03-24
- name: flamingo
  release-id: 2025.2
  status: maintained
  initial-release: 2025-10-01
  eol-date: 2027-05-01
- name: stein
  status: end of life
  initial-release: 2019-04-10
"""
CUT = "branches:\n  - name: stable/%s\n    location: 31.0.0.0rc1\n"
ROWS = (("31.0.0.0rc1", A), ("31.0.0", A))
FLAMINGO = GLANCE + releases(*ROWS) + CUT % "2025.2"
BRANCHES = "Branches stable: 2025.2 (EOL was planned for Sat 2027-05-01, not tagged yet)"


class OldBranches:
    """A bot that starts more than a year after a planned end, with what its store has."""

    def __init__(self, http: Http, url: str) -> None:
        self.http, self.url = http, url

    async def start(self, files: Mapping[tuple[str, str], str]) -> None:
        store = await Store.in_memory()
        root = f"{self.url}/openstack/releases/raw/branch/master"
        rows = {"data/series_status.yaml": ("series_status", STATUS)}
        for (series, name), text in files.items():
            key = deliverable_of(series, name).name
            rows[f"deliverables/{series}/{name}.yaml"] = (key, text)
        read = ASKED - dt.timedelta(hours=1)
        await store.put_facts(
            [
                (f"{root}/{path}", key, Kept((text.encode(),), (None,)), read)
                for path, (key, text) in rows.items()
            ]
        )
        self.refresher = Refresher(self.http, store)
        await self.refresher.start({})
        for _ in range(2):
            self.watch()
        await store.close()

    def watch(self) -> None:
        places = {"opendev": UpstreamPlace(self.url, dt.timedelta(minutes=30))}
        facts = self.refresher.facts
        scope = PollScope(places, (TEAM,), facts, ASKED, branches=True)
        self.refresher.watch(wanted.wanted(scope))

    @property
    def moment(self) -> Moment:
        return Moment(Snapshot(TEAM, self.refresher.facts), ASKED)

    def freeze(self) -> str:
        return " ".join(said(self.moment.snapshot, "freeze", ASKED))


@pytest_asyncio.fixture
async def bot() -> AsyncIterator[OldBranches]:
    async with BadServer(page(b"", "404 Not Found")) as server, Http("tests") as http:
        yield OldBranches(http, server.url)


async def test_what_was_never_ended_is_read_and_told_on(bot: OldBranches) -> None:
    await bot.start({("flamingo", "glance"): FLAMINGO})
    assert BRANCHES in bot.freeze()
    for _ in range(3):
        bot.watch()
    assert BRANCHES in bot.freeze()


@pytest.mark.parametrize(
    ("series", "text"),
    [
        ("flamingo", GLANCE + releases(*ROWS, ("2025.2-eol", A)) + CUT % "2025.2"),
        ("flamingo", "stable-status: end of life\n" + FLAMINGO),
        ("flamingo", GLANCE + releases(*ROWS)),
        ("flamingo", "- broken"),
        ("stein", GLANCE + releases(*ROWS) + CUT % "stein"),
    ],
    ids=["marked", "its status", "without the branch", "broken", "nobody wrote its end's day"],
)
async def test_what_has_ended_by_its_file_too_is_let_go(
    bot: OldBranches, series: str, text: str
) -> None:
    await bot.start({(series, "glance"): text})
    assert not bot.refresher.facts.keys() & {deliverable_of(series, "glance").name}
    assert "2025.2" not in bot.freeze()
    assert "stein" not in bot.freeze()


async def test_what_was_never_read_is_not_asked_for(bot: OldBranches) -> None:
    await bot.start({})
    assert not [name for name in bot.refresher.facts if name.startswith("deliverable/flamingo")]
