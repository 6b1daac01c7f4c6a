# ruff: noqa: E501  a transcript has its own lines
"""One day on which upstream does all that upstreams do: what the log says, and what people hear.

Each fault lasts half an hour, then all is well for an hour. Somebody asks in it and after it; the
channel hears nothing of it unasked, and the day's own reminder comes at its hour from what is kept.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import cycle

import pytest

from GlanceRelease import registry
from GlanceRelease.domain.moment import Moment
from GlanceRelease.render.irc import render
from GlanceRelease.service.refresh.refresher import Refresher
from GlanceRelease.service.storage.store import Store
from GlanceRelease.sources.http import Http
from GlanceRelease.sources.opendev import client as opendev
from kit.channel import ALICE, Channel
from kit.glance_facts import TEAM, at, world
from kit.upstream.raw_bytes import Answer, BadServer, half_a_body, megabytes, page, silence

MIDNIGHT = at("2026-12-17T00:00:00")  # a Thursday, four weeks before Indri-2
MINUTE = dt.timedelta(minutes=1)
EVERY = dt.timedelta(minutes=5)
FILE = b"""team: glance
type: service
release-model: cycle-with-rc
repository-settings: {openstack/glance: {}}
releases:
  - {version: 34.0.0.0b1, projects: [{repo: openstack/glance, hash: %s}]}
""" % (b"a" * 40)
OLDER = FILE.replace(b"b1", b"b0")
HTML = b"<!DOCTYPE html><html><body>Gitea: 500</body></html>"
BOMB = b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
PLACE = "openstack/releases/raw/branch/master/deliverables/"
FAULTS: dict[str, Answer | None] = {
    "is down": None,
    "does not answer": silence,
    "breaks off": half_a_body(FILE),
    "shows a page": page(HTML, content_type="text/html"),
    "calls a page a text": page(HTML),
    "has an error": page(HTML, "500 Internal Server Error", "text/html"),
    "has a tab": page(b"team:\tglance\n\ttype: x\n"),
    "has a bomb": page(BOMB),
    "sends 50 MB": page(b"#" * 50_000_000),
    "sends and sends": megabytes(50),
    "sends it elsewhere": page(b"", "302 Found", more="Location: https://elsewhere.example/\r\n"),
    "sends it in circles": page(b"", "302 Found", more="Location: #\r\n"),
    "has lost it": page(b"not found", "404 Not Found"),
    "has its beginning": page(FILE.partition(b"releases:")[0]),
}
TRANSCRIPT = """
00:10 <glancebot> glance master: open.
00:10 -- opendev is down
00:10 log: opendev: no connection: connection refused (opendev.org/indri/glance.yaml); its last good value stays
00:40 <glancebot> glance master: open (as of 2026-12-17 00:05 UTC, 35 min ago: no connection: connection refused)
00:40 log: opendev is back
01:40 -- opendev does not answer
01:40 log: opendev: no answer in time (opendev.org/indri/glance.yaml); its last good value stays
02:10 <glancebot> glance master: open (as of 2026-12-17 01:35 UTC, 35 min ago: no answer in time)
02:10 log: opendev is back
03:10 -- opendev breaks off
03:10 log: opendev: half a body (opendev.org/indri/glance.yaml); its last good value stays
03:40 <glancebot> glance master: open (as of 2026-12-17 03:05 UTC, 35 min ago: half a body)
03:40 log: opendev is back
04:40 -- opendev shows a page
04:40 log: opendev: a web page instead of the file (opendev.org/indri/glance.yaml); its last good value stays
05:10 <glancebot> glance master: open (as of 2026-12-17 04:35 UTC, 35 min ago: a web page instead of the file)
05:14 log: opendev is back
06:10 -- opendev calls a page a text
06:14 log: opendev: a web page instead of the file (opendev.org/indri/glance.yaml); its last good value stays
06:40 <glancebot> glance master: open (as of 2026-12-17 06:09 UTC, 31 min ago: a web page instead of the file)
06:41 log: opendev is back
07:40 -- opendev has an error
07:41 log: opendev: HTTP 500 (opendev.org/indri/glance.yaml); its last good value stays
08:10 <glancebot> glance master: open (as of 2026-12-17 07:36 UTC, 34 min ago: HTTP 500)
08:13 log: opendev is back
09:10 -- opendev has a tab
09:13 log: opendev: line 2: a tab where only blanks can stand (opendev.org/indri/glance.yaml); its last good value stays
09:40 <glancebot> glance master: open (as of 2026-12-17 09:08 UTC, 32 min ago: indri/glance.yaml: line 2: a tab where only blanks can stand)
09:45 log: opendev is back
10:00 #openstack-glance: Indri-2 milestone: Thu 2027-01-14, R-10, in 28 days. No day is planned yet: plan m2 DAY, Mon 2027-01-11 to Thu 2027-01-14. To do: glance 34.0.0.0b2, a release of glance-store, a release of python-glanceclient. https://releases.openstack.org/indri/schedule.html#i-2
10:40 -- opendev has a bomb
10:40 log: opendev: line 2: aliases are refused (opendev.org/indri/glance.yaml); its last good value stays
11:10 <glancebot> glance master: open (as of 2026-12-17 10:35 UTC, 35 min ago: indri/glance.yaml: line 2: aliases are refused)
11:12 log: opendev is back
12:10 -- opendev sends 50 MB
12:12 log: opendev: more than 8 MiB (opendev.org/indri/glance.yaml); its last good value stays
12:40 <glancebot> glance master: open (as of 2026-12-17 12:07 UTC, 33 min ago: more than 8 MiB)
12:43 log: opendev is back
13:40 -- opendev sends and sends
13:43 log: opendev: more than 8 MiB (opendev.org/indri/glance.yaml); its last good value stays
14:10 <glancebot> glance master: open (as of 2026-12-17 13:38 UTC, 32 min ago: more than 8 MiB)
14:13 log: opendev is back
15:10 -- opendev sends it elsewhere
15:13 log: opendev: sent elsewhere (to elsewhere.example) (opendev.org/indri/glance.yaml); its last good value stays
15:40 <glancebot> glance master: open (as of 2026-12-17 15:08 UTC, 32 min ago: sent elsewhere (to elsewhere.example))
15:43 log: opendev is back
16:40 -- opendev sends it in circles
16:43 log: opendev: too many redirects (opendev.org/indri/glance.yaml); its last good value stays
17:10 <glancebot> glance master: open (as of 2026-12-17 16:38 UTC, 32 min ago: too many redirects)
17:10 log: opendev is back
18:10 -- opendev has lost it
18:10 log: opendev: 404, though it was there (opendev.org/indri/glance.yaml); its last good value stays
18:40 <glancebot> glance master: open (as of 2026-12-17 18:05 UTC, 35 min ago: 404, though it was there)
18:42 log: opendev is back
19:40 -- opendev has its beginning
19:42 log: opendev: only the beginning of what was there (opendev.org/indri/glance.yaml); its last good value stays
20:10 <glancebot> glance master: open (as of 2026-12-17 19:37 UTC, 33 min ago: only the beginning of what was there)
20:15 log: opendev is back
21:10 -- one of opendev's back ends lags behind
22:10 <glancebot> glance master: open.
"""


class Day:
    """The bot's hours with its upstream and its channel; `told` is the transcript."""

    def __init__(self, server: BadServer, refresher: Refresher, channel: Channel) -> None:
        self.server = server
        self.refresher = refresher
        self.channel = channel
        self.now = MIDNIGHT
        self.told: list[str] = []

    async def minutes(self, number: int) -> None:
        """Let minutes pass: the bot polls when it is time, and its rules speak."""
        for _ in range(number):
            self.channel.clock.instant = self.now
            await self.refresher.refresh(self.now, self.now, "opendev")
            fresh = {name: replace(fact, at=self.now) for name, fact in world().facts.items()}
            facts = {**fresh, **self.refresher.facts}
            self.channel.facts = replace(self.channel.facts, facts=facts)
            heard = len(self.channel.lines)
            await self.channel.speaker.tick(await self.channel.snapshot())
            for target, line in self.channel.lines[heard:]:
                self.tell(f"{target}: {line}")
            self.now += MINUTE

    def tell(self, text: str) -> None:
        short = text.replace(f"{self.server.url}/{PLACE}", "opendev.org/")
        self.told.append(f"{self.now:%H:%M} {short}")

    async def ask(self) -> None:
        """What the bot answers now to somebody who asks whether glance is frozen."""
        asked = replace(ALICE, channel=TEAM.announce)
        doc = registry.answer(
            Moment(await self.channel.snapshot(), self.now), "freeze glance master", asked
        ).doc
        (line,) = render(doc)
        start, _, age = line.partition(" Development of 2027.1 Indri.")
        assert (
            start == "glance master: open until the end of Thu 2027-02-18, R-5, in 63 days,"
            " then feature freeze."
        )
        self.tell(f"<glancebot> glance master: open{age or '.'}")


