"""No medium shows a character that nobody sees, whoever wrote it and wherever it stands."""

from __future__ import annotations

import html as html_text
import json
import unicodedata
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from GlanceRelease.__main__ import main
from GlanceRelease.domain.calendar.deadlines_from_chat import ChatDeadline
from GlanceRelease.domain.calendar.event_offsets import parse_when
from GlanceRelease.domain.messages.doc import Line, Link, doc
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.people.note import Note
from GlanceRelease.domain.reports.kept_reports import to_json
from GlanceRelease.domain.snapshot import Snapshot
from GlanceRelease.domain.team import OwnDeadline
from GlanceRelease.duties.deadlines.calendar_feed import entries_of
from GlanceRelease.duties.meeting.page import page_of
from GlanceRelease.duties.meeting.report import KEPT, agenda_lines
from GlanceRelease.duties.report_parts import report_of
from GlanceRelease.registry import Ask, answer
from GlanceRelease.render import html, ics, plain_text
from GlanceRelease.render.as_json import as_json
from GlanceRelease.render.irc import render
from GlanceRelease.render.sanitize import plain, plain_line
from kit.irc.bot import ROOT
from kit.page_facts import NOW, served, snapshot

# Unicode's Default_Ignorable_Code_Point outside of category Cf, the separators, C0 and C1.
IGNORABLE = (
    *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2065),
    *(0x3164, 0xFFA0),
    *range(0xFE00, 0xFE10),
    *range(0xFFF0, 0xFFF9),
    *range(0xE0000, 0xE1000),
)  # fmt: skip
NAMED = (
    *(0xAD, 0x061C, 0x180E, 0x2028, 0x2029, 0x85, 0xFEFF, 0xFFFE, 0x1FFFF),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFFF9, 0xFFFC),
)
KINDS = ("Cf", "Cc", "Zl", "Zp", "Cs")
BY_KIND = tuple(n for n in range(0x110000) if unicodedata.category(chr(n)) in KINDS)
BAD = frozenset(map(chr, (*IGNORABLE, *NAMED, *BY_KIND)))
SEEN = sorted(one for one in BAD if not "\ud800" <= one <= "\udfff")  # what UTF-8 can carry


