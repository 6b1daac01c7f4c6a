"""The day on which the team plans to release: what people told, and the window that it has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from ..calendar.binding_deadlines import has_candidates, is_planned
from ..calendar.cycle import format_day, monday_of
from ..calendar.event_names import NAMES
from ..calendar.interval import whens
from ..calendar.lead_time import working_day_until
from ..calendar.team_calendar import Calendar
from ..calendar.team_deadlines import PREPARED, Deadline
from ..model import Event, Kind
from ..people.note import Note

KIND = "plan"
WITHOUT_CANDIDATES = "Final intermediary release"


@dataclass(frozen=True)
class Plan:
    """A planned release of one cycle's event: the `day`, who said so and when (UTC), where (""
    in private), and for a changed plan the day `before` and the reason. One that is `withdrawn` is
    no plan any more; it remembers the day that it had."""

    series: str
    event: str
    day: dt.date
    who: str
    at: dt.datetime
    where: str = ""
    before: dt.date | None = None
    reason: str = ""
    withdrawn: bool = False

    @property
    def subject(self) -> str:
        """The note's subject: the cycle and the event, by which there is one plan."""
        return f"{self.series}/{self.event}"

    def note(self) -> Note:
        """The note in the store by which the plan is remembered."""
        body = {
            "day": self.day.isoformat(),
            "where": self.where,
            "before": self.before.isoformat() if self.before else "",
            "reason": self.reason,
        }
        if self.withdrawn:
            body["withdrawn"] = "yes"
        return Note(KIND, self.subject, body, self.who, self.at)


def plans_in(notes: Iterable[Note]) -> Mapping[tuple[str, str], Plan]:
    """All plans, by cycle and event's id."""
    return {key: plan for key, plan in last_told(notes).items() if not plan.withdrawn}


def last_told(notes: Iterable[Note]) -> Mapping[tuple[str, str], Plan]:
    """What was last told of each event's plan, withdrawn ones too, by cycle and event's id."""
    by_event = {}
    for note in notes:
        if note.kind == KIND and note.body:
            series, _, event = note.subject.partition("/")
            before = note.body.get("before")
            by_event[series, event] = Plan(
                series,
                event,
                dt.date.fromisoformat(note.body["day"]),
                note.who,
                note.at,
                note.body.get("where", ""),
                dt.date.fromisoformat(before) if before else None,
                note.body.get("reason", ""),
                "withdrawn" in note.body,
            )
    return by_event


def plan_for(notes: Iterable[Note], calendar: Calendar, deadline: Deadline) -> Plan | None:
    """The plan for an official deadline, if there is one."""
    return plans_in(notes).get((calendar.series.name, deadline.id))


def planned_events(calendar: Calendar) -> list[Event]:
    """The cycle's events for which the team picks a day, in the schedule's order: those with
    which something of the team's is released. Without release candidates the last of them has a
    name of its own."""
    ids = {deadline.id for deadline in calendar.deadlines if not deadline.own}
    kinds = [kind for kind in PREPARED if is_planned(kind, calendar.shapes)]
    events = [event for event in calendar.weeks.events if event.kind in kinds and event.id in ids]
    if calendar.shapes is None or any(map(has_candidates, calendar.shapes)):
        return events
    last = Kind.FINAL_RC
    return [replace(e, title=WITHOUT_CANDIDATES) if e.kind is last else e for e in events]


def title_of(event: Event) -> str:
    """What people call it: "RC1", where upstream's title is that of its week."""
    if event.title == WITHOUT_CANDIDATES:
        return event.title
    return NAMES[event.kind][0] if event.kind in (Kind.RC1, Kind.FINAL_RC) else event.title


def window_of(event: Event) -> tuple[dt.date, dt.date]:
    """The first and the last of the days on which the release may be planned."""
    windows = windows_of(event)
    return windows[0][0], windows[-1][1]


def windows_of(event: Event) -> list[tuple[dt.date, dt.date]]:
    """The stretches of days on which the release may be planned: from the Monday of the event's
    week, when the release team begins to propose (openstack/releases, process.rst), to the deadline
    itself; one for each of the days that contradict each other. A stretch that begins earlier
    begins it."""
    when = whens(event)[-1]
    living = [one.days for one in when.either if one.day >= when.deadline]
    either = living or [(when.first_day, when.last_day)]
    return [(min(first, monday_of(last)), last) for first, last in either]


def may_be_planned(event: Event, day: dt.date) -> bool:
    """Whether a day lies in one of these stretches."""
    return any(first <= day <= last for first, last in windows_of(event))


def window_words(event: Event) -> str:
    """ "Mon 2027-01-11 to Thu 2027-01-14", with "or" where its days contradict each other."""
    words, begun = "", None
    for first, last in windows_of(event):
        joint = "" if not words else " or " if first == begun else ", or "
        start = "" if first == begun else f"{format_day(first)} to "
        words, begun = f"{words}{joint}{start}{format_day(last)}", first
    return words


def suggested_day(
    event: Event, holidays: Collection[dt.date] = (), today: dt.date = dt.date.min
) -> dt.date | None:
    """For RC1 the last working day of its window: near its end, so that as little as possible has
    to be backported (Glance, release-cpl.rst); None for anything else, and once it is past. Of days
    that contradict each other it goes by the first that is left."""
    if event.kind is not Kind.RC1:
        return None
    left = [window for window in windows_of(event) if window[1] >= today]
    if not left:
        return None
    first, last = left[0]
    return max(first, working_day_until(last, holidays))
