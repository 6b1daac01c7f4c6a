"""Which team is meant, by where something is asked and by whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping

from ..configuration.settings import Settings
from ..domain.moment import Moment
from ..domain.people.roles import fold
from ..domain.snapshot import Snapshot
from ..domain.team import Team
from ..duties.meeting.session import session_of
from ..registry import Ask

Present = Callable[[str], Collection[str] | None]


def meant_team(
    settings: Settings,
    snapshots: Mapping[str, Snapshot],
    ask: Ask,
    now: dt.datetime,
    present: Present,
) -> Team:
    """The team that a question is about.

    In a channel the team whose meeting is on there, else the one whose channel it is. In private
    the one whose line the person got last, since that is what stands above their words; else one in
    whose channel they are with the bot (`present` gives a channel's nicks), the default team first.
    The default team in all other cases.
    """
    if ask.channel is not None:
        return _meeting_at(snapshots, ask.channel, now) or settings.team_of(ask.channel)
    if len(snapshots) == 1:
        return settings.default_team
    nick = fold(ask.nick)
    return _told_last(snapshots, nick) or _met(settings, nick, present) or settings.default_team


def _meeting_at(snapshots: Mapping[str, Snapshot], channel: str, now: dt.datetime) -> Team | None:
    for snapshot in snapshots.values():
        meeting = snapshot.team.meeting
        there = meeting is not None and meeting.place.lower() == channel.lower()
        session = session_of(Moment(snapshot, now)) if there else None
        if session is not None and not session.extra:
            return snapshot.team
    return None


def _told_last(snapshots: Mapping[str, Snapshot], nick: str) -> Team | None:
    told = [
        (row.at, snapshot.team.name)
        for snapshot in snapshots.values()
        for row in snapshot.said
        if row.target == nick and row.state == "said" and row.at is not None
    ]
    return snapshots[max(told)[1]].team if told else None


def _met(settings: Settings, nick: str, present: Present) -> Team | None:
    teams = [settings.default_team, *settings.teams.values()]
    return next((team for team in teams if _is_in(team, nick, present)), None)


def _is_in(team: Team, nick: str, present: Present) -> bool:
    return any(nick in map(fold, present(channel) or ()) for channel in team.channels)
