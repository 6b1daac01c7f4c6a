"""The rules about where a file is, whose it is, and which repositories it releases."""

from __future__ import annotations

from collections.abc import Sequence

from ....domain.calendar.team_calendar import find_series
from .case import Fault, FileCase, FileVerdict

INDEPENDENT = "_independent"
ENDING = ".yaml"
NEAR = 0.87  # difflib's ratio: one letter too many in a short name


def place(case: FileCase) -> FileVerdict:
    """The file stands in a series' folder, ends in .yaml, and is of a deliverable that is published
    or governance's: openstack/releases reads no other file, and says nothing."""
    file_name = case.file.path.rpartition("/")[2]
    faults = []
    series = case.file.series
    known = [series.name for series in case.context.series]
    if known and series != INDEPENDENT and series not in known:
        meant = find_series(case.context.series, series)
        near = meant.name if meant else _near(series, known)
        mend = f"move it to {near}/" if near else f"the newest is {known[0]}"
        faults.append(Fault(f"there is no series {series[:40]}", mend))
    if not file_name.endswith(ENDING):
        right = file_name.rpartition(".")[0] or file_name
        faults.append(
            Fault(f"{file_name[:60]} does not end in {ENDING}", f"call it {right}{ENDING}")
        )
    elif _is_new(case):
        governed = [name for team in case.context.governance for name, _ in team.deliverables]
        if governed and case.file.name not in governed:
            near = _near(case.file.name, governed)
            mend = f"is it {near}{ENDING}?" if near else "add it to governance first"
            why = f"no {case.file.name[:60]} is published or in governance"
            faults.append(Fault(why, mend, "warning"))
    return faults


def owner(case: FileCase) -> FileVerdict:
    """A team that neither the published file nor the series before has is governance's."""
    if not case.context.governance or case.after.team in _known(case, "team"):
        return None
    team = case.after.team
    teams = {team.name: [name for name, _ in team.deliverables] for team in case.context.governance}
    right = next((name for name, owned in teams.items() if case.file.name in owned), "")
    if right == team:
        return []
    if right:
        why = f"{case.file.name} is the {right} team's by governance, not {team[:40]}'s"
        return [Fault(why, f"write team: {right}")]
    if team not in teams:
        return [Fault(f"governance has no team {team[:40]}", "write the team as governance does")]
    return None


def repositories(case: FileCase) -> FileVerdict:
    """What is released stands in repository-settings, and is a repository of the deliverable by
    governance, the published file or the series before."""
    new = case.added_releases
    if not new:
        return None
    settings = case.file.raw.get("repository-settings")
    known: set[str] = set().union(*_known(case, "repositories"))
    governed = [
        repositories
        for team in case.context.governance
        for name, repositories in team.deliverables
        if name == case.file.name
    ]
    known.update(*governed)
    faults = []
    for repository in dict.fromkeys(repo for release in new for repo, _ in release.hashes):
        if isinstance(settings, dict) and settings and repository not in settings:
            why = f"{repository[:60]} is not in repository-settings"
            near = _near(repository, list(settings))
            faults.append(Fault(why, f"is it {near}?" if near else "add it there"))
        elif governed and repository not in known:
            why = f"{repository[:60]} is no repository of {case.file.name} by governance"
            near = _near(repository, sorted(known))
            mend = f"is it {near}?" if near else "add it to governance first"
            faults.append(Fault(why, mend, "warning"))
    return faults


def _is_new(case: FileCase) -> bool:
    return not _known(case, "name")


def _known(case: FileCase, name: str) -> list[str]:
    files = (case.published, case.context.previous)
    return [getattr(file, name) for file in files if file is not None]


def _near(text: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches  # only a file that is judged needs it

    return next(iter(get_close_matches(text, known, 1, NEAR)), "")
