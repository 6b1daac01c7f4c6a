"""A constant in a repository's file that names the series in development."""

from __future__ import annotations

import datetime as dt
import re

from ...domain.releases.proposal import constant_of
from ...domain.team import Constant
from ..strict_yaml import Unreadable
from .client import RawFiles


def constant(base: str, team: str, where: Constant, every: dt.timedelta) -> RawFiles[str]:
    """The constant's value on master, as opendev.org has the file; None where there is no file."""
    return RawFiles(
        constant_of(team),
        (f"{base}/{where.repository}/raw/branch/master/{where.path}",),
        lambda bodies: read_constant(bodies[0] or b"", where.pattern),
        every,
    )


def read_constant(body: bytes, pattern: str) -> str:
    """What the pattern's first group matches first; Unreadable where it matches nowhere."""
    match = re.search(pattern, body.decode("utf-8", "replace"), re.MULTILINE)
    if match is None or not match.groups():
        raise Unreadable("the constant is not in its file")
    return match[1]
