"""The same clauses of a report reach IRC, the page, Markdown and JSON; and reports that older
versions kept are read."""

from __future__ import annotations

import html as entities
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from GlanceRelease.domain.messages.clauses import Clause, Listing, Phrase, calls_in, in_words
from GlanceRelease.domain.messages.doc import line
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.people.note import Note
from GlanceRelease.domain.reports.kept_reports import from_json, to_json, told_from, told_of
from GlanceRelease.domain.reports.meeting_report import Report
from GlanceRelease.domain.snapshot import Snapshot
from GlanceRelease.domain.team import Member
from GlanceRelease.duties.meeting.page import page_of
from GlanceRelease.duties.meeting.report import report_now
from GlanceRelease.duties.report_parts import FIRST, report_of
from GlanceRelease.render import html, markdown, plain_text
from GlanceRelease.render.irc import line_texts
from GlanceRelease.render.sanitize import plain
from kit.page_facts import HOSTILE, NOW, snapshot

RESULTS = st.sampled_from(["SUCCESS", "FAILURE", "TIMED_OUT", None])
JOBS = st.dictionaries(
    st.text("abcdefgh-", min_size=3, max_size=40), st.lists(RESULTS, min_size=1, max_size=15),
    min_size=1, max_size=40,
)  # fmt: skip
ACTIONS = st.lists(st.text("abc d_*[<é", min_size=1, max_size=200), max_size=12)


def made(jobs: dict[str, list[str | None]], actions: list[str], page: str = "") -> Snapshot:
    notes = [
        Note("action", str(n), {"text": text, "by": "bob", "at": NOW.isoformat()}, "bob", NOW, n)
        for n, text in enumerate(actions, start=1)
    ]
    return replace(snapshot(jobs, notes), page=page)


def clauses(report: Report) -> list[Clause]:
    """Every clause of the report's lines, those of its lists too."""
    found: list[Clause] = []
    for phrase in phrases(report):
        found += phrase.items if isinstance(phrase, Listing) else ()
        found += [phrase] if isinstance(phrase, Clause) else ()
    return found


def phrases(report: Report) -> list[Phrase]:
    return [phrase for line in report.lines for phrase in line.phrases]


def words_of(clause: Clause) -> str:
    return plain(in_words([clause]))


@settings(max_examples=60, deadline=None)
@given(JOBS, ACTIONS, st.integers(2, 4), st.integers(300, 400), st.sampled_from(["", "http://p"]))
def test_on_irc_what_is_heaviest_is_always_there_and_nothing_over_the_room(
    jobs: dict[str, list[str | None]], actions: list[str], lines: int, room: int, page: str
) -> None:
    one = report_of(Moment(made(jobs, actions, page), NOW), NOW.date(), "Glance", lines)
    said = [text for line in one.lines for text in line_texts(replace(line, command="info"), room)]
    assert len(said) == len(one.lines) <= lines
    assert all(len(text.encode()) <= room for text in said)
    for clause in clauses(one):
        if clause.weight == FIRST:
            assert words_of(clause) in " ".join(said)


@settings(max_examples=60, deadline=None)
@given(JOBS, ACTIONS)
def test_page_markdown_and_json_have_every_clause(
    jobs: dict[str, list[str | None]], actions: list[str]
) -> None:
    one = report_now(Moment(made(jobs, actions), NOW))
    page = entities.unescape(re.sub(r"<[^>]*>", "", html.report(one, "glance", "")))
    pasted = re.sub(r"\[((?:\\.|[^\]\\])*)\]\([^)]*\)", r"\1", markdown.report(one, "Glance"))
    pasted = re.sub(r"\\(.)|\*\*", lambda sign: sign[1] or "", pasted)
    again = from_json(to_json(one))
    assert phrases(again) == phrases(one)
    for clause in clauses(one):
        words = words_of(clause)
        assert words.replace(" ", "") in page.replace(" ", "")
        assert words.replace(" ", "") in pasted.replace(" ", "")


@settings(max_examples=40, deadline=None)
@given(JOBS, ACTIONS)
def test_irc_with_room_the_text_and_the_live_page_have_every_clause(
    jobs: dict[str, list[str | None]], actions: list[str]
) -> None:
    """A report of a line for each part, so that the page's parts are its lines."""
    moment = Moment(made(jobs, actions), NOW)
    one = report_now(moment)
    told = [text for line in one.lines for text in line_texts(line, 100_000)]
    assert told == [plain(plain_text.text(line.phrases)) for line in one.lines]
    page = entities.unescape(re.sub(r"<[^>]*>", "", html.page(page_of(moment), "", {})))
    parts = [part for part in one.parts if part.phrases]
    assert parts
    for clause in clauses(one):
        assert words_of(clause) in " ".join(told)
    for clause in clauses(Report(one.day, one.at, tuple(line(*p.phrases) for p in parts), ())):
        assert words_of(clause).replace(" ", "") in page.replace(" ", "")


