"""Whose line of a meeting counts, and what it makes of what was heard of meetings before."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from ...domain.address import same_place
from ...domain.meetings.meetbot import MeetingLine, hear
from ...domain.moment import Moment
from ...domain.people.roles import Asker, fold, goes_by_account, may
from ...domain.snapshot import Snapshot
from ...domain.team import Meeting

CHAIR = "chair"  # the right
_AT_ONCE = dt.timedelta(minutes=2)  # MeetBot answers #startmeeting, and says the name
LONGEST = dt.timedelta(hours=6)  # an end that was not heard

State = Mapping[str, str]
_OF_MEETBOT = ("began", "name", "chairs", "ended")
Voice = Literal["meetbot", "chair", "anybody"]


@dataclass(frozen=True)
class ChannelLine:
    """A line that somebody said in a channel; `me` is the bot's own nick. `by` is who said it as
    far as the network vouches for it (None: nothing but the nick), with the standing in the
    channel of `team`, for which alone it is meant ("" for all); `meetbot`: whether MeetBot is in
    the channel; `host`: the user@host that it came from."""

    channel: str
    nick: str
    text: str
    me: str
    by: Asker | None = None
    team: str = ""
    meetbot: bool = False
    host: str = ""

    @property
    def asker(self) -> Asker:
        """Who said the line, by account and rights as far as they are known."""
        return self.by or Asker(self.nick)


def is_meetbot(meeting: Meeting, nick: str, account: str | None) -> bool:
    """Whether somebody is MeetBot: by account where the network tells accounts (None where it does
    not), else by nick."""
    if account is None:
        return fold(nick) == fold(meeting.meetbot)
    return bool(account) and fold(account) == fold(meeting.meetbot_account or meeting.meetbot)


def meets_at(snapshot: Snapshot, channel: str) -> bool:
    """Whether the team's meetings are in this channel."""
    meeting = snapshot.team.meeting
    return meeting is not None and same_place(meeting.place, channel)


def depends_on_nick(snapshot: Snapshot, spoken: ChannelLine) -> bool:
    """Whether it would help to know that the nick is the person's own: it is MeetBot's, or they
    would have the right to open or end the meeting, and MeetBot, whose word would count, is not
    there."""
    heard, asker, meeting = hear(spoken.text), spoken.asker, snapshot.team.meeting
    if meeting is None or heard is None or asker.account is not None or asker.verified:
        return False
    if heard.what in _OF_MEETBOT:
        return is_meetbot(meeting, asker.nick, None) and not asker.no_services
    if not is_asked_for(spoken) or spoken.meetbot:
        return False
    return not may(snapshot, CHAIR, asker) and might_chair(snapshot, asker)


def is_asked_for(spoken: ChannelLine) -> bool:
    """Whether a person asks for a meeting, or for its end."""
    heard = hear(spoken.text)
    return heard is not None and heard.what in ("named", "closed")


def might_chair(snapshot: Snapshot, asker: Asker) -> bool:
    """Whether they have the right to chair, or would if services knew them, by the nick or by an
    account that the team's file names."""
    owner = replace(asker, verified=True)
    return may(snapshot, CHAIR, owner) or goes_by_account(snapshot, CHAIR)


def voice_of(moment: Moment, meeting: Meeting, spoken: ChannelLine, state: State) -> Voice:
    """Whose word it is: MeetBot's; where it is not there, that of who has the right to chair."""
    asker = spoken.asker
    if is_meetbot(meeting, asker.nick, asker.account):
        return (
            "meetbot" if is_believed(state, meeting, asker, spoken.host, moment.now) else "anybody"
        )
    return "chair" if not spoken.meetbot and may(moment.snapshot, CHAIR, asker) else "anybody"


def is_believed(state: State, meeting: Meeting, holder: Asker, host: str, now: dt.datetime) -> bool:
    """Whether who has MeetBot's nick or account is MeetBot: the account is its own; the nick is
    where services know it as theirs, and no longer where they once knew it and do not know this
    one. Where they never did, it is in one meeting that of one user@host."""
    if holder.account or holder.verified:
        return True
    if is_known_nick(state, meeting) and not holder.no_services:
        return False
    is_on = is_running(state, now) or others_since(state, now) is not None
    return not is_on or state.get("by", host) == host


def is_known_nick(state: State, meeting: Meeting) -> bool:
    """Whether services once knew who had MeetBot's nick as its owner."""
    return state.get("known") == fold(meeting.meetbot)


