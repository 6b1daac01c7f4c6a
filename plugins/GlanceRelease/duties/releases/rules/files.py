"""The rules about where a file is, whose it is, and which repositories it releases."""

from __future__ import annotations

from collections.abc import Sequence

from ....domain.calendar.team_calendar import find_series
from ..words import faults
from .case import FileCase, FileVerdict, fault

INDEPENDENT = "_independent"
ENDING = ".yaml"
NEAR = 0.87  # difflib's ratio: one letter too many in a short name


def place(case: FileCase) -> FileVerdict:
    """The file stands in a series' folder, ends in .yaml, and is of a deliverable that is published
    or governance's: openstack/releases reads no other file, and says nothing."""
    file_name = case.file.path.rpartition("/")[2]
    found = []
    series = case.file.series
    known = [series.name for series in case.context.series]
    if known and series != INDEPENDENT and series not in known:
        meant = find_series(case.context.series, series)
        near = meant.name if meant else _near(series, known)
        words = faults.SERIES_MISSPELT if near else faults.NO_SERIES
        found.append(fault(words, series=series, meant=near, newest=known[0]))
    if not file_name.endswith(ENDING):
        right = file_name.rpartition(".")[0] or file_name
        words, right = faults.OTHER_ENDING, f"{right}{ENDING}"
        found.append(fault(words, file=file_name, ending=ENDING, right=right))
    elif _is_new(case):
        governed = [name for team in case.context.governance for name, _ in team.deliverables]
        if governed and case.file.name not in governed:
            near = _near(case.file.name, governed)
            words = faults.NAME_MISSPELT if near else faults.UNKNOWN_NAME
            found.append(fault(words, "warning", name=case.file.name, meant=f"{near}{ENDING}"))
    return found


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
        return [fault(faults.OTHER_TEAM_S, name=case.file.name, right=right, team=team)]
    if team not in teams:
        return [fault(faults.NO_TEAM, team=team)]
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
    found = []
    for repository in dict.fromkeys(repo for release in new for repo, _ in release.hashes):
        if isinstance(settings, dict) and settings and repository not in settings:
            near = _near(repository, list(settings))
            words = faults.SETTING_MISSPELT if near else faults.NOT_IN_SETTINGS
            found.append(fault(words, repository=repository, meant=near))
        elif governed and repository not in known:
            near = _near(repository, sorted(known))
            words = faults.REPOSITORY_MISSPELT if near else faults.OTHER_REPOSITORY
            names = {"repository": repository, "name": case.file.name}
            found.append(fault(words, "warning", **names, meant=near))
    return found


def _is_new(case: FileCase) -> bool:
    return not _known(case, "name")


def _known(case: FileCase, name: str) -> list[str]:
    files = (case.published, case.context.previous)
    return [getattr(file, name) for file in files if file is not None]


def _near(text: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches  # only a file that is judged needs it

    return next(iter(get_close_matches(text, known, 1, NEAR)), "")
