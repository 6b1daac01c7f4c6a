"""tell what may merge now, for every deliverable and branch"""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from ..configuration.settings import Settings
from ..domain.moment import Moment
from ..domain.releases.freeze_state import BranchState
from ..duties.freeze.command import select
from ..registry import SCHEDULES, UserError
from .gathering import Failure, add_released, gather, named, now_of, print_line, print_rows


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`freeze [WHAT] [--json] [--released FILE]`."""
    add_released(parser)
    parser.add_argument("what", nargs="*", metavar="WHAT", help="a deliverable, repository, branch")
    parser.add_argument("--json", action="store_true", help="rows as JSON")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """One row for each deliverable and branch that is meant."""
    snapshot = await gather(settings, options, named(*options.what), SCHEDULES)
    try:
        rows = select(Moment(snapshot, now_of(options)), " ".join(options.what))
    except UserError as error:
        raise Failure(str(error)) from None
    now = now_of(options)
    if options.json:
        print_rows(_row(row, now) for row in rows)
        return 0
    for row in rows:
        until = f" until {_iso(row.until)}" if row.until else ""
        told = f"{row.repository} {row.branch}: {row.state}{until}: {row.why} {row.age(now)}"
        print_line(told)
    return 0


def _row(row: BranchState, now: dt.datetime) -> dict[str, Any]:
    return {
        "deliverable": row.deliverable,
        "branch": row.branch,
        "state": str(row.state),
        "since": _iso(row.since),
        "until": _iso(row.until),
        "why": " ".join(filter(None, (row.why, row.age(now)))),
    }


def _iso(instant: dt.datetime | None) -> str | None:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ") if instant else None
