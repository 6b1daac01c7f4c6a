"""The reasons of a freeze in words: a template for each fact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from ...domain.calendar.candidate_words import stretch_in_words
from ...domain.calendar.cycle import format_day
from ...domain.calendar.deadline_words import due_words, whose
from ...domain.messages.clauses import Phrase, remark
from ...domain.messages.counts import counted
from ...domain.model import Kind
from ...domain.releases.freeze_reasons import Due, Fact, Reason

_EVENTS = {
    Kind.MILESTONE_3: "milestone 3",
    Kind.FEATURE_FREEZE: "feature freeze",
    Kind.FINAL_LIBRARIES: "final release for non-client libraries",
    Kind.FINAL_CLIENT_LIBRARIES: "final release for client libraries",
    Kind.FINAL_RC: "final RC",
    Kind.REQUIREMENTS_FREEZE: "requirements freeze",
}
_TEMPLATES = {
    Fact.DEVELOPMENT: "development of {series}",
    Fact.FREEZES_TODAY: "freezes at the end of today (UTC)",
    Fact.NO_EVENT: "the schedule{of_series} has no {event}",
    Fact.NEXT: "the {event} is next",
    Fact.MILESTONE_3_PASSED: "{event} has passed: no features without an exception, soft "
    "string freeze, requirements freeze",
    Fact.NO_FILE_YET: "{name} has no file in {series} yet",
    Fact.RC1_LATE: "RC1 was due {due}, not in the file as of {read}",
    Fact.RELEASE_UNMADE: "the release was due {due}, and neither RC1 nor a final version is in the "
    "file{as_of}",
    Fact.RELEASE_WAS_DUE: "the release was due {due}",
    Fact.FROZEN_UNTIL_RC1: "so the freeze of {series} goes on until RC1",
    Fact.TAGGED: "{name} is tagged{on_day}",
    Fact.TAG_PENDING: "{name} is merged, its tag is pending",
    Fact.NO_RC1: "{name} exists, and no RC1",
    Fact.FINAL_RC_WAS: "the final RC deadline was {due}",
    Fact.RELEASE_LATE: "the release was due {due}, and no final version is in the file{as_of}",
    Fact.CUT_UNDATED: "when {name} was cut is not known",
    Fact.NOT_CUT: "{name} is not in the file",
    Fact.OWN_RULE: "{name}'s own rule: master too until the release",
    Fact.CUT_FROM_MASTER: "so it is cut from master",
    Fact.MASTER_IS: "master is {series}'s",
    Fact.FINAL_TAGGED: "{name} is released{on_day}",
    Fact.BY_DATES: "by the dates",
    Fact.MILESTONE_3_BY_DATES: "by the dates: {event} has passed",
    Fact.RC1_UNKNOWN: "whether RC1 was tagged is not known",
    Fact.DAYS_UNKNOWN: "the days of its releases are not known (--released FILE tells them)",
    Fact.OF_SERIES: "{series}",
    Fact.SERIES_RELEASED: "{series} is released",
    Fact.SERIES_WAS_DUE: "{series} was due{on_day}",
    Fact.LIBRARIES_DUE: "the {event} {was} due {due}",
    Fact.INTERMEDIARY_DUE: "the deadline for intermediary releases {was} {due}",
    Fact.BRANCH_EXISTS: "{name} exists, so master is {series}'s",
    Fact.REQUIREMENTS_STAY: "requirements stay frozen until the services' stable branches exist",
    Fact.NO_FREEZE: "it has no stable branches and no freeze",
    Fact.TRAILING_DUE: "trailing: the final release of {series} {was} due {due}",
    Fact.TRAILING_NOT_MADE: "trailing: the final release of {series} is not made yet",
    Fact.TRAILING_LATER: "trailing: the final release of {series} is due about three months after "
    "the others'",
    Fact.UNBOUND: "the cycle's freezes don't bind it",
    Fact.NEVER_RELEASED: "it is never released, so no phase of the release binds it",
    Fact.REQUIREMENTS_FROZEN: "the requirements freeze was {due}; it lasts until {name} is created",
    Fact.NOWHERE: "{series} has no file of it: misspelled, or released independently of the series",
    Fact.FILES_TROUBLE: "opendev's files: {trouble}",
    Fact.CONFLICT: "conflict: {by_week}{whose} own text says {by_text}",
    Fact.NO_SCHEDULE_YET: "{series} has no schedule in openstack/releases yet",
    Fact.NO_SCHEDULE: "openstack/releases has no schedule of {series}",
    Fact.CYCLE_UNKNOWN: "the cycle that runs now is not in openstack/releases yet",
    Fact.SCHEDULE_TROUBLE: "the schedule of {series}: {trouble}",
    Fact.SERIES_TROUBLE: "the list of series: {trouble}",
    Fact.CUT_BESIDE: "it was cut at {name}, by {series}'s file",
    Fact.TAKES_UNKNOWN: "what it takes, and how long, stands in no file that I read",
    Fact.FINAL_DUE: "the final release of {name} is due {due}",
    Fact.MAINTAINED: "{series} is maintained{since_day}",
    Fact.IN_FILE: "it is in {name}'s file",
    Fact.IN_GERRIT: "Gerrit has changes on it",
    Fact.GERRIT_HAS: "Gerrit has it",
    Fact.NOT_IN_GERRIT: "in {name}'s file, not in Gerrit yet",
    Fact.FILE_TROUBLE: "its file: {trouble}",
    Fact.READ_BEFORE: "{name}'s file was read {day_or_never}, before the release's day",
    Fact.NOT_READ_SINCE: "whether {name} is out is not known, its file was {last_read}",
    Fact.NOT_IN_FILE: "not in {name}'s file{after}",
    Fact.STATUS: "stable-status in its file is {name}",
    Fact.PLANNED_NOT_TAGGED: "{name} was planned for {day}, not tagged yet",
    Fact.PLANNED: "{name} was planned for {day}",
    Fact.UNPLANNED: "{name} had no day yet",
}
# What stands where no name of a series, or no trouble, is known.
_SERIES = {
    Fact.MASTER_IS: "the next series",
    Fact.BRANCH_EXISTS: "the next series",
    Fact.NO_SCHEDULE_YET: "the next cycle",
}
_TROUBLES = {Fact.FILE_TROUBLE: "never read"}
_NO_ANSWER = "nothing was ever fetched"
_BEFORE = {Fact.CUT_FROM_MASTER: ", "}
_BEHIND = {Fact.OF_SERIES: ": ", Fact.RC1_UNKNOWN: ": "}
# These begin with the name of a branch or a repository, which no sentence gives a capital letter.
_BEGIN_SMALL = (Fact.BRANCH_EXISTS, Fact.NO_RC1, Fact.NOT_CUT, Fact.NO_SCHEDULE)


def reason_text(reason: Reason) -> str:
    """One reason in words, to stand within a sentence."""
    return _TEMPLATES[reason.fact].format_map(_Fields(reason))


class _Fields(dict[str, str]):
    """What a template may ask of a reason, made when it asks."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason

    def __missing__(self, field: str) -> str:
        return _FIELDS[field](self.reason)


