"""What of Gerrit concerns a team: its deliverable files, repositories, last releases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from .calendar.team_calendar import near_at
from .model import Deliverable, Person, Release, Series
from .moment import Moment
from .releases.newest import newest_in as newest_in
from .releases.newest import newest_on_master as newest_on_master
from .releases.proposal import (
    GERRIT,
    PAST_PROPOSALS,
    Change,
    FileChange,
    Proposal,
    TeamChanges,
)
from .releases.released import as_written
from .releases.steps import KnownFiles
from .snapshot import GOVERNANCE, SERIES, Snapshot, deliverable_of

LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class Scope:
    """What is asked of Gerrit for one team; `last` has each repository's commit that was last
    released from master, `paths` the files whose changes are followed besides the release bot's.
    `files` are the deliverable files that were really read, as written ("indri/glance"; None for
    one that is not there), `near` the series in development and the one released before it, and
    `doubtful` the branches (repository, name) that may be missing.
    `known` are these and those that shipped with the project, for what a proposal stands on."""

    team: str
    deliverables: tuple[str, ...]
    repositories: tuple[str, ...]
    paths: tuple[str, ...] = ()
    last: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Deliverable | None] = field(default_factory=dict)
    near: tuple[str, ...] = ()
    doubtful: tuple[tuple[str, str], ...] = ()
    known: KnownFiles = field(default_factory=KnownFiles)


def scope_of(moment: Moment) -> Scope:
    """The team's scope by what the snapshot knows; repositories are those of the team's file, of
    governance, and of the deliverable files."""
    team = moment.team
    constant = team.proposals.constant
    last: dict[str, str] = {}
    for name in team.deliverables:
        on_master = last_on_master(moment, name)
        if on_master is not None:
            last.update(dict(on_master[1].hashes))
    return Scope(
        team.name,
        team.deliverables,
        repositories_of(moment),
        (constant.path,) if constant else (),
        last,
        files_read(moment),
        tuple(series.name for series in near_series(moment)),
        known=known_files(moment.snapshot),
    )


def files_read(moment: Moment) -> Mapping[str, Deliverable | None]:
    """The team's files that were really read, as written, by series and name; None for one that is
    not there."""
    facts = {
        f"{series.name}/{name}": moment[deliverable_of(series.name, name)]
        for series in moment[SERIES].value or ()
        for name in moment.team.deliverables
    }
    read = {place: fact for place, fact in facts.items() if fact.origin != "bundled"}
    return {
        place: as_written(fact.value) if fact.value else None
        for place, fact in read.items()
        if fact.known
    }


def known_files(snapshot: Snapshot) -> KnownFiles:
    """The deliverable files of the team that are known, as written, of every series."""
    series = tuple(series.name for series in snapshot[SERIES].value or ())
    files = {
        (each, name): as_written(file)
        for each in series
        for name in snapshot.team.deliverables
        if (file := snapshot[deliverable_of(each, name)].value) is not None
    }
    return KnownFiles(files, series)


def repositories_of(moment: Moment) -> tuple[str, ...]:
    """The repositories of the team's deliverables."""
    team = moment.team
    if team.proposals.repositories:
        return team.proposals.repositories
    governance = next(
        (g for g in moment[GOVERNANCE].value or () if g.name == team.governance), None
    )
    listed = dict(governance.deliverables) if governance else {}
    repositories: list[str] = []
    for name in team.deliverables:
        files = files_of(moment, name)
        repositories.extend(listed.get(name) or next((f.repositories for f in files), ()))
    return tuple(dict.fromkeys(repositories))


def near_series(moment: Moment) -> tuple[Series, ...]:
    """The series in development, then the one released before it; empty where none is known."""
    near = near_at(moment)
    return tuple(series for series in (near.current, near.previous) if series is not None)


def files_of(moment: Moment, name: str) -> Iterator[Deliverable]:
    """The deliverable's files that are known, of the series in development and the one before."""
    for series in near_series(moment):
        file = moment[deliverable_of(series.name, name)].value
        if file is not None:
            yield file


def newest_release(moment: Moment, name: str) -> tuple[Deliverable, Release] | None:
    """The deliverable's highest version in the series in development, else in the one before."""
    return _first(newest_in, files_of(moment, name))


def last_on_master(moment: Moment, name: str) -> tuple[Deliverable, Release] | None:
    """The deliverable's highest version that was released from master, with its file."""
    return _first(newest_on_master, files_of(moment, name))


def _first(
    pick: Callable[[Deliverable], Release | None], files: Iterable[Deliverable]
) -> tuple[Deliverable, Release] | None:
    with_release = ((file, release) for file in files if (release := pick(file)) is not None)
    return next(with_release, None)


def people_of(snapshot: Snapshot) -> tuple[Person, ...]:
    """The team's PTL and release liaisons, who may say yes to a release."""
    name = snapshot.team.governance
    governance = next((g for g in snapshot[GOVERNANCE].value or () if g.name == name), None)
    if governance is None:
        return ()
    ptl = (governance.ptl,) if governance.ptl else ()
    return tuple(dict.fromkeys([*ptl, *governance.liaisons_for("release")]))


def changes_of(snapshot: Snapshot) -> TeamChanges | None:
    """The team's part of what Gerrit says; None while Gerrit never answered."""
    known = (snapshot[GERRIT].value or {}).get(snapshot.team.name)
    return None if known is None or known.follow_ups_only else known


def proposals_of(snapshot: Snapshot) -> tuple[Proposal, ...] | None:
    """The proposals of the team's releases, in a rehearsal those that its rows tell of; None where
    nobody told."""
    known = changes_of(snapshot)
    return known.proposals if known is not None else snapshot[PAST_PROPOSALS].value


def silence_of(snapshot: Snapshot) -> str:
    """Why Gerrit never answered, in words."""
    problem = snapshot[GERRIT].problem
    return f"Gerrit gave no answer yet ({problem})" if problem else "Gerrit has not answered yet"


def follow_ups_of(snapshot: Snapshot) -> tuple[Change, ...] | None:
    """The changes that follow the team's releases; None while Gerrit never answered."""
    known = (snapshot[GERRIT].value or {}).get(snapshot.team.name)
    return None if known is None else known.follow_ups


def merged_file(snapshot: Snapshot, series: str, name: str) -> Deliverable | None:
    """The deliverable's file with what has merged and is not known to be tagged, whether
    opendev.org has that or only the merged proposal. None where nothing is pending."""
    known = changes_of(snapshot)
    fact = snapshot[deliverable_of(series, name)].value
    if fact is not None and fact.pending:
        return as_written(fact)
    merged = merged_last(known.proposals, series, name) if known else None
    after = merged.after.deliverable if merged and merged.after else None
    if merged is None or after is None:
        return None
    before = merged.before.deliverable if merged.before else None
    old = {r.version for file in (fact, before) if file for r in file.releases}
    return after if any(release.version not in old for release in after.releases) else None


def merged_last(proposals: Iterable[Proposal], series: str, name: str) -> FileChange | None:
    """The file in the proposal of it that merged last; None where none did."""
    changes = [
        (proposal.change.submitted or LONG_AGO, proposal.change.number, file)
        for proposal in proposals
        if proposal.change.status == "MERGED"
        for file in proposal.files
        if file.after is not None and (file.after.series, file.after.name) == (series, name)
    ]
    return max(changes, key=lambda change: change[:2])[2] if changes else None
