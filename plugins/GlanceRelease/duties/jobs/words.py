"""How periodic jobs are told: days, links that still show what was counted, marks, phrases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from urllib.parse import quote, urlencode

from ...domain.calendar.day_names import MONTHS
from ...domain.ci.builds import Build, History, Lane, Outcome, Verdict
from ...domain.ci.nights import nights
from ...domain.team import Jobs
from .facts import JobStanding
from .suspects import Suspected, few

LINE_BYTES = 395
MARK_NIGHTS = 20
_MARKS = {
    ".": "passed",
    "F": "failed",
    "T": "timed out",
    "i": "infrastructure",
    "s": "cut short",
    "r": "running",
    "-": "did not run",
}


def day(at: dt.datetime | dt.date) -> str:
    """ "21 Nov", the same in every locale."""
    return f"{at.day} {MONTHS[at.month - 1][:3].capitalize()}"


def counted(number: int, what: str) -> str:
    """ "1 run", "3 runs"."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def build_link(history: History, build: Build) -> str:
    """The page of one build, by its id."""
    return f"{history.web}/build/{quote(build.uuid)}"


def builds_link(history: History, builds: Iterable[Build]) -> str:
    """A page of exactly these builds; a page by job and date would show others tomorrow."""
    return f"{history.web}/builds?{urlencode([('uuid', build.uuid) for build in builds])}"


def night_link(history: History, builds: Iterable[Build]) -> str:
    """The buildsets of these builds: the page shows the same night for ever."""
    sets = list(dict.fromkeys(build.buildset for build in builds if build.buildset))
    if len(sets) == 1:
        return f"{history.web}/buildset/{quote(sets[0])}"
    return f"{history.web}/buildsets?{urlencode([('uuid', buildset) for buildset in sets[:5]])}"


def where(lane: Lane) -> str:
    """ " on stable/2026.2"; nothing for master."""
    return "" if lane.branch == "master" else f" on {lane.branch}"


def trouble(build: Build) -> str:
    """What an infrastructure trouble is called: a time-out by its name, the rest by Zuul's."""
    return "timed out" if build.result == "TIMED_OUT" else f"{build.result}"


def phrase(history: History, standing: JobStanding, suspects: Suspected | None) -> str:
    """One job's trouble: what, for how long, how many suspects, and a link."""
    name = f"{standing.job}{where(standing.lane)}"
    since = f" since {day(standing.since)}" if standing.since else ""
    if standing.verdict is Verdict.DID_NOT_RUN:
        cut = standing.tonight
        if cut is not None and cut.outcome is Outcome.CUT:
            why = (cut.result or "").lower()
            return f"{name} was {why} on {day(cut.event)} {build_link(history, cut)}"
        return f"{name} did not run, {counted(standing.runs, 'night')}{since}"
    bad = standing.first_bad
    link = f" {build_link(history, bad)}" if bad else ""
    if standing.verdict is Verdict.FLAKY:
        window = [run for run in standing.row if run.outcome.decides][-standing.runs :]
        passed = sum(run.outcome is Outcome.PASSED for run in window)
        return f"{name} flaky ({passed} of its last {len(window)} runs passed){link}"
    if standing.verdict is Verdict.INFRASTRUCTURE and standing.last is not None:
        return f"{name}: {trouble(standing.last)}, {counted(standing.runs, 'run')}{since}{link}"
    count = f" ({counted_suspects(suspects)})" if suspects else ""
    return f"{name} FAILING {counted(standing.runs, 'run')}{since}{count}{link}"


def counted_suspects(suspects: Suspected) -> str:
    """ "4 suspects", "no suspect": nothing merged into what the job tests."""
    if not suspects.changes:
        return "no suspect"
    return f"{suspects.count} suspect{'' if suspects.count == '1' else 's'}"


def suspects_phrase(suspects: Suspected, most: int) -> str:
    """The count, the likeliest few, and a link to all of them."""
    if not suspects.changes:
        return f"no suspect: nothing merged into {', '.join(suspects.answer.repositories[:4])}"
    link = suspects_link(suspects)
    return f"{counted_suspects(suspects)}: {few(suspects, most)}{' ' + link if link else ''}"


def suspects_link(suspects: Suspected) -> str:
    """The suspects in Gerrit: by their numbers while those fit in a line, else by the query."""
    web = suspects.answer.url.partition("/q/")[0]
    numbers = "+OR+".join(f"change:{change.number}" for change in suspects.changes)
    short = f"{web}/q/{numbers}"
    return short if len(short) <= 160 else suspects.answer.url


def marks(history: History, jobs: Jobs, standing: JobStanding) -> str:
    """The last nights as a row of marks, the newest last, and what those that occur mean."""
    pipeline = next(p for p in jobs.pipelines if p.name == standing.lane.pipeline)
    by_night = {run.night: run for run in standing.row}
    first = standing.row[0].night if standing.row else history.until.date()
    days = {
        night.day
        for night in nights(pipeline, jobs.late_hours, history.since, history.until)
        if night.day >= first and (night.late <= history.until or night.day in by_night)
    }
    shown = sorted(days | set(by_night))[-MARK_NIGHTS:]
    row = "".join(_mark(by_night.get(night)) for night in shown)
    legend = ", ".join(f"{mark} {meaning}" for mark, meaning in _MARKS.items() if mark in row)
    return f"{row} ({legend}; newest last)" if row else "no run yet"


def _mark(run: Build | None) -> str:
    if run is None:
        return "-"
    if run.result == "TIMED_OUT":
        return "T"
    return {
        Outcome.PASSED: ".",
        Outcome.FAILED: "F",
        Outcome.TROUBLE: "i",
        Outcome.CUT: "s",
        Outcome.RUNNING: "r",
    }[run.outcome]


def fill(parts: Sequence[str], room: int, separator: str = "; ") -> tuple[str, int]:
    """As many parts as fit in a line of `room` bytes, and how many those are; one at least."""
    text, taken = "", 0
    for part in parts:
        longer = f"{text}{separator}{part}" if text else part
        if text and len(longer.encode()) > room:
            break
        text, taken = longer, taken + 1
    return text, taken
