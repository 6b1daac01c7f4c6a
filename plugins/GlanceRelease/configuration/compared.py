"""A team's file beside what exists upstream: names that are nobody's, with the one that is near."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from pydantic import TypeAdapter

from ..domain.address import place
from ..domain.model import GovernanceTeam
from ..domain.releases.shapes import plain_name
from ..domain.snapshot import GOVERNANCE, SERIES, Snapshot, deliverable_of
from ..domain.team import Team
from .checked_file import File, read

# Rooms of many teams, which are none's in governance.
_MEETING_ROOMS = ("meeting", "meeting-alt", "meeting-3", "meeting-4", "meeting-5", "release")
ROOMS = tuple(f"#openstack-{room}" for room in _MEETING_ROOMS)
_CLOSE = 0.75
_Where = tuple[str | int, ...]
_Wrong = tuple[_Where, str]


def problems_of(path: Path, snapshot: Snapshot) -> list[str]:
    """What of a team's file names nothing that exists, as "file:line: key: reason"; what upstream
    did not tell is not compared."""
    file: File[Team] = read(path, TypeAdapter(Team))
    team, governance = snapshot.team, snapshot[GOVERNANCE].value or ()
    is_told = snapshot[GOVERNANCE].origin == "network" and bool(governance)
    if is_told:
        for where, reason in _beside_governance(file, team, governance, snapshot):
            file.blame(where, reason)
    series = [each.name for each in snapshot[SERIES].value or ()]
    for number, own in enumerate(team.deadlines):
        if series and own.series is not None and own.series not in series:
            reason = _none(own.series, "series of openstack/releases", series)
            file.blame(("deadlines", number, "series"), reason)
    return file.problems


def _beside_governance(
    file: File[Team], team: Team, governance: Collection[GovernanceTeam], snapshot: Snapshot
) -> Iterator[_Wrong]:
    names = [each.name for each in governance]
    if team.governance not in names:
        yield ("governance",), _none(team.governance, "team of governance's", names)
    ours = [each for each in governance if each.name == team.governance] or governance
    yield from _deliverables(team, ours, _owners(team, governance), snapshot)
    yield from _channels(team, [f"#{each.channel}" for each in governance if each.channel])
    repositories = {
        repository
        for each in governance
        for _, listed in each.deliverables
        for repository in listed
    }
    for where, repository in _repositories(team):
        if repository not in repositories:
            yield where, _none(repository, "repository of governance's", sorted(repositories))


def _deliverables(
    team: Team,
    ours: Collection[GovernanceTeam],
    owners: Mapping[str, str],
    snapshot: Snapshot,
) -> Iterator[_Wrong]:
    """A deliverable is governance's, or has a file in some series; what governance has as another
    team's is none of this one's."""
    known = [name for each in ours for name, _ in each.deliverables]
    plain = {plain_name(name) for name in known}
    series = [each.name for each in snapshot[SERIES].value or ()]
    for number, name in enumerate(team.deliverables):
        files = (snapshot[deliverable_of(one, name)] for one in series)
        has_file = any(fact.value is not None and fact.origin == "network" for fact in files)
        if plain_name(name) in plain:
            continue
        if owner := owners.get(plain_name(name)):
            yield ("deliverables", number), f"{name!r} is {owner}'s deliverable in governance"
        elif not has_file:
            yield ("deliverables", number), _none(name, "deliverable of the team's", known)


def _owners(team: Team, governance: Collection[GovernanceTeam]) -> dict[str, str]:
    """Of which other team governance has each deliverable, where it has this one's at all."""
    if not any(each.name == team.governance for each in governance):
        return {}
    others = [each for each in governance if each.name != team.governance]
    return {plain_name(name): each.name for each in others for name, _ in each.deliverables}


def _channels(team: Team, known: Collection[str]) -> Iterator[_Wrong]:
    """A channel that governance does not list may be there all the same; one that is nearly called
    as one that it lists is a slip."""
    places: list[tuple[_Where, str]] = [
        (("channels", number), channel) for number, channel in enumerate(team.channels)
    ]
    for key in ("meeting", "release_meeting"):
        if (meeting := getattr(team, key)) is not None:
            places.append(((key, "place"), meeting.place))
    there = {place(channel).folded for channel in (*known, *ROOMS)}
    for where, channel in places:
        if place(channel).folded not in there and _near(channel, sorted(there)):
            yield where, _none(channel, "channel of governance's", sorted(there))


def _repositories(team: Team) -> Iterator[tuple[_Where, str]]:
    for number, repository in enumerate(team.jobs.repositories):
        yield ("jobs", "repositories", number), repository
    for number, repository in enumerate(team.proposals.repositories):
        yield ("proposals", "repositories", number), repository
    if team.proposals.constant is not None:
        yield ("proposals", "constant", "repository"), team.proposals.constant.repository


def _none(name: str, what: str, known: Collection[str]) -> str:
    near = _near(name, known)
    return f"{name!r} is no {what}{f'; did you mean {near[0]}?' if near else ''}"


def _near(name: str, known: Collection[str]) -> list[str]:
    """The names that are nearly that one; before them one that differs in what stands in front of
    its last slash alone, as openstack/glance does from glance."""
    last = name.rpartition("/")[2].lower()
    same = [each for each in known if "/" in each and each.rpartition("/")[2].lower() == last]
    return [*same, *get_close_matches(name, list(known), 3, _CLOSE)]
