"""config/bot.yaml and config/teams/*.yaml become Settings and Teams, or a list of what is wrong."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, make_dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit

from pydantic import Field, Strict, TypeAdapter

from ..domain.calendar.deadlines_from_chat import subject_name
from ..domain.config_types import After, Words
from ..domain.gerrit_accounts import GerritAccounts
from ..domain.team import ROLES, STRICT, Meeting, Rights, Team
from ..domain.upstreams import UPSTREAMS, Upstream, UpstreamPlace
from .checked_file import File, read
from .matrix_keys import MatrixKeys
from .team_places import check_places

_SHOWN = 40
_POLL_MINUTES = UPSTREAMS["opendev"].poll // dt.timedelta(minutes=1)
_DATABASE = re.compile(r"(?:sqlite|postgres(?:ql)?)(?:\+[a-z]+)?://.*")
_HOST = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")


def _database(value: str) -> str:
    if value and not _DATABASE.fullmatch(value):  # it may hold a password: it is not repeated
        raise ValueError("is neither sqlite:///FILE nor postgresql://USER@HOST/NAME")
    return value


def _address(value: str) -> str:
    if "@" in value:  # what is before it is perhaps a password: it is not repeated
        raise ValueError("an address takes no name and no password")
    try:
        parts = urlsplit(value)
        more = parts.query or parts.fragment
        right = (
            parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and not more
        )
    except ValueError:  # a port that is no number
        right = False
    if not right or any(c.isspace() or not c.isprintable() for c in value):
        raise ValueError(f"{value[:60]!r} is no http(s) address")
    return value


def _public(value: str) -> str:
    return _address(value) if value else value


def _host(value: str) -> str:
    try:
        ip_address(value)
    except ValueError:
        if not _HOST.fullmatch(value):
            raise ValueError(f"{value[:_SHOWN]!r} is no address of a machine") from None
    return value


HttpAddress = Annotated[str, After(_address)]


class BadConfiguration(Exception):  # noqa: N818  what the operator sees
    """The configuration can't be used; `problems` are lines of "file:line: key: reason"."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


_AddressOfEach: Any = make_dataclass(
    "_AddressOfEach",
    [(row.name, HttpAddress, row.address) for row in UPSTREAMS.values()],
    frozen=True,
)


