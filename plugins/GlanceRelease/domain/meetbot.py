"""What MeetBot's lines mean: a meeting begins and ends, who chairs it, an action.

The words are those of OpenDev's MeetBot (opendev.org/opendev/meetbot, ircmeeting/meeting.py) and of
hcoop-meetbot; both say "Meeting started", "Meeting ended" and "Current chairs: ...".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_NAMED = re.compile(r"\s*#startmeeting\b\s*(.*)", re.IGNORECASE)
_ACTION = re.compile(r"\s*#action\s+(\S.*)", re.IGNORECASE)
_CHAIRS = "Current chairs:"


@dataclass(frozen=True)
class Heard:
    """One line of a meeting that matters. "named": somebody asked for a meeting called `text`
    ("" without a name); "began" and "ended" are MeetBot's own words; "chairs": `text`
    names them, blank apart; "action": `text` is what is to be done."""

    what: Literal["named", "began", "ended", "chairs", "action"]
    text: str = ""


def hear(line: str) -> Heard | None:
    """What a line of the channel says about a meeting, None for all others."""
    if named := _NAMED.match(line):
        return Heard("named", named[1].strip())
    if action := _ACTION.match(line):
        return Heard("action", action[1].strip())
    if line.startswith("Meeting started"):
        return Heard("began")
    if line.startswith("Meeting ended"):
        return Heard("ended")
    if line.startswith(_CHAIRS):
        return Heard("chairs", " ".join(re.split(r"[\s,]+", line.removeprefix(_CHAIRS).strip())))
    return None
