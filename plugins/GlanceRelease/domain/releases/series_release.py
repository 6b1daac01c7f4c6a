"""Whether a series is released, and since when, by what its services' files say."""

from __future__ import annotations

import datetime as dt

from ..calendar.cycle import utc_day
from ..model import Deliverable, Series
from ..moment import Moment
from ..snapshot import SERIES, Fetched, deliverable_of
from .freeze_reasons import Fact, Reason, on_day
from .shapes import cut_in, final_of

TO_MILESTONE_1 = dt.timedelta(weeks=7)  # of the next cycle, from a release on


def out_day(moment: Moment, series: Series) -> dt.date | None:
    """The day on which the series came out: that of the first final version of the team's that was
    seen to be tagged, else the calendar's."""
    files = (moment[deliverable_of(series.name, name)].value for name in moment.team.deliverables)
    finals = [final_of(file.releases) for file in files if file is not None and _is_staged(file)]
    days = [utc_day(final.tagged) for final in finals if final and final.tagged]
    return min(days, default=series.initial_release)


def is_out(moment: Moment, series: Series) -> bool | None:
    """Whether the series is released, as its services' files say: one of them has its final
    version. None where no service's file was read that can tell, such as one from before the
    release's day, or one that was read later and has no days."""
    facts = (moment[deliverable_of(series.name, name)] for name in moment.team.deliverables)
    told = [
        _says_out(fact, fact.value, series, moment.now)
        for fact in facts
        if fact.value is not None and _is_staged(fact.value)
    ]
    known = [each for each in told if each is not None]
    return any(known) if known else None


def outcome_of(moment: Moment, series: Series) -> Reason:
    """That the series is released, where a file says so; else only that its day is past."""
    if is_out(moment, series):
        return Reason(Fact.SERIES_RELEASED, series=series.title)
    return Reason(Fact.SERIES_WAS_DUE, series=series.title, days=on_day(series.initial_release))


def is_late(moment: Moment, series: Series, name: str) -> bool:
    """Whether the deliverable's release was due and is not out: its file was read since, and has no
    final version. One without a candidate is late until the next cycle's first milestone; then it
    is no part of the series any more. What has no candidates is out with the team's services."""
    late = _service_is_late(moment, series, name)
    if late is not None:
        return late
    services = (_service_is_late(moment, series, each) for each in moment.team.deliverables)
    return is_out(moment, series) is not True and any(services)


def _service_is_late(moment: Moment, series: Series, name: str) -> bool | None:
    """The same of what has candidates; None of what has none."""
    fact = moment[deliverable_of(series.name, name)]
    is_near = _is_near(moment, series) and not is_read_later(fact, moment.now)
    if fact.value is not None and _is_staged(fact.value):
        is_awaited = is_near or _is_under_way(fact.value, series)
        return is_awaited and _says_out(fact, fact.value, series, moment.now) is False
    if fact.value is None and _was_staged(moment, series, name):
        return fact.known and is_near and _tells_of(fact, series, moment.now)
    return None


def unread_since(moment: Moment, series: Series, name: str) -> Fetched[Deliverable] | None:
    """The deliverable's file where it was last read before its release's day was over, or never, so
    that nobody knows whether that is out; None where somebody knows, or the day is long past."""
    fact, day = moment[deliverable_of(series.name, name)], series.initial_release
    if day is None or not _is_near(moment, series):
        return None
    if fact.at is not None and utc_day(fact.at) > day:
        return None
    file = fact.value
    staged = _is_staged(file) if file is not None else _was_staged(moment, series, name)
    return fact if staged and final_of(file.releases if file else ()) is None else None


def _was_staged(moment: Moment, series: Series, name: str) -> bool:
    """Whether it has candidates by its newest file, which is one of before the series."""
    for each in moment[SERIES].value or ():
        file = moment[deliverable_of(each.name, name)].value
        if file is not None:
            day, own = each.initial_release, series.initial_release
            return _is_staged(file) and day is not None and own is not None and day < own
    return False


def _is_under_way(file: Deliverable, series: Series) -> bool:
    has_candidate = any("rc" in release.version for release in file.releases)
    return has_candidate or cut_in(file, series) is not None


def _is_near(moment: Moment, series: Series) -> bool:
    day = series.initial_release
    return day is not None and moment.today - day < TO_MILESTONE_1


def _is_staged(file: Deliverable) -> bool:
    return file.is_staged and file.type != "trailing"


def _says_out(
    fact: Fetched[Deliverable], file: Deliverable, series: Series, now: dt.datetime
) -> bool | None:
    """Whether the file has its final version; None where it can't tell of that instant."""
    final = final_of(file.releases)
    if final is None:
        return False if _tells_of(fact, series, now) else None
    if final.tagged is not None:
        return utc_day(final.tagged) <= utc_day(now)
    return None if is_read_later(fact, now) else True


def _tells_of(fact: Fetched[Deliverable], series: Series, now: dt.datetime) -> bool:
    """Whether a file without a final version is new enough to say that there is none."""
    day = series.initial_release
    return fact.at is not None and (day is None or utc_day(now) <= day or utc_day(fact.at) > day)


def is_read_later(fact: Fetched[Deliverable], now: dt.datetime) -> bool:
    """Whether the file was read on a later day: it may tell of what was to come."""
    return fact.at is not None and utc_day(fact.at) > utc_day(now)
