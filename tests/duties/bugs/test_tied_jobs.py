"""A job's failure that is a known bug's is silent, until its fix merged or it fails otherwise."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from GlanceRelease import registry
from GlanceRelease.domain.bugs.fixes import FIXES, FixChange, FixChanges
from GlanceRelease.domain.ci.builds import NIGHTS, Build, Expected, History, Lane
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.people.note import Note
from GlanceRelease.domain.releases.proposal import Change
from GlanceRelease.domain.snapshot import Fetched, Snapshot
from GlanceRelease.duties.bugs.tied_jobs import tie_notices
from GlanceRelease.duties.jobs.night_notices import _remember, night_notices
from kit.channel import LIAISON, PASSER_BY
from kit.upstream.nights import GLANCE, TEAM, lines

LANE = Lane(GLANCE, "master", "periodic")
JOB = "glance-tox-tips"
BEGIN = dt.datetime(2026, 9, 1, 2, tzinfo=dt.UTC)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
RESULTS = {".": "SUCCESS", "F": "FAILURE", "T": "TIMED_OUT"}


def moment_of(
    letters: str,
    now: dt.datetime,
    notes: tuple[Note, ...] = (),
    merged: dt.datetime | None = None,
    memory: dict[str, str] | None = None,
) -> Moment:
    """The nights up to an instant, a letter each; the fix of bug 7 merged at one."""
    rows = [
        Build(
            *(night, uuid.UUID(int=night).hex, LANE, JOB, RESULTS[letter], True, True),
            *(BEGIN + night * DAY, BEGIN + night * DAY, BEGIN + night * DAY + HOUR, f"{night}"),
        )
        for night, letter in enumerate(letters)
    ]
    seen = tuple(row for row in rows if row.event < now)
    history = History({LANE: seen}, {LANE: Expected({JOB: BEGIN}, BEGIN)}, BEGIN, now)
    facts = {NIGHTS.name: Fetched(history, now, "network")}
    if merged and merged <= now:
        change = Change(
            900, GLANCE, "master", "fix", "MERGED", message="Closes-Bug: #7", submitted=merged
        )
        told = {TEAM.name: FixChanges((FixChange(change),))}
        facts[FIXES.name] = Fetched(told, now, "network")
    return Moment(Snapshot(TEAM, facts, notes, memory=memory or {}, born=BEGIN), now)


def life(letters: str, tied_on: int = 99, merged: dt.datetime | None = None) -> list[str]:
    """What the channel hears, tied at noon of a night's day; each line with its day."""
    memory: dict[str, str] = {}
    notes: tuple[Note, ...] = ()
    said: list[str] = []
    keys: set[str] = set()
    for hour in range(0, len(letters) * 24, 3):
        now = BEGIN + hour * HOUR
        moment = moment_of(letters, now, notes, merged, dict(memory))
        if now == BEGIN + tied_on * DAY + 9 * HOUR:
            ask = replace(LIAISON, standing=frozenset({"operator"}))
            answer = registry.answer(moment, f"ack {JOB} bug 7", ask)
            notes = answer.notes
            said += [f"{now:%d} > {text}" for text in lines(answer.doc)]
        for notice in (*night_notices(moment), *tie_notices(moment)):
            if notice.key not in keys:
                said += [f"{now:%d} {text}" for text in lines(notice.say(now))]
                keys.add(notice.key)
        memory.update(_remember(moment))
    return said


def words(said: list[str]) -> list[str]:
    """The lines without what is about the night as a whole."""
    return [line.replace("Periodic jobs, ", "") for line in said]


def test_a_tied_failure_that_comes_again_is_silent() -> None:
    untied = life("..FF.FF..")
    assert len([line for line in untied if "2 nights" in line and "failed" in line]) == 2
    tied = life("..FF.FF..", tied_on=3)
    assert len([line for line in tied if "2 nights" in line and "failed" in line]) == 1
    assert (
        "04 > glance-tox-tips: quiet about FAILURE until it fails after the fix of bug 7 merged, or"
        " fails otherwise." in tied
    )


def test_after_the_fix_it_is_told_once() -> None:
    said = life("..FFFFFFFF", tied_on=3, merged=BEGIN + 5 * DAY + 12 * HOUR)
    told = [line for line in said if "bug 7" in line and ">" not in line]
    assert told == ["07 glance-tox-tips fails still, though the fix of bug 7 merged (900)."]


def test_the_last_run_before_the_fix_and_the_first_after() -> None:
    at_the_run = life("..FFFFF", tied_on=3, merged=BEGIN + 6 * DAY)
    assert not [line for line in at_the_run if "though the fix" in line]
    before = life("..FFFFF", tied_on=3, merged=BEGIN + 6 * DAY - dt.timedelta(seconds=1))
    assert [line for line in before if "though the fix" in line]


def test_what_fails_otherwise_is_told() -> None:
    said = life("..FFFTT", tied_on=3)
    told = [line for line in said if "bug 7" in line and ">" not in line]
    assert told == ["06 glance-tox-tips: TIMED_OUT, which is not bug 7: that was FAILURE."]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("ack nothing-such bug 7", "No periodic job of ours has \"nothing-such\" in its name."),
        ("ack glance-tox bug 7", "glance-tox-tips does not fail, so there is nothing to tie to a"
         " bug."),
    ],
)  # fmt: skip
def test_what_can_t_be_tied(text: str, answer: str) -> None:
    moment = moment_of("....", BEGIN + 3 * DAY + 12 * HOUR)
    ask = replace(LIAISON, standing=frozenset({"operator"}))
    assert lines(registry.answer(moment, text, ask).doc) == [answer]


def test_it_is_for_who_may() -> None:
    moment = moment_of("..FF", BEGIN + 3 * DAY + 12 * HOUR)
    (told,) = lines(registry.answer(moment, f"ack {JOB} bug 7", replace(PASSER_BY, nick="x")).doc)
    assert told.startswith("That is for ")
