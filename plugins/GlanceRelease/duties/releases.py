"""`releases`: what is released, what is proposed, and what is missing for the milestone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ..commands import Ask, Reply, UserError, command
from ..domain.calendar import calendar_of
from ..domain.cycle import format_day
from ..domain.doc import Line, doc
from ..domain.model import Deliverable, Kind
from ..domain.proposal import GERRIT, Proposal, TeamChanges
from ..domain.scope import changes_of, near_series
from ..domain.snapshot import Fetched, Snapshot, deliverable_of
from ..domain.version import Version, parse_version
from .proposal_check import as_of, check_doc, check_proposal, short, versions_of
from .unreleased import left_over


@command(
    "releases", "[SERIES]", "what is released, proposed, and still missing", "releases",
    needs=("opendev", "gerrit"),
)
def releases(snapshot: Snapshot, ask: Ask, now: dt.datetime) -> Reply:
    """Two lines: the newest version of each deliverable, and what is proposed and missing."""
    calendar = calendar_of(snapshot, now, ask.text or None)
    if calendar is None:
        wanted = short(ask.text, 40) or "the current series"
        raise UserError(f"I know no schedule of {wanted}.")
    series = calendar.series
    parts = []
    details: list[Line | str] = []
    for name in snapshot.team.deliverables:
        fact = snapshot[deliverable_of(series.name, name)]
        parts.append(f"{name} {_newest(fact)}{as_of(fact)}")
        details.append(f"{name}: {_all(fact)}")
    first = f"{series.title}: {'; '.join(parts)}."
    known = changes_of(snapshot)
    second = f"{_proposals_words(known, series.name)}{as_of(snapshot[GERRIT])}."
    missing = list(_missing(snapshot, series.name, now))
    if missing:
        second += f" Missing: {'; '.join(missing)}."
    for proposal in _open(known, series.name):
        report = check_proposal(snapshot, proposal, known.facts if known else None, now)
        details.extend(check_doc(proposal, report).lines)
    return Reply(doc(first, second, details=details))


def _newest(fact: Fetched[Deliverable]) -> str:
    if not fact.known:
        return "not known yet"
    versions = _versions(fact.value)
    return str(max(versions)) if versions else "nothing yet"


def _versions(file: Deliverable | None) -> list[Version]:
    found = (parse_version(release.version) for release in (file.releases if file else ()))
    return [version for version in found if version is not None]


def _all(fact: Fetched[Deliverable]) -> str:
    releases = fact.value.releases if fact.value else ()
    return ", ".join(release.version for release in releases) or _newest(fact)


def _open(known: TeamChanges | None, series: str) -> list[Proposal]:
    return [
        proposal
        for proposal in (known.proposals if known else ())
        if proposal.change.status == "NEW"
        and any(file.after and file.after.series == series for file in proposal.files)
    ]


def _proposals_words(known: TeamChanges | None, series: str) -> str:
    if known is None:
        return "Proposals: not known, Gerrit has not answered yet"
    found = _open(known, series)
    if not found:
        return "Nothing is proposed"
    words = [f"{versions_of(p)} (change {p.change.number})" for p in found[:3]]
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return f"Proposed: {', '.join(words)}{more}"


def _missing(snapshot: Snapshot, series: str, now: dt.datetime) -> Iterator[str]:
    """Each library with something to release, and RC1 from the Monday of its week on."""
    if series not in [one.name for one in near_series(snapshot, now)[:1]]:
        return
    known = changes_of(snapshot)
    proposed = {f.after.name for p in _open(known, series) for f in p.files if f.after}
    for name in snapshot.team.deliverables:
        left = left_over(snapshot, name, now) if name not in proposed else None
        if left is not None and left.library and left.tally.worth_releasing:
            count = len(left.tally.changes)
            yield f"a release of {name} ({count} change{'' if count == 1 else 's'} merged)"
    calendar = calendar_of(snapshot, now)
    rc1 = calendar.day(Kind.RC1) if calendar else None
    if rc1 is None or now.date() < rc1 - dt.timedelta(days=rc1.weekday()):
        return
    for name in snapshot.team.deliverables:
        file = snapshot[deliverable_of(series, name)].value
        if file is None or file.release_model != "cycle-with-rc" or name in proposed:
            continue
        if not any(version.stage == "rc" for version in _versions(file)):
            yield f"RC1 of {name}, due {format_day(rc1)}"
