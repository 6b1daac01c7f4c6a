"""rehearse: every line that the bot would say between two instants"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from ..configuration.settings import Settings
from ..domain.messages.notice import LedgerEntry
from ..domain.model import Series
from ..domain.snapshot import Snapshot
from ..registry import SCHEDULES
from ..rehearsal.bugs_then import BugRow, parse_bugs
from ..rehearsal.given_commands import GivenCommand, NothingKept, parse_commands
from ..rehearsal.transcript import rehearse
from ..rehearsal.week_counts import in_lines, week_counts
from ..render.as_json import as_json
from ..render.sanitize import plain
from ..sources.strict_yaml import Unreadable
from .gathering import Failure, add_released, gather, instant, released_rows

T = TypeVar("T")
_HALF_A_CYCLE = dt.timedelta(days=200)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`simulate --from T --to T [--json | --budget] [--released FILE] [--notes FILE] [--bugs
    FILE]`."""
    add_released(parser)
    parser.add_argument(
        "--bugs",
        type=Path,
        metavar="FILE",
        help="JSON rows of what became of bugs and of the changes that fix them, such as "
        '{"at": "2027-03-02T12:00:00Z", "bug": 2130000, "project": "glance", "title": "Lost", '
        '"importance": "Critical"} and {"at": "2027-03-03T12:00:00Z", "change": 987654, '
        '"project": "openstack/glance", "status": "MERGED", "message": "Closes-Bug: #2130000"}',
    )
    parser.add_argument(
        "--notes",
        type=Path,
        metavar="FILE",
        help="JSON rows (at, who, text) of what people tell the bot meanwhile, in private, such as "
        '{"at": "2026-12-01T12:00:00Z", "who": "croelandt", "text": "plan m2 12 January"}',
    )
    parser.add_argument(
        "--from",
        dest="start",
        type=instant,
        required=True,
        metavar="T",
        help="the bot's first start, an ISO instant (UTC)",
    )
    parser.add_argument(
        "--to",
        dest="end",
        type=instant,
        required=True,
        metavar="T",
        help="the end, an ISO instant (UTC)",
    )
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="one JSON object a line")
    shown.add_argument(
        "--budget",
        action="store_true",
        help="in place of the lines how many each channel and person hears a week, by rule, and "
        "whether that is within the budget of all rules together",
    )


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """Print each line with its time (UTC), in order, or what they count by week; without
    `--released` nothing is released, without `--bugs` no bug is known, and without `--notes` nobody
    told the bot anything: what the live one knows is not read."""
    if options.end <= options.start:
        raise Failure("--to is not after --from")
    options.now = options.start
    rows, commands, bugs = released_rows(options), given_commands(options), given_bugs(options)
    options.released = None
    live = await _facts(settings, options)
    snapshot = replace(live, notes=(), said=(), memory={})  # a rehearsal begins with nothing told
    heard: list[LedgerEntry] = []
    try:
        async for said in rehearse(snapshot, rows, options.start, options.end, commands, bugs):
            if options.budget:
                heard.append(said)
            else:
                print(_json(said) if options.json else plain(_text(said)), flush=True)
    except NothingKept as error:
        raise Failure(f"--notes: {error}") from None
    for counts in week_counts(heard, options.start, options.end):
        for text in in_lines(counts):
            print(plain(text))
    return 0


def given_commands(options: argparse.Namespace) -> tuple[GivenCommand, ...]:
    """The rows of `--notes`; Failure names the one that can't be used."""
    return _read(options.notes, parse_commands) or ()


def given_bugs(options: argparse.Namespace) -> tuple[BugRow, ...] | None:
    """The rows of `--bugs`, None without; Failure names the one that can't be used."""
    return _read(options.bugs, parse_bugs)


def _read(path: Path | None, parse: Callable[[bytes], T]) -> T | None:
    if path is None:
        return None
    try:
        return parse(path.read_bytes())
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}") from None
    except Unreadable as error:
        raise Failure(f"{path}: {error}") from None


async def _facts(settings: Settings, options: argparse.Namespace) -> Snapshot:
    """Facts of every cycle that runs between the two instants, and of those beside them."""

    def running(known: Sequence[Series]) -> list[str]:
        return [series.name for series in known if _is_near(series, options.start, options.end)]

    return await gather(settings, options, running, (*SCHEDULES, "gerrit"))


def _is_near(series: Series, start: dt.datetime, end: dt.datetime) -> bool:
    released = series.initial_release
    return released is None or (
        start.date() - _HALF_A_CYCLE <= released <= end.date() + _HALF_A_CYCLE
    )


def _text(said: LedgerEntry) -> str:
    return f"{said.at:%a %Y-%m-%d %H:%M} {said.target} <{said.rule}> {said.text}"


def _json(said: LedgerEntry) -> str:
    return as_json(
        {
            "time": f"{said.at:%Y-%m-%dT%H:%M:%SZ}",
            "target": said.target,
            "rule": said.rule,
            "text": said.text,
            "days": [day.isoformat() for day in said.days],
        }
    )
