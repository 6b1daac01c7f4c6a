"""One source between its polls: its newest believed value, its trouble, and when it is asked."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field, replace
from typing import Any

from ...domain.snapshot import NEVER, Fetched
from ...sources.protocols import Kept, Source
from .judgement import Belief

FIRST_PAUSE = dt.timedelta(minutes=1)
JITTER = 1.2
NO_TIME = dt.timedelta()
LONGEST_SILENCE = dt.timedelta(hours=1)  # that an upstream gets by its Retry-After
CONFIRM_AFTER = dt.timedelta(minutes=5)
LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass
class Watch:
    """What is known of one source. `fault` names an error of ours that was logged already."""

    source: Source[Any]
    fact: Fetched[Any] = NEVER
    kept: Kept | None = None
    stored: bool = False
    next_poll: dt.datetime = LONG_AGO
    failures: int = 0
    silent_until: dt.datetime = LONG_AGO
    trouble: str | None = None
    asking: bool = False
    asked: dt.datetime = LONG_AGO
    fault: str = ""
    belief: Belief = field(default_factory=Belief)

    def is_due(self, now: dt.datetime) -> bool:
        """Whether it is to be asked at `now`. A turn that lies further ahead than any pause is
        long means that the clock was set back."""
        longest = max(self.source.every * JITTER, LONGEST_SILENCE)
        return not self.asking and not now < self.next_poll <= now + longest

    def failed(self, now: dt.datetime, trouble: str, silence: dt.timedelta = NO_TIME) -> None:
        """The value stays, with the trouble beside it; the next try waits 1, 2, 4 ... minutes with
        jitter, at most the source's interval, and no less than `silence`, an hour of it at most."""
        self.trouble = trouble
        pause = min(FIRST_PAUSE * 2 ** min(self.failures, 10), self.source.every)
        self.failures += 1
        pause *= random.uniform(2 - JITTER, JITTER)  # noqa: S311  no secret
        self.silent_until = now + min(silence, LONGEST_SILENCE)
        self.next_poll = max(now + pause, self.silent_until)
        self.fact = replace(self.fact, problem=trouble, url=self.source.url)

    def is_well(self, now: dt.datetime) -> None:
        """The upstream answered; it is asked again after the source's interval."""
        self.failures, self.trouble, self.fault = 0, None, ""
        self.next_poll = now + self.source.every

    def not_yet(self, now: dt.datetime) -> None:
        """An answer that is not believed yet: what is known stays, without a trouble, and is asked
        for again in five minutes."""
        self.next_poll = now + min(CONFIRM_AFTER, self.source.every)
        self.fact = replace(self.fact, problem=None)