class Log(logging.Handler):
    """Writes the log into the transcript."""

    def __init__(self, day: Day) -> None:
        super().__init__(logging.WARNING)
        self.day = day

    def emit(self, record: logging.LogRecord) -> None:
        self.day.tell(f"log: {record.getMessage()}")


@asynccontextmanager
async def a_day() -> AsyncIterator[Day]:
    """A day that begins with all well, in a channel without a meeting."""
    store = await Store.in_memory()

    random.seed(1)  # the jitter of the pauses
    async with (
        BadServer(page(FILE)) as server,
        Http("tests", timeout_seconds=1.0) as http,
        Channel(now=MIDNIGHT, facts=world(replace(TEAM, meeting=None))) as channel,
    ):
        refresher = Refresher(http, store)
        await refresher.start({})
        refresher.watch([opendev.deliverable(server.url, "indri", "glance", EVERY)])
        day = Day(server, refresher, channel)
        log = Log(day)
        logging.getLogger("GlanceRelease").addHandler(log)
        yield day
        logging.getLogger("GlanceRelease").removeHandler(log)
    await store.close()


@pytest.mark.asyncio
async def test_a_day_with_every_fault_in_it() -> None:
    async with a_day() as day:
        await day.minutes(10)
        await day.ask()
        well = day.server.says
        for name, fault in FAULTS.items():
            day.tell(f"-- opendev {name}")
            if fault is None:
                await day.server.down()
            else:
                day.server.says = fault
            await day.minutes(30)
            await day.ask()
            day.server.says = well
            if fault is None:
                await day.server.up()
            await day.minutes(60)
        day.tell("-- one of opendev's back ends lags behind")
        bodies = cycle([OLDER, FILE])
        day.server.says = lambda: page(next(bodies))()
        await day.minutes(60)
        await day.ask()
    assert "\n".join(day.told) == TRANSCRIPT.strip()
