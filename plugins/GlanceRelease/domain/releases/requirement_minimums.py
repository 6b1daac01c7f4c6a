"""What a requirements.txt asks for at least, and which of it was raised between two commits."""

from __future__ import annotations

from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

_AT_LEAST = (">=", ">", "~=", "==")


@dataclass(frozen=True)
class Minimum:
    """The lowest version of a requirement, named as its file names it."""

    name: str
    version: Version


def minimums(text: str) -> dict[str, Minimum]:
    """The lowest version that each requirement allows, by canonical name and environment marker;
    lines that are no requirement ("-r other.txt") and requirements without a lower bound are left
    out."""
    # A megabyte that only a proposal or a raised minimum needs.
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    by_key: dict[str, Minimum] = {}
    for line in text.splitlines():
        try:
            requirement = Requirement(line.partition("#")[0].strip())
            bounds = [
                Version(bound.version.removesuffix(".*"))
                for bound in requirement.specifier
                if bound.operator in _AT_LEAST
            ]
        except (InvalidRequirement, InvalidVersion):
            continue
        if bounds:
            key = f"{canonicalize_name(requirement.name)};{requirement.marker or ''}"
            by_key[key] = Minimum(requirement.name, max(bounds))
    return by_key


def raised(before: str, after: str) -> tuple[str, ...]:
    """The minimums that are higher after than before, as "oslo.config 5.2.0 to 6.0.0"; a new
    requirement raises none (openstack/releases, validate.py validate_version_numbers)."""
    old, new = minimums(before), minimums(after)
    return tuple(
        f"{minimum.name} {old[key].version} to {minimum.version}"
        for key, minimum in new.items()
        if key in old and minimum.version > old[key].version
    )
