"""However bad its weeks are, a channel hears of the jobs seven times in as many days at most."""

from __future__ import annotations

import datetime as dt
import random
import uuid

import pytest

from GlanceRelease.domain.ci.builds import NIGHTS, Build, Expected, History, Lane
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.snapshot import Fetched, Snapshot
from GlanceRelease.duties.jobs.night_notices import _remember, night_notices
from kit.upstream.nights import GLANCE, TEAM, lines

LANE = Lane(GLANCE, "master", "periodic")
BEGIN = dt.datetime(2026, 9, 1, 2, tzinfo=dt.UTC)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
A_WEEK = 7 * DAY


def said_of(results: dict[str, str]) -> list[tuple[dt.datetime, str]]:
    """What the channel hears of these jobs' nights, ticked every three hours: F or . each, H is F
    and mended by hand in the morning."""
    rows = [
        Build(
            *(5000 + night * 100 + number, uuid.UUID(int=5000 + night * 100 + number).hex, LANE),
            *(job, "SUCCESS", True, True, BEGIN + night * DAY + 8 * HOUR),
            *(BEGIN + night * DAY + 8 * HOUR, BEGIN + night * DAY + 9 * HOUR, f"again{night}"),
        )
        for number, (job, letters) in enumerate(sorted(results.items()))
        for night, letter in enumerate(letters)
        if letter == "H"
    ]
    rows += [
        Build(
            *(night * 100 + number, uuid.UUID(int=night * 100 + number).hex, LANE, job),
            *("SUCCESS" if letter == "." else "FAILURE", True, True),
            *(BEGIN + night * DAY, BEGIN + night * DAY, BEGIN + night * DAY + HOUR, f"set{night}"),
        )
        for number, (job, letters) in enumerate(sorted(results.items()))
        for night, letter in enumerate(letters)
    ]
    rows.sort(key=lambda row: row.event)
    expected = {LANE: Expected(dict.fromkeys(results, BEGIN), BEGIN)}
    memory: dict[str, str] = {}
    said = []
    for hour in range(0, max(map(len, results.values())) * 24, 3):
        now = BEGIN + hour * HOUR
        seen = tuple(row for row in rows if row.event < now)
        history = History({LANE: seen}, expected, BEGIN, now)
        facts = {NIGHTS.name: Fetched(history, now, "network")}
        moment = Moment(Snapshot(TEAM, facts, memory=dict(memory), born=BEGIN), now)
        said += [(now, text) for notice in night_notices(moment) for text in lines(notice.say(now))]
        memory.update(_remember(moment))
    return said


def most_in_a_week(said: list[tuple[dt.datetime, str]]) -> int:
    return max(sum(at <= other < at + A_WEEK for other, _ in said) for at, _ in said)


def test_random_bad_months(capsys: pytest.CaptureFixture[str]) -> None:
    worst, weeks = 0, []
    for seed in range(6):
        chance = random.Random(seed)
        results = {}
        for number in range(4):
            row, bad = "", False
            for _ in range(30):
                bad = chance.random() < (0.5 if bad else 0.15)
                row += "F" if bad else "."
            results[f"glance-tox-{number}"] = row
        said = said_of(results)
        worst = max(worst, most_in_a_week(said))
        weeks += [sum((at - BEGIN) // A_WEEK == week for at, _ in said) for week in range(4)]
    with capsys.disabled():
        print(f"\nlines of bad weeks: {sorted(weeks)[len(weeks) // 2]} in the median, {worst} most")
    assert worst <= 7


def test_what_comes_after_the_seventh_line_waits() -> None:
    # Each night another job has failed twice, and is mended by hand: two lines a day.
    results = {f"glance-tox-{n}": "." * n + "FH" + "." * (18 - n) for n in range(6)}
    results["glance-tox-last"] = "." * 5 + "F" * 15
    said = said_of(results)
    assert most_in_a_week(said) == 7
    assert [f"{at:%d %H}" for at, _ in said[:7]] == [
        *("02 05", "02 11", "03 05", "03 11", "04 05", "04 11", "05 05")
    ]
    rest = [(f"{at:%d %H}", text.partition(": ")[2].partition(". ")[0]) for at, text in said[7:]]
    again, failed = (
        "glance-tox-3 passes again after 2 bad nights",
        "glance-tox-last failed 2 nights",
    )
    assert rest == [("09 05", f"{again}; {failed} running")]


def test_seven_lines_in_more_than_a_week_hold_nothing_back() -> None:
    results = {f"glance-tox-{n}": "." * 2 * n + "F" * (24 - 2 * n) for n in range(8)}
    said = said_of(results)
    assert [f"{at:%d}" for at, _ in said] == [f"{2 * n + 2:02}" for n in range(8)]
