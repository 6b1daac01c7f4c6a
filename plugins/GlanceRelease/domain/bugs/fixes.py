"""The changes in Gerrit that fix bugs: which bugs they close, which change they are on another
branch, and what they take back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..releases.proposal import Change
from ..snapshot import Key, Snapshot

_FOOTER = re.compile(
    r"^(?P<kind>closes|partial|fixes|resolves)[- ]?bug\b\s*:?\s*"
    r"(?P<numbers>\D{0,40}?[0-9]{1,9}(?:\s*,\s*#?[0-9]{1,9})*)",
    re.IGNORECASE | re.MULTILINE,
)
_CHANGE_ID = re.compile(r"^Change-Id:\s*(I[0-9a-f]{40})\s*$", re.IGNORECASE | re.MULTILINE)
_REVERTS = re.compile(r"^This reverts commit ([0-9a-f]{7,40})\b", re.IGNORECASE | re.MULTILINE)
_PICKED = re.compile(r"cherry[- ]picked from commit ([0-9a-f]{7,40})\b", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,9}")
NOTES_OF_FIXES = frozenset(("fixes", "security", "critical"))


@dataclass(frozen=True)
class FixChange:
    """A change with what its message tells. An abandoned one has `abandoned_by` (a name) and `why`,
    where Gerrit told; `conflict` says that it does not merge where it stands."""

    change: Change
    abandoned_by: str = ""
    why: str = ""
    conflict: bool = False

    @cached_property
    def bugs(self) -> frozenset[int]:
        """The bugs that it closes, wholly or in part; one that is only related is none of them."""
        found = (match["numbers"] for match in _FOOTER.finditer(self.change.message))
        return frozenset(int(number) for text in found for number in _NUMBER.findall(text))

    @cached_property
    def change_id(self) -> str:
        """What stays with it on every branch; of several the last. Empty for none."""
        found = _CHANGE_ID.findall(self.change.message)
        return found[-1] if found else ""

    @cached_property
    def reverts(self) -> frozenset[str]:
        """The commits that it takes back."""
        return frozenset(sha.lower() for sha in _REVERTS.findall(self.change.message))

    @cached_property
    def picked_from(self) -> frozenset[str]:
        """The commits of which it is a copy, as it says."""
        return frozenset(sha.lower() for sha in _PICKED.findall(self.change.message))

    @property
    def has_fix_note(self) -> bool:
        """Whether its release note says so."""
        return bool(NOTES_OF_FIXES.intersection(self.change.sections or ()))

    @property
    def waits_for(self) -> str:
        """What an open change waits for, by its votes."""
        change = self.change
        if change.work_in_progress:
            return "its owner, in work"
        if self.conflict:
            return "its conflict to be resolved"
        if change.worst("Verified") is not None:
            return "Zuul, which failed"
        if (worst := change.worst("Code-Review")) is not None:
            return f"an answer to Code-Review {worst.value}"
        if change.worst("Workflow") is not None:
            return "its owner, in work"
        if any(vote.label == "Code-Review" and vote.value >= 2 for vote in change.votes):
            return "the gate" if change.has("Workflow") else "approval"
        return "review"


@dataclass(frozen=True)
class FixChanges:
    """What Gerrit says of a team's fixes: all changes of its stable branches and those of master
    that may be fixes, as far back as was asked; `numbers` are the bugs about which it was asked
    by number; `committed` is the day of each release's commit, by (repository, commit). Where it is
    `cut_short` there are more than were read."""

    changes: tuple[FixChange, ...] = ()
    numbers: frozenset[int] = frozenset()
    committed: Mapping[tuple[str, str], dt.datetime] = field(default_factory=dict)
    cut_short: bool = False


FIXES: Key[Mapping[str, FixChanges]] = Key("gerrit/bugs")


def fixes_of(snapshot: Snapshot) -> FixChanges | None:
    """The team's part; None while Gerrit never answered."""
    return (snapshot[FIXES].value or {}).get(snapshot.team.name)
