"""What an event of a schedule is by its nature: something that lasts, or a deadline of a week."""

from __future__ import annotations

import re

from ..model import Event, Kind

# What lasts its weeks, where the text doesn't tell: nobody is late at its Thursday.
_LASTING = re.compile(
    r"nominations?|campaign\w*|voting|polling|ptg|summit|forum|mid-?cycle|squash|sprint|hack-?(?:a-?)?thon"
    r"|review-(?:week|sprint)|gathering",
    re.IGNORECASE,
)
# What ends at an instant of its week, however its period is called ("Election Polling Closes").
_ENDING = re.compile(r"clos(?:e|es|ing)\b|ends?\b|deadline|freeze", re.IGNORECASE)
_A_WEEKS_DEADLINE = re.compile(
    r"\bweeks?\s+(?:of|starting|beginning|commencing)\b|\bw/c\b|\bthis\s+week\b|\btarget\s+week\b"
    r"|\b(?:during|by|in|before|end\s+of)\s+(?:the\s+)?(?:end\s+of\s+)?(?:this|the)\s+week\b"
    r"|\blast\s+week\s+(?:for|to)\b",
    re.IGNORECASE,
)
# What is released somewhen in the week in whose row it stands, unless its text names the day.
_RELEASED_IN_ITS_WEEK = (
    Kind.MILESTONE_1,
    Kind.MILESTONE_2,
    Kind.MILESTONE_3,
    Kind.FINAL_LIBRARIES,
    Kind.FINAL_CLIENT_LIBRARIES,
    Kind.RC1,
    Kind.FINAL_RC,
)


def lasts_by_nature(event: Event) -> bool:
    """Whether it fills its weeks: by its id and title, of which the ending wins."""
    named = f"{event.id} {event.title}"
    if event.kind is Kind.GATHERING:
        return True
    lasting = event.kind is Kind.ELECTION or bool(_LASTING.search(named))
    return lasting and not _ENDING.search(named)


def is_due(event: Event) -> bool:
    """Whether several days that the text gives are those within which something is due, by the last
    of them: what lasts by its nature isn't, nor a happening of a team's own name."""
    if lasts_by_nature(event):
        return False
    return event.kind is not Kind.OTHER or bool(_ENDING.search(f"{event.id} {event.title}"))


def is_due_within_its_week(event: Event) -> bool:
    """Whether it is a deadline that its row gives as a week: by its kind, or as its words say."""
    if event.kind in _RELEASED_IN_ITS_WEEK:
        return True
    if event.kind is Kind.ELECTION and "email" not in event.id:
        return True
    return bool(_A_WEEKS_DEADLINE.search(f"{event.title}. {event.text}"))
