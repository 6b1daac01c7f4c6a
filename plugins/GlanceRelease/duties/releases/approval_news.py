"""The team's yes to a proposal, and its loss, as news: a yes belongs to a patch set."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from ...domain.messages.doc import Doc
from ...domain.releases.approval import Voices
from ...domain.releases.proposal import Change
from .words import proposals as words

_SEEN, _YES, _NO = "seen", "yes", "no"


@dataclass(frozen=True)
class ProposalNews:
    """Something that happened: its key, which names the facts, and the words; None where it was
    told with something else. What is `first` goes before the rest of its moment."""

    key: str
    say: Callable[[dt.datetime], Doc] | None
    first: bool = False


def constantly(told: Doc) -> Callable[[dt.datetime], Doc]:
    """Words that are true at any instant."""
    return lambda now: told


@dataclass(frozen=True)
class _ToldApproval:
    """What was told of a proposal's approval: which time it was, and what."""

    times: int
    what: str

    @classmethod
    def of(cls, head: str, keys: Collection[str]) -> _ToldApproval | None:
        """What the keys that are remembered tell; None for nothing."""
        for key in keys:
            if key == head:
                return cls(0, _YES)
            times, _, what = key.removeprefix(f"{head}/").partition("/")
            if key.startswith(f"{head}/") and times.isdecimal():
                return cls(int(times), what)
        return None

    def key(self, head: str) -> str:
        """What is remembered of it."""
        return head if self == _ToldApproval(0, _YES) else f"{head}/{self.times}/{self.what}"


def approval_news(
    change: Change, what: str, voices: Voices, keys: Collection[str] | None
) -> Iterator[ProposalNews]:
    """That somebody else's proposal is approved, and where that was told, that it is so no more: a
    new patch set has no yes until it gets one. `keys` are those that are remembered, None at the
    first look, which tells nothing; so does one that is told as proposed with its yes. While a
    proposal is closed, what was told of it stays."""
    head = f"{change.number}/approved"
    told = _ToldApproval.of(head, keys or ())
    if change.status != "NEW":
        if told is not None:
            yield ProposalNews(told.key(head), None)
        return
    approved = voices.approves(change)
    if approved and (told is None or told.what == _NO):
        if voices.is_teams(change):
            return
        is_new = keys is not None and f"{change.number}/proposed" not in keys
        now = (
            _ToldApproval(told.times + 1, _YES)
            if told
            else _ToldApproval(0, _SEEN if keys is None else _YES)
        )
        say = None if is_new and not told else constantly(words.approved_doc(change, what))
        yield ProposalNews(now.key(head), say)
    elif told is not None and told.what == _YES and not approved:
        uploader = voices.called(change.uploaded_by)
        lost = constantly(words.approval_lost_doc(change, what, uploader))
        yield ProposalNews(_ToldApproval(told.times + 1, _NO).key(head), lost)
    elif told is not None and (approved or told.what == _NO):
        yield ProposalNews(told.key(head), None)
