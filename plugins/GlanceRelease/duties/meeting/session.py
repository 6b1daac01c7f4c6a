"""The meeting that is on, by MeetBot's lines or by its hour, and what is heard in it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...domain.meetings.meetbot import hear
from ...domain.meetings.weekly_hour import Occasion, next_occasion, occasion_near
from ...domain.moment import Moment
from ...domain.people.note import Note
from ...domain.snapshot import SERIES, Snapshot
from ...domain.team import Meeting, Team
from ...render.sanitize import plain
from .actions import MAX_OPEN, new_action, open_actions
from .heard_lines import (
    ChannelLine,
    instant,
    is_running,
    meets_at,
    next_state,
    others_since,
    plain_meeting_name,
    voice_of,
    with_known_nick,
)

MEETING = "meeting"
_NEAR = dt.timedelta(minutes=30)
_OVERRUN = dt.timedelta(hours=1)
_LATE = dt.timedelta(minutes=15)  # no other team's meeting keeps ours waiting for longer
_RELEASE_WORDS = re.compile(
    r"\b(releas\w*|milestone\w*|m-?[123]|(rc|beta)s?-?\d*|candidates?|b-?\d|final\w*|freez\w*|"
    r"frozen|(?<!python )v?\d+\.(\d+|x)(\.(\d+|x))*((a|b|rc)\d+)?|eo[lm]|ffe\w*|periodic\w*|tips|"
    r"stable|backport\w*|branch\w*|tag(ged|s)?|deadline\w*|schedule\w*|cycle\w*|highlights?|"
    r"reno|client|store|requirements?|constraints)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Session:
    """A meeting that is on: its day, its start (UTC), when it is over by its hour, and whether
    MeetBot made the bot a chair. `hour` is when the calendar has it begin; an `extra` one is
    outside its hour and has no report of its own. MeetBot `opened` it and writes its minutes; what
    is said `aside` would stand in another team's, or in none, since MeetBot has closed ours."""

    day: dt.date
    start: dt.datetime
    end: dt.datetime
    hour: dt.datetime
    chair: bool = False
    extra: bool = False
    opened: bool = False
    aside: bool = False

    @property
    def since(self) -> dt.datetime:
        """What was said from then on was said at this meeting: one that began early and ended
        before its hour takes nothing away from the hour's."""
        return min(self.start, self.hour)

    def due(self, minute: int) -> dt.datetime:
        """When its report is due, `minute` minutes after its start. A meeting that is opened again
        and again does not put it off: twice the minutes after the hour it is due, and the time
        for which another team's may keep it waiting."""
        wait = dt.timedelta(minutes=minute)
        latest = self.hour + 2 * wait + _LATE
        return min(self.start + wait, latest) if self.start < latest else self.start + wait


def session_of(moment: Moment) -> Session | None:
    """The team's meeting that is on at `moment`: one near its hour from MeetBot's start line to its
    end line, else by the hour, until it ends early; else an extra one, outside its hour."""
    meeting = moment.team.meeting
    if meeting is None:
        return None
    state = state_of(moment.snapshot, meeting)
    began = instant(state.get("began"))
    if began is None or not is_running(state, moment.now):
        return _by_the_hour(meeting, state, moment.now)
    near, length = occasion_near(meeting, began), dt.timedelta(minutes=meeting.minutes)
    if near is not None:
        end = max(began, near.start) + length
        if moment.now < end + _OVERRUN:
            chair = state.get("chair") == "yes"
            opened = "by" in state
            return Session(near.day, began, max(end, moment.now), near.start, chair, opened=opened)
    extra = Session(began.date(), began, max(began + length, moment.now), began, extra=True)
    return _by_the_hour(meeting, state, moment.now) or extra


def _by_the_hour(meeting: Meeting, state: Mapping[str, str], now: dt.datetime) -> Session | None:
    """The meeting whose hour runs, where nobody opened it."""
    occasion = next_occasion(meeting, now)
    if occasion is None or not occasion.is_on(now) or _is_over(meeting, state, occasion, now):
        return None
    start, aside = _after_others(occasion, state, now)
    aside = aside or _was_opened(meeting, state, occasion)
    return Session(occasion.day, start, occasion.end, occasion.start, aside=aside)


