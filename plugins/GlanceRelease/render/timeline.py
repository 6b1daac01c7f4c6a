"""A cycle's timeline as SVG: places are in percent, so that it fits any width with one size of
text."""

from __future__ import annotations

from markupsafe import Markup

from ..domain.cycle import format_day
from ..domain.timeline import Mark, Stretch, Timeline
from .irc import plain

_NARROW = 325.0  # pixels that the labels have on a telephone
_LETTER = 7.0
_GAP = 8.0
_ROW = 18
_BAND = 14
_TOP = 26


def svg(line: Timeline) -> Markup:
    """The drawing: bands where something is frozen, the line with a tick for each week, a dot and
    a label for each day with deadlines, and today. Everything that it shows has its words as
    titles, for those who listen or point."""
    lanes = _lanes(line)
    bands = max(lanes, default=-1) + 1
    axis = _TOP + bands * _BAND + 12
    rows = _rows(line)
    height = axis + 22 + (max(rows, default=0) + 1) * _ROW
    parts = [
        Markup(
            '<svg class="timeline" width="100%" height="{}" role="img" '
            'aria-label="Timeline of {}, {} to {}">'
        ).format(height, plain(line.title), format_day(line.first), format_day(line.last)),
        *(_band(line, stretch, lane) for stretch, lane in zip(line.stretches, lanes, strict=True)),
        _rule(line, axis),
        *(_dot(line, mark, row, axis) for mark, row in zip(line.marks, rows, strict=True)),
        _today(line, axis),
        Markup("</svg>"),
    ]
    return Markup("").join(parts)


def _band(line: Timeline, stretch: Stretch, lane: int) -> Markup:
    first, last = line.place(stretch.first), line.place(stretch.last)
    top = _TOP + lane * _BAND
    title = f"{stretch.name}: {format_day(stretch.first)} to {format_day(stretch.last)}"
    return Markup(
        '<g><title>{}</title><rect class="band lane{}" x="{}%" y="{}" width="{}%" height="{}" '
        'rx="3"/><text class="bandname" x="{}%" y="{}" text-anchor="end" dx="-4">{}</text></g>'
    ).format(
        title, lane, first, top, round(last - first, 3), _BAND - 3, first, top + 9, stretch.name
    )


def _lanes(line: Timeline) -> list[int]:
    """Each stretch in a lane of its own, the first ones above."""
    return list(range(len(line.stretches)))


def _rule(line: Timeline, axis: int) -> Markup:
    ticks = Markup("").join(
        Markup('<line class="week" x1="{0}%" x2="{0}%" y1="{1}" y2="{2}"><title>{3}</title></line>')
        .format(line.place(monday), axis - 4, axis + 4, name)
        for name, monday in line.weeks
    )  # fmt: skip
    past = min(max(line.place(line.today), 0), 100)
    return Markup(
        '<line class="axis" x1="0%" x2="100%" y1="{0}" y2="{0}"/>'
        '<line class="past" x1="0%" x2="{1}%" y1="{0}" y2="{0}"/>{2}'
    ).format(axis, past, ticks)


def _dot(line: Timeline, mark: Mark, row: int, axis: int) -> Markup:
    place = line.place(mark.day)
    kind = "own" if mark.own else "major" if mark.major else "minor"
    past = " over" if mark.day < line.today else ""
    base = axis + 22 + row * _ROW
    anchor, shift = _anchor(line, mark)
    title = f"{format_day(mark.day)}: {', '.join(mark.names)}"
    return Markup(
        '<g class="mark {0}{1}"><title>{2}</title>'
        '<line class="stem" x1="{3}%" x2="{3}%" y1="{4}" y2="{5}"/>'
        '<circle cx="{3}%" cy="{4}" r="{6}"/>'
        '<text x="{3}%" dx="{7}" y="{8}" text-anchor="{9}">{10}</text></g>'
    ).format(
        kind,
        past,
        plain(title)[:400],
        place,
        axis,
        base - 11,
        6 if mark.major else 4,
        shift,
        base,
        anchor,
        plain(mark.label)[:24],
    )


def _today(line: Timeline, axis: int) -> Markup:
    if not line.first <= line.today <= line.last:
        return Markup("")
    place = line.place(line.today)
    anchor = "start" if place < 8 else "end" if place > 92 else "middle"
    return Markup(
        '<g id="today"><title>today, {0}</title>'
        '<line x1="{1}%" x2="{1}%" y1="16" y2="{2}"/>'
        '<text x="{1}%" y="12" text-anchor="{3}">today</text></g>'
    ).format(format_day(line.today), place, axis + 9, anchor)


def _anchor(line: Timeline, mark: Mark) -> tuple[str, int]:
    place = line.place(mark.day) / 100 * _NARROW
    half = _width(mark.label) / 2
    if place < half:
        return "start", -5
    return ("end", 5) if place > _NARROW - half else ("middle", 0)


def _width(label: str) -> float:
    return _LETTER * min(len(label), 24)


def _rows(line: Timeline) -> list[int]:
    """For each mark the row of its label, the first in which it touches no other on a telephone;
    the labels' stems go down through the rows above, which are kept clear of them."""
    spans = [_span(line, mark) for mark in line.marks]
    rows: list[int] = []
    for number, (left, right) in enumerate(spans):
        row = 0
        while any(
            rows[other] == row and _touch((left, right), spans[other]) for other in range(number)
        ):
            row += 1
        rows.append(row)
    return rows


def _span(line: Timeline, mark: Mark) -> tuple[float, float]:
    place = line.place(mark.day) / 100 * _NARROW
    width = _width(mark.label)
    anchor, _ = _anchor(line, mark)
    left = {"start": place - 5, "end": place + 5 - width, "middle": place - width / 2}[anchor]
    return left, left + width


def _touch(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] < other[1] + _GAP and other[0] < one[1] + _GAP
