"""A deliverable file's newest release, of all and of those from master."""

from __future__ import annotations

from ..model import Deliverable, Release
from .version import Version, parse_version


def newest_in(file: Deliverable) -> Release | None:
    """A file's highest version."""
    return max(_numbered(file), key=lambda pair: pair[0], default=(None, None))[1]


def newest_on_master(file: Deliverable) -> Release | None:
    """A file's highest version up to the one from which its stable branch was cut: what comes
    after it is released from that branch."""
    numbered = _numbered(file)
    places = (parse_version(b.location) for b in file.branches if b.name.startswith("stable/"))
    cut = [place for place in places if place is not None]
    if cut:
        numbered = [pair for pair in numbered if pair[0] <= max(cut)]
    return max(numbered, key=lambda pair: pair[0])[1] if numbered else None


def _numbered(file: Deliverable) -> list[tuple[Version, Release]]:
    return [(v, r) for r in file.releases if (v := parse_version(r.version)) is not None]
