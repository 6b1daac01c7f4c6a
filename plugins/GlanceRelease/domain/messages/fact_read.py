"""A fact that an answer or a line stood on: which it was, how old, and what ailed it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

# Where a value came from: the upstream in this run, the store (an earlier run's last good value),
# the box (facts that ship with the project), or nowhere yet.
Origin = Literal["network", "stored", "bundled", "nowhere"]


@dataclass(frozen=True)
class FactRead:
    """One fact as it was when it was read; `name` is its key in the snapshot, or an upstream that
    was asked for this one answer. `at` is None where it was never had."""

    name: str
    at: dt.datetime | None = None
    origin: Origin = "nowhere"
    problem: str | None = None
    url: str = ""
    upstream: str = ""
