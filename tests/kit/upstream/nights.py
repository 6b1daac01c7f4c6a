"""Months of scripted nights: a Zuul and a Gerrit on loopback, the sources, and the rule's ticks."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from aiohttp import web

from GlanceRelease import duties, registry
from GlanceRelease.domain.ci.builds import NIGHTS
from GlanceRelease.domain.messages.doc import Doc, doc, line
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.snapshot import Fetched, Snapshot
from GlanceRelease.domain.team import Jobs, Team
from GlanceRelease.duties.jobs.night_notices import _remember, night_notices
from GlanceRelease.duties.jobs.report import jobs_part
from GlanceRelease.duties.jobs.unreadable import unreadable_notices
from GlanceRelease.registry import Ask
from GlanceRelease.render.irc import render
from GlanceRelease.sources.http import Http, Trouble
from GlanceRelease.sources.protocols import Kept
from GlanceRelease.sources.zuul.wanted import zuul_facts
from kit.upstream.server import Reply, Upstream
from kit.upstream.zuul import Row, ZuulServer

duties.load()
GLANCE = "openstack/glance"
STORE = "openstack/glance_store"
CLIENT = "openstack/python-glanceclient"
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
TEAM = Team(
    "glance",
    "glance",
    ("#openstack-glance",),
    ("glance",),
    jobs=Jobs(repositories=(GLANCE, STORE, CLIENT)),
)


def october(day: int, hour: float = 2) -> dt.datetime:
    """An instant of October 2026, UTC."""
    return dt.datetime(2026, 10, 1, tzinfo=dt.UTC) + dt.timedelta(days=day - 1, hours=hour)


def merged_changes(changes: Mapping[str, list[Row]]) -> Callable[[web.BaseRequest], Reply]:
    """Gerrit's answer to queries for merged changes, by repository."""

    def reply(request: web.BaseRequest) -> Reply:
        lists = []
        for query in request.query.getall("q"):
            project = query.split('"')[1]
            since, until = re.findall(r'merged(?:after|before):"([\d: -]{19}) \+0000"', query)
            lists.append(
                [
                    {"project": project, "branch": "master", **row}
                    for row in changes.get(project, [])
                    if since <= row["submitted"][:19] < until
                ]
            )
        body = json.dumps(lists if len(lists) > 1 else lists[0])
        return Reply(f")]}}'\n{body}".encode(), 200, {"Content-Type": "application/json"})

    return reply


class Told(NamedTuple):
    """All that a night comes to: the channel's lines, `!jobs`, `!job`, the report's part."""

    said: list[str]
    jobs: list[str]
    job: list[str]
    part: str


class Watch:
    """The bot's part between Zuul and channel: sources, facts, the rule and its memory.

    `said` are the lines the channel got, with the hour; addresses keep their shape, their ids do
    not.
    """

    def __init__(self, zuul: ZuulServer, gerrit: Upstream, team: Team = TEAM) -> None:
        self.zuul, self.gerrit, self.team = zuul, gerrit, team
        self.kept: dict[str, Kept] = {}
        self.facts: dict[str, Fetched[Any]] = {}
        self.memory: dict[str, str] = {}
        self.keys: set[str] = set()
        self.said: list[str] = []
        self.born = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
        self.script: list[tuple[dt.datetime, Callable[[], object]]] = []

    def at(self, when: dt.datetime, action: Callable[[], object]) -> None:
        """Let something happen upstream."""
        self.script.append((when, action))

    def run(self, begin: dt.datetime, end: dt.datetime, step: dt.timedelta = HOUR) -> None:
        """Pass the time in steps: what is scripted happens, then a poll and a tick."""

        async def through() -> None:
            now = begin
            async with Http("test", timeout_seconds=2) as http:
                while now <= end:
                    self._happen(now)
                    await self.poll(http, now)
                    self.tick(now)
                    now += step

        asyncio.run(through())

    def _happen(self, now: dt.datetime) -> None:
        due = sorted((one for one in self.script if one[0] <= now), key=lambda one: one[0])
        self.script = [one for one in self.script if one[0] > now]
        for _, action in due:
            action()

    async def poll(self, http: Http, now: dt.datetime) -> None:
        """Ask what is due, then what the answers made known, as the app does."""
        asked: set[str] = set()
        for _ in range(2):
            nights = self.facts.get(NIGHTS.name, Fetched()).value
            teams = [(self.team.jobs, self.team.jobs.repositories)]
            for source in zuul_facts(self.zuul.api, self.gerrit.url, teams, nights):
                name = source.key.name
                if name in asked:
                    continue
                asked.add(name)
                try:
                    self.kept[name] = await source.fetch(http, self.kept.get(name), now)
                except Trouble as trouble:
                    before = self.facts.get(name, Fetched())
                    self.facts[name] = Fetched(before.value, before.at, before.origin, str(trouble))
                    continue
                value = source.read(self.kept[name])
                self.facts[name] = Fetched(value, now, "network", None, source.url)

    @property
    def snapshot(self) -> Snapshot:
        return Snapshot(self.team, dict(self.facts), memory=dict(self.memory), born=self.born)

    def tick(self, now: dt.datetime) -> None:
        snapshot = self.snapshot
        moment = Moment(snapshot, now)
        for notice in (*night_notices(moment), *unreadable_notices(moment)):
            if notice.is_due(now) and notice.key not in self.keys:
                self.keys.add(notice.key)
                self.said += [f"{now:%d %H:%M} {same(text)}" for text in lines(notice.say(now))]
        self.memory.update(_remember(Moment(snapshot, now)))

    def ask(self, text: str, now: dt.datetime) -> list[str]:
        """The answer to a command, in at most two lines."""
        reply = registry.answer(Moment(self.snapshot, now), text, Ask())
        found = [same(text) for text in lines(reply.doc)]
        assert len(found) <= 2, found
        return found

    def part(self, now: dt.datetime) -> str:
        """The periodic jobs' part of the report as of now."""
        part = jobs_part(Moment(self.snapshot, now))
        assert part is not None
        return " ".join(same(text) for text in lines(doc(line(*part.phrases))))

    def told(self, now: dt.datetime, job: str = "") -> Told:
        """What the nights came to by now; `job` is what is asked of one."""
        asked = self.ask(f"job {job}", now) if job else []
        return Told(list(self.said), self.ask("jobs", now), asked, self.part(now))


def lines(message: Doc) -> list[str]:
    """The channel's lines, which must be plain ASCII of less than 400 bytes."""
    found = render(message)
    for text in found:
        assert len(text.encode()) <= 400, text
        assert text.isascii(), text
        assert text.isprintable(), text
    return found


def same(text: str) -> str:
    """The text without what differs from run to run."""
    text = re.sub(r"http://127.0.0.1:\d+/t/openstack", "ZUUL", text)
    return re.sub(r"http://127.0.0.1:\d+", "GERRIT", re.sub(r"\b[0-9a-f]{32}\b", "ID", text))
