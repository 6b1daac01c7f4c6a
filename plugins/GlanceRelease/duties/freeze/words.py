"""What may merge on a branch, in words: its state, until when, why, what follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from ...domain.calendar.cycle import (
    format_day,
    format_deadline,
    format_instant,
    in_days,
    week_name,
)
from ...domain.calendar.deadline_words import due_words
from ...domain.calendar.interval import When
from ...domain.calendar.team_calendar import calendar_of
from ...domain.messages.clauses import Listing, Phrase, clause, listing, remark
from ...domain.moment import Moment
from ...domain.releases.freeze_reasons import Fact, Next, Reason
from ...domain.releases.freeze_state import BranchState, State
from .reason_words import (
    after_the_release,
    reason_phrases,
    reason_text,
    reasons_sentence,
    reasons_text,
)

TAKES = {
    State.OPEN: "everything may merge",
    State.FEATURE_FREEZE: "no features without an exception, soft string and requirements freeze",
    State.RELEASE_CRITICAL: "only release-critical changes",
    State.FINAL_RC: "only what is critical for the final release, if the release team agrees",
    State.LIBRARY_FREEZE: "no releases any more, so only what needs none",
    State.REQUIREMENTS_FREEZE: "only critical changes of requirements and constraints",
    State.STABLE: "backports of fixes",
    State.UNMAINTAINED: "whatever its keepers take; there are no releases",
    State.END_OF_LIFE: "nothing: the branch is gone",
    State.MISSING: "nothing: it is not there",
    State.UNKNOWN: "I can't tell",
}
_THEN = {
    Next.FEATURE_FREEZE: "feature freeze",
    Next.RELEASE_CRITICAL: "release-critical only, from RC1's tag",
    Next.FINAL_RC: "final release candidates only",
    Next.FINAL_RELEASES: "final releases only",
    Next.LIBRARY_FREEZE: "library freeze",
    Next.REQUIREMENTS_FREEZE: "requirements freeze",
    Next.NEXT_SERIES: "open for the next series",
    Next.STABLE: "stable",
    Next.UNMAINTAINED: "unmaintained",
    Next.END_OF_LIFE: "end-of-life",
    Next.STABLE_ENDS: "unmaintained or end of life",
}
# What gives way first where there is no room: the reasons behind the first one, what the state
# takes, what follows, how far away the end is, where the calendar says something else, a doubt,
# names.
_REASONS, _TAKES, _FOLLOWS, _FAR, _REMARK, _DOUBT, _NAMES = range(1, 8)

_A_SECOND = dt.timedelta(seconds=1)


@dataclass(frozen=True)
class Told:
    """A line of the answer, and the branches whose age, if they have one, stands at its end."""

    phrases: tuple[Phrase, ...]
    aged: tuple[BranchState, ...] = ()

    def age(self, now: dt.datetime) -> str:
        """How old what it tells is; empty where all is fresh."""
        return next((f" {age}" for row in self.aged if (age := row.age(now))), "")


def until_words(moment: Moment, row: BranchState) -> str:
    """ "until the end of Thu 2027-02-18, R-5, in 88 days", "until R-3 week, by Thu 2027-03-04, in
    102 days", "until Fri 2027-02-12 11:59 UTC, R-6, in 82 days", or nothing where no day is
    known."""
    return _until(row, _week_of_end(moment, row), moment.now)


def _week_of_end(moment: Moment, row: BranchState) -> str:
    calendar = calendar_of(moment) if row.until is not None else None
    if calendar is None or row.until is None:
        return ""
    return week_name(calendar.weeks, _last_day(row.until, row.due))


def _last_day(until: dt.datetime, due: When | None) -> dt.date:
    """The day of an end: what ends at an hour ends on the hour's day, 00:00 UTC among them."""
    return until.date() if due is not None and due.has_hour else (until - _A_SECOND).date()


def _until(row: BranchState, week: str, now: dt.datetime | None) -> str:
    """Without `now` it is not told how far away that is."""
    if row.until is None:
        return ""
    day, named = _last_day(row.until, row.due), week if row.branch == "master" else ""
    if row.until.time() != dt.time() or (row.due is not None and row.due.has_hour):
        far = in_days(day, now) if now is not None else ""
        return f"until {', '.join(filter(None, (format_instant(row.until), named, far)))}"
    if row.due is not None and week:
        return f"until {due_words(row.due, day, now, week)}"
    told = format_day(day) if now is None else format_deadline(day, now, named)
    return f"until the end of {told}"


