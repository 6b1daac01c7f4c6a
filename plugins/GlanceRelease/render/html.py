"""Pages as HTML, by the templates beside this module; all that comes from upstream is escaped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape

from ..domain.calendar.cycle import format_day
from ..domain.messages.clauses import Code, Link, Phrase, Span, in_words, whole
from ..domain.reports.meeting_report import Cell, Report
from ..domain.reports.page import Page
from .sanitize import cut, plain
from .timeline import draw

LONGEST = 600  # bytes of one text of upstream's on the page
LONGEST_URL = 2000
_SHORT = 16  # letters of a cell that need no second line
_REMEMBERED = 8192  # texts; one page has a thousand, most of them again in the next
_TEMPLATES = ("base.html", "page.html", "report.html", "error.html", "parts.html", "timeline.html")
# Marks of the grid: a letter for each word, since colour alone is not seen by all.
LETTERS = {
    "passed": "✓",
    "failed": "F",
    "infrastructure": "i",
    "timed out": "T",
    "cut short": "c",
    "running": "…",
    "no run": "·",
}


def page(shown: Page, root: str, teams: Mapping[str, str]) -> str:
    """The page; `root` leads from its address to the site's, `teams` has the other teams' pages."""
    drawing = draw(shown.timeline) if shown.timeline else None
    return _render("page.html", root, page=shown, line=drawing, teams=teams)


def report(shown: Report, team: str, root: str) -> str:
    """A report as it was said, with everything that was counted for it."""
    return _render("report.html", root, report=shown, team=team)


def error(status: int, words: str, root: str) -> str:
    """Our own page for what went wrong."""
    return _render("error.html", root, status=status, words=words)


def stylesheet() -> bytes:
    """The only style there is."""
    return _file("style.css").encode()


def icon() -> bytes:
    """The icon in a browser's tab."""
    return _file("icon.svg").encode()


@lru_cache(maxsize=_REMEMBERED)
def safe_url(url: str) -> str:
    """The address if it is http or https, else one that leads nowhere: upstream's text can't make
    a link run a script."""
    clean = plain(url)
    try:
        scheme = urlsplit(clean).scheme
    except ValueError:  # "http://["
        return "#"
    return clean if scheme in ("http", "https") and len(clean) <= LONGEST_URL else "#"


def _slug(word: str) -> str:
    """The word as the name of a class."""
    return "".join(c if c.isalnum() else "-" for c in word.lower())[:40]


def _put_out(value: Any) -> Any:
    """What a template puts out: plain text, not too long, and escaped."""
    return _escaped(value) if type(value) is str else value


@lru_cache(maxsize=_REMEMBERED)
def _escaped(text: str) -> Markup:
    """Cleaned and escaped; a blank at its ends stays, since a line is made of several texts."""
    clean = cut(plain(text), LONGEST)
    return escape(f"{' ' if text[:1] == ' ' else ''}{clean}{' ' if text[-1:] == ' ' else ''}")


def _said(phrases: Iterable[Phrase]) -> Markup:
    """All that the phrases say, with its links; people stand by name."""
    return Markup("").join(map(_span, whole(phrases)))


@lru_cache(maxsize=_REMEMBERED)
def _span(span: Span) -> Markup:
    if isinstance(span, Link):
        link = Markup('<a href="%s" rel="noreferrer">%s</a>')
        return link % (_escaped(safe_url(span.url)), _escaped(span.text))
    if isinstance(span, Code):
        return Markup("<code>%s</code>") % _escaped(span.code)
    return _escaped(in_words((span,)))


def _cells(row: Iterable[Cell], columns: Iterable[str]) -> Markup:
    """A table's row. The page has hundreds of cells, most of them again in the next."""
    return Markup("").join(map(_cell, row, columns))


@lru_cache(maxsize=_REMEMBERED)
def _cell(value: Cell, column: str) -> Markup:
    style = ""
    if isinstance(value, str):
        style = f"is-{_slug(value)}{' short' if len(value) <= _SHORT else ''}"
    named = Markup(' class="%s"') % style if style else ""
    label, told = _escaped(column), _span(value)
    return Markup('<td data-label="%s"%s>%s</td>') % (label, named, told)


def _marks(marks: Iterable[Cell], nights: Iterable[str]) -> Markup:
    """One job's nights. The page has hundreds of marks, so that they are not left to a template."""
    return Markup("").join(_mark(mark, night) for mark, night in zip(marks, nights, strict=True))


@lru_cache(maxsize=_REMEMBERED)
def _mark(mark: Cell, night: str) -> Markup:
    told = mark if isinstance(mark, str) else mark.text
    letter, style = LETTERS.get(told, "?"), _slug(told)
    word, night = _escaped(told), _escaped(night)
    if isinstance(mark, str):
        return Markup('<span class="m %s" title="%s: %s">%s</span>') % (style, night, word, letter)
    return Markup(
        '<a class="m %s" href="%s" rel="noreferrer" title="%s: %s" aria-label="%s: %s">%s</a>'
    ) % (style, safe_url(mark.url), night, word, night, word, letter)


def _instant(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _render(name: str, root: str, **values: Any) -> str:
    return _environment().get_template(name).render(root=root, **values)


@cache
def _environment() -> Environment:
    loader = DictLoader({name: _file(name) for name in _TEMPLATES})
    made = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_put_out,
    )
    made.filters |= {
        "day": format_day,
        "instant": _instant,
        "safe_url": safe_url,
        "marks": _marks,
        "cells": _cells,
        "said": _said,
        "span": _span,
    }
    return made


@cache
def _file(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")
