"""Which team the words themselves name: "deadlines in cinder", "in cinder: action add ...", or one
of its channels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..configuration.settings import Settings
from ..domain.address import is_place
from ..domain.messages.courtesy import without_courtesy
from ..domain.messages.named_teams import named_among
from ..domain.team import Team
from ..registry import COMMANDS, Ask
from ..render.sanitize import plain

# The name of a Matrix room has a colon in it, "#glance:example.org"; it is tried first.
_FRONTS = tuple(
    re.compile(rf"in (?P<team>{team})(?:[:,] ?| )(?P<rest>\S.*)", re.IGNORECASE)
    for team in (r"[#!][^\s,]*[^\s:,]", r"[^\s:,]+")
)
_END = re.compile(r"(?P<rest>.*\S) in (?P<team>\S+)", re.IGNORECASE)
_SHOWN = 40
_OF_NO_TEAM = ("help", "in")
_TAKE_CHANNELS = ("mute", "unmute")


def with_its_team(settings: Settings, text: str, ask: Ask) -> tuple[str, Ask]:
    """The words without the team that they name, and the question as one about that team; both as
    they are where they name none. In front of all words, or at the end of those that are nobody's
    own text."""
    words = plain(text)
    for front in filter(None, (pattern.fullmatch(words) for pattern in _FRONTS)):
        team = _team(settings, front["team"])
        if team is not None:
            return front["rest"], replace(ask, team=team.name)
    name, _, rest = words.partition(" ")
    row = COMMANDS.get(name.lower())
    if row is None or row.has_text(rest.lower()):
        return text, ask
    bare = f"{name} {without_courtesy(rest)}" if rest else name
    team, kept = _at_the_end(settings, bare, name.lower())
    return (kept, replace(ask, team=team.name)) if team is not None else (text, ask)


def in_front_or_end(text: str, team: str) -> str:
    """How the same is said of another team."""
    words = plain(text)
    name, _, rest = words.partition(" ")
    row = COMMANDS.get(name.lower())
    shown = words if len(words) <= _SHOWN else f"{name} ..."
    if row is not None and row.has_text(rest.lower()):
        return f"in {team}: {shown}"
    return f"{shown} in {team}"


def is_about_a_team(text: str) -> bool:
    """Whether an answer to it is a team's: not help, nor what is no command."""
    name = plain(text).partition(" ")[0].rstrip("?!.,:").lower()
    return name in COMMANDS and name not in _OF_NO_TEAM


def names_one_of(text: str, teams: Iterable[Team]) -> bool:
    """Whether a command's words, unless they are somebody's own text, have a team's name among
    them, so that its answer tells how that one is asked."""
    name, _, rest = plain(text).partition(" ")
    row = COMMANDS.get(name.lower())
    is_free = row is not None and row.has_text(rest.lower())
    return not is_free and named_among(rest, teams, deliverables=True) is not None


def _at_the_end(settings: Settings, words: str, name: str) -> tuple[Team | None, str]:
    end = _END.fullmatch(words)
    team = _team(settings, end["team"]) if end else None
    if end and team is not None:
        return team, end["rest"]
    channels = [word for word in words.split()[1:] if is_place(word)]
    team = _of_channel(settings.teams, channels[0]) if len(channels) == 1 else None
    if team is None or name in _TAKE_CHANNELS:
        return team, words
    return team, " ".join(word for word in words.split() if word != channels[0])


def _team(settings: Settings, word: str) -> Team | None:
    if is_place(word):
        return _of_channel(settings.teams, word)
    wanted = word.lower()
    names = ((team, (team.name.lower(), team.shown.lower())) for team in settings.teams.values())
    return next((team for team, known in names if wanted in known), None)


def _of_channel(teams: Mapping[str, Team], channel: str) -> Team | None:
    return next((team for team in teams.values() if team.is_at(channel)), None)
