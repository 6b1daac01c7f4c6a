"""What is overdue among what `releases` tells as missing."""

from __future__ import annotations

from collections.abc import Iterator

from ...domain.moment import Moment
from ..releases.missing_parts import MissingRelease, missing_part
from . import words
from .facts import overdue_of
from .standing import standing_of


@missing_part
def late_releases_missing(moment: Moment) -> Iterator[MissingRelease]:
    """The releases that are overdue and not proposed, with their days."""
    for each in overdue_of(moment):
        if each.task is None or standing_of(moment, each).is_proposed:
            continue
        told = words.missing_clause(each, moment.now)
        yield MissingRelease(each.series, each.deliverable, each.task.asked, each.due, told)
