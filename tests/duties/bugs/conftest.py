"""What every test of the duty may ask for: a Launchpad and a Gerrit of the candidates' period."""

from __future__ import annotations

from kit.candidate_period import gerrit, launchpad

__all__ = ["gerrit", "launchpad"]
