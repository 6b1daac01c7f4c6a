"""How long the gate is: `gate`, and what the nearest deadline makes of that."""

from __future__ import annotations

import datetime as dt

from ...domain.calendar.deadline_words import due_words
from ...domain.calendar.event_names import find_events
from ...domain.calendar.interval import When, whens
from ...domain.calendar.team_calendar import calendar_of
from ...domain.ci.gate_queues import GATE, GateQueues, Queue
from ...domain.freshness import age_of
from ...domain.messages.clauses import Link, listing
from ...domain.messages.doc import doc, line
from ...domain.moment import Moment
from ...registry import Ask, Reply, UserError, command
from ..typed_names import nothing_more
from . import gate_words
from .facts import watched

GATE_PIPELINE = "gate"
SAMPLES = 24  # hours that must be known before anything is called usual
SLOWER = 1.5  # a wait of so many times the usual,
SLOWER_BY = dt.timedelta(minutes=30)  # and so much longer, is above it
STALE = dt.timedelta(hours=2)  # an older queue is no reason to warn


@command(
    "gate",
    "",
    "how long the check and gate queues are, and for how long",
    "gate",
    needs=("zuul",),
    basis="the items that wait in Zuul's queues",
    sources=("queues",),
)
def gate(moment: Moment, ask: Ask) -> Reply:
    """Each queue's items, the oldest one's wait with the usual one, and the nearest deadline."""
    nothing_more(moment, "gate", ask.text)
    fact = moment[GATE]
    if fact.value is None:
        raise UserError(gate_words.no_queues(fact.problem))
    ours = set(watched(moment))
    parts = [_queue(fact.value, queue, ours) for queue in _gate_first(fact.value)]
    if not parts:
        raise UserError(gate_words.NO_PIPELINE)
    if not any(queue.pipeline == GATE_PIPELINE for queue in fact.value.queues):
        parts.insert(0, gate_words.NO_GATE)
    age = age_of(fact, moment.now)
    near = _nearest(moment)
    deadline = f" {near[0]}: {near[1]}." if near else ""
    slow = gate_words.APPROVE_EARLY if near and slower(fact.value) else ""
    status = Link("status", f"{fact.value.web}/status")
    end = f".{deadline}{slow}{' ' + age if age else ''}"
    return Reply(doc(line(listing(parts, between="; "), "; ", status, end)))


def gate_remark(moment: Moment, day: dt.date | None = None) -> str | None:
    """What a reminder of a near deadline adds: None unless one of `jobs.gate_before` (on `day`,
    where one is given) is at most `jobs.gate_days` away and the gate's wait, as it was at most
    two hours ago, is above its usual."""
    fact = moment[GATE]
    if fact.value is None or moment.now - fact.value.at > STALE:
        return None
    if not any(day in (None, deadline_day) for deadline_day, *_ in _coming(moment)):
        return None
    slow = slower(fact.value)
    return gate_words.slow_words(*slow) if slow is not None else None


def slower(known: GateQueues) -> tuple[dt.timedelta, dt.timedelta] | None:
    """The gate's wait and its usual one, when the wait is half as much again and 30 minutes more;
    None when it is not, or when fewer than 24 hours were ever seen."""
    queue = next((q for q in known.queues if q.pipeline == GATE_PIPELINE), None)
    usual = usual_wait(known, GATE_PIPELINE)
    if queue is None or queue.state or queue.oldest is None or usual is None:
        return None
    wait = known.at - queue.oldest
    return (wait, usual) if wait > usual * SLOWER and wait - usual > SLOWER_BY else None


def usual_wait(known: GateQueues, pipeline: str) -> dt.timedelta | None:
    """The median over two weeks of the hours' longest waits, the present hour aside."""
    from statistics import median  # only this question needs it

    hour = known.at.replace(minute=0, second=0, microsecond=0)
    waits = [
        s.wait.total_seconds() for s in known.samples if s.pipeline == pipeline and s.hour < hour
    ]
    return dt.timedelta(seconds=median(waits)) if len(waits) >= SAMPLES else None


def _gate_first(known: GateQueues) -> list[Queue]:
    return sorted(known.queues, key=lambda queue: queue.pipeline != GATE_PIPELINE)


def _queue(known: GateQueues, queue: Queue, ours: set[str]) -> str:
    usual = usual_wait(known, queue.pipeline)
    return gate_words.queue_words(queue, queue.items_of(ours), known.at, usual)


def _nearest(moment: Moment) -> tuple[str, str] | None:
    """The nearest of the deadlines that make the gate matter: its title, and when it is."""
    near = min(_coming(moment), key=lambda each: each[:2], default=None)
    return (near[1], due_words(near[2], near[0], moment.now)) if near else None


def _coming(moment: Moment) -> list[tuple[dt.date, str, When]]:
    """The deadlines of `jobs.gate_before` that are at most `jobs.gate_days` away."""
    calendar = calendar_of(moment)
    if calendar is None or calendar.schedule.value is None:
        return []
    jobs = moment.team.jobs
    today = moment.today
    return [
        (day, event.title, when)
        for name in jobs.gate_before
        for event in find_events(calendar.weeks, name)
        for when in whens(event)
        for day in when.candidates or (when.deadline,)
        if 0 <= (day - today).days <= jobs.gate_days
    ]
