"""Nights written down: what runs, what happens, and what the bot makes of it, as lines of text.

A block is a title, then what is so, one fact a line, then what the bot says of it. Jobs run by
letters (`scripted.RESULTS`), one a night from 1 October on:

    glance a-tips b-tips ......FF [on BRANCH] [in PIPELINE] [at HH:MM] [from DAY] [MARK...]

The mark `unlisted` says that Zuul does not tell the jobs yet, `non-voting` what it says. Things
happen as `DAY HH:MM VERB ...`, where the verb is a method of `_Nights`. `until DAY HH:MM` is when
the bot is asked `jobs`, the report, and behind it `job` of one, or `gate`; `since DAY` when it
first polls, `polls HH:MM ...` at which hours of a day.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from GlanceRelease.domain.team import Jobs
from GlanceRelease.sources.http import Http
from kit.upstream.nights import TEAM, Told, Watch, merged_changes, october
from kit.upstream.scripted import RESULTS
from kit.upstream.server import Upstream
from kit.upstream.zuul import ZuulServer
from kit.upstream.zuul_status import loading_error

POLLS = ("02:30", "05:00", "08:00", "11:00", "15:00", "19:00", "22:00")
_PLACE = {"on": "master", "in": "periodic", "at": "02:00", "from": "1"}
_MARKS = ("unlisted", "non-voting")
_RUNS = re.compile(r"[.FiTLsr?-]+")
Lane = tuple[str, str, str]


@dataclass
class Block:
    """One row of the table."""

    title: str
    given: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    job: list[str] = field(default_factory=list)
    part: str = ""

    @property
    def told(self) -> Told:
        """What the bot is to say."""
        return Told(self.said, self.jobs, self.job, self.part)

    def with_told(self, told: Told) -> Block:
        """The row with what the bot does say."""
        return replace(self, said=told.said, jobs=told.jobs, job=told.job, part=told.part)

    @property
    def text(self) -> str:
        """The row as it stands in the file."""
        told = [*(f"  said  {text}" for text in self.said or ["nothing"])]
        told += [*(f"  jobs  {text}" for text in self.jobs), *(f"  job   {t}" for t in self.job)]
        return "\n".join((f"== {self.title}", *self.given, *told, f"  part  {self.part}"))


def sections(text: str) -> Iterator[tuple[str, str]]:
    """What the nights of a table are about, and the rows of each."""
    for one in f"\n{text}".split("\n# ")[1:]:
        subject, _, rows = one.partition("\n")
        yield subject, rows


def blocks(text: str) -> Iterator[Block]:
    """The rows of a table."""
    for one in f"\n{text}".split("\n== ")[1:]:
        title, *rows = one.rstrip().splitlines()
        block = Block(title)
        for row in filter(None, rows):
            if not row.startswith("  "):
                block.given.append(row)
                continue
            column, told = row[2:6].strip(), row[8:]
            if column == "part":
                block.part = told
            elif (column, told) != ("said", "nothing"):
                getattr(block, column).append(told)
        yield block


def told_of(block: Block, gerrit: Upstream) -> Told:
    """What the bot says of a row's nights."""
    with ZuulServer() as zuul:
        zuul.items["periodic"] = []
        gerrit.routes["/changes/"] = merged_changes({})
        return _Nights(Watch(zuul, gerrit), block).told()


