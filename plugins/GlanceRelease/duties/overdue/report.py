"""What is overdue in the report and on the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...domain.calendar.cycle import format_day, in_days
from ...domain.messages.counts import plural
from ...domain.messages.doc import Link
from ...domain.moment import Moment
from ...domain.reports.fact import fact_of
from ...domain.reports.meeting_report import Cell, Part, Table, Tile
from ..report_parts import first, items, report_part
from . import words
from .facts import Overdue, with_waived
from .standing import standing_of

_TITLE = "Overdue"


@report_part(5)
def overdue_part(moment: Moment) -> Part:
    """All that is overdue, before what is to come; nothing where nothing is. On the page with whose
    move it is, what happens if it stays, and what somebody waived."""
    everything = with_waived(moment)
    late = [(each, standing_of(moment, each)) for each in everything if each.waiver is None]
    told = words.late_clauses(late, moment.now)
    facts = [fact_of(each.key, words.plain(each.what), "overdue", usual=True) for each, _ in late]
    return Part(
        "overdue",
        _TITLE,
        (first(_TITLE), ": ", replace(items(told), between="; ")) if told else (),
        tuple(facts),
        tables=(_late_table(late, moment), *_waived_table(everything)),
        tiles=(Tile(str(len(late)), plural(len(late), "thing overdue", "things overdue"), "bad"),)
        if late
        else (),
    )


def _late_table(late: Sequence[words.Late], moment: Moment) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for overdue, standing in late:
        change = standing.change
        link = Link(f"change {change.number}", change.url) if change and change.number else "-"
        whose = ", ".join(member.name or member.nick for member in standing.blocking)
        since = f"{format_day(overdue.due)}, {in_days(overdue.due, moment.now)}"
        rows.append(
            (
                words.plain(overdue.what),
                since,
                words.waits_words(overdue, standing),
                link,
                whose or "-",
                overdue.stays or "-",
            )
        )
    columns = ("what", "since", "waits for", "change", "whose move", "if it stays")
    return Table(_TITLE, columns, tuple(rows), empty="nothing")


def _waived_table(everything: Sequence[Overdue]) -> tuple[Table, ...]:
    rows = [
        (
            words.plain(each.what),
            format_day(each.due),
            each.waiver.because,
            each.waiver.who,
            format_day(each.waiver.at.date()),
        )
        for each in everything
        if each.waiver
    ]
    if not rows:
        return ()
    columns = ("not done this time", "was due", "because", "said by", "on")
    return (Table("Waived", columns, tuple(rows)),)
