"""A release that has merged and gets no tag: the liaison hears of it after two hours, the channel
after a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
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
class LateTag:
    """A release that is not tagged, since when it is awaited, and the change that brought it."""

    awaited: Awaited
    since: dt.datetime
    change: Change | None


@rule(
    RULE,
    "a release that merged and has no tag: the liaison after 2 hours, the channel after a day",
    "see why the release job failed: it stops with the tag; mute silences the channel",
    basis="a release is made by its tag, which the release job sets when the proposal has merged",
    sources=("process", "builds"),
)
def late_tag_notices(moment: Moment) -> Iterator[Notice]:
    """One line to each liaison, and one to the channel, of each release; none while Gerrit does not
    answer. That Gerrit answers, and does not tell of the tag, is for the liaison only."""
    gerrit, known = moment[GERRIT], changes_of(moment.snapshot)
    if known is None or gerrit.problem or gerrit.at is None:
        return
    for late in _untagged(known):
        one = late.awaited
        people = [fold(member.nick) for member in liaisons(moment.snapshot)]
        targets = [(nick, late.since + LATE) for nick in people]
        if not one.problem:
            targets.append((moment.team.announce, late.since + VERY_LATE))
        for target, due in targets:
            if gerrit.at < due:
                continue
            yield Notice(
                RULE,
                "/".join(one.key),
                target,
                "not told" if one.problem else "no tag",
                due,
                GRACE,
                partial(late_doc, late),
                why=f"{one.release.version} has merged, and Gerrit has no tag of it",
                heirs=heirs_of(moment.snapshot, target),
            )


def _untagged(known: TeamChanges) -> Iterator[LateTag]:
    changes = {proposal.change.number: proposal.change for proposal in known.proposals}
    for one in known.awaited:
        since = one.merged or one.since
        if since is not None and one.tags and not one.is_tagged:
            yield LateTag(one, since, changes.get(one.change))
