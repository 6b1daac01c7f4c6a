"""config/bot.yaml and config/teams/*.yaml become Settings and Teams, or a list of what is wrong."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import TypeAdapter, ValidationError

from .domain.lead import parse_lead
from .domain.team import STRICT, Meeting, Team
from .domain.when import parse_when
from .sources.strict_yaml import Unreadable, load_with_lines

T = TypeVar("T")

_DATABASE = re.compile(r"(?:sqlite|postgres(?:ql)?)(?:\+[a-z]+)?://.*")
_LONGEST_POLL = 24 * 60
_LAST_PORT = 65_535


class BadConfiguration(Exception):  # noqa: N818  what the operator sees
    """The configuration can't be used; `problems` are lines of "file:line: key: reason"."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Upstreams:
    """The base addresses of the services that are asked; http and a path prefix work too."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    opendev: str = "https://opendev.org"
    gerrit: str = "https://review.opendev.org"
    zuul: str = "https://zuul.opendev.org/api/tenant/openstack"
    launchpad: str = "https://api.launchpad.net/devel"


@dataclass(frozen=True)
class Web:
    """The page: where it listens, and `address`, by which others reach it (without it links name
    the listening address)."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    listen: str = "127.0.0.1"
    port: int = 8023
    public: str = ""

    @property
    def address(self) -> str:
        """What links to the page begin with, without a slash at the end."""
        return self.public.rstrip("/") or f"http://{self.listen}:{self.port}"


@dataclass(frozen=True)
class BotFile:
    """config/bot.yaml, key by key. `database` is an SQLAlchemy URL; empty: SQLite in `state`,
    a folder that is relative to the configuration's. `contact` stands in the User-Agent."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    upstreams: Upstreams = field(default_factory=Upstreams)
    database: str = ""
    state: str = "state"
    contact: str = "#openstack-glance on OFTC"
    default_team: str = "glance"
    poll_minutes: int = 30
    web: Web | None = None


@dataclass(frozen=True)
class Settings:
    """The whole configuration, checked: the process's and every team's, by name."""

    folder: Path
    bot: BotFile
    teams: Mapping[str, Team]

    @property
    def default_team(self) -> Team:
        """The team that answers in a channel of no team."""
        return self.teams[self.bot.default_team]

    @property
    def user_agent(self) -> str:
        """How the bot names itself to upstreams, with where to complain."""
        from . import __version__

        return f"limnoria-glancerelease/{__version__} (contact: {self.bot.contact})"

    def team_of(self, channel: str) -> Team:
        """The team whose channel it is; elsewhere the default team."""
        wanted = channel.lower()
        for team in self.teams.values():
            if wanted in (name.lower() for name in team.channels):
                return team
        return self.default_team

    def page_of(self, team: str) -> str:
        """The address of a team's page, without a slash at the end; "" where there is no page."""
        if self.bot.web is None:
            return ""
        return self.bot.web.address + ("" if team == self.bot.default_team else f"/team/{team}")

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL with the asynchronous driver of its database; without one, SQLite in
        GLANCE_RELEASE_STATE (a rehearsal's folder), else in `state`."""
        url = self.bot.database
        if not url:
            state = os.environ.get("GLANCE_RELEASE_STATE") or self.folder / self.bot.state
            path = Path(state, "glance-release.sqlite3").resolve()
            return f"sqlite+aiosqlite:///{path}"
        for plain, driver in (
            ("sqlite", "sqlite+aiosqlite"),
            ("postgresql", "postgresql+asyncpg"),
            ("postgres", "postgresql+asyncpg"),
        ):
            if url.startswith(f"{plain}:"):
                return driver + url[len(plain) :]
        return url


def find_folder(named: str | None) -> Path:
    """The configuration's folder: the one named, else GLANCE_RELEASE_CONFIG, else ./config."""
    return Path(named or os.environ.get("GLANCE_RELEASE_CONFIG") or "config")


def load(folder: Path) -> Settings:
    """Read and check every file; raises BadConfiguration with all that is wrong, not the first."""
    paths = _team_files(folder)
    problems: list[str] = []
    bot = _read(folder / "bot.yaml", TypeAdapter(BotFile), problems) or BotFile()
    problems += _bad_values(folder / "bot.yaml", bot)
    teams: dict[str, Team] = {}
    for path in paths:
        team = _read(path, TypeAdapter(Team), problems)
        if team is not None:
            problems += _bad_team(path, team)
            teams[team.name] = team
    if not paths:
        problems.append(f"{folder / 'teams'}: no team's file (NAME.yaml) is there")
    elif bot.default_team not in teams and not problems:
        problems.append(
            f"{folder / 'bot.yaml'}: default_team: no file {bot.default_team}.yaml in teams"
        )
    problems += _shared_channels(folder, teams)
    if problems:
        raise BadConfiguration(problems)
    return Settings(folder, bot, teams)


def _team_files(folder: Path) -> list[Path]:
    try:
        return sorted(one for one in (folder / "teams").iterdir() if one.match("*.yaml"))
    except PermissionError as error:
        closed = folder / "teams" if os.access(folder, os.X_OK, effective_ids=True) else folder
        raise BadConfiguration([f"{closed}: {error.strerror}"]) from None
    except OSError:
        return []


def _read(path: Path, shape: TypeAdapter[T], problems: list[str]) -> T | None:
    try:
        text = path.read_text(encoding="utf-8")
        value, lines = ({}, {}) if _is_blank(text) else load_with_lines(text)
    except OSError as error:
        problems.append(f"{path}: {error.strerror}")
        return None
    except UnicodeDecodeError as error:
        problems.append(f"{path}: not UTF-8 at byte {error.start}")
        return None
    except Unreadable as error:
        problems.append(f"{path}: {error}")
        return None
    try:
        return shape.validate_python(value)
    except ValidationError as invalid:
        for one in invalid.errors(include_url=False):
            problems.append(f"{path}:{_line(one['loc'], lines)}: {_reason(one)}")
        return None


def _is_blank(text: str) -> bool:
    """A file of nothing but comments: every key has its default."""
    return all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines())


