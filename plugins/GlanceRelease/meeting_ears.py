"""Who says a meeting's line, as far as the network vouches for it: MeetBot, or a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .domain.meetbot import hear
from .domain.people import Asker
from .domain.snapshot import Snapshot
from .domain.team import Meeting
from .duties.meeting_lines import Spoken, depends_on_nick, is_meetbot, meets_at
from .from_server import is_me
from .identity import Identities


def heard_in_meeting(
    irc: Any,
    msg: Any,
    snapshot: Snapshot,
    identities: Identities,
    tell: Callable[[Spoken], None],
) -> None:
    """Tell a line of the channel where the team meets, when it is known who says it; services are
    asked only where they decide."""
    team, text = snapshot.team, msg.args[-1]
    if msg.channel is None or is_me(irc, msg.nick) or hear(text) is None:
        return
    if team.meeting is None or not meets_at(snapshot, msg.channel):
        return
    by = identities.at_hand(irc, msg, team.channels, team.announce, is_remembered=False)
    is_there = _is_there(irc, msg.channel, team.meeting)
    spoken = Spoken(msg.channel, msg.nick, text, irc.nick, by, team.name, is_there)
    if not depends_on_nick(snapshot, spoken):
        tell(spoken)
        return

    def follow(found: Asker | None) -> None:
        known = by if found is None else replace(by, account=found.account, verified=found.verified)
        tell(replace(spoken, by=known))

    identities.verify(irc, msg, follow)


def _is_there(irc: Any, channel: str, meeting: Meeting) -> bool:
    """Whether MeetBot is in the channel; on a network that tells accounts, somebody of whom it has
    told none yet goes by the nick."""
    tells = "account-tag" in irc.state.capabilities_ack
    known = irc.state.channels.get(channel)
    for nick in known.users if known is not None else ():
        try:
            account = (irc.state.nickToAccount(nick) or "") if tells else None
        except KeyError:
            account = None
        if is_meetbot(meeting, nick, account):
            return True
    return False
