"""What is said of a milestone's priorities that are stated, dropped or can't be taken."""

from __future__ import annotations

_SHOWN = 40  # letters of what somebody typed
USAGE = "Say: priority add MILESTONE CHANGE-or-topic:NAME-or-TEXT [@NICK], or priority drop N."
LIST_USAGE = "Say: priorities m2."
NONE_LEFT = "{cycle}: no milestone is left."
NONE_STATED = "No priority is stated for {milestone}."
TOO_MANY = "{milestone} has {most} priorities: drop one first."
NO_NUMBER = 'No priority has the number "{number}".'
DROPPED = "Dropped: {what} ({milestone})."
TITLE = "Priorities for {milestone}"


def merged_words(merged: int, all_: int) -> str:
    """How many of them are merged."""
    return f"{merged} of {all_} priorities merged"


def list_head(milestone: str, day: str, merged: int, all_: int) -> str:
    """What stands before a milestone's priorities."""
    return f"{TITLE.format(milestone=milestone)}, {day}: {merged} of {all_} merged: "


def stated_words(number: int, milestone: str, what: str, nick: str) -> str:
    """That one is kept, and how to drop it."""
    whose = f" ({nick})" if nick else ""
    return f"Priority {number} for {milestone}: {what}{whose}. Drop it: priority drop {number}."


def no_milestone(typed: str, cycle: str, usage: str) -> str:
    """That no milestone of the cycle is called so."""
    return f'"{typed[:_SHOWN]}" is no milestone of {cycle}. {usage}'
