"""Releases that have merged and get no tag: the liaison hears of them after two hours, the channel
after a day, of all that one change brought in one line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from ...domain.gerrit_scope import changes_of
from ...domain.messages.notice import Notice
from ...domain.moment import Moment
from ...domain.people.roles import fold, heirs_of, liaisons
from ...domain.releases.awaited import Awaited
from ...domain.releases.proposal import GERRIT, Change, TeamChanges
from ...registry import rule
from .words.late_tags import late_doc

RULE = "tag"
LATE = dt.timedelta(hours=2)
VERY_LATE = dt.timedelta(days=1)
GRACE = dt.timedelta(days=30)


@dataclass(frozen=True)
class LateTags:
    """Releases without their tags that came together, since when they are awaited, and the change
    that brought them. Of all of them the same is missing."""

    awaited: tuple[Awaited, ...]
    since: dt.datetime
    change: Change | None

    @property
    def missing(self) -> str:
        """What is missing, as it stands in the ledger."""
        first = self.awaited[0]
        return "not told" if first.problem else "astray" if first.astray else "no tag"

    @property
    def subject(self) -> str:
        """What they are called in the ledger: by their change, so that one that gets its tag later
        than another is not told again; else, or where the tag is elsewhere, each by itself."""
        first = self.awaited[0]
        return f"change/{first.change}" if _is_joined(first) else "/".join(first.key)


@rule(
    RULE,
    "a release that merged and has no tag: the liaison after 2 hours, the channel after a day",
    "see why the release job failed: it stops with the tag; mute silences the channel",
    basis="a release is made by its tag, which the release job sets when the proposal has merged",
    sources=("process", "builds"),
)
def late_tag_notices(moment: Moment) -> Iterator[Notice]:
    """One line to each liaison, and one to the channel, of all releases that one change brought;
    none while Gerrit does not answer. That Gerrit answers, and does not tell of the tag, is for the
    liaison only."""
    gerrit, known = moment[GERRIT], changes_of(moment.snapshot)
    if known is None or gerrit.problem or gerrit.at is None:
        return
    for late in _untagged(known):
        people = [fold(member.nick) for member in liaisons(moment.snapshot)]
        targets = [(nick, late.since + LATE) for nick in people]
        if late.missing != "not told":
            targets.append((moment.team.announce, late.since + VERY_LATE))
        for target, due in targets:
            if gerrit.at < due:
                continue
            yield Notice(
                RULE,
                late.subject,
                target,
                late.missing,
                due,
                GRACE,
                partial(late_doc, late),
                why=f"{', '.join(one.release.version for one in late.awaited)} merged, and Gerrit"
                " has no such tag where it should be",
                heirs=heirs_of(moment.snapshot, target),
            )


def _untagged(known: TeamChanges) -> Iterator[LateTags]:
    changes = {proposal.change.number: proposal.change for proposal in known.proposals}
    groups: dict[tuple[str, str, dt.datetime], LateTags] = {}
    for one in sorted(known.awaited, key=lambda one: (one.deliverable, one.series)):
        since = one.merged or one.since
        if since is not None and one.tags and not one.is_tagged:
            alone = LateTags((one,), since, changes.get(one.change))
            key = (alone.subject, alone.missing, since)
            others = groups[key].awaited if key in groups else ()
            groups[key] = replace(alone, awaited=(*others, one))
    yield from groups.values()


def _is_joined(one: Awaited) -> bool:
    """Whether what is said of it is said of all that its change brought."""
    return bool(one.change) and one.astray is None
