"""What all subcommands do first: gather the facts, in five seconds or not at all."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from ..clock import RunningClock, instant_of
from ..configuration.settings import Settings
from ..domain.calendar.cycle import neighbours
from ..domain.calendar.team_calendar import find_series
from ..domain.model import Series
from ..domain.releases.released import Released
from ..domain.releases.tagged_files import with_tags
from ..domain.snapshot import NEVER, SERIES, Snapshot
from ..domain.upstreams import READ, with_grounds
from ..duties.report_parts import MEMORY as REPORTS
from ..rehearsal.facts_then import as_released
from ..rehearsal.release_days import parse_released
from ..render.as_json import as_json
from ..render.sanitize import plain_line
from ..service.refresh.poll_state import LONG_AGO
from ..service.refresh.refresher import Refresher
from ..service.storage.errors import NoDatabase
from ..service.storage.read_only import StoreReading, read
from ..sources.bundled_facts import load_bundled
from ..sources.http import Http
from ..sources.protocols import PollScope, Source
from ..sources.strict_yaml import Unreadable
from ..sources.wanted import wanted_sources

FETCH_SECONDS = 5.0


class Failure(Exception):  # noqa: N818  what the person sees
    """The subcommand can't answer; its text goes to standard error."""


def instant(text: str) -> dt.datetime:
    """An ISO instant of the command line; one without a zone is UTC."""
    try:
        return instant_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def add_released(parser: argparse.ArgumentParser) -> None:
    """`--released FILE`, for the subcommands that look at the past."""
    parser.add_argument(
        "--released",
        metavar="FILE",
        type=Path,
        help="JSON rows (deliverable, version, merged, branches_added) that tell when each "
        "version was released, for looking at the past",
    )


def now_of(options: argparse.Namespace) -> dt.datetime:
    """The instant that was asked for, or the present one."""
    moment: dt.datetime | None = options.now
    return moment or RunningClock().now()


def released_rows(options: argparse.Namespace) -> tuple[Released, ...] | None:
    """The rows of `--released`; None where it was not given."""
    path: Path | None = getattr(options, "released", None)
    if path is None:
        return None
    try:
        return parse_released(path.read_bytes())
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}") from None
    except Unreadable as error:
        raise Failure(f"{path}: {error}") from None


Pick = Callable[[Sequence[Series]], Iterable[str]]


def no_more(known: Sequence[Series]) -> Iterable[str]:
    """The cycles around the instant that is asked for, and no others."""
    return ()


def named(*words: str) -> Pick:
    """The series that these words name, by name or release-id, and those around each, whose pages
    describe some of its events."""

    def pick(known: Sequence[Series]) -> Iterable[str]:
        meant = [series for word in words if (series := find_series(known, word))]
        around = [each for series in meant for each in neighbours(tuple(known), series) if each]
        return dict.fromkeys(series.name for series in (*meant, *around))

    return pick


async def gather(
    settings: Settings,
    options: argparse.Namespace,
    series: Pick = no_more,
    upstreams: Collection[str] = READ,
    *,
    branches: bool = False,
) -> Snapshot:
    """The team's snapshot at the instant that was asked for: its facts, and no other team's,
    fetched now, for at most five seconds, else the stored ones, else the bundled; each with its
    real age. Nothing is kept: the store is the bot's. `series` picks cycles to read too, of
    those that are known; `upstreams` are those that the answer rests on: the others would only
    cost their time; so would the files of old series, unless it tells of their `branches`."""
    now = now_of(options)
    team = settings.teams[options.team] if options.team else settings.default_team
    reading = await _read(settings, team.name, quiet=getattr(options, "quiet", False))
    settings = replace(settings, teams={team.name: team})
    upstreams = with_grounds(upstreams, team)
    async with Http(settings.user_agent, timeout_seconds=FETCH_SECONDS) as http:
        refresher = Refresher(http, reading, believe_at_once=True)
        await refresher.start(load_bundled().facts)
        for _ in range(2):  # what is stored tells what else there is, and how old it is
            refresher.watch(_wanted(refresher, settings, now, series, upstreams, branches))
        if not options.offline:
            try:
                async with asyncio.timeout(FETCH_SECONDS):
                    await _fetch(refresher, settings, now, series, upstreams, branches)
            except TimeoutError:
                refresher.give_up("no answer in 5 seconds")
        snapshot = Snapshot(
            team,
            refresher.facts,
            notes=reading.notes,
            said=reading.said,
            no_memory=reading.unread,
            accounts=settings.bot.accounts,
            memory={name: text for name, text in reading.memory.items() if name == REPORTS},
        )
    rows = released_rows(options)
    return with_tags(snapshot) if rows is None else as_released(snapshot, rows, now)


async def _read(settings: Settings, team: str, quiet: bool) -> StoreReading:
    """What the bot's store has, as it is; without one the answer is given all the same."""
    try:
        return await read(settings.database_url, team)
    except NoDatabase as error:
        if not quiet:
            print_line(f"glance-release: not read: {error}", sys.stderr)
        return StoreReading(unread=error.reason)


def _wanted(
    refresher: Refresher,
    settings: Settings,
    now: dt.datetime,
    series: Pick,
    upstreams: Collection[str],
    branches: bool,
) -> list[Source[Any]]:
    """The team's sources; behind the lists of series and teams what was never asked for comes
    first, then what was asked for longest ago, since a run asks for so much only."""
    facts = refresher.facts
    more = tuple(series(facts[SERIES.name].value or ()))
    teams = tuple(settings.teams.values())
    sources = wanted_sources(PollScope(settings.places, teams, facts, now, more, branches=branches))

    def asked(source: Source[Any]) -> tuple[bool, dt.datetime]:
        fact = facts.get(source.key.name, NEVER)
        known = fact.at if fact.origin != "bundled" else None
        return not getattr(source, "always", False), known or LONG_AGO

    return sorted((source for source in sources if source.upstream in upstreams), key=asked)


async def _fetch(
    refresher: Refresher,
    settings: Settings,
    now: dt.datetime,
    series: Pick,
    upstreams: Collection[str],
    branches: bool,
) -> None:
    """Everything that is due, then what the answers made known: the cycles around `now`; and once
    more, since what one upstream is asked for may follow from another's answer."""

    async def ask(upstream: str) -> None:
        for _ in range(3):
            if not await refresher.refresh(now, RunningClock().now(), upstream):
                return
            refresher.watch(_wanted(refresher, settings, now, series, upstreams, branches))

    for _ in range(2):
        await asyncio.gather(*map(ask, upstreams))


def print_rows(rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows as one JSON list."""
    print(as_json(list(rows), 1))


def print_line(text: str, file: TextIO | None = None) -> None:
    """A line of an answer; what upstream wrote of it can't play with the terminal."""
    print(plain_line(text), file=file)