def _day(reason: Reason) -> str:
    return format_day(reason.days[0]) if reason.days else ""


def _on_day(reason: Reason) -> str:
    if reason.by_merge and reason.days:
        return f" (merged on {_day(reason)})"
    return _behind("on", _day(reason))


def _read(reason: Reason) -> str:
    return f"{reason.read:%Y-%m-%d %H:%M} UTC" if reason.read else ""


def _either(days: Sequence[dt.date]) -> str:
    return " or ".join(map(format_day, days))


def _behind(word: str, text: str) -> str:
    return f" {word} {text}" if text else ""


def _by_week(reason: Reason) -> str:
    """What the week of a contradiction says, where its text says something else."""
    return f"by its week {_either(reason.days)}, " if reason.days else ""


_FIELDS: dict[str, Callable[[Reason], str]] = {
    "name": lambda why: why.name or "it",
    "whose": lambda why: whose(why.name),
    "series": lambda why: why.series or _SERIES.get(why.fact, ""),
    "of_series": lambda why: _behind("of", why.series),
    "event": lambda why: _EVENTS.get(why.kind, "") if why.kind else "",
    "due": lambda why: _due(why.due) if why.due else "",
    "was": lambda why: "was" if why.past else "is",
    "day": _day,
    "day_or_never": lambda why: _behind("on", _day(why)).strip() or "never",
    "last_read": lambda why: f"last read on {_day(why)}" if why.days else "never read",
    "on_day": lambda why: _on_day(why),
    "since_day": lambda why: _behind("since", _day(why)),
    "read": lambda why: _read(why) or "never",
    "as_of": lambda why: _behind("as of", _read(why)),
    "by_week": _by_week,
    "by_text": lambda why: " or ".join(stretch_in_words(*days) for days in why.text_days),
    "after": lambda why: after_the_release(why),
    "trouble": lambda why: why.trouble or _TROUBLES.get(why.fact, _NO_ANSWER),
}


def _due(due: Due) -> str:
    if len(due.days) > 1:
        return _either(due.days)
    return due_words(due.when, due.days[0], week=due.week)


def after_the_release(reason: Reason) -> str:
    """ " 12 days after the release", where the reason tells it."""
    return "" if reason.after is None else f" {counted(reason.after, 'day')} after the release"


def reasons_text(reasons: Iterable[Reason]) -> str:
    """Reasons one after the other, to stand within a sentence."""
    text, joint = "", ""
    for reason in reasons:
        before = _BEFORE.get(reason.fact, joint) if text else ""
        text += f"{before}{reason_text(reason)}"
        joint = _BEHIND.get(reason.fact, "; ")
    return text


def reasons_sentence(reasons: Sequence[Reason]) -> str:
    """The same as a sentence of its own, without its stop."""
    return _begun(reasons[0], reasons_text(reasons))


def _begun(reason: Reason, text: str) -> str:
    return text if reason.fact in _BEGIN_SMALL else f"{text[:1].upper()}{text[1:]}"


def reason_phrases(reasons: Sequence[Reason], weight: int) -> list[Phrase]:
    """Reasons as a sentence of its own, without its stop: the first stays, and what goes with it;
    of the others the last gives way first."""
    phrases: list[Phrase] = []
    joint, stays = "", True
    for reason in reasons:
        text = f"{_BEFORE.get(reason.fact, joint) if phrases else ''}{reason_text(reason)}"
        if not phrases:
            text = _begun(reason, text)
        phrases.append(text if stays else remark(text, weight=weight))
        joint = _BEHIND.get(reason.fact, "; ")
        stays = joint != "; "
    return phrases
