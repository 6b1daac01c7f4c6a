"""`draft`: what somebody wants drafted, and where that belongs."""

from __future__ import annotations

import re

from ...domain.calendar.team_calendar import find_series
from ...domain.gerrit_scope import files_of, near_series, newest_release
from ...domain.messages.doc import doc
from ...domain.model import Deliverable
from ...domain.moment import Moment
from ...domain.releases.draft_plan import DraftOrder, DraftPlan
from ...domain.releases.released import as_written
from ...domain.releases.series_branch import Standing, branch_of
from ...domain.snapshot import SERIES, Snapshot, deliverable_of
from ...registry import Ask, Lookup, Reply, UserError, command
from ..typed_names import find_deliverable
from .words.proposals import short

KINDS = ("beta", "rc", "final", "feature", "bugfix")
_SHA, _HEXADECIMAL = re.compile(r"[0-9a-f]{40}"), re.compile(r"[0-9a-f]+")
_HELP = f"Say: draft DELIVERABLE {'|'.join(KINDS)} [SERIES] [SHA]."
_ENDED = (Standing.UNMAINTAINED, Standing.END_OF_LIFE)


@command(
    "draft",
    "DELIVERABLE beta|rc|final|feature|bugfix [SERIES] [SHA]",
    "the deliverable file for the next release, checked; I never push it",
    "draft glance beta",
    needs=("opendev", "gerrit"),
    basis="the form of a deliverable file, and the version that the release model asks for",
    sources=("using", "guide"),
)
def draft_command(moment: Moment, ask: Ask) -> Reply:
    """Checks the order at once; the draft follows when Gerrit has told the branch's head."""
    order = read_order(moment.snapshot, ask.text)
    plan_of(moment, order)
    return Reply(doc(), private=not moment.snapshot.page, lookup=Lookup("draft", ask.text[:200]))


def read_order(snapshot: Snapshot, text: str) -> DraftOrder:
    """The order in "glance rc [SHA]", "glance store beta" or "glance bugfix 2026.1 [SHA]"; a
    UserError says what is wrong with it."""
    words = _one_name(text.split())
    if len(words) < 2:
        raise UserError(_HELP)
    if len(words) > 4:
        raise UserError(f'draft does not take "{short(" ".join(words[4:]), 40)}". {_HELP}')
    name = find_deliverable(snapshot, words[0])
    kind = words[1].lower()
    if kind not in KINDS:
        raise UserError(f'"{short(words[1], 20)}" is none of {", ".join(KINDS)}.')
    known = snapshot[SERIES].value or ()
    series = [found for word in words[2:] if (found := find_series(known, word)) is not None]
    shas = [word for word in words[2:] if find_series(known, word) is None]
    if len(series) > 1 or len(shas) > 1:
        raise UserError(f'draft does not take "{short(" ".join(words[3:]), 40)}", too. {_HELP}')
    if shas and not _SHA.fullmatch(shas[0].lower()):
        if not _HEXADECIMAL.fullmatch(shas[0].lower()):
            raise UserError(f'"{short(shas[0], 20)}" is no series that I know, and no commit.')
        raise UserError(f'"{short(shas[0], 40)}" is no commit: one has 40 hexadecimal digits.')
    return DraftOrder(name, kind, "".join(shas).lower(), series[0].name if series else "")


def _one_name(words: list[str]) -> list[str]:
    """The words with all that stands before the kind as one name: "glance store beta"."""
    ends = (at for at, word in enumerate(words) if at > 1 and word.lower() in KINDS)
    if len(words) < 2 or words[1].lower() in KINDS or (end := next(ends, None)) is None:
        return words
    return [" ".join(words[:end]), *words[end:]]


def plan_of(moment: Moment, order: DraftOrder) -> DraftPlan:
    """Where the draft belongs: the series in development; master until its stable branch is cut,
    the stable branch after. Of any other series, which is named, its stable branch while that is
    maintained."""
    current = next(iter(near_series(moment)), None)
    if order.series and (current is None or order.series != current.name):
        return _plan_on_branch(moment, order)
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


def _plan_on_branch(moment: Moment, order: DraftOrder) -> DraftPlan:
    """The plan of a series whose day is past: a release from its stable branch; a first candidate
    that is late, with which the branch comes, from master."""
    known = moment[SERIES].value or ()
    series = next(each for each in known if each.name == order.series)
    fact = moment[deliverable_of(series.name, order.deliverable)]
    path = f"{series.name}/{order.deliverable}.yaml"
    if fact.value is None:
        why = "is not there" if fact.known else "was not read yet"
        raise UserError(f"{path} {why}, so I can't tell the number that comes next.")
    file, stable = as_written(fact.value), f"stable/{series.branch_id}"
    standing = branch_of(moment, series, order.deliverable).standing
    if standing in _ENDED:
        raise UserError(f"{stable} of {order.deliverable} is {standing}: no release comes from it.")
    is_cut = any(branch.name == stable for branch in file.branches)
    if not is_cut and not (order.kind == "rc" and file.is_staged):
        raise UserError(f"{path} has no {stable} yet.")
    older = known[known.index(series) + 1 :][:1]
    previous = [moment[deliverable_of(each.name, order.deliverable)].value for each in older]
    branch = stable if is_cut else "master"
    return DraftPlan(
        order, series.name, path, branch, file.repositories, stable, next(iter(previous), None)
    )


def _previous_file(moment: Moment, name: str) -> Deliverable | None:
    """The deliverable in the series that was released last."""
    series = near_series(moment)
    return moment[deliverable_of(series[1].name, name)].value if len(series) > 1 else None
