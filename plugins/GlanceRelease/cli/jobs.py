"""tell what stands about each periodic job"""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from ..configuration.settings import Settings
from ..domain.ci.builds import NIGHTS, Build, History
from ..domain.messages.counts import counted
from ..domain.moment import Moment
from ..duties.jobs.command import NEEDS
from ..duties.jobs.facts import JobStanding
from ..duties.jobs.selection import JobsView, view_of
from ..duties.jobs.words import build_link
from ..registry import UserError
from .gathering import Failure, gather, now_of, print_line, print_rows


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`jobs [REPOSITORY] [BRANCH] [--json]`."""
    parser.add_argument(
        "place",
        nargs="*",
        metavar="REPOSITORY|BRANCH",
        help="one of the team's repositories, a branch, or both",
    )
    parser.add_argument("--json", action="store_true", help="rows as JSON")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """One row for each job, as of the last good answer of Zuul's."""
    snapshot = await gather(settings, options, upstreams=NEEDS)
    try:
        view = view_of(Moment(snapshot, now_of(options)), " ".join(options.place))
    except UserError as error:
        raise Failure(str(error)) from None
    jobs = rows(view)
    if options.json:
        print_rows(jobs)
        return 0
    for row in jobs:
        where = row["project"], row["branch"], row["job"]
        since = f" since {row['since']}" if row["since"] else ""
        runs = f", {counted(row['runs'], 'run')}" if row["runs"] else ""
        print_line(f"{' '.join(where)}: {row['verdict']}{runs}{since}")
    if view.age:
        print_line(view.age.strip())
    return 0


def rows(view: JobsView) -> list[dict[str, Any]]:
    """One row for each job, for scripts: instants are ISO, UTC; `as_of` is Zuul's last answer."""
    return [_row(view, standing) for standing in view.judged]


def _row(view: JobsView, standing: JobStanding) -> dict[str, Any]:
    suspects = view.suspects_of(standing)
    fact = view.moment[NIGHTS]
    gerrit = suspects.answer.url.partition("/q/")[0] if suspects else ""
    return {
        "project": standing.lane.project,
        "branch": standing.lane.branch,
        "pipeline": standing.lane.pipeline,
        "job": standing.job,
        "former": standing.former,
        "voting": standing.voting,
        "as_of": _iso(fact.at),
        "problem": fact.problem,
        "verdict": str(standing.verdict),
        "night": standing.night.day.isoformat() if standing.night else None,
        "tonight": _run(view.history, standing.tonight),
        "since": _iso(standing.since),
        "runs": standing.runs,
        "last_good": _run(view.history, standing.last_good),
        "first_bad": _run(view.history, standing.first_bad),
        "suspects": [
            {
                "number": c.number,
                "project": c.project,
                "subject": c.subject,
                "merged": _iso(c.merged),
                "url": f"{gerrit}/c/{c.project}/+/{c.number}",
            }
            for c in (suspects.changes if suspects else ())
        ],
    }


def _run(history: History, build: Build | None) -> dict[str, Any] | None:
    if build is None:
        return None
    return {
        "uuid": build.uuid,
        "job": build.job,
        "result": build.result,
        "at": _iso(build.event),
        "url": build_link(history, build),
    }


def _iso(at: dt.datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
