"""A report as Markdown, read back by a parser: what upstream wrote stays text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from GlanceRelease.domain.messages.clauses import Call, Code, Link, clause, listing
from GlanceRelease.domain.messages.doc import Line, line
from GlanceRelease.domain.reports.meeting_report import Report
from GlanceRelease.render import markdown
from GlanceRelease.render.sanitize import plain
from kit.page_facts import HOSTILE, NOW

markdown_it = pytest.importorskip("markdown_it", reason="a parser of Markdown is not installed")

DAY = dt.date(2026, 11, 26)
BUILD = "https://zuul.test/t/openstack/build/1"


def shown(*lines: Line) -> str:
    return markdown.report(Report(DAY, NOW, lines, ()), "Glance")


def tokens(text: str) -> Iterator[Any]:
    """What a parser finds, the inline ones one by one."""
    parser = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"])
    for token in parser.parse(text):
        yield from token.children or [token]


def test_what_is_heaviest_is_bold_and_links_are_links() -> None:
    bad = listing(
        [clause(Link("a_b-tips", BUILD, aside=True), " failing since 24 Nov"), clause("c failing")]
    )
    said = shown(
        line(clause("Periodic jobs: 2 of 5 not green", weight=9), ": ", bad, "."),
        line(Call("rosmaita", "Brian"), " types ", Code("!draft glance rc1")),
    )
    assert said == (
        "## Glance report, Thu 2026-11-26\n"
        "\n"
        "- **Periodic jobs: 2 of 5 not green**: [a_b-tips](https://zuul.test/t/openstack/build/1)"
        " failing since 24 Nov, c failing.\n"
        "- Brian types `!draft glance rc1`\n"
    )


SIGNS = st.text("*_`[]()<>!#|~&;:/\\-+=.1 \n\tahw@$^", max_size=40)


@given(SIGNS)
@example(HOSTILE)
@example("[x](javascript:alert(1))")
@example("![x](https://evil.test/x.png)")
@example("<img src=x onerror=alert(1)>")
@example("1. one")
@example(" - one")
@example("      code")
@example("- - - -")
@example("# heading")
@example("a | b\n--|--\n1 | 2")
@example("&lt;script&gt; &copy; &#60;")
@example("x** **y _z_ __w__ ~~v~~ `u")
@example("http://evil.test www.evil.test <https://evil.test> a@evil.test")
def test_hostile_text_is_text_wherever_it_stands(text: str) -> None:
    told = f"a {text} z"
    link = Link(told, BUILD, aside=True)
    bold = clause(told, weight=9)
    said = shown(line(text, " end"), line(bold, ": ", listing([clause(link)]), "."))
    assert said.count("\n") == 4
    found = list(tokens(said))
    kinds = [token.type for token in found if token.type not in ("text", "text_special")]
    assert kinds == [
        *("heading_open", "heading_close", "bullet_list_open"),
        *("list_item_open", "paragraph_open", "paragraph_close", "list_item_close"),
        *("list_item_open", "paragraph_open", "strong_open", "strong_close"),
        *("link_open", "link_close", "paragraph_close", "list_item_close"),
        "bullet_list_close",
    ]
    assert [t.attrs["href"] for t in found if t.type == "link_open"] == [BUILD]
    words = "".join(token.content for token in found if token.type in ("text", "text_special"))
    assert plain(words).count(plain(told)) == 2


@given(SIGNS)
@example("http://evil.test/ www.evil.test a@evil.test http:\\//x")
def test_no_address_of_others_becomes_a_link_by_itself(text: str) -> None:
    """Where Markdown links bare addresses it looks for these as they stand."""
    said = shown(line(text))
    assert "://" not in said.replace("\\://", "")
    assert "www." not in said.lower()
    assert "@" not in said.replace("\\@", "")


@given(st.text("https://a.b()<>[]\\`\"' *_|&copy;#?=\n\x02", max_size=60))
@example("javascript:alert(1)")
@example("https://a.b/) [x](https://evil.test")
@example("https://a.b/?x=1&copy=2&uuid=3")
@example("https://a.b/?x=1&copy;y")
def test_a_link_leads_where_it_should_or_nowhere(url: str) -> None:
    (link,) = (t for t in tokens(shown(line(Link("x", url)))) if t.type == "link_open")
    href = link.attrs["href"]
    assert href == "#" or href.startswith(("http://", "https://"))
    if url.isascii() and url.isalnum():
        assert href == "#"