def _after_others(
    occasion: Occasion, state: Mapping[str, str], now: dt.datetime
) -> tuple[dt.datetime, bool]:
    """When the hour's meeting begins, and whether another team's put it off: by a quarter of an
    hour at most."""
    latest = occasion.start + _LATE
    if others_since(state, now) is not None:
        return latest, True
    other, ended = instant(state.get("other")), instant(state.get("other ended"))
    if other is None or ended is None or not other <= ended <= now or ended <= occasion.start:
        return occasion.start, False
    return min(ended, latest), True


def _was_opened(meeting: Meeting, state: Mapping[str, str], occasion: Occasion) -> bool:
    """Whether the hour's meeting was opened and ended before."""
    began = instant(state.get("began"))
    return began is not None and "ended" in state and occasion_near(meeting, began) == occasion


def _is_over(
    meeting: Meeting, state: Mapping[str, str], occasion: Occasion, now: dt.datetime
) -> bool:
    """Whether the hour's meeting was held and ended: one that ended before its hour, before its
    report was due, or that was another's hour, takes nothing away."""
    began, ended = instant(state.get("began")), instant(state.get("ended"))
    if began is None or ended is None or occasion_near(meeting, began) != occasion:
        return False
    was_held = ended - began >= dt.timedelta(minutes=meeting.report_minute)
    return was_held and occasion.start <= ended <= now


def listen(moment: Moment, spoken: ChannelLine) -> tuple[Note, ...]:
    """What is kept of a line in the meeting's channel: that the team's meeting began or ended,
    whether the bot is a chair, and actions that name a release matter. The bot's own lines and
    other teams' meetings give nothing, and neither do MeetBot's words from anybody else."""
    meeting = moment.team.meeting
    heard = hear(spoken.text)
    if meeting is None or heard is None or spoken.nick == spoken.me:
        return ()
    if not meets_at(moment.snapshot, spoken.channel):
        return ()
    if heard.what == "action":
        return _action(moment, plain(heard.text), spoken)
    before = state_of(moment.snapshot, meeting)
    state = next_state(
        with_known_nick(before, meeting, spoken),
        heard,
        voice_of(moment, meeting, spoken, before),
        lambda name: _is_ours(moment, name, meeting),
        spoken,
        moment.now,
    )
    return (
        (Note(MEETING, meeting.place, state, spoken.nick, moment.now),) if state != before else ()
    )


def _action(moment: Moment, text: str, spoken: ChannelLine) -> tuple[Note, ...]:
    session, meeting = session_of(moment), moment.team.meeting
    if session is None or session.extra or len(open_actions(moment.snapshot)) >= MAX_OPEN:
        return ()
    if (
        meeting is not None
        and others_since(state_of(moment.snapshot, meeting), moment.now) is not None
    ):
        return ()
    series = [each.name for each in moment[SERIES].value or ()]
    if not is_release_matter(text, moment.team, series):
        return ()
    return (new_action(moment, text, "", spoken.nick),)


def is_release_matter(text: str, team: Team, series: Iterable[str] = ()) -> bool:
    """Whether an action concerns releases: it names one of the team's deliverables, a release in
    any form ("RC1", "b2", "5.8.0", "the final", a series), or another word of the release's trade
    ("freeze", "periodic jobs")."""
    plain = text.lower().replace("_", "-")
    named = any(name.lower().replace("_", "-") in plain for name in team.deliverables)
    named = named or not {*re.findall(r"\w+", plain)}.isdisjoint(series)
    return named or _RELEASE_WORDS.search(text) is not None


def _is_ours(moment: Moment, name: str, meeting: Meeting) -> bool:
    """A meeting by our name; one without a name is ours near our hour."""
    named, ours = plain_meeting_name(name), plain_meeting_name(meeting.name or moment.team.name)
    if named:
        return named == ours or named.startswith(f"{ours}_")
    occasion = next_occasion(meeting, moment.now)
    return occasion is not None and occasion.start - _NEAR <= moment.now < occasion.end


def state_of(snapshot: Snapshot, meeting: Meeting) -> Mapping[str, str]:
    """What is known of the meetings in the place, as `next_state` makes it."""
    notes = (n for n in snapshot.notes if n.kind == MEETING and n.subject == meeting.place)
    return next((note.body or {} for note in notes), {})
