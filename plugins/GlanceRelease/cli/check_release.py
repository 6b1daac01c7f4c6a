"""check release proposals before an upload: local deliverable files, or a change in Gerrit"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..configuration.settings import Settings
from ..domain.gerrit_scope import known_files
from ..domain.model import Series
from ..domain.moment import Moment
from ..domain.releases.proposal import (
    CheckReport,
    FileChange,
    GerritFacts,
    Proposal,
    ProposedFile,
)
from ..domain.team import Team
from ..duties.releases.local_file_check import check_upload, upload_of
from ..duties.releases.proposal_check import check_proposal
from ..duties.releases.words.proposals import finding_words, summary
from ..registry import UserError
from ..sources.gerrit.client import change_number
from ..sources.gerrit.proposal_lookup import facts_of, look_up_proposal
from ..sources.http import Http, Trouble, title_of
from ..sources.opendev.proposed_file import read_proposed
from ..sources.strict_yaml import Unreadable
from .gathering import Failure, Pick, gather, now_of, print_line, print_rows

GERRIT_SECONDS = 20.0
_TAKES = (
    "check-release takes files, SERIES/NAME.yaml, and changes; in the chat `check CHANGE` takes a"
    " change."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`check-release FILE|CHANGE... [--json]`."""
    parser.add_argument(
        "what",
        nargs="+",
        metavar="FILE",
        help="SERIES/NAME.yaml as it would be uploaded, or a change's number or address",
    )
    parser.add_argument("--json", action="store_true", help="rows as JSON")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """1 where any proposal has an error, else 0. Without Gerrit the rules that need it are not
    judged, and say so; with --json that goes to standard error, and the rows are the findings."""
    base = settings.address_of("gerrit")
    rows: list[dict[str, Any]] = []
    failed = False
    async with Http(settings.user_agent) as http:
        team = settings.teams[options.team] if options.team else settings.default_team
        found = [await _find(http, base, what, options, team) for what in options.what]
        snapshot = await gather(settings, options, _series_of(found))
        moment = Moment(snapshot, now_of(options))
        for what, proposed in zip(options.what, found, strict=True):
            remark, report = await _report(moment, http, base, proposed, options)
            failed = failed or bool(report.errors)
            rows += _rows(report)
            for line in _lines(what, remark, report):
                print_line(line, sys.stderr if options.json else sys.stdout)
    if options.json:
        print_rows(rows)
    return 1 if failed else 0


def _series_of(found: Sequence[ProposedFile | Proposal]) -> Pick:
    """The files' series and the ones before them, whose files are compared."""

    def pick(known: Sequence[Series]) -> list[str]:
        names = [series.name for series in known]
        proposed = [name for each in found for name in _folders(each) if name in names]
        return sorted({near for name in proposed for near in names[names.index(name) :][:2]})

    return pick


def _folders(found: ProposedFile | Proposal) -> list[str]:
    if isinstance(found, ProposedFile):
        return [found.series]
    return [each.series for file in found.files for each in (file.before, file.after) if each]


async def _report(
    moment: Moment,
    http: Http,
    base: str,
    found: ProposedFile | Proposal,
    options: argparse.Namespace,
) -> tuple[str, CheckReport]:
    if isinstance(found, Proposal):
        facts = await _facts(moment, http, base, found.files)
        return "", check_proposal(moment, found, facts, moment.now)
    upload = upload_of(moment, found)
    files = [FileChange(upload.before, upload.after)]
    known = None if options.offline else await _facts(moment, http, base, files)
    return upload.remark, check_upload(moment, upload, known)


async def _find(
    http: Http, base: str, asked: str, options: argparse.Namespace, team: Team
) -> ProposedFile | Proposal:
    """The local file, or the change in Gerrit."""
    if Path(asked).is_file():  # noqa: ASYNC240  one command, nothing else waits
        return _read(Path(asked))
    if asked.endswith((".yaml", ".yml")):
        raise Failure(f"{asked}: there is no such file")
    try:
        change_number(asked, base)
    except UserError as error:
        raise Failure(
            f"{asked}: there is no such file, and no such change. {error} {_TAKES}"
        ) from None
    if options.offline:
        raise Failure(f"{asked}: a change is asked of Gerrit, and --offline forbids that")
    try:
        async with asyncio.timeout(GERRIT_SECONDS):
            return await look_up_proposal(http, base, asked, team.deliverables)
    except TimeoutError:
        raise Failure(f"{asked}: no answer in {GERRIT_SECONDS:.0f} seconds") from None
    except UserError as error:
        raise Failure(f"{asked}: {error}") from None
    except (Trouble, Unreadable) as trouble:
        raise Failure(f"{asked}: {title_of(trouble)} gives no answer: {trouble}") from None


def _read(path: Path) -> ProposedFile:
    if path.suffix not in (".yaml", ".yml"):
        raise Failure(f"{path}: a deliverable file is named SERIES/NAME.yaml")
    where = path.resolve()
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}") from None
    return read_proposed(f"{where.parent.name}/{where.name}", text)


async def _facts(
    moment: Moment, http: Http, base: str, files: Sequence[FileChange]
) -> GerritFacts | None:
    known = known_files(moment.snapshot)
    try:
        async with asyncio.timeout(GERRIT_SECONDS):
            return await facts_of(http, base, files, known, moment.now)
    except (Trouble, Unreadable, TimeoutError) as trouble:
        reason = str(trouble) or "no answer in time"
        print_line(f"glance-release: Gerrit: {reason}; its rules are not judged", sys.stderr)
        return None


def _rows(report: CheckReport) -> list[dict[str, Any]]:
    return [
        {
            "rule": f.rule,
            "severity": f.severity,
            "version": f.version,
            "why": f.why,
            "mend": f.mend,
            "values": dict(f.values),
        }
        for f in report.findings
    ]


def _lines(name: str, remark: str, report: CheckReport) -> list[str]:
    return [
        f"{name}: {remark}{': ' if remark else ''}{summary(report)}",
        *(f"  {finding.rule}: {finding_words(finding)}" for finding in report.findings),
        *(
            f"  {u.rule}: {u.version or 'the file'} not judged without {u.missing}"
            for u in report.unjudged
        ),
    ]
