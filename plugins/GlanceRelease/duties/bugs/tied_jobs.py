"""A periodic job whose failure is a known bug's: `ack JOB bug N`, and when it is no more."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...domain.bugs.job_ties import (
    JobTie,
    TieState,
    fix_of,
    place_of,
    state_of,
    tie_note,
    ties_in,
)
from ...domain.messages.doc import Doc, doc
from ...domain.messages.notice import Notice
from ...domain.moment import Moment
from ...domain.people.roles import may, refusal
from ...registry import Ask, Reply, UserError, rule
from ..jobs.facts import JobStanding
from ..jobs.selection import view_of
from ..jobs.which_job import find_job

RULE = "job bug"
_GRACE = dt.timedelta(days=1)
_TIE = re.compile(r"(?P<job>\S.*?)\s+bug\s+#?(?P<bug>[1-9][0-9]{0,8})", re.IGNORECASE)


def tie_job(moment: Moment, ask: Ask) -> Reply | None:
    """The answer to "JOB bug N" behind `ack`; None for other words. It is for those who may change
    the list of bugs, and of a job that fails."""
    match = _TIE.fullmatch(ask.text.strip())
    if match is None:
        return None
    if not may(moment.snapshot, "bug", ask):
        raise UserError(refusal(moment.snapshot, "bug", ask))
    standing = find_job(view_of(moment), match["job"])
    last = standing.last
    if last is None or last.result is None or not standing.failing:
        raise UserError(f"{standing.name} does not fail, so there is nothing to tie to a bug.")
    number = int(match["bug"])
    note = tie_note(place_of(last), number, last.result, ask.name, moment.now)
    said = (
        f"{standing.name}: quiet about {last.result} until it fails after the fix of bug {number}"
    )
    return Reply(doc(f"{said} merged, or fails otherwise."), notes=(note,))


@rule(
    RULE,
    "a job that was tied to a bug fails though its fix merged, or fails otherwise",
    "ack JOB bug NUMBER",
    takes_back=True,
    basis="what people told me, the builds of the periodic pipelines, the bug's fix in Gerrit",
    sources=("builds", "gerrit"),
)
def tie_notices(moment: Moment) -> Iterator[Notice]:
    """Once for each run that breaks a tie first; another tie begins anew."""
    ties = ties_in(moment.notes)
    if not ties:
        return
    try:
        judged = view_of(moment).judged
    except UserError:
        return
    for standing in judged:
        tie = ties.get((standing.lane.project, standing.lane.branch, standing.job))
        last = standing.last
        if tie is None or last is None or not standing.failing or last.event <= tie.at:
            continue
        state = state_of(moment, tie, last)
        if state is not TieState.HOLDS:
            subject, facts = " ".join(tie.place), f"{tie.bug} {state} {tie.at.isoformat()}"
            say = _BrokenTie(moment, tie, standing, state)
            target, due = moment.team.announce, last.end or moment.now
            yield Notice(RULE, subject, target, facts, due, _GRACE, say, why=f"bug {tie.bug}")


@dataclass(frozen=True)
class _BrokenTie:
    moment: Moment
    tie: JobTie
    standing: JobStanding
    state: TieState

    def __call__(self, now: dt.datetime) -> Doc:
        name, bug = self.standing.name, self.tie.bug
        if self.state is TieState.OTHERWISE:
            result = self.standing.last.result if self.standing.last else ""
            return doc(f"{name}: {result}, which is not bug {bug}: that was {self.tie.result}.")
        fix = fix_of(self.moment, self.tie)
        change = f" ({fix.change.number})" if fix else ""
        return doc(f"{name} fails still, though the fix of bug {bug} merged{change}.")
