"""What a requirements.txt asks for at least, and which of it was raised between two commits."""

from __future__ import annotations

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

_AT_LEAST = (">=", ">", "~=", "==")


def minimums(text: str) -> dict[str, Version]:
    """The lowest version that each requirement allows, by name and environment marker; lines that
    are no requirement ("-r other.txt") and requirements without a lower bound are left out."""
    found: dict[str, Version] = {}
    for line in text.splitlines():
        try:
            one = Requirement(line.partition("#")[0].strip())
            bounds = [
                Version(bound.version.removesuffix(".*"))
                for bound in one.specifier
                if bound.operator in _AT_LEAST
            ]
        except (InvalidRequirement, InvalidVersion):
            continue
        if bounds:
            found[f"{canonicalize_name(one.name)};{one.marker or ''}"] = max(bounds)
    return found


def raised(before: str, after: str) -> tuple[str, ...]:
    """The minimums that are higher after than before, as "oslo.config 5.2.0 to 6.0.0"; a new
    requirement raises none (openstack/releases, validate.py validate_version_numbers)."""
    old, new = minimums(before), minimums(after)
    return tuple(
        f"{name.partition(';')[0]} {old[name]} to {new[name]}"
        for name in new
        if name in old and new[name] > old[name]
    )
