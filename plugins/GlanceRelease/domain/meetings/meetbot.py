"""What the lines of a meeting mean: it begins and ends, its name, who chairs it, an action.

The words are those of OpenDev's MeetBot (opendev.org/opendev/meetbot, ircmeeting/meeting.py) and of
hcoop-meetbot; both say "Meeting started", "Meeting ended" and "Current chairs: ...". OpenDev's says
the name right after the start, hcoop-meetbot only when it is changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_NAMED = re.compile(r"\s*#startmeeting\b\s*(.*)", re.IGNORECASE)
_CLOSED = re.compile(r"\s*#endmeeting\b", re.IGNORECASE)
_NAME = re.compile(r"(?:The meeting name has been set to '(.*)'|Meeting name set to: (.*))")
_ACTION = re.compile(r"\s*#action\s+(\S.*)", re.IGNORECASE)
_CHAIRS = "Current chairs:"


@dataclass(frozen=True)
class MeetingLine:
    """One line of a meeting that matters. People ask for one called `text` ("named", "" without a
    name) and end it ("closed"); "began", "name" (which is `text`), "chairs" (blank apart) and
    "ended" are MeetBot's own words; "action": `text` is what is to be done."""

    what: Literal["named", "closed", "began", "name", "chairs", "ended", "action"]
    text: str = ""


def hear(line: str) -> MeetingLine | None:
    """What a line of the channel says about a meeting, None for all others."""
    if named := _NAMED.match(line):
        return MeetingLine("named", named[1].strip())
    if action := _ACTION.match(line):
        return MeetingLine("action", action[1].strip())
    if _CLOSED.match(line):
        return MeetingLine("closed")
    if name := _NAME.match(line):
        return MeetingLine("name", (name[1] or name[2] or "").strip())
    if line.startswith("Meeting started"):
        return MeetingLine("began")
    if line.startswith("Meeting ended"):
        return MeetingLine("ended")
    if line.startswith(_CHAIRS):
        return MeetingLine(
            "chairs", " ".join(re.split(r"[\s,]+", line.removeprefix(_CHAIRS).strip()))
        )
    return None