def bad_in(text: str) -> set[str]:
    """The characters that must not be there, by number."""
    return {f"U+{ord(one):04X}" for one in BAD.intersection(text.replace("\n", ""))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in\u200bvi\u2060si\ufeffble", "invisible"),
        ("nova\U000e0067\U000e007f", "nova"),
        ("soft\u00adly \u034fjoined", "softly joined"),
        ("\u3164\uffa0\u115f\u1160", ""),
        ("heart \u2764\ufe0f", "heart \u2764"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\U0001f469"),
        ("one\u2028two\u2029three\u0085four\u009b31m", "one two three four 31m"),
        ("dots\u2800less", "dots less"),
        ("Gerg\u0151 \u00df \u65e5\u672c e\u0301", "Gerg\u0151 \u00df \u65e5\u672c e\u0301"),
    ],
)  # fmt: skip
def test_what_is_left_of_a_text(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_none_of_them_is_let_through() -> None:
    assert bad_in("".join(plain(f"a{one}b") for one in sorted(BAD))) == set()


def test_what_is_seen_stays() -> None:
    """Every letter, mark, number and sign that is assigned and not ignorable."""
    lost = [
        f"U+{n:04X}"
        for n in range(0x21, 0x110000)
        if unicodedata.category(chr(n))[0] in "LMNPS" and chr(n) not in BAD and plain(chr(n)) == ""
    ]
    assert lost == ["U+2800"]


texts = st.lists(st.one_of(st.sampled_from(SEEN), st.sampled_from("ab #!<&\"'-. é日"))).map("".join)


def world(text: str) -> Snapshot:
    """A team with other people's text wherever they can put it."""
    action = Note(
        "action",
        "1",
        {"text": f"a{text}", "nick": text, "by": text, "at": "2026-11-19T14:20:00+00:00"},
        text,
        NOW,
        1,
    )
    told = ChatDeadline(f"told {text}", "2026-12-11", "indri", text, NOW).note()
    made = snapshot({f"job{text}": ["SUCCESS", "FAILURE", "FAILURE"]}, [action, told])
    own = OwnDeadline(f"own {text}", parse_when("2026-12-10"))
    facts = {
        name: replace(fact, problem=f"trouble{text}", url=f"https://upstream.test/{text}")
        for name, fact in made.facts.items()
    }
    return replace(made, facts=facts, team=replace(made.team, deadlines=(own,)))


@given(texts)
@settings(max_examples=150, deadline=None)
def test_a_line_on_irc_and_json_show_none(text: str) -> None:
    lines = [Line((text, Link(text, text))), Line((text,), verbatim=True), Line((text,), "topic")]
    said = render(doc(text, *lines, details=lines), private=True)
    assert bad_in("".join(said)) == set()
    assert not any("\n" in line or "\r" in line for line in said)
    assert not said[0].startswith(("#", "!"))
    assert bad_in("".join(map(str, json.loads(as_json([text, {text: (text, None, 1)}]))))) == set()
    assert plain(plain(text)) == plain(text)
    assert plain_line(f"  {text}").startswith("  ")


@given(texts)
@settings(max_examples=25, deadline=None)
def test_page_feed_report_and_agenda_show_none(text: str) -> None:
    made = world(text)
    report = report_of(Moment(made, NOW), NOW.date(), f"Glance {text}")
    pages = html.page(page_of(Moment(made, NOW)), "./", {text: text}) + html.report(
        report, text, "../"
    )
    assert bad_in(html_text.unescape(pages)) == set()
    feed = ics.calendar(entries_of(Moment(made, NOW)), f"Glance {text}").decode()
    assert bad_in(feed.replace("\r\n ", "").replace("\r\n", "\n")) == set()
    assert bad_in(Calendar.from_ical(feed).to_ical().decode().replace("\r\n", "\n")) == set()
    assert (
        bad_in("".join(plain_text.text(line.phrases) for line in agenda_lines(Moment(made, NOW))))
        == set()
    )


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_command_is_read_as_it_is_seen(data: st.DataObject) -> None:
    asked = data.draw(
        st.sampled_from(["when m2", "freeze glance_store", "help freeze", "duties 6"])
    )
    unseen = st.sampled_from([one for one in SEEN if plain(f"a{one}2") == "a2"])
    typed = "".join(f"{data.draw(st.one_of(st.just(''), unseen))}{one}" for one in asked)
    made = snapshot()
    assert answer(Moment(made, NOW), typed, Ask("me")) == answer(
        Moment(made, NOW), asked, Ask("me")
    )


@pytest.mark.asyncio
async def test_every_address_of_the_page_shows_none(tmp_path: Path) -> None:
    made = world("".join(SEEN[::7]) + "#end")
    async with served(tmp_path) as site, aiohttp.ClientSession() as session:
        report = report_of(Moment(made, NOW), NOW.date(), "Glance")
        note = Note(KEPT, "2026-11-26", {"report": to_json(report)}, "", NOW)
        await site.app.parts.store.add_notes("glance", [note])
        site.show(made)
        paths = (
            "/",
            "/calendar.ics",
            "/agenda.txt",
            "/report/2026-11-26",
            "/status.json",
            "/no\u200b",
        )
        for path in paths:
            async with session.get(site.url + path) as reply:
                body = (await reply.text()).replace("\r\n ", "").replace("\r\n", "\n")
                assert "end" in body or path in ("/agenda.txt", "/no\u200b"), path
            shown = str(json.loads(body)) if path == "/status.json" else html_text.unescape(body)
            assert bad_in(shown) == set(), path


def test_the_command_line_shows_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "indri" / "glance.yaml"
    file.parent.mkdir()
    evil = "\u200b\u202e\u2028\U000e0041\ufeff\u0085\u00ad"
    file.write_text(
        f"team: 'gl{evil}ance'\nlaunchpad: glance\ntype: service\n"
        f"release-model: cycle-with-rc\nreleases:\n  - version: '3{evil}2.0.0'\n"
        f"    projects:\n      - repo: 'openstack/gl{evil}ance'\n        hash: 'a{evil}b'\n"
    )
    options = ("--config", str(ROOT / "config"), "--now", "2026-11-26T13:00:00Z", "--offline")
    assert main(["check-release", *options, str(file)]) == 1
    printed = capsys.readouterr().out
    assert len(printed.splitlines()) > 3
    assert bad_in(printed) == set()
    assert main(["check-release", "--json", *options, str(file)]) == 1
    asked = capsys.readouterr()
    assert bad_in(str(json.loads(asked.out)) + asked.err) == set()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mFAILED\x1b[0m: \x1b[1;4mjob\x1b[K", "FAILED: job"),
        ("\x1b]0;title\x07x", "]0;titlex"),
        ("glance" + "\u0301" * 40 + "-tips", "glance" + "\u0301" * 4 + "-tips"),
        ("Việt ở ế", "Việt ở ế"),
        ("\u0e01\u0e33\u0e49 \u0e17\u0e35\u0e48", "\u0e01\u0e33\u0e49 \u0e17\u0e35\u0e48"),
        ("x[31m y", "x[31m y"),
    ],
)
def test_no_colours_of_a_terminal_and_no_heap_of_marks(text: str, shown: str) -> None:
    assert plain(text) == shown
