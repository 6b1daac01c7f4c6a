"""The meeting that is on, by MeetBot's lines or by its hour, and what is heard in it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..domain.meetbot import Heard, hear
from ..domain.meeting import next_occasion
from ..domain.note import Note
from ..domain.snapshot import Snapshot
from ..domain.team import Meeting, Team
from .actions import MAX_OPEN, new_action, open_actions

MEETING = "meeting"
_NAMED_FOR = dt.timedelta(minutes=2)  # MeetBot answers #startmeeting at once
_LONGEST = dt.timedelta(hours=6)  # an end that was not heard
_NEAR = dt.timedelta(minutes=30)
_RELEASE_WORDS = re.compile(
    r"\b(releas\w*|milestone\w*|m-?[123]|rc-?\d|final\w*|freez\w*|frozen|ffe\w*|periodic\w*|tips|"
    r"stable|backport\w*|branch\w*|tag(ged|s)?|deadline\w*|schedule\w*|cycle\w*|highlights?|"
    r"reno|client|store|requirements?|constraints)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Spoken:
    """A line that somebody said in a channel; `me` is the bot's own nick."""

    channel: str
    nick: str
    text: str
    me: str


@dataclass(frozen=True)
class Session:
    """A meeting that is on: its day, its start (UTC), when it is over by its hour, and whether
    MeetBot made the bot a chair."""

    day: dt.date
    start: dt.datetime
    end: dt.datetime
    chair: bool = False


def session_of(snapshot: Snapshot, now: dt.datetime) -> Session | None:
    """The team's meeting that is on at `now`: from MeetBot's start line to its end line, else by
    its hour; a meeting that ended early is over."""
    meeting = snapshot.team.meeting
    if meeting is None:
        return None
    state = _state(snapshot, meeting)
    began, ended = _instant(state.get("began")), _instant(state.get("ended"))
    occasion = next_occasion(meeting, now)
    if began is not None and ended is None and began <= now < began + _LONGEST:
        day = occasion.day if occasion and occasion.start - _NEAR <= began else began.date()
        end = max(began, occasion.start if occasion else began)
        end += dt.timedelta(minutes=meeting.minutes)
        return Session(day, began, max(end, now), state.get("chair") == "yes")
    if occasion is None or not occasion.is_on(now):
        return None
    if ended is not None and occasion.start - _NEAR <= ended <= now:
        return None
    return Session(occasion.day, occasion.start, occasion.end)


def listen(snapshot: Snapshot, spoken: Spoken, now: dt.datetime) -> tuple[Note, ...]:
    """What is kept of a line in the meeting's channel: that the team's meeting began or ended,
    whether the bot is a chair, and actions that name a release matter. The bot's own lines and
    other teams' meetings give nothing."""
    meeting = snapshot.team.meeting
    heard = hear(spoken.text)
    if meeting is None or heard is None or spoken.nick == spoken.me:
        return ()
    if spoken.channel.lower() != meeting.place.lower():
        return ()
    if heard.what == "action":
        if session_of(snapshot, now) is None or len(open_actions(snapshot)) >= MAX_OPEN:
            return ()
        if not is_release_matter(heard.text, snapshot.team):
            return ()
        return (new_action(snapshot, heard.text, "", spoken.nick, now),)
    state = _next_state(snapshot, meeting, heard, spoken, now)
    return (Note(MEETING, meeting.place, state, spoken.nick, now),) if state is not None else ()


def is_release_matter(text: str, team: Team) -> bool:
    """Whether an action concerns releases: it names one of the team's deliverables or a word of
    the release's trade ("RC1", "freeze", "periodic jobs")."""
    plain = text.lower().replace("_", "-")
    named = any(name.lower().replace("_", "-") in plain for name in team.deliverables)
    return named or _RELEASE_WORDS.search(text) is not None


def _next_state(
    snapshot: Snapshot, meeting: Meeting, heard: Heard, spoken: Spoken, now: dt.datetime
) -> Mapping[str, str] | None:
    state = dict(_state(snapshot, meeting))
    running = "began" in state and "ended" not in state
    if heard.what == "named":
        return {"named": now.isoformat()} if _is_ours(heard, snapshot, meeting, now) else None
    named = _instant(state.get("named"))
    if heard.what == "began":
        fresh = named is not None and now - named < _NAMED_FOR
        return {"began": now.isoformat()} if fresh and not running else None
    if heard.what == "ended" and running:
        return {**state, "ended": now.isoformat()}
    if heard.what == "chairs" and running:
        chair = spoken.me.lower() in heard.text.lower().split()
        return {**state, "chair": "yes" if chair else ""}
    return None


def _is_ours(heard: Heard, snapshot: Snapshot, meeting: Meeting, now: dt.datetime) -> bool:
    """A meeting by our name; one without a name is ours near our hour."""
    name = re.sub(r"\W+", "_", heard.text.lower()).strip("_")
    ours = re.sub(r"\W+", "_", (meeting.name or snapshot.team.name).lower()).strip("_")
    if name:
        return name == ours or name.startswith(f"{ours}_")
    occasion = next_occasion(meeting, now)
    return occasion is not None and occasion.start - _NEAR <= now < occasion.end


def _state(snapshot: Snapshot, meeting: Meeting) -> Mapping[str, str]:
    notes = (n for n in snapshot.notes if n.kind == MEETING and n.subject == meeting.place)
    return next((note.body or {} for note in notes), {})


def _instant(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