def _line(where: tuple[str | int, ...], lines: Mapping[tuple[str | int, ...], int]) -> int:
    """The line of the key, or of the nearest key around it that is written down."""
    for length in range(len(where), 0, -1):
        if where[:length] in lines:
            return lines[where[:length]]
    return 1


def _reason(error: Any) -> str:
    key = ".".join(str(part) for part in error["loc"]) or "the file"
    if error["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        return f"{key}: no such key"
    if error["type"] in ("missing", "missing_argument"):
        return f"{key}: is missing"
    return f"{key}: {error['msg'][:1].lower()}{error['msg'][1:]}"


def _bad_values(path: Path, bot: BotFile) -> Iterator[str]:
    if bot.database and not _DATABASE.fullmatch(bot.database):
        # It may hold a password, so it is not repeated.
        yield f"{path}: database: is neither sqlite:///FILE nor postgresql://USER@HOST/NAME"
    if not 1 <= bot.poll_minutes <= _LONGEST_POLL:
        yield f"{path}: poll_minutes: {bot.poll_minutes} is not within 1 to {_LONGEST_POLL}"
    if bot.web is not None and not 0 <= bot.web.port <= _LAST_PORT:
        yield f"{path}: web.port: {bot.web.port} is not within 0 to {_LAST_PORT}"
    yield from _bad_addresses(path, bot.upstreams)


def _bad_addresses(path: Path, upstreams: Upstreams) -> Iterator[str]:
    for key in ("opendev", "gerrit", "zuul", "launchpad"):
        address = getattr(upstreams, key)
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            yield f"{path}: upstreams.{key}: {address[:60]!r} is no http(s) address"


def _bad_team(path: Path, team: Team) -> Iterator[str]:
    if team.name != path.stem:
        yield f"{path}: name: {team.name!r} is not the file's name {path.stem!r}"
    if not team.channels:
        yield f"{path}: channels: at least one is needed"
    for channel in team.channels:
        if not channel.startswith("#") or any(c in channel for c in " ,\a\0"):
            yield f"{path}: channels: {channel[:40]!r} is no channel's name"
    leads = {
        "early": (team.early,) if team.early else (),
        "reminders.full_leads": team.reminders.full_leads,
        "reminders.short_leads": team.reminders.short_leads,
    }
    for key, values in leads.items():
        for value in values:
            try:
                parse_lead(value)
            except ValueError as error:
                yield f"{path}: {key}: {error}"
    if team.meeting is not None:
        yield from _bad_meeting(path, team.meeting)
    for role, people in team.people.items():
        for number, member in enumerate(people):
            if not member.nick or any(c in member.nick for c in " ,!@:|"):
                yield f"{path}: people.{role}.{number}.nick: {member.nick[:40]!r} is no nick"
    for number, own in enumerate(team.deadlines):
        try:
            parse_when(str(own.when))
        except ValueError as error:
            yield f"{path}: deadlines.{number}.when: {error}"


def _bad_meeting(path: Path, meeting: Meeting) -> Iterator[str]:
    try:
        ZoneInfo(meeting.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield f"{path}: meeting.zone: {meeting.zone[:40]!r} is no time zone, such as Europe/Rome"
    if not meeting.place.startswith("#") or any(c in meeting.place for c in " ,\a\0"):
        yield f"{path}: meeting.place: {meeting.place[:40]!r} is no channel's name"
    if meeting.minutes < 1 or not 0 <= meeting.report_minute < meeting.minutes:
        yield f"{path}: meeting.report_minute: not within the meeting's {meeting.minutes} minutes"
    if any(one < 1 for one in meeting.remind_minutes):
        yield f"{path}: meeting.remind_minutes: minutes before the meeting are at least 1"


def _shared_channels(folder: Path, teams: Mapping[str, Team]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for team in teams.values():
        for channel in team.channels:
            other = seen.setdefault(channel.lower(), team.name)
            if other != team.name:
                yield (
                    f"{folder / 'teams' / (team.name + '.yaml')}: channels: {channel} is "
                    f"{other}'s already"
                )
