"""How a false line is taken back: by what is so."""

from __future__ import annotations

from ...domain.ci.builds import Verdict
from ...domain.ci.job_names import where
from .selection import JobsView
from .taken_back import Correction
from .words import day


def corrected_words(view: JobsView, correction: Correction) -> str:
    """ "the night of 20 Nov did run: 12 of 12 passed"."""
    claim, night = correction.claims[0], day(correction.night)
    if claim.sort == "empty":
        passed = f"{correction.passed} of {len(correction.builds)} passed"
        return f"{_what_ran(view, correction, night)}: {passed}"
    name = view.name_of(claim.lane, claim.job)
    if claim.sort == "recovered":
        return f"{name} did not pass in the night of {night} after all"
    return f"{name} passed in the night of {night}: it did not fail {claim.nights} nights running"


def _what_ran(view: JobsView, correction: Correction, night: str) -> str:
    """The whole night, where it was all lanes that were called empty; else the lanes."""
    lanes = {s.lane for s in view.judged if s.verdict is not Verdict.GONE}
    late = [claim.lane for claim in correction.claims]
    if set(late) >= lanes:
        return f"the night of {night} did run"
    names = " and ".join(f"{lane.project}{where(lane)}" for lane in late)
    return f"{names} did run in the night of {night}"
