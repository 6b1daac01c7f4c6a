"""What a template lets out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from GlanceRelease.domain.messages.doc import Line, Link
from GlanceRelease.domain.reports.fact import fact_of
from GlanceRelease.domain.reports.meeting_report import Grid, Part, Report, Table
from GlanceRelease.render.html import report, safe_url
from kit.page_facts import NOW


def page_with(text: str) -> str:
    """A page on which the text stands wherever text can stand."""
    link = Link(text, text)
    table = Table(text, (text,), ((text,), (link,)), frozenset({0}), text)
    grid = Grid(text, (text,), ((text, (text,)), (link, (link,))))
    part = Part(
        text, text, (text, link), (fact_of(text, text, text),), tables=(table,), grid=grid, age=text
    )
    return report(Report(NOW.date(), NOW, (Line((text,)),), (part,)), text, "")


@given(st.text("<>&\"'/ax=\x02\x1b‮{}%", max_size=60))
def test_the_only_elements_are_the_templates_own(text: str) -> None:
    shape = page_with("plain")
    shown = page_with(text)
    for mark in ("<a ", "<td", "<span", "<section", "<script", "<img"):
        assert shown.count(mark) == shape.count(mark)
    assert not set(shown) & set("\x02\x1b‮")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:x",
        "data:text/html,x",
        "//a",
        "java\nscript:x",
        "http://[",
        "",
    ],
)
def test_an_address_that_is_none_leads_nowhere(url: str) -> None:
    assert safe_url(url) == "#"


def test_a_long_text_is_cut() -> None:
    assert len(page_with("x" * 10_000)) < 30_000