@dataclass(frozen=True)
class Upstreams(_AddressOfEach):  # type: ignore[misc]
    """The base addresses of the services that are asked, a key for each row of the table of
    upstreams; http and a path prefix work too."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True)
class Web:
    """The page: where it listens, and `address`, by which others reach it (without it links name
    the listening address)."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    listen: Annotated[str, After(_host)] = "127.0.0.1"
    port: Annotated[int, Strict(), Field(ge=0, le=65_535)] = 8023
    public: Annotated[str, After(_public)] = ""

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
    database: Annotated[str, After(_database)] = ""
    state: str = "state"
    contact: Words = "#openstack-glance on OFTC"
    default_team: str = "glance"
    poll_minutes: Annotated[int, Strict(), Field(ge=1, le=24 * 60)] = _POLL_MINUTES
    accounts: GerritAccounts = field(default_factory=GerritAccounts)
    web: Web | None = None
    matrix: MatrixKeys | None = None


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
    def places(self) -> dict[str, UpstreamPlace]:
        """Where each upstream is, and how often it is asked."""
        return {
            row.name: UpstreamPlace(self.address_of(row.name), self._poll_of(row))
            for row in UPSTREAMS.values()
        }

    def address_of(self, upstream: str) -> str:
        """An upstream's base address, without a slash at the end."""
        address: str = getattr(self.bot.upstreams, upstream)
        return address.rstrip("/")

    def _poll_of(self, row: Upstream) -> dt.timedelta:
        if not row.poll_key:
            return row.poll
        return dt.timedelta(minutes=getattr(self.bot, row.poll_key))

    @property
    def user_agent(self) -> str:
        """How the bot names itself to upstreams, with where to complain."""
        from .. import __version__

        return f"limnoria-glancerelease/{__version__} (contact: {self.bot.contact})"

    def team_of(self, channel: str) -> Team:
        """The team whose channel it is; elsewhere the default team."""
        theirs = (team for team in self.teams.values() if team.is_at(channel))
        return next(theirs, self.default_team)

    def page_of(self, team: str) -> str:
        """The address of a team's page, without a slash at the end; "" where there is no page."""
        if self.bot.web is None:
            return ""
        return self.bot.web.address + ("" if team == self.bot.default_team else f"/team/{team}")

    @property
    def state(self) -> Path:
        """The folder of what the bot keeps: GLANCE_RELEASE_STATE (a rehearsal's), else `state`."""
        named = os.environ.get("GLANCE_RELEASE_STATE")
        return Path(named or self.folder / self.bot.state).resolve()

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL with the asynchronous driver of its database; without one, SQLite in
        the folder `state`."""
        url = self.bot.database
        if not url:
            return f"sqlite+aiosqlite:///{Path(self.state, 'glance-release.sqlite3').resolve()}"
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
    bot = read(folder / "bot.yaml", TypeAdapter(BotFile))
    teams = [read(path, TypeAdapter(Team)) for path in paths]
    for team in teams:
        _check_team(team)
    check_places(teams, bot.written)
    default = bot.written.get("default_team", BotFile.default_team)
    names = [team.path.stem for team in teams]
    if teams and isinstance(default, str) and default not in names:
        bot.blame(("default_team",), f"no file {default[:_SHOWN]}.yaml in teams")
    problems = [*bot.problems, *(problem for team in teams for problem in team.problems)]
    if not teams:
        problems.append(f"{folder / 'teams'}: no team's file (NAME.yaml) is there")
    if problems or bot.value is None:
        raise BadConfiguration(problems)
    named = [team.value for team in teams if team.value is not None]
    return Settings(folder, bot.value, {team.name: team for team in named})


def _team_files(folder: Path) -> list[Path]:
    try:
        return sorted(file for file in (folder / "teams").iterdir() if file.match("*.yaml"))
    except PermissionError as error:
        closed = folder / "teams" if os.access(folder, os.X_OK, effective_ids=True) else folder
        raise BadConfiguration([f"{closed}: {error.strerror}"]) from None
    except OSError:
        return []


def _check_team(file: File[Team]) -> None:
    """What one key alone can't tell."""
    name = file.written.get("name")
    if isinstance(name, str) and name != file.path.stem:
        file.blame(("name",), f"{name[:_SHOWN]!r} is not the file's name {file.path.stem!r}")
    _check_deadlines(file)
    for key in ("meeting", "release_meeting"):
        meeting = file.written.get(key)
        if isinstance(meeting, dict):
            minutes = meeting.get("minutes", Meeting.minutes)
            report = meeting.get("report_minute", Meeting.report_minute)
            if isinstance(minutes, int) and isinstance(report, int) and 0 < minutes <= report:
                reason = f"{report} is not within the meeting's {minutes} minutes"
                file.blame((key, "report_minute"), reason)
    people = file.written.get("people")
    roles = {*ROLES, *(people if isinstance(people, dict) else ())}
    for right in [each.name for each in fields(Rights)]:
        for number, role in file.listed("rights", right):
            if isinstance(role, str) and role not in roles:
                some = f"say one of {', '.join(sorted(ROLES))}, or name who has it below people"
                file.blame(("rights", right, number), f"{role[:_SHOWN]!r} is no role; {some}")


def _check_deadlines(file: File[Team]) -> None:
    """A name is one deadline's, except that each series may have one of its own."""
    seen: dict[str, set[Any]] = {}
    for number, own in file.listed("deadlines"):
        name = own.get("name") if isinstance(own, dict) else None
        if not isinstance(name, str):
            continue
        series = own.get("series")
        others = seen.setdefault(subject_name(name), set())
        if series in others or None in others or (others and series is None):
            file.blame(("deadlines", number, "name"), f"{name[:_SHOWN]!r} is there twice")
        others.add(series if isinstance(series, str) else None)