def then_words(row: BranchState) -> str:
    """ ", then library freeze", where an end is known and what follows it."""
    return f", then {_THEN[row.then]}" if row.then and row.until else ""


def why_text(moment: Moment, row: BranchState) -> str:
    """Why the branch has its state, in one text."""
    return f"{reasons_text((*row.reasons, *row.doubts))}{_instead(moment, row)}"


def phase_words(row: BranchState) -> str:
    """What the calendar alone would make of a released series' branch; without a day."""
    return row.guess.state.value if row.guess else State.UNKNOWN.value


def one(moment: Moment, row: BranchState) -> Told:
    """All of one row."""
    if row.state is State.MISSING:
        return Told((f"{row.branch}: {why_text(moment, row)}.",), (row,))
    head = f"{row.repository} {row.branch}: {row.state}"
    if row.state is State.UNKNOWN:
        return Told((f"{head}. ", *_why(moment, row), "."), (row,))
    return Told((head, *_takes(row), *_bounds(moment, row), ". ", *_why(moment, row), "."), (row,))


def _takes(row: BranchState) -> tuple[Phrase, ...]:
    """What may merge, where the reason does not say it."""
    told = row.state in (State.OPEN, State.FEATURE_FREEZE)
    return () if told else (remark(f" ({TAKES[row.state]})", weight=_TAKES),)


def each_once(moment: Moment, rows: Sequence[BranchState]) -> list[Told]:
    """A line for each row; rows of which the same is to be said, as old as it is, share one."""
    groups: dict[tuple[tuple[Phrase, ...], str], list[BranchState]] = {}
    for row in rows:
        is_missing = row.state is State.MISSING
        said = (row.branch,) if is_missing else one(moment, row).phrases[1:]
        groups.setdefault((said, row.age(moment.now)), []).append(row)
    return [
        one(moment, alike[0]) if len(alike) == 1 else branches(moment, alike)
        for alike in groups.values()
    ]


def several(moment: Moment, rows: Sequence[BranchState]) -> Told:
    """Rows in few words, by branch and state: "master open: glance until ..., then ...; ..."."""
    groups: dict[tuple[str, State], list[BranchState]] = {}
    for row in rows:
        groups.setdefault((row.branch, row.state), []).append(row)
    phrases: list[Phrase] = []
    for (branch, state), same in groups.items():
        why = f" ({_why_unknown(same)})" if state is State.UNKNOWN else ""
        phrases += [". " if phrases else "", f"{branch} {state}{why}: "]
        by_bounds: dict[tuple[Phrase, ...], list[BranchState]] = {}
        for row in same:
            by_bounds.setdefault(_bounds(moment, row), []).append(row)
        for number, (bounds, equal) in enumerate(by_bounds.items()):
            phrases += ["; " if number else "", _repositories(equal), *bounds]
    phrases.append(".")
    for doubts in dict.fromkeys(row.doubts for row in rows if row.doubts):
        phrases.append(remark(f" {reasons_sentence(doubts)}.", weight=_DOUBT))
    return Told(tuple(phrases), tuple(rows))


def _why_unknown(rows: Sequence[BranchState]) -> str:
    return ", ".join(dict.fromkeys(reasons_text((*row.reasons, *row.doubts)) for row in rows))


def branches(moment: Moment, rows: Sequence[BranchState]) -> Told:
    """The stable branches by state; one branch alone with what it takes and why."""
    there = [row for row in rows if row.state is not State.MISSING]
    missing = _not_in_files([row for row in rows if row.state is State.MISSING])
    if not there:
        return Told(missing)
    if len(branch_names(rows)) == 1 and len({why_text(moment, row) for row in rows}) == 1:
        return _alone(moment, rows)
    parts: dict[str, list[BranchState]] = {State.STABLE.value: [], State.UNMAINTAINED.value: []}
    for row in there:
        if row.state is State.UNKNOWN:
            parts.setdefault(f"by the calendar alone {phase_words(row)}", []).append(row)
        elif row.state.value in parts:
            parts[row.state.value].append(row)
    phrases: list[Phrase] = []
    for name, alike in parts.items():
        if alike:
            phrases += ["; " if phrases else "Branches ", f"{name}: ", _with_remarks(alike)]
    phrases += [". " if missing else "."] if phrases else []
    return Told((*phrases, *missing))


