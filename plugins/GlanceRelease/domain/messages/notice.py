"""What the bot says unasked: a notice, its key, and the ledger's row of one that was said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from .doc import Doc
from .fact_read import FactRead


@dataclass(frozen=True)
class Notice:
    """One thing to say once, to one target, from `due` until `due + grace` (UTC).

    The key is the promise that it leaves once: rule, subject (a deadline's id, a job), target, and
    the facts on which it rests (a date, a version). When the facts change, it is another notice.
    `say` makes the words for the instant at which they leave, so that "in 3 days" is true then.
    `why` says why it came; its rule tells how to stop the kind. `days` are the deadlines it is
    about. A line for a person that is not public knowledge (`is_public`) waits until services know
    that the nick is theirs; where they do not, it goes to the `heirs`, the next nicks of the role,
    one after the other; those that are the person's `own` names on other
    networks get what can't be delivered. `keyed` has what stands in the key for a name that is not
    the one by which the person is known. Who said it `by` account or nick knows it, and gets no
    copy of it.
    """

    rule: str
    subject: str
    target: str
    facts: str
    due: dt.datetime
    grace: dt.timedelta
    say: Callable[[dt.datetime], Doc]
    why: str = ""
    days: tuple[dt.date, ...] = ()
    is_public: bool = False
    heirs: tuple[str, ...] = ()
    by: str = ""
    keyed: Mapping[str, str] = field(default_factory=dict, compare=False)
    own: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Rule, subject, target and facts; equal for the same thing on every tick and restart. A
        nick may have a "|" in it."""
        target = self.keyed.get(self.target, self.target).replace("|", "%7C")
        return "|".join((self.rule, self.subject, target, self.facts))

    def is_due(self, now: dt.datetime) -> bool:
        """True in the window [due, due + grace): late enough to say, early enough to matter."""
        return self.due <= now < self.due + self.grace


# pending: waits for its target; claimed: handed to the socket, not yet confirmed; said: the server
# has processed it; merged: said as part of another line; missed: too late to be news; unknown: the
# ledger was lost, and with it what became of the line.
State = Literal["pending", "claimed", "said", "merged", "missed", "unknown"]


@dataclass(frozen=True)
class LedgerEntry:
    """A row of the ledger, for `log` and `why`: `text` is the line as it was said, or in which it
    waits; `doc` is the message; `facts` are those on which it stood when it was said, None where
    that is not known."""

    key: str
    rule: str
    target: str
    due: dt.datetime
    state: State
    text: str
    why: str
    doc: Doc
    at: dt.datetime | None = None
    trouble: str | None = None
    days: tuple[dt.date, ...] = ()
    is_public: bool = False
    facts: tuple[FactRead, ...] | None = None
