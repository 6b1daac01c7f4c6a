"""Equal snapshots give byte-identical reports, and each number is a count over the snapshot."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from GlanceRelease.domain.calendar.cycle import format_day
from GlanceRelease.domain.calendar.lead_time import parse_lead
from GlanceRelease.domain.ci.builds import NIGHTS
from GlanceRelease.domain.messages.clauses import in_words
from GlanceRelease.domain.messages.doc import Doc
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.people.note import Note
from GlanceRelease.domain.releases.plan import Plan
from GlanceRelease.domain.reports.kept_reports import from_json, to_json
from GlanceRelease.domain.reports.meeting_report import Part, Report
from GlanceRelease.domain.snapshot import Snapshot
from GlanceRelease.duties.jobs.facts import standings
from GlanceRelease.duties.meeting.actions import open_actions
from GlanceRelease.duties.meeting.page import page_of
from GlanceRelease.duties.report_parts import LINES, report_of, weekday
from GlanceRelease.registry import Ask, answer
from GlanceRelease.render.fit import folded
from GlanceRelease.render.html import page, report
from GlanceRelease.render.irc import render
from kit.page_facts import NOW, snapshot

RESULTS = st.sampled_from(["SUCCESS", "FAILURE", "TIMED_OUT", "RETRY_LIMIT", None])
JOBS = st.dictionaries(
    st.text("abcdefgh-", min_size=3, max_size=40), st.lists(RESULTS, min_size=1, max_size=15),
    min_size=1, max_size=8,
)  # fmt: skip
NAMES = st.text("abc d\x02<é", min_size=1, max_size=60)
ACTIONS = st.lists(st.tuples(NAMES, st.booleans()), max_size=6)


def made(jobs: dict[str, list[str | None]], actions: list[tuple[str, bool]]) -> Snapshot:
    notes = []
    for number, (text, done) in enumerate(actions, start=1):
        body = {"text": text, "by": "bob", "at": NOW.isoformat()}
        if done:
            body |= {"done by": "eve", "done at": NOW.isoformat()}
        notes.append(Note("action", str(number), body, "bob", NOW, number))
    return snapshot(jobs, notes)


def words(part: Part) -> str:
    return in_words(part.phrases)


def said(report: Report) -> list[str]:
    return [in_words(line.phrases) for line in report.lines]


def of(one: Snapshot) -> Report:
    return report_of(Moment(one, NOW), NOW.date(), "Glance")


@settings(max_examples=60, deadline=None)
@given(JOBS, ACTIONS)
def test_equal_snapshots_give_equal_reports_and_pages(
    jobs: dict[str, list[str | None]], actions: list[tuple[str, bool]]
) -> None:
    one, other = made(jobs, actions), made(jobs, actions)
    assert to_json(of(one)).encode() == to_json(of(other)).encode()
    assert page(page_of(Moment(one, NOW)), "", {}) == page(page_of(Moment(other, NOW)), "", {})
    assert len(of(one).lines) <= LINES
    again = from_json(to_json(of(one)))
    assert again == of(one)
    assert report(again, "glance", "") == report(of(one), "glance", "")


@settings(max_examples=60, deadline=None)
@given(JOBS, ACTIONS)
def test_each_number_is_a_count_over_the_snapshot(
    jobs: dict[str, list[str | None]], actions: list[tuple[str, bool]]
) -> None:
    one = made(jobs, actions)
    parts = {part.name: part for part in of(one).parts}
    history = one[NIGHTS].value
    judged = standings(history, one.team.jobs, one.team.jobs.repositories)
    bad = ("failing", "flaky", "infrastructure", "did-not-run")
    wrong = [s for s in judged if s.verdict in bad or (s.verdict == "running" and s.failing)]
    new = [s for s in judged if s.verdict == "new"]
    all_green = re.match(r"Periodic jobs: all (\d+) green", words(parts["jobs"]))
    not_green = re.match(r"Periodic jobs: (\d+) of (\d+) not green", words(parts["jobs"]))
    assert (all_green is None) is (bool(wrong) or len(new) == len(judged))
    if all_green:
        assert int(all_green[1]) == len(judged) - len(new)
    if not_green:
        assert (int(not_green[1]), int(not_green[2])) == (len(wrong), len(judged))
    assert parts["jobs"].tables[0].count == len(wrong)
    assert len(parts["jobs"].tables[0].rows) == len(judged)
    count = len([done for _, done in actions if not done])
    assert len(open_actions(one)) == count == parts["actions"].tables[0].count
    said = re.match(r"(\d+) action", words(parts["actions"]))
    assert (int(said[1]) if said else 0) == count


@given(st.lists(st.text(max_size=50), min_size=1, max_size=9), st.integers(1, 5))
def test_folding_loses_nothing_and_keeps_the_order(texts: list[str], most: int) -> None:
    lines = folded([(text,) for text in texts], most)
    assert len(lines) == min(most, len(texts))
    assert [text for group in lines for (text,) in group] == texts


def test_a_part_without_anything_to_count_says_so() -> None:
    texts = said(of(snapshot()))
    assert any("nothing is known from Zuul" in line for line in texts)
    assert any("No action is open" in line for line in texts)


@given(st.dates(dt.date(2016, 1, 1), dt.date(2100, 1, 1)), st.integers(0, 3))
def test_a_weekday_alone_can_be_no_other_day(today: dt.date, later: int) -> None:
    """For two weeks to either side: a name stands for the last such day before each of the days
    on which it is read; everything else has its date."""
    read_on = (today, today + dt.timedelta(days=later))
    for offset in range(-14, 15):
        day = today + dt.timedelta(days=offset)
        words = weekday(day, *read_on)
        alone = day < today and (read_on[1] - day).days < 7
        assert words == (f"{day:%A}" if alone else format_day(day)), (today, day)
        if alone:
            assert all(f"{each:%A}" != words for each in read_on)


@pytest.mark.parametrize(
    ("apart", "since"), [(7, "last week's meeting"), (6, "Friday"), (1, "Wednesday")]
)
def test_on_a_thursday_nothing_is_said_of_thursday(apart: int, since: str) -> None:
    thursday = dt.date(2026, 11, 26)
    told = {"day": str(thursday - dt.timedelta(days=apart)), "at": NOW.isoformat()}
    base = [{**told, "lines": [], "facts": {}}]
    one = replace(snapshot({}), memory={"report": json.dumps(base)})
    assert said(of(one))[0] == f"Glance: no change since {since}."


def test_a_fact_that_was_not_there_before_is_told_once_it_matters() -> None:
    facts = {"jobs": "", "jobs/a-tips": "passing"}
    told = [{"day": "2026-11-19", "at": NOW.isoformat(), "lines": [], "facts": facts}]
    good, bad = ["SUCCESS"] * 5, ["FAILURE"] * 5
    one = snapshot({"a-tips": good, "b-tips": bad, "c-tips": good})
    one = replace(one, memory={"report": json.dumps(told)})
    assert said(of(one))[0] == "Glance: since last week's meeting: b-tips failing."


def test_the_planned_day_stands_beside_the_deadlines() -> None:
    plan = Plan("indri", "i-2", dt.date(2027, 1, 12), "alice", NOW).note()
    one = snapshot(notes=[plan])
    text = words(of(one).parts[1])
    assert text.startswith("Indri-2 milestone is Thu 2027-01-14, R-10, in 49 days, planned for Tue")
    early = replace(snapshot(), team=replace(snapshot().team, early=parse_lead("1 week")))
    assert "planned for Thu 2027-01-07" in words(of(early).parts[1])


def test_duties_and_priorities_answer_on_the_bundled_facts() -> None:
    def answered(text: str, now: dt.datetime = NOW) -> str:
        reply = answer(Moment(snapshot(), now), text, Ask(nick="a", channel="#openstack-glance"))
        return in_words(reply.doc.lines[0].phrases)

    assert "tell the team the planned date of Indri-2 milestone" in answered("duties 4")
    assert "Mon 2027-01-11 propose the releases for Indri-2 milestone (look)" in answered(
        "duties 8"
    )
    assert answered("duties 0") == '"0" is not within a year. Say: duties WEEKS, from 1 to 52.'
    assert answered("duties x") == 'duties does not take "x"; say duties [WEEKS].'
    assert answered("priorities") == "No priority is stated for Indri-2 milestone."
    assert answered("priority add m2 topic:encryption @alice") == (
        "Priority 1 for Indri-2 milestone: topic:encryption (alice). Drop it: priority drop 1."
    )
    assert "is no milestone of 2027.1 Indri" in answered("priority add nothing at all")


def test_a_release_is_the_first_news_and_stays_whatever_else_changed() -> None:
    """Twelve jobs broke since; the last betas' release is what the meeting wants to hear."""
    jobs = {
        f"glance-tox-functional-py313-{number:02}-tips": ["FAILURE"] * 5 for number in range(12)
    }
    told = {"day": "2026-11-19", "at": NOW.isoformat(), "lines": []}
    facts = {"jobs": "", "releases": "", "releases/glance": "33.0.0.0b1", "actions": ""}
    one = replace(snapshot(jobs), memory={"report": json.dumps([{**told, "facts": facts}])})
    (line, *_) = render(Doc((of(one).lines[0],)))
    assert line.startswith("Glance: since last week's meeting: glance "), line
    assert " released (was 33.0.0.0b1)" in line.split(",")[0]
    assert re.search(r" and [a-z-]+ more", line), "what is left out is no number to be added"


def test_what_is_overdue_is_said_once_in_a_report() -> None:
    assert not [
        fact for part in of(snapshot()).parts if part.name == "overdue" for fact in part.facts
        if not fact.usual
    ]  # fmt: skip
