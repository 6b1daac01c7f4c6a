"""That Zuul can be read again is told where it was told that it can't."""

from __future__ import annotations

import datetime as dt

from ...domain.ci.builds import Verdict
from ...domain.messages.doc import Doc, doc, line
from ...domain.messages.notice import Notice
from ...domain.moment import Moment
from .night_summary import summary
from .selection import view_of
from .unreadable import ELSE, RULE, TOLD, length


def back_notice(moment: Moment, lost: dt.timedelta) -> Notice:
    """The line that takes the other one back, where there is no other news of the jobs."""
    words = _words(moment, lost)
    return Notice(
        rule=RULE,
        subject="readable",
        target=moment.team.announce,
        facts=moment.snapshot.memory.get(TOLD, ""),
        due=moment.now,
        grace=ELSE,
        say=lambda at: words,
        why="it was said that Zuul can't be read, and it can again",
    )


def _words(moment: Moment, lost: dt.timedelta) -> Doc:
    """After how long, and how the jobs are."""
    view = view_of(moment)
    told = [s for s in view.judged if s.verdict is not Verdict.GONE]
    head = f"Zuul can be read again after {length(lost)}"
    voting = [s for s in told if s.voting] or told
    if not voting:
        return doc(line(f"{head}."), brief=(head,))
    return doc(line(f"{head}: ", *summary(view, voting, link=True)), brief=(head,))
