"""What duties above this one tell of releases that are missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ...domain.messages.clauses import Clause
from ...domain.moment import Moment
from .asked import Asked


@dataclass(frozen=True)
class MissingRelease:
    """What is asked of a deliverable in a series and is missing: since when, in words."""

    series: str
    deliverable: str
    asked: Asked
    due: dt.date
    words: Clause


Offer = Callable[[Moment], Iterable[MissingRelease]]
OFFERS: list[Offer] = []


def missing_part(offer: Offer) -> Offer:
    """Add to what `releases` tells as missing."""
    OFFERS.append(offer)
    return offer


def missing_releases(moment: Moment, series: str = "") -> Iterator[MissingRelease]:
    """All that is missing, of one series or of any."""
    for offer in OFFERS:
        yield from (each for each in offer(moment) if series in ("", each.series))
