"""What people told the bot: a mute, a plan, a deadline of the team's; who and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class Note:
    """One thing said by a person: `kind` ("mute"), `subject` (a channel, a milestone), the rest.

    A later note of the same kind and subject takes the earlier one's place; one whose `body` is
    None takes it away. `at` is UTC; `number` is the store's, 0 before it is kept.
    """

    kind: str
    subject: str
    body: Mapping[str, str] | None = field(default_factory=dict)
    who: str = ""
    at: dt.datetime = _NEVER
    number: int = 0
