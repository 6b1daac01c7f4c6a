"""tell what may merge now, for every deliverable and branch"""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from ..configuration.settings import Settings
from ..domain.calendar.candidate_words import in_iso
from ..domain.moment import Moment
from ..domain.releases.freeze_reasons import Due, Reason
from ..domain.releases.freeze_state import BranchState
from ..duties.freeze.command import select
from ..duties.freeze.words import why_text
from ..registry import SCHEDULES, UserError
from .gathering import Failure, add_released, gather, named, now_of, print_line, print_rows


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`freeze [WHAT] [--json] [--released FILE]`."""
    add_released(parser)
    parser.add_argument("what", nargs="*", metavar="WHAT", help="a deliverable, repository, branch")
    parser.add_argument("--json", action="store_true", help="rows as JSON")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """One row for each deliverable and branch that is meant."""
    what = named(*options.what)
    snapshot = await gather(settings, options, what, (*SCHEDULES, "gerrit"), branches=True)
    moment = Moment(snapshot, now_of(options))
    try:
        rows = select(moment, " ".join(options.what))
    except UserError as error:
        raise Failure(str(error)) from None
    if options.json:
        print_rows(freeze_row(moment, row) for row in rows)
        return 0
    for row in rows:
        until = f" until {_iso(row.until)}" if row.until else ""
        why = f"{why_text(moment, row)} {row.age(moment.now)}"
        print_line(f"{row.repository} {row.branch}: {row.state}{until}: {why}")
    return 0


def freeze_row(moment: Moment, row: BranchState) -> dict[str, Any]:
    """A branch's state as `--json` gives it: with the rule, and every fact that decided."""
    values: dict[str, Any] = {
        "deliverable": row.deliverable,
        "branch": row.branch,
        "state": str(row.state),
        "since": _iso(row.since),
        "until": _iso(row.until),
        "why": " ".join(filter(None, (why_text(moment, row), row.age(moment.now)))),
        "rule": {"name": row.rule.rule, "source": row.rule.source},
        "reasons": [_reason(reason) for reason in row.reasons],
        "then": row.then.value if row.then else None,
    }
    if row.doubts:
        values["doubts"] = [_reason(doubt) for doubt in row.doubts]
    if row.remarks:
        values["remarks"] = [_reason(each) for each in row.remarks]
    if row.guess is not None:
        until = _iso(row.guess.until)
        values["guess"] = {"state": str(row.guess.state), "since": _iso(row.guess.since)}
        values["guess"]["until"] = until
    return values


def _reason(reason: Reason) -> dict[str, Any]:
    """What a reason has of these."""
    values = {
        "fact": reason.fact.value,
        "name": reason.name,
        "series": reason.series,
        "event": reason.kind.value if reason.kind else "",
        "due": _due(reason.due) if reason.due else None,
        "days": [day.isoformat() for day in reason.days],
        "text_days": [in_iso(*days) for days in reason.text_days],
        "read": _iso(reason.read),
        "trouble": reason.trouble,
    }
    told = {name: value for name, value in values.items() if value}
    return told if reason.after is None else {**told, "days_after": reason.after}


def _due(due: Due) -> dict[str, Any]:
    return {
        "precision": due.when.precision,
        "start": due.when.start.isoformat(),
        "end": due.when.last.isoformat(),
        "days": [day.isoformat() for day in due.days],
        "week": due.week,
    }


def _iso(instant: dt.datetime | None) -> str | None:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ") if instant else None
