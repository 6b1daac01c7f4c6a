"""Which team is meant, by where something is asked and by whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping

from ..configuration.settings import Settings
from ..domain.address import same_place
from ..domain.moment import Moment
from ..domain.people.roles import Asker, fold, roles_of
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
    whose channel they are with the bot (`present` gives a channel's nicks), the default team first;
    else the one that has a role for them.
    The default team in all other cases. One that the words name goes before all of that.
    """
    if ask.team in settings.teams:
        return settings.teams[ask.team]
    if ask.channel is not None:
        return _meeting_at(snapshots, ask.channel, now) or settings.team_of(ask.channel)
    if len(snapshots) == 1:
        return settings.default_team
    nick = fold(ask.nick)
    return (
        _told_last(snapshots, nick)
        or _met(settings, nick, present)
        or _of_role(settings, snapshots, nick)
        or settings.default_team
    )


def teams_of_person(
    settings: Settings, snapshots: Mapping[str, Snapshot], ask: Asker, present: Present
) -> list[str]:
    """The teams that are somebody's: in whose channels they are with the bot, or who have a role
    for their nick."""
    nick = fold(ask.nick)
    return [
        name
        for name, snapshot in snapshots.items()
        if _is_in(settings.teams[name], nick, present) or _has_role(snapshot, nick)
    ]


def _has_role(snapshot: Snapshot, nick: str) -> bool:
    return any(one.is_called(nick) for some in roles_of(snapshot).values() for one in some)


def _of_role(settings: Settings, snapshots: Mapping[str, Snapshot], nick: str) -> Team | None:
    """The only team that has a role for a nick."""
    theirs = [name for name, snapshot in snapshots.items() if _has_role(snapshot, nick)]
    return settings.teams[theirs[0]] if len(theirs) == 1 else None


def _meeting_at(snapshots: Mapping[str, Snapshot], channel: str, now: dt.datetime) -> Team | None:
    for snapshot in snapshots.values():
        meeting = snapshot.team.meeting
        there = meeting is not None and same_place(meeting.place, channel)
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
