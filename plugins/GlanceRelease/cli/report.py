"""print what the release liaison reports at the meeting, to paste or for a program"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from ..configuration.settings import Settings
from ..domain.moment import Moment
from ..domain.reports.kept_reports import as_plain
from ..domain.reports.meeting_report import Report
from ..duties.meeting.report import report_now
from ..render import markdown, plain_text
from ..render.as_json import as_json
from .gathering import gather, now_of

FORMATS: dict[str, Callable[[Report, str], str]] = {
    "text": lambda shown, _: "\n".join(plain_text.text(line.phrases) for line in shown.lines),
    "markdown": markdown.report,
    "json": lambda shown, _: as_json(as_plain(shown), 1),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`report [--format text|markdown|json]`."""
    parser.add_argument("--format", choices=FORMATS, default="text", help="text, unless told")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """The report as of now, a line for each part."""
    snapshot = await gather(settings, options)
    shown = report_now(Moment(snapshot, now_of(options)))
    print(FORMATS[options.format](shown, snapshot.team.shown).rstrip("\n"))
    return 0
