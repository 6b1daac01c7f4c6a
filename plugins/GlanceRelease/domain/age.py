"""How old an answer is, in words: said wherever it is not fresh from upstream."""

from __future__ import annotations

import datetime as dt

from .snapshot import Fetched


def age_of(fact: Fetched[object], now: dt.datetime) -> str:
    """ "(as of 2026-08-21, from the box: no connection)", or nothing for a fact that is fresh."""
    if fact.at is None or (fact.origin == "network" and fact.problem is None):
        return ""
    ago = now - fact.at
    minutes = int(ago.total_seconds() // 60)
    told = f"{fact.at:%Y-%m-%d %H:%M} UTC"
    if fact.origin == "bundled":
        told = f"{fact.at:%Y-%m-%d}, bundled"
    elif 0 <= minutes < 120:
        told += f", {minutes} min ago"
    elif ago.days >= 0:
        told += f", {ago.days} days ago" if ago.days > 1 else f", {minutes // 60} h ago"
    return f"(as of {told}{': ' + fact.problem if fact.problem else ''})"