def with_known_nick(state: State, meeting: Meeting, spoken: ChannelLine) -> State:
    """The state, in which stands that services know MeetBot's nick where they do."""
    asker = spoken.asker
    if asker.account is None and asker.verified and is_meetbot(meeting, asker.nick, None):
        return {**state, "known": fold(meeting.meetbot)}
    return state


def next_state(
    state: State,
    heard: MeetingLine,
    voice: Voice,
    is_ours: Callable[[str], bool],
    spoken: ChannelLine,
    now: dt.datetime,
) -> State:
    """What is known of the place's meetings after a line.

    "began", "ended" and "chair" are of the team's last meeting; "other" and "other ended" of
    another team's, which MeetBot opened there; "named" is when anybody last asked for the team's,
    which counts for nothing until MeetBot opens it; "by" is the user@host of the MeetBot that
    opened the last one, whose ever it is, and "known" the nick of one that services knew. A
    person's word opens and ends a meeting as MeetBot's does where it is a chair's voice.
    """
    if voice == "anybody":
        return _asked(state, is_ours(heard.text), now) if heard.what == "named" else state
    if voice == "chair":
        return _by_a_chair(state, heard, is_ours, now)
    return _by_meetbot(state, heard, is_ours, spoken, now)


def _by_a_chair(
    state: State, heard: MeetingLine, is_ours: Callable[[str], bool], now: dt.datetime
) -> State:
    if heard.what == "named" and is_ours(heard.text):
        return state if is_running(state, now) else _without(_begun(state, now), "by")
    return _ended(state, now) if heard.what == "closed" else state


def _by_meetbot(
    state: State,
    heard: MeetingLine,
    is_ours: Callable[[str], bool],
    spoken: ChannelLine,
    now: dt.datetime,
) -> State:
    if heard.what == "began":
        named = instant(state.get("named"))
        fresh = named is not None and now - named < _AT_ONCE
        opened = _begun(state, now) if fresh else _others(_ended(state, now), now)
        return {**opened, "by": spoken.host}
    if heard.what == "name":
        return _corrected(state, is_ours(heard.text), now)
    if heard.what == "ended":
        return _ended(state, now)
    if heard.what == "chairs" and is_running(state, now):
        is_chair = fold(spoken.me) in fold(heard.text).split()
        return {**state, "chair": "yes" if is_chair else ""}
    return state


def is_running(state: State, now: dt.datetime) -> bool:
    """Whether the team's meeting was opened and not ended."""
    began = instant(state.get("began"))
    return began is not None and "ended" not in state and began <= now < began + LONGEST


def others_since(state: State, now: dt.datetime) -> dt.datetime | None:
    """Since when another team's meeting has been on there; None where none is."""
    other = instant(state.get("other"))
    on = other is not None and "other ended" not in state and other <= now < other + LONGEST
    return other if on else None


def instant(text: str | None) -> dt.datetime | None:
    """An instant of the state."""
    return dt.datetime.fromisoformat(text) if text else None


def plain_meeting_name(name: str) -> str:
    """A meeting's name for comparing, as MeetBot writes it: "Glance Team" is "glance_team"."""
    return re.sub(r"\W+", "_", name.lower()).strip("_")


def _without(state: State, *keys: str) -> dict[str, str]:
    return {key: value for key, value in state.items() if key not in keys}


def _asked(state: State, ours: bool, now: dt.datetime) -> State:
    named = instant(state.get("named"))
    if not ours:
        return _without(state, "named")
    is_new = named is None or now - named > _AT_ONCE / 2
    return {**state, "named": now.isoformat()} if is_new else state


def _begun(state: State, now: dt.datetime) -> State:
    over = _ended(state, now)  # MeetBot has one meeting at a time in a channel
    return {**_without(over, "named", "ended", "chair"), "began": now.isoformat()}


def _others(state: State, now: dt.datetime) -> State:
    return {**_without(state, "named", "other ended"), "other": now.isoformat()}


def _corrected(state: State, ours: bool, now: dt.datetime) -> State:
    """The name that MeetBot says right after the start outweighs what people asked for; a later
    one does not, since anybody may change it."""
    began, other = instant(state.get("began")), others_since(state, now)
    if ours and other is not None and now - other < _AT_ONCE:
        return {**_without(state, "other", "ended", "chair"), "began": other.isoformat()}
    if not ours and began is not None and is_running(state, now) and now - began < _AT_ONCE:
        kept = _without(state, "began", "chair", "other ended")
        return {**kept, "other": began.isoformat()}
    return state


def _ended(state: State, now: dt.datetime) -> State:
    if is_running(state, now):
        return {**state, "ended": now.isoformat()}
    if others_since(state, now) is not None:
        return {**state, "other ended": now.isoformat()}
    return state
