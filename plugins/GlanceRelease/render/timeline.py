"""Where everything of a cycle's timeline is drawn: places in percent, so that the drawing fits any
width with one size of text; `templates/timeline.html` draws it as SVG."""

from __future__ import annotations

from dataclasses import dataclass

from ..domain.calendar.cycle import format_day
from ..domain.calendar.timeline import Mark, Timeline

_NARROW = 300.0  # pixels that the labels have on a telephone
_LETTER = 7.0  # the width of one
_GAP = 6.0
_ROW = 18  # heights, in pixels
_BAND = 15
_TOP = 22
_LONGEST = 24


@dataclass(frozen=True)
class Band:
    """A stretch in which something is frozen; `title` is for those who point or listen."""

    lane: int
    place: float
    width: float
    top: int
    name: str
    title: str


@dataclass(frozen=True)
class Dot:
    """A day on the line with its label, which stands below in a row that is free there."""

    place: float
    radius: int
    style: str
    anchor: str
    shift: int
    base: int
    label: str
    title: str


@dataclass(frozen=True)
class Drawing:
    """All places and words of the drawing; `today` is None where today lies outside."""

    title: str
    height: int
    axis: int
    past: float
    today: float | None
    today_anchor: str
    today_title: str
    weeks: tuple[tuple[float, str], ...]
    bands: tuple[Band, ...]
    dots: tuple[Dot, ...]


def draw(line: Timeline) -> Drawing:
    """Bands above, the line with a tick for each week, dots with their labels below, today."""
    axis = _TOP + len(line.stretches) * _BAND + 12
    rows = _rows(line)
    inside = line.first <= line.today <= line.last
    place = line.place(line.today)
    return Drawing(
        title=f"{line.title}, {format_day(line.first)} to {format_day(line.last)}",
        height=axis + 24 + (max(rows, default=0) + 1) * _ROW,
        axis=axis,
        past=min(max(place, 0.0), 100.0),
        today=place if inside else None,
        today_anchor="start" if place < 8 else "end" if place > 92 else "middle",
        today_title=f"today, {format_day(line.today)}",
        weeks=tuple((line.place(monday), name) for name, monday in line.weeks),
        bands=tuple(_bands(line)),
        dots=tuple(_dot(line, m, row, axis) for m, row in zip(line.marks, rows, strict=True)),
    )


def _bands(line: Timeline) -> list[Band]:
    return [
        Band(
            lane,
            line.place(stretch.first),
            round(line.place(stretch.last) - line.place(stretch.first), 3),
            _TOP + lane * _BAND,
            stretch.name,
            f"{stretch.name}: {format_day(stretch.first)} to {format_day(stretch.last)}",
        )
        for lane, stretch in enumerate(line.stretches)
    ]


def _dot(line: Timeline, mark: Mark, row: int, axis: int) -> Dot:
    anchor, shift = _anchor(line, mark)
    kind = "own" if mark.own else "major" if mark.major else "minor"
    return Dot(
        line.place(mark.day),
        6 if mark.major else 4,
        f"{kind} over" if mark.day < line.today else kind,
        anchor,
        shift,
        axis + 24 + row * _ROW,
        mark.label[:_LONGEST],
        f"{mark.due or format_day(mark.day)}: {', '.join(mark.names)}",
    )


def _anchor(line: Timeline, mark: Mark) -> tuple[str, int]:
    """A label stands below its dot, unless it would leave the drawing there."""
    place = line.place(mark.day) / 100 * _NARROW
    half = _width(mark.label) / 2
    if place < half:
        return "start", -5
    return ("end", 5) if place > _NARROW - half else ("middle", 0)


def _width(label: str) -> float:
    return _LETTER * min(len(label), _LONGEST)


def _rows(line: Timeline) -> list[int]:
    """For each mark the first row in which its label touches no other one on a telephone."""
    spans = [_span(line, mark) for mark in line.marks]
    rows: list[int] = []
    for number, span in enumerate(spans):
        taken = {rows[other] for other in range(number) if _touch(span, spans[other])}
        rows.append(next(row for row in range(len(spans)) if row not in taken))
    return rows


def _span(line: Timeline, mark: Mark) -> tuple[float, float]:
    place = line.place(mark.day) / 100 * _NARROW
    width = _width(mark.label)
    anchor, _ = _anchor(line, mark)
    left = {"start": place - 5, "end": place + 5 - width, "middle": place - width / 2}[anchor]
    return left, left + width


def _touch(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] < other[1] + _GAP and other[0] < one[1] + _GAP
