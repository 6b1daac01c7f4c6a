"""The stages of a series' versions: which versions stand for one, and the number at one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ...domain.calendar.team_calendar import Calendar
from ...domain.model import Release
from ...domain.releases.version import Version, parse_version
from ...domain.snapshot import Snapshot, deliverable_of

Fits = Callable[[Version], bool]


def beta(number: int) -> Fits:
    """A beta of this number, or anything that comes after it, which makes it pointless."""
    return lambda version: (
        version.stage in ("rc", "") or (version.stage == "b" and version.number >= number)
    )


def candidate(number: int = 1) -> Fits:
    """A candidate of this number, or the final version, which comes after all of them."""
    return lambda version: version.final or (version.stage == "rc" and version.number >= number)


def fitting(releases: Iterable[Release], fits: Fits) -> Iterator[Release]:
    """The releases whose versions stand for a stage, in their order."""
    for release in releases:
        version = parse_version(release.version)
        if version is not None and fits(version):
            yield release


def version_at(snapshot: Snapshot, calendar: Calendar, name: str, stage: str) -> str:
    """The version that a deliverable gets in the cycle at the stage ("b2", "rc1", "" for the final
    one): its major is one above that of the series before; "" where that is not known."""
    if calendar.before is None:
        return ""
    file = snapshot[deliverable_of(calendar.before.name, name)].value
    last = parse_version(file.releases[-1].version) if file and file.releases else None
    return f"{last.major + 1}.0.0{'.0' if stage else ''}{stage}" if last else ""
