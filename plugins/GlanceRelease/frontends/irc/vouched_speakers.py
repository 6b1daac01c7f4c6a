"""Who says a meeting's line, as far as the network vouches for it: MeetBot, or a person."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ...clock import RunningClock
from ...domain.meetings.meetbot import hear
from ...domain.moment import Moment
from ...domain.people.roles import Asker, fold
from ...domain.snapshot import Snapshot
from ...domain.team import Meeting
from ...duties.meeting.heard_lines import (
    ChannelLine,
    depends_on_nick,
    is_asked_for,
    is_believed,
    is_known_nick,
    is_meetbot,
    meets_at,
    might_chair,
)
from ...duties.meeting.session import state_of
from .expiring_set import Recently
from .identity import Identities, account_of
from .message_origin import is_me

IN_VAIN_SECONDS = 5.0  # whom services did not know they are not asked about again


@dataclass
class _HeardLine:
    """A line that waits until it is known who says it, and until those before it are told."""

    spoken: ChannelLine
    is_known: bool = False


class MeetingListener:
    """Tells the lines by which meetings begin and end, place by place in the order in which they
    were said, though services may be asked about some of them; all in Limnoria's thread."""

    def __init__(self, identities: Identities, tell: Callable[[ChannelLine], None]) -> None:
        self._identities = identities
        self._tell = tell
        self._waiting: dict[tuple[str, str], deque[_HeardLine]] = {}
        self._in_vain = Recently(IN_VAIN_SECONDS)
        self._clock = RunningClock()

    def heard(self, moment: Moment, irc: Any, msg: Any) -> None:
        """Tell a line of the channel where the team meets, when it is known who says it; services
        are asked only where they decide."""
        team, text = moment.team, msg.args[-1]
        if msg.channel is None or is_me(irc, msg.nick) or hear(text) is None:
            return
        if team.meeting is None or not meets_at(moment.snapshot, msg.channel):
            return
        is_remembered = is_meetbot(team.meeting, msg.nick, None)  # a person's right is asked anew
        by = self._identities.at_hand(irc, msg, team.channels, team.announce, is_remembered)
        if account_of(irc, msg) is None:
            by = _by_nick(team.meeting, by)
        host = f"{msg.user}@{msg.host}"
        line = _HeardLine(
            ChannelLine(msg.channel, msg.nick, text, irc.nick, by, team.name, False, host)
        )
        place = (irc.network, fold(msg.channel))
        self._waiting.setdefault(place, deque()).append(line)

        def told(spoken: ChannelLine) -> None:
            line.spoken, line.is_known = spoken, True
            self._tell_known(place)

        def answered(is_there: bool) -> None:
            spoken = replace(line.spoken, meetbot=is_there)
            self._who_says(irc, msg, moment.snapshot, spoken, told)

        self._is_there(moment, irc, line.spoken, answered)

    def _tell_known(self, place: tuple[str, str]) -> None:
        lines = self._waiting.get(place, deque())
        while lines and lines[0].is_known:
            self._tell(lines.popleft().spoken)
        if not lines:
            self._waiting.pop(place, None)

    def _who_says(
        self,
        irc: Any,
        msg: Any,
        snapshot: Snapshot,
        spoken: ChannelLine,
        then: Callable[[ChannelLine], None],
    ) -> None:
        """Go on with the line and what services know of who said it."""
        who = (irc.network, msg.prefix)
        if not depends_on_nick(snapshot, spoken) or self._was_in_vain(who):
            then(spoken)
            return
        by, meeting = spoken.asker, snapshot.team.meeting

        def follow(asker: Asker | None) -> None:
            known = spoken
            if asker is not None and meeting is not None:
                person = replace(by, account=asker.account, verified=asker.verified)
                known = replace(spoken, by=_by_nick(meeting, person))
            if depends_on_nick(snapshot, known):
                self._note_in_vain(who)
            then(known)

        self._identities.verify(irc, msg, follow)

    def _is_there(
        self, moment: Moment, irc: Any, spoken: ChannelLine, then: Callable[[bool], None]
    ) -> None:
        """Go on with whether MeetBot is in the channel; where that decides, services are asked
        whether it is MeetBot that has its nick."""
        meeting = moment.team.meeting
        holder = _holder(irc, spoken.channel, meeting) if meeting is not None else None
        if holder is None or meeting is None:
            then(False)
            return
        if holder.account or not (
            is_asked_for(spoken) and might_chair(moment.snapshot, spoken.asker)
        ):
            then(True)
            return
        state, hostmask = state_of(moment.snapshot, meeting), _hostmask(irc, holder.nick)
        who = (irc.network, hostmask)

        def follow(asker: Asker | None) -> None:
            speaker = _by_nick(meeting, asker) if asker is not None else holder
            host = hostmask.partition("!")[2]
            is_it = is_meetbot(meeting, speaker.nick, speaker.account)
            is_it = is_it and is_believed(state, meeting, speaker, host, moment.now)
            if asker is not None and not is_it:
                self._note_in_vain(who)
            then(asker is None or is_it)

        if is_known_nick(state, meeting) and not self._was_in_vain(who):
            self._identities.who_is(irc, holder.nick, follow)
        else:
            follow(holder)

    def _was_in_vain(self, who: tuple[str, str]) -> bool:
        return self._in_vain.has(self._now(), who)

    def _note_in_vain(self, who: tuple[str, str]) -> None:
        self._in_vain.note(self._now(), who)

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _by_nick(meeting: Meeting, by: Asker) -> Asker:
    """Who has MeetBot's nick where the network tells no accounts: verified, if services know them
    by it or by MeetBot's account; where the team's file names that, an account that WHOIS names
    counts alone. Anybody else as they are."""
    if not is_meetbot(meeting, by.nick, None):
        return by
    is_own = bool(by.account) and is_meetbot(meeting, by.nick, by.account)
    if by.account and meeting.meetbot_account and not is_own:
        return by
    return replace(by, account=None, verified=is_own or by.verified)


def _holder(irc: Any, channel: str, meeting: Meeting) -> Asker | None:
    """Who is in the channel as MeetBot, by account or nick; on a network that tells accounts,
    somebody of whom it has told none yet goes by the nick."""
    tells = "account-tag" in irc.state.capabilities_ack
    known = irc.state.channels.get(channel)
    for nick in known.users if known is not None else ():
        try:
            account = (irc.state.nickToAccount(nick) or "") if tells else None
        except KeyError:
            account = None
        if is_meetbot(meeting, nick, account):
            return Asker(nick, account)
    return None


def _hostmask(irc: Any, nick: str) -> str:
    try:
        return str(irc.state.nickToHostmask(nick))
    except KeyError:
        return nick
