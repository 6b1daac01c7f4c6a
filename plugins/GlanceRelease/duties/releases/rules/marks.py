"""The rule about the marks that end a branch's phase ("2025.1-eom")."""

from __future__ import annotations

from ....domain.releases.version import is_mark
from ..words import faults
from .case import FileCase, FileVerdict, fault


def named_for_the_series(case: FileCase) -> FileVerdict:
    """A mark that is added carries what stands behind "stable/": the series' id since 2023.1, its
    name before. By another one the branch would not be found."""
    marks = [release.version for release in case.added_releases if is_mark(release.version)]
    if not marks or case.series is None:
        return None
    own = case.series.branch_id
    return [
        fault(
            faults.OTHER_SERIES_NAME,
            name=mark,
            series=case.series.title,
            right=f"{own}-{mark.rpartition('-')[2]}",
        )
        for mark in marks
        if mark.rpartition("-")[0] != own
    ]