def test_hostile_text_is_cut_and_what_is_first_stays() -> None:
    one = made({HOSTILE: ["SUCCESS", "FAILURE", "FAILURE"]}, [HOSTILE[:300]] * 3)
    report = report_of(Moment(one, NOW), NOW.date(), "Glance", 2)
    said = [text for line in report.lines for text in line_texts(line)]
    assert all(len(text.encode()) <= 400 and text.isprintable() for text in said)
    for words in ("Indri-2 milestone is", "Periodic jobs: 1 of 1 not green", "3 actions open"):
        assert words in " ".join(said)


def test_nobody_is_called_by_a_report() -> None:
    body = {"text": "write it", "nick": "abhishekk", "by": "bob", "at": NOW.isoformat()}
    one = snapshot({}, [Note("action", "1", body, "bob", NOW, 1)])
    people = {"deputy": (Member("abhishekk", "", "Abhishek Kekane"),)}
    one = replace(one, team=replace(one.team, people=people))
    report = report_now(Moment(one, NOW))
    assert calls_in(phrases(report)) == ()
    assert "1 action open: 1 write it (Abhishek Kekane)." in [
        in_words(line.phrases) for line in report.lines
    ]


OLD_TOLD = {
    "day": "2026-11-19", "at": "2026-11-19T14:10:00+00:00",
    "lines": ["Glance, R-18 of 2027.1 Indri: the first report."],
    "facts": {"jobs": "", "jobs/a-tips": "passing", "jobs/b-tips": "failing", "milestone": "",
              "milestone/next is": "Indri-2 milestone on Thu 2027-01-14",
              "milestone/next freeze":
              "Final release for non-client libraries by Thu 2027-02-11"},
}  # fmt: skip
OLD_REPORT = {
    "day": "2026-11-19", "at": "2026-11-19T14:10:00+00:00", "lines": OLD_TOLD["lines"],
    "parts": [{
        "name": "jobs", "title": "Periodic jobs", "text": "Periodic jobs: all 1 green",
        "facts": {"a-tips": "passing"}, "usual": ["new", "passing"], "age": "",
        "tables": [{"title": "Each job", "columns": ["job"], "told": [0], "empty": "none",
                    "rows": [[{"text": "a-tips", "url": "https://zuul.test/1"}]]}],
        "grid": {"title": "The last 14 nights", "columns": ["19 Nov"],
                 "rows": [["a-tips", ["passed"]]]},
        "tiles": [{"value": "1 of 1", "caption": "periodic jobs green", "mood": "good"}],
    }],
}  # fmt: skip


def test_a_report_that_an_older_version_kept_is_read_and_shown() -> None:
    old = from_json(json.dumps(OLD_REPORT))
    assert [in_words(line.phrases) for line in old.lines] == OLD_TOLD["lines"]
    assert in_words(old.parts[0].phrases) == "Periodic jobs: all 1 green"
    assert old.parts[0].tables[0].count == 1
    shown = html.report(old, "glance", "")
    assert "Glance, R-18 of 2027.1 Indri: the first report." in shown
    assert "Periodic jobs: all 1 green." in shown
    assert from_json(to_json(old)) == old


def test_what_an_older_version_told_is_compared_by_its_words() -> None:
    one = snapshot({"a-tips": ["FAILURE"] * 5, "b-tips": ["FAILURE"] * 5})
    one = replace(one, memory={"report": json.dumps([OLD_TOLD])})
    first = report_of(Moment(one, NOW), NOW.date(), "Glance").lines[0]
    assert in_words(first.phrases) == (
        "Glance: since last week's meeting: a-tips failing (was passing)."
    )


def test_another_title_of_the_same_day_is_no_news() -> None:
    report = report_of(Moment(snapshot({}), NOW), NOW.date(), "Glance")
    told = told_of(report)
    facts = {
        key: replace(fact, words=fact.words.replace("Indri-2 milestone", "Milestone 2"))
        for key, fact in told.facts.items()
    }
    assert facts != told.facts
    for part in report.parts:
        for fact in part.facts:
            assert facts[f"{part.name}/{fact.key}"].is_still(fact)


@pytest.mark.parametrize(
    "broken",
    [{"lines": [1]}, {"lines": [{}]}, {"facts": {"a": 5}}, {"day": "x"}, {"lines": "ab", "at": ""}],
)
def test_what_is_no_report_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".*"):
        told_from({**OLD_TOLD, **broken})


def test_without_a_memory_nothing_is_called_the_first() -> None:
    one = replace(snapshot({}), no_memory="disk full")
    first = report_of(Moment(one, NOW), NOW.date(), "Glance").lines[0]
    assert in_words(first.phrases) == "Glance: what changed is not known."
