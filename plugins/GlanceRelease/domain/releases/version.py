"""OpenStack's version numbers: their form, their order, and what comes next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, total_ordering
from typing import Literal

Stage = Literal["a", "b", "rc", ""]

_FORM = re.compile(r"([0-9]{1,9})\.([0-9]{1,9})\.([0-9]{1,9})(?:\.0(a|b|rc)([0-9]{1,9}))?")
_MARK = re.compile(r"[a-z0-9.]+-(?:em|eom|eol|last)")
_STAGES: dict[str, Stage] = {"a": "a", "b": "b", "rc": "rc", "": ""}
_ORDER: dict[str, int] = {"a": 0, "b": 1, "rc": 2, "": 3}


@total_ordering
@dataclass(frozen=True)
class Version:
    """A version as PBR writes it: 33.0.0.0b2, 33.0.0.0rc1, 33.0.0; `stage` "" is a final one."""

    major: int
    minor: int
    patch: int
    stage: Stage = ""
    number: int = 0

    def __str__(self) -> str:
        base = f"{self.major}.{self.minor}.{self.patch}"
        return f"{base}.0{self.stage}{self.number}" if self.stage else base

    def __lt__(self, other: Version) -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[int, int, int, int, int]:
        return (*self.base, _ORDER[self.stage], self.number)

    @property
    def base(self) -> tuple[int, int, int]:
        """Major, minor and patch: what a pre-release and its final have in common."""
        return (self.major, self.minor, self.patch)

    @property
    def final(self) -> bool:
        """Whether it is no alpha, beta or release candidate."""
        return not self.stage


@lru_cache(maxsize=4096)  # as many as a team's files of all its series have
def parse_version(text: str) -> Version | None:
    """The version that the text is, exactly; None for marks ("zed-eom") and all other forms
    (PBR's canonical form, which openstack/releases' validate_version_numbers demands)."""
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    major, minor, patch, stage, number = match.groups()
    return Version(int(major), int(minor), int(patch), _STAGES[stage or ""], int(number or 0))


def is_mark(text: str) -> bool:
    """Whether the text marks a branch's state and no release: -em, -eom, -eol, -last."""
    return _MARK.fullmatch(text) is not None
