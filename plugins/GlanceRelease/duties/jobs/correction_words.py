"""How a false line is taken back: by what is so."""

from __future__ import annotations

from ...domain.ci.builds import Outcome, Verdict
from ...domain.ci.job_names import where
from .claims import Correction
from .selection import JobsView
from .words import day

_FEW = 2  # jobs that are named


def corrected_words(view: JobsView, correction: Correction) -> str:
    """ "the night of 20 Nov did run: 12 of 12 passed"."""
    claim, night = correction.claims[0], day(correction.night)
    if claim.sort == "empty":
        passed = f"{correction.passed} of {len(correction.builds)} passed"
        return f"{_what_ran(view, correction, night)}: {passed}"
    if claim.sort in ("broken", "dropped"):
        return _jobs_words(view, correction, claim.sort)
    name = view.name_of(claim.lane, claim.job)
    if claim.sort == "stopped":
        run = correction.builds[0]
        passed = "passed" if run.outcome is Outcome.PASSED else "did not pass"
        return f"{name} did run in the night of {night}, and {passed}"
    if claim.sort == "recovered":
        return f"{name} did not pass in the night of {night} after all"
    return f"{name} passed in the night of {night}: it did not fail {claim.nights} nights running"


def _jobs_words(view: JobsView, correction: Correction, sort: str) -> str:
    """Jobs that ran, or run elsewhere, though they were said to be broken or dropped."""
    lane, there = correction.claims[0].lane, correction.there
    names = [view.name_of(lane, job) for job in correction.jobs]
    many = len(names) > 1
    which = " and ".join(names) if len(names) <= _FEW else f"{len(names)} jobs of {lane.project}"
    not_dropped = f"{'were' if many else 'was'} not dropped"
    if correction.builds:
        are = "they are" if many else "it is"
        so = f"{are} not broken" if sort == "broken" else f"{are.split()[0]} {not_dropped}"
        return f"{which} did run in the night of {day(correction.night)}: {so}"
    assert there is not None
    place = f"{there.project}{where(there)}"
    if there.pipeline != lane.pipeline:
        place = there.pipeline
    return f"{which} {not_dropped}, but moved to {place}"


def _what_ran(view: JobsView, correction: Correction, night: str) -> str:
    """The whole night, where it was all lanes that were called empty; else the lanes."""
    lanes = {s.lane for s in view.judged if s.verdict is not Verdict.GONE}
    late = [claim.lane for claim in correction.claims]
    if set(late) >= lanes:
        return f"the night of {night} did run"
    names = " and ".join(f"{lane.project}{where(lane)}" for lane in late)
    return f"{names} did run in the night of {night}"
