"""The check and gate queues in words: what waits in each, how long, and that the gate is slow."""

from __future__ import annotations

import datetime as dt

from ...domain.ci.gate_queues import Queue
from ...domain.messages.counts import counted

NO_PIPELINE = "Zuul shows neither a check nor a gate pipeline."
NO_GATE = "Zuul shows no gate pipeline"
AHEAD = dt.timedelta(minutes=10)  # an item that waits since later than that tells no time
APPROVE_EARLY = " The gate is slower than usual: approve early."


def no_queues(problem: str | None) -> str:
    """That nothing is known of them, and why."""
    return f"I have no queues from Zuul: {problem or 'it was not asked yet'}."


def slow_words(wait: dt.timedelta, usual: dt.timedelta) -> str:
    """That the gate is slow, for a line about a deadline."""
    return (
        f"the gate is slow: its oldest change has waited {span(wait)} "
        f"(usually {span(usual)}), so approve early"
    )


def span(length: dt.timedelta) -> str:
    """ "45 min", "3 h 20 min", "2 days 3 h"; a clock that is behind makes no negative wait."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes // 1440} days {minutes % 1440 // 60} h"


def queue_words(queue: Queue, own: int, at: dt.datetime, usual: dt.timedelta | None) -> str:
    """A queue's items, how many of them are the team's, and the oldest one's wait."""
    name = f"{queue.pipeline} (in state {queue.state})" if queue.state else queue.pipeline
    if not queue.understood:
        return f"{name}: what waits there can't be read"
    if not queue.length:
        return f"{name}: {'nothing is shown' if queue.state else 'empty'}"
    mine = f", {own} of them ours" if own else ""
    mine += f", of {queue.nameless} it is not told whose" if queue.nameless else ""
    return f"{name}: {counted(queue.length, 'item')}{mine}, {_wait(queue, at, usual)}"


def _wait(queue: Queue, at: dt.datetime, usual: dt.timedelta | None) -> str:
    """Since when the oldest waits, as far as the items tell, and how long one usually does."""
    if queue.oldest is None or queue.oldest - at > AHEAD:
        return "for how long is not told"
    normal = f" (usually {span(usual)})" if usual is not None else ""
    unknown = f", {queue.timeless} for how long is not told" if queue.timeless else ""
    return f"the oldest for {span(at - queue.oldest)}{normal}{unknown}"