class _Nights:
    def __init__(self, watch: Watch, block: Block) -> None:
        self.watch, self.zuul = watch, watch.zuul
        self.polls: tuple[str, ...] = POLLS
        self.until, self.job, self.since = october(10, 20), "", 1
        self.runs: dict[tuple[Lane, dt.datetime], dict[str, tuple[str, bool]]] = {}
        repositories = []
        for row in block.given:
            word, *rest = row.split()
            if word == "until":
                self.until, self.job = (
                    _at(rest[0], rest[1].strip(",")),
                    " ".join(rest[3:] or rest[2:]),
                )
            elif word == "since":
                self.since = int(rest[0])
            elif word == "polls":
                self.polls = tuple(rest)
            elif word.isdigit():
                act = partial(getattr(self, rest[1]), _at(word, rest[0]), rest[2:])
                watch.at(_at(word, rest[0]), act)
            else:
                repositories.append(_repository(word))
                self._jobs(_repository(word), rest)
        ours = tuple(dict.fromkeys(repositories))
        watch.team = replace(TEAM, jobs=Jobs(repositories=ours))
        for (lane, event), runs in self.runs.items():
            watch.at(event, partial(self._night, lane, event, runs))

    def told(self) -> Told:
        asyncio.run(self._live())
        told = self.watch.told(self.until, self.job if self.job != "gate" else "")
        return told._replace(job=self.watch.ask("gate", self.until)) if not told.job else told

    async def _live(self) -> None:
        async with Http("test", timeout_seconds=2) as http:
            for day in range(self.since, 90):
                for clock in self.polls:
                    now = _at(str(day), clock)
                    if now > self.until:
                        return
                    self.watch._happen(now)
                    await self.watch.poll(http, now)
                    self.watch.tick(now)

    def _jobs(self, project: str, words: list[str]) -> None:
        names, place, marks = _read(words)
        *jobs, letters = names
        lane = (project, place["on"], place["in"])
        listed = self.zuul.expected.setdefault(lane, [])
        if "unlisted" not in marks:
            listed += [job for job in jobs if job not in listed]
        for number, letter in enumerate(letters):
            event = _at(str(int(place["from"]) + number), place["at"])
            for job in jobs if letter != "-" else ():
                runs = self.runs.setdefault((lane, event), {})
                runs[job] = letter, "non-voting" not in marks

    def _night(self, lane: Lane, event: dt.datetime, runs: dict[str, tuple[str, bool]]) -> None:
        bad = {letter for letter, voting in runs.values() if voting} - {"."}
        result = None if "r" in bad else "FAILURE" if bad else "SUCCESS"
        buildset = self.zuul.add_buildset(lane[0], event, result, lane[1], lane[2])
        for job, (letter, voting) in runs.items():
            if letter == "?":  # a lost executor: it is tried again, and nothing comes of it
                self.zuul.add_build(buildset, job, "RETRY", final=False, voting=voting)
            else:
                self.zuul.add_build(buildset, job, RESULTS[letter], voting=voting)

    # -- what happens ---------------------------------------------------------------------------

    def unlist(self, at: dt.datetime, words: list[str]) -> None:
        jobs, lane = _of_lane(words)
        self.zuul.expected[lane] = [job for job in self.zuul.expected[lane] if job not in jobs]

    def list(self, at: dt.datetime, words: list[str]) -> None:
        jobs, lane = _of_lane(words)
        self.zuul.expected.setdefault(lane, []).extend(jobs)

    def error(self, at: dt.datetime, words: list[str]) -> None:
        """REPOSITORY[@BRANCH]: what Zuul says of its configuration."""
        place, _, branch = words[0].rstrip(":").partition("@")
        text = " ".join(words[1:])
        self.zuul.errors.append(loading_error(_repository(place), text, branch or "master"))

    def stanza(self, at: dt.datetime, words: list[str]) -> None:
        """REPOSITORY: the error; what stands in the project's stanza, or the job's, it is of."""
        repository, (text, quoted) = words[0].rstrip(":"), " ".join(words[1:]).split("; ")
        sort = "project" if quoted.startswith("name") else "job"
        whole = f"The error was:\n\n  {text}\n\nThe error appears in the following {sort} stanza:"
        whole += f"\n\n  {sort}:\n    {quoted}\n"
        row = loading_error(_repository(repository), text, path="zuul.d/projects.yaml", error=whole)
        self.zuul.errors.append(row)

    def errors(self, at: dt.datetime, words: list[str]) -> None:
        """So many errors of other repositories."""
        others = (f"openstack/x{number}" for number in range(int(words[0])))
        self.zuul.errors.extend(loading_error(name, "Unknown secret") for name in others)

    def mute(self, at: dt.datetime, words: list[str]) -> None:
        """These answers are in no shape of Zuul's."""
        self.zuul.changed = lambda path, value: {} if path in words else value

    def sound(self, at: dt.datetime, words: list[str]) -> None:
        self.zuul.errors.clear()

    def down(self, at: dt.datetime, words: list[str]) -> None:
        self.zuul.down()

    def up(self, at: dt.datetime, words: list[str]) -> None:
        self.zuul.up()

    def queue(self, at: dt.datetime, words: list[str]) -> None:
        """The night's item waits in its pipeline; its buildset has no build yet."""
        jobs, lane = _of_lane(words)
        self.zuul.add_buildset(lane[0], at, None, lane[1], lane[2], started=False)
        self.zuul.hold(lane[0], at, dict.fromkeys(jobs, (None, 1)), lane[1], lane[2])

    def lose(self, at: dt.datetime, words: list[str]) -> None:
        """REPOSITORY: the night's item is lost: its buildset has no build, and never ends."""
        _, lane = _of_lane(words)
        self.zuul.add_buildset(lane[0], at, None, lane[1], lane[2], started=False)

    def again(self, at: dt.datetime, words: list[str]) -> None:
        """Jobs beside others of the night wait for another attempt; its buildset is not over."""
        jobs, lane = _of_lane(words)
        self.zuul.buildsets[-1].update(result=None)
        self.zuul.hold(lane[0], at, dict.fromkeys(jobs, (None, 2)), lane[1], lane[2])

    def over(self, at: dt.datetime, words: list[str]) -> None:
        """Nothing waits any more; all buildsets have this result."""
        self.zuul.items["periodic"] = []
        for row in self.zuul.buildsets:
            row["result"] = row["result"] or words[0]

    def run(self, at: dt.datetime, words: list[str]) -> None:
        """REPOSITORY JOB LETTER: the build comes into the newest buildset of the repository."""
        project, job, letter = _repository(words[0]), words[1], words[2]
        of_it = [b for b in self.zuul.buildsets if b["refs"][0]["project"] == project]
        of_it[-1]["first_build_start_time"] = of_it[-1]["event_timestamp"]
        self.zuul.add_build(of_it[-1], job, RESULTS[letter], at, at + dt.timedelta(minutes=20))

    def ended(self, at: dt.datetime, words: list[str]) -> None:
        """JOB DAY LETTER: the row of that day becomes so."""
        day = f"2026-10-{int(words[1]):02}"
        for row in self.zuul.builds:
            if row["job_name"] == words[0] and row["event_timestamp"].startswith(day):
                self.zuul.finish(row, str(RESULTS[words[2]]), at)

    def garble(self, at: dt.datetime, words: list[str]) -> None:
        """DAY [DAY] [JOB]: rows of these nights have no uuid."""
        days = [int(word) for word in words if word.isdigit()]
        job = next((word for word in words if not word.isdigit()), "")
        first, last = f"2026-10-{days[0]:02}", f"2026-10-{days[-1]:02}T99"

        def changed(path: str, value: Any) -> Any:
            if path != "builds":
                return value
            return [
                {**row, "uuid": None}
                if first <= row["event_timestamp"] <= last and job in ("", row["job_name"])
                else row
                for row in value
            ]

        self.zuul.changed = changed

    def empty(self, at: dt.datetime, words: list[str]) -> None:
        """These answers are []."""
        self.zuul.changed = lambda path, value: [] if path in words else value

    def clear(self, at: dt.datetime, words: list[str]) -> None:
        self.zuul.changed = lambda path, value: value

    def anew(self, at: dt.datetime, words: list[str]) -> None:
        """A new database."""
        self.zuul.builds.clear()
        self.zuul.buildsets.clear()
        self.zuul._number = 0

    def late(self, at: dt.datetime, words: list[str]) -> None:
        """REPOSITORY DAY JOB LETTER...: rows of a night that were not shown until now."""
        event = _at(words[1], "02:00")
        buildset = self.zuul.add_buildset(_repository(words[0]), event, "SUCCESS")
        for job, letter in zip(words[2::2], words[3::2], strict=True):
            self.zuul.add_build(buildset, job, RESULTS[letter])

    def refuse(self, at: dt.datetime, words: list[str]) -> None:
        """Zuul does not tell what it would run in a lane."""
        self.zuul.refuses.add(_of_lane(words)[1])

    def retire(self, at: dt.datetime, words: list[str]) -> None:
        """REPOSITORY: Zuul does not have it any more."""
        for lane in [lane for lane in self.zuul.expected if lane[0] == _repository(words[0])]:
            del self.zuul.expected[lane]

    def accept(self, at: dt.datetime, words: list[str]) -> None:
        self.zuul.refuses.clear()

    def gerrit(self, at: dt.datetime, words: list[str]) -> None:
        self.watch.gerrit.down() if words == ["down"] else self.watch.gerrit.up()

    def gate(self, at: dt.datetime, words: list[str]) -> None:
        """Changes of these repositories that depend on each other wait in the gate."""
        first, *more = map(_repository, words)
        self.zuul.enqueue("gate", first, at, True, *more)

    def status(self, at: dt.datetime, words: list[str]) -> None:
        """The gate is in this state; or the status has no `gate`, other `keys`, no `times` or some
        that are `ahead`, no `refs`."""
        what = words[0]

        def changed(path: str, value: Any) -> Any:
            if path != "status":
                return value
            text = json.dumps(value)
            if what == "keys":
                return json.loads(text.replace('"heads"', '"tips"'))
            if what == "refs":
                return json.loads(text.replace('"refs"', '"changes"'))
            if what == "ahead":
                later = int(at.timestamp() * 1000) + 90_000_000
                return json.loads(re.sub(r'"enqueue_time": \d+', f'"enqueue_time": {later}', text))
            if what == "times":
                return json.loads(re.sub(r'"enqueue_time": \d+', '"enqueue_time": null', text))
            pipelines = [row for row in value["pipelines"] if row["name"] != "gate"]
            return {**value, "pipelines": pipelines}

        if what in ("gate", "keys", "times", "refs", "ahead"):
            self.zuul.changed = changed
        else:
            self.zuul.states["gate"] = what


def _read(words: list[str]) -> tuple[list[str], dict[str, str], list[str]]:
    """The names, the place behind "on", "in", "at", "from", and the marks."""
    names, place, marks, rest = [], dict(_PLACE), [], list(words)
    while rest:
        word = rest.pop(0)
        if word in _PLACE:
            place[word] = rest.pop(0)
        elif word in _MARKS:
            marks.append(word)
        else:
            names.append(word)
    return names, place, marks


def _of_lane(words: list[str]) -> tuple[list[str], Lane]:
    names, place, _ = _read(words)
    return names[1:], (_repository(names[0]), place["on"], place["in"])


def _repository(name: str) -> str:
    return name if "/" in name else f"openstack/{name}"


def _at(day: str, clock: str) -> dt.datetime:
    hours, _, minutes = clock.partition(":")
    return october(int(day), int(hours) + int(minutes or 0) / 60)
