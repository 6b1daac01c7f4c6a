"""The rules about where a file is, whose it is, and which repositories it releases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ....domain.calendar.team_calendar import find_series
from ....domain.releases.proposal import GerritFacts
from ....domain.releases.steps import branch_in
from ..words import faults
from .case import Fault, FileCase, FileVerdict, fault

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
    governance, the published file or the series before. A repository that is not, but another's,
    has one way out: the deliverable's own, with a commit that is there."""
    if not case.added_releases:
        return None
    foreign = foreign_repositories(case)
    settings, known = _settings(case), _own(case)
    governed = dict(_governed(case))
    found = []
    for repository, sha in dict(_named(case)).items():
        in_settings = not settings or repository in settings
        if repository in foreign:
            found.append(_other_s(case, repository, sha))
        elif not in_settings:
            near = _near(repository, list(settings))
            words = faults.SETTING_MISSPELT if near else faults.NOT_IN_SETTINGS
            found.append(fault(words, repository=repository, right=near))
        elif case.file.name in governed and repository not in known:
            near = _near(repository, sorted(known))
            words = faults.REPOSITORY_MISSPELT if near else faults.OTHER_REPOSITORY
            names = {"repository": repository, "name": case.file.name}
            found.append(fault(words, "warning", **names, right=near))
    return found


def foreign_repositories(case: FileCase) -> frozenset[str]:
    """The repositories in what is new that are another deliverable's, or stand in no settings where
    exactly one of the deliverable's own is missing."""
    settings, known = _settings(case), _own(case)
    governed = dict(_governed(case))
    others = {r for name, owned in governed.items() if name != case.file.name for r in owned}
    named = [repository for repository, _ in _named(case)]
    return frozenset(
        repository
        for repository in named
        if known and repository not in known
        if repository in others or (settings and repository not in settings and _right(case))
    )


def _other_s(case: FileCase, repository: str, sha: str) -> Fault:
    """The way out of a foreign repository: the deliverable's own, with the commit, if that has it,
    else with its newest."""
    right = _right(case)
    owner = next((name for name, owned in _governed(case) if repository in owned), "")
    values = {"repository": repository, "owner": owner, "name": case.file.name, "right": right}
    if not right:
        return fault(faults.OTHER_REPOSITORY, "error", **values)
    gerrit = case.context.gerrit or GerritFacts()
    commit = gerrit.commits.get((right, sha))
    head = gerrit.heads.get((right, branch_in(case.before)), "")
    if commit is not None and not (commit.exists and commit.branches) and head:
        words = faults.OTHER_DELIVERABLE_S_COMMIT if owner else faults.SETTING_ELSEWHERE
        return fault(words, **values, head=head)
    return fault(faults.OTHER_DELIVERABLE_S if owner else faults.SETTING_MISSPELT, **values)


def _right(case: FileCase) -> str:
    """The deliverable's own repository that is meant: the only one that is not named."""
    named = {repository for repository, _ in _named(case)}
    lacking = sorted(_own(case) - named)
    return lacking[0] if len(lacking) == 1 else ""


def _named(case: FileCase) -> Iterator[tuple[str, str]]:
    return (pair for release in case.added_releases for pair in release.hashes)


def _settings(case: FileCase) -> Mapping[str, object]:
    settings = case.file.raw.get("repository-settings")
    return settings if isinstance(settings, dict) else {}


def _governed(case: FileCase) -> Iterator[tuple[str, tuple[str, ...]]]:
    for team in case.context.governance:
        yield from team.deliverables


def _own(case: FileCase) -> set[str]:
    known: set[str] = set().union(*_known(case, "repositories"))
    return known.union(*(owned for name, owned in _governed(case) if name == case.file.name))


def _is_new(case: FileCase) -> bool:
    return not _known(case, "name")


def _known(case: FileCase, name: str) -> list[str]:
    files = (case.published, case.context.previous)
    return [getattr(file, name) for file in files if file is not None]


def _near(text: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches  # only a file that is judged needs it

    return next(iter(get_close_matches(text, known, 1, NEAR)), "")
