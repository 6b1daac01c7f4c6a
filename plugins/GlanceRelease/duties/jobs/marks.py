"""A job's last nights as a row of marks: "...F-.." and what those that occur mean."""

from __future__ import annotations

from collections.abc import Mapping

from ...domain.ci.builds import Build, History, Outcome, Verdict
from ...domain.team import Jobs
from .absent_nights import absent_nights
from .facts import JobStanding

MARK_NIGHTS = 20
_MARKS = {
    ".": "passed",
    "F": "failed",
    "T": "timed out",
    "i": "infrastructure",
    "s": "cut short",
    "r": "running",
    "q": "queued",
    "x": "broken",
    "?": "not known",
    "-": "did not run",
}
_OF_OUTCOME = {
    Outcome.PASSED: ".",
    Outcome.FAILED: "F",
    Outcome.TROUBLE: "i",
    Outcome.CUT: "s",
    Outcome.RUNNING: "r",
}
_OF_ABSENCE = {Verdict.QUEUED: "q", Verdict.BROKEN: "x", Verdict.UNSEEN: "?"}


def marks(history: History, jobs: Jobs, standing: JobStanding) -> str:
    """The last nights as a row of marks, the newest last, and what those that occur mean."""
    by_night = {run.night: run for run in standing.row}
    first = standing.row[0].night if standing.row else history.until.date()
    absent = {
        night: verdict
        for night, verdict in absent_nights(history, jobs, standing).items()
        if night >= first
    }
    shown = sorted({*absent, *by_night})[-MARK_NIGHTS:]
    row = "".join(
        _of_run(by_night[night]) if night in by_night else _OF_ABSENCE.get(absent[night], "-")
        for night in shown
    )
    return f"{row} ({_legend(_MARKS, row)}; newest last)" if row else "no run yet"


def _legend(meanings: Mapping[str, str], row: str) -> str:
    return ", ".join(f"{mark} {meaning}" for mark, meaning in meanings.items() if mark in row)


def _of_run(run: Build) -> str:
    return "T" if run.result == "TIMED_OUT" else _OF_OUTCOME[run.outcome]
