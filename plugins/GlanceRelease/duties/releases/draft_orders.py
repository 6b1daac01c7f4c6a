"""`draft`: what somebody wants drafted, and where that belongs."""

from __future__ import annotations

import re

from ...domain.gerrit_scope import files_of, near_series, newest_release
from ...domain.messages.doc import doc
from ...domain.model import Deliverable
from ...domain.moment import Moment
from ...domain.releases.draft_plan import DraftOrder, DraftPlan
from ...domain.releases.released import as_written
from ...domain.snapshot import Snapshot, deliverable_of
from ...registry import Ask, Lookup, Reply, UserError, command
from .unreleased import find_deliverable
from .words.proposals import short

KINDS = ("beta", "rc", "final", "feature", "bugfix")
_SHA = re.compile(r"[0-9a-f]{40}")
_HELP = f"Say: draft DELIVERABLE {'|'.join(KINDS)} [SHA]."


@command(
    "draft",
    "DELIVERABLE beta|rc|final|feature|bugfix [SHA]",
    "the deliverable file for the next release, checked; I never push it",
    "draft glance beta",
    needs=("opendev", "gerrit"),
    basis="the form of a deliverable file, and the version that the release model asks for",
    sources=("readme", "guide"),
)
def draft_command(moment: Moment, ask: Ask) -> Reply:
    """Checks the order at once; the draft follows when Gerrit has told the branch's head."""
    order = read_order(moment.snapshot, ask.text)
    plan_of(moment, order)
    return Reply(doc(), private=not moment.snapshot.page, lookup=Lookup("draft", ask.text[:200]))


def read_order(snapshot: Snapshot, text: str) -> DraftOrder:
    """The order in "glance rc [SHA]"; a UserError says what is wrong with it."""
    words = text.split()
    if len(words) not in (2, 3):
        raise UserError(_HELP)
    name = find_deliverable(snapshot, words[0])
    kind = words[1].lower()
    if kind not in KINDS:
        raise UserError(f"{short(kind, 20)} is none of {', '.join(KINDS)}.")
    sha = words[2].lower() if len(words) == 3 else ""
    if sha and not _SHA.fullmatch(sha):
        raise UserError("A commit is given by its 40 hexadecimal digits.")
    return DraftOrder(name, kind, sha)


def plan_of(moment: Moment, order: DraftOrder) -> DraftPlan:
    """Where the draft belongs: the series in development; master until its stable branch is cut,
    the stable branch after."""
    current = next(iter(near_series(moment)), None)
    if current is None:
        raise UserError("I do not know which series is in development.")
    fact = moment[deliverable_of(current.name, order.deliverable)]
    file = as_written(fact.value) if fact.value else None
    newest = newest_release(moment, order.deliverable)
    known = file or next(files_of(moment, order.deliverable), None)
    if known is None:
        raise UserError(f"I know no file of {order.deliverable} in this series or the last.")
    if newest is None:
        raise UserError(
            f"{known.series}/{known.name}.yaml has no release, so I can't tell the number that"
            f" comes next in {current.title}."
        )
    stable = f"stable/{current.branch_id}"
    cut = file is not None and any(branch.name == stable for branch in file.branches)
    path = f"{current.name}/{order.deliverable}.yaml"
    return DraftPlan(
        order,
        current.name,
        path,
        stable if cut else "master",
        known.repositories,
        stable,
        _previous_file(moment, order.deliverable),
    )


def _previous_file(moment: Moment, name: str) -> Deliverable | None:
    """The deliverable in the series that was released last."""
    series = near_series(moment)
    return moment[deliverable_of(series[1].name, name)].value if len(series) > 1 else None
