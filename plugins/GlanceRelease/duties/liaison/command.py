"""What a release liaison has to do in the next weeks, for one who is new: `duties`."""

from __future__ import annotations

import re

from ...domain.calendar.cycle import format_day
from ...domain.moment import Moment
from ...domain.reports.meeting_report import Part, Table
from ...registry import Ask, Reply, UserError, command
from ..report_parts import report_part
from ..typed_names import NameSort, taken
from ..which_cycle import calendar_or_past
from .due_duties import due_duties
from .words import duties_doc

NUMBER = NameSort.NUMBER
WEEKS = 4
MOST_WEEKS = 52


@command(
    "duties",
    "[WEEKS]",
    "what a release liaison has to do in the next weeks, when, whether it is done, and how",
    "duties 6",
    basis="the release liaison's duties, by the days of the cycle's schedule",
    sources=("liaison", "schedule"),
)
def duties(moment: Moment, ask: Ask) -> Reply:
    """The duties of the next weeks (4 unless told) and those of the last two that are open; in
    private each with how it is done. After a release they are those of the cycle that it ended."""
    weeks = _weeks(moment, ask.text)
    calendar, gap = calendar_or_past(moment)
    dues = due_duties(moment, calendar, weeks)
    return Reply(duties_doc(dues, weeks, gap, private=ask.channel is None))


@report_part(50, page_only=True)
def duties_part(moment: Moment) -> Part | None:
    """The duties of the next weeks, for the page alone."""
    try:
        calendar, _ = calendar_or_past(moment)
    except UserError:
        return None
    dues = due_duties(moment, calendar, WEEKS)
    rows = tuple((format_day(due.day), due.what, due.state, due.how) for due in dues)
    title = f"In the next {WEEKS} weeks"
    table = Table(title, ("day", "what", "state", "how"), rows, empty="nothing")
    return Part("duties", "The release liaison's duties", tables=(table,))


def _weeks(moment: Moment, text: str) -> int:
    names = taken(moment, "duties", re.sub(r"(?<=\d)\s*w(?:eeks?)?$", "", text), NUMBER)
    if not names:
        return WEEKS
    if not 1 <= int(names[0].typed[:6]) <= MOST_WEEKS:
        raise UserError(
            f'"{text[:40]}" is not within a year. Say: duties WEEKS, from 1 to {MOST_WEEKS}.'
        )
    return int(names[0].typed)