def branch_names(rows: Sequence[BranchState]) -> list[str]:
    """The branches' names, each once."""
    return list(dict.fromkeys(row.branch for row in rows))


def _alone(moment: Moment, rows: Sequence[BranchState]) -> Told:
    """One branch, which has one state for one reason in these repositories."""
    row = rows[0]
    why = _why(moment, row)
    if row.state is State.UNKNOWN:
        return Told((f"{row.branch}: unknown for ", _repositories(rows), ". ", *why, "."))
    head, bounds = f"{row.branch}: {row.state}", _bounds(moment, row)
    return Told(
        (head, *_takes(row), " for ", _repositories(rows), *bounds, ". ", *why, "."), (row,)
    )


def _repositories(rows: Sequence[BranchState]) -> Listing:
    return listing((row.repository for row in rows), weight=_NAMES)


def _why(moment: Moment, row: BranchState) -> list[Phrase]:
    phrases = reason_phrases(row.reasons, _REASONS)
    phrases += [remark(f"; {reason_text(doubt)}", weight=_DOUBT) for doubt in row.doubts]
    instead = _instead(moment, row)
    return [*phrases, remark(instead, weight=_FOLLOWS)] if instead else phrases


def _instead(moment: Moment, row: BranchState) -> str:
    """What an unknown branch would be by the calendar alone, behind the reason; empty where that
    has nothing of it."""
    if row.state is not State.UNKNOWN or not (row.guess or row.is_released):
        return ""
    what = "calendar" if row.is_released else "schedule"
    return f"; by the {what} alone it would be {_guess(moment, row, moment.now)}"


def _guess(moment: Moment, row: BranchState, now: dt.datetime | None) -> str:
    guess = row.guess
    if guess is None:
        return State.UNKNOWN.value
    if not row.is_released:
        return " ".join(
            filter(None, (guess.state, _until(guess, _week_of_end(moment, guess), now)))
        )
    if guess.since is None:
        return f"{guess.state}, since when is not recorded"
    return f"{guess.state} since {format_day(guess.since.date())}"


def _bounds(moment: Moment, row: BranchState) -> tuple[Phrase, ...]:
    """Behind a name: until when, and what follows; what it would be, where that is unknown."""
    if row.guess is not None:
        whole, near = (
            f" would be {_guess(moment, row, now)} by the schedule alone"
            for now in (moment.now, None)
        )
        return (clause(whole, weight=_FAR, shorter=[near]),)
    if row.until is None:
        return ()
    week = _week_of_end(moment, row)
    until, shorter = _until(row, week, moment.now), [f" {_until(row, week, None)}"]
    then = then_words(row)
    follows = (remark(then, weight=_FOLLOWS),) if then else ()
    return (clause(f" {until}", weight=_FAR, shorter=shorter), *follows)


def _with_remarks(rows: Sequence[BranchState]) -> Listing:
    """The series of these branches, each with where the calendar says something else."""
    remarks: dict[str, tuple[Reason, ...]] = {}
    for row in rows:
        remarks[row.series] = remarks.get(row.series) or row.remarks
    return listing(
        (
            clause(f"{name} ({reasons_text(told)})", weight=_REMARK, shorter=[name])
            if told
            else name
            for name, told in remarks.items()
        ),
        weight=_NAMES,
    )


def _not_in_files(rows: Sequence[BranchState]) -> tuple[Phrase, ...]:
    """ "stable/2026.2: not in glance_store's file 12 days after the release."."""
    phrases: list[Phrase] = []
    for branch, fact in dict.fromkeys((row.branch, row.reasons[0].fact) for row in rows):
        same = [r for r in rows if (r.branch, r.reasons[0].fact) == (branch, fact)]
        phrases += [" " if phrases else "", f"{branch}: "]
        first, *rest = same[0].reasons
        if len(same) > 1 and fact is Fact.NOT_IN_FILE:
            phrases += ["not in the files of ", _repositories(same), after_the_release(first)]
        else:
            phrases.append(reason_text(first))
        phrases += [f"; {reason_text(each)}" for each in rest]
        phrases.append(".")
    return tuple(phrases)
