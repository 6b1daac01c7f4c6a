"""check the configuration: every error with file, line and key; and whether its database will do"""

from __future__ import annotations

import argparse
import os
import socket
import sys
from collections.abc import Sequence
from dataclasses import replace

from .. import duties
from ..configuration import limnoria_conf
from ..configuration.compared import problems_of
from ..configuration.matrix_secrets import is_certain, secret_problems
from ..configuration.settings import BadConfiguration, Settings, Web
from ..domain.calendar.team_calendar import near_calendars
from ..domain.moment import Moment
from ..domain.snapshot import GOVERNANCE
from ..domain.upstreams import SCHEDULES
from ..registry import COMMANDS
from ..service.storage.errors import NoDatabase
from ..service.storage.probe import address_of, probe
from .gathering import Failure, gather, now_of, print_line

MOST_ROWS = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`check [--configuration-only]`."""
    parser.add_argument(
        "--configuration-only",
        action="store_true",
        help="not whether the database can be opened, nor whether the page can listen",
    )


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """The settings were read already, and their errors never come this far; what is left is the
    database, which is not changed, and the address of the page: neither must be there for the
    bot's start."""
    alone: bool = options.configuration_only
    try:
        address_of(settings.database_url)
        rows = [] if alone else await probe(settings.database_url)
    except NoDatabase as error:
        raise Failure(str(error)) from None
    if rows:
        return _tell_rows(rows)
    if settings.bot.web is not None and not alone:
        _can_listen(settings.bot.web)
    teams = ", ".join(settings.teams)
    secrets = _secrets(settings)
    if not alone and (certain := [line for line in secrets if is_certain(line)]):
        raise BadConfiguration(certain)
    if not alone and not options.offline:
        await _compare(settings, options)
    doubts = [*secrets, *_doubts(settings), *await _unplaced(settings, options)]
    for line in doubts:
        print(f"glance-release: {line}", file=sys.stderr)
    well = "the configuration is well" if alone else "all is well"
    print(f"{settings.folder}: {'no errors' if doubts else well}; teams: {teams}")
    return 0


async def _compare(settings: Settings, options: argparse.Namespace) -> None:
    """Raises BadConfiguration with the names in the teams' files that upstream has not; what it
    does not tell now is not compared, which is said."""
    problems: list[str] = []
    for name in settings.teams:
        asked = argparse.Namespace(now=options.now, offline=False, team=name, quiet=True)
        snapshot = await gather(settings, asked, upstreams=SCHEDULES)
        problems += problems_of(settings.folder / "teams" / f"{name}.yaml", snapshot)
        fact = snapshot[GOVERNANCE]
        if fact.origin != "network":
            why = fact.problem or "it was not read"
            told = f"{name}: not compared with governance's projects.yaml: {why}"
            print_line(f"glance-release: {told}", sys.stderr)
    if problems:
        raise BadConfiguration(problems)


def _tell_rows(rows: Sequence[str]) -> int:
    """What the bot will pass over in its database."""
    for line in rows[:MOST_ROWS]:
        print_line(f"glance-release: its database: {line}", sys.stderr)
    more = len(rows) - MOST_ROWS
    if more > 0:
        print(f"glance-release: its database: and {more} more", file=sys.stderr)
    return 1


def _secrets(settings: Settings) -> list[str]:
    """Why Matrix's secrets can't be had here."""
    keys = settings.bot.matrix
    if keys is None:
        return []
    return secret_problems(settings.folder / "bot.yaml", keys, os.environ)


def _doubts(settings: Settings) -> list[str]:
    """What Limnoria's registry opens to everybody, and passwords that can't be had; these keep
    no bot from its start."""
    duties.load()
    path = limnoria_conf.find(os.environ.get("GLANCE_RELEASE_STATE", ""), settings.folder)
    return [] if path is None else list(limnoria_conf.doubts(path, COMMANDS))


async def _unplaced(settings: Settings, options: argparse.Namespace) -> list[str]:
    """The deadlines of the teams' files that have no place in the cycle that runs, or in the next
    one, as far as their schedules are at hand: no upstream is asked."""
    lines: list[str] = []
    for name, team in settings.teams.items():
        if not team.deadlines:
            continue
        asked = argparse.Namespace(now=options.now, offline=True, team=name, quiet=True)
        snapshot = replace(await gather(settings, asked), notes=())
        calendars = near_calendars(Moment(snapshot, now_of(asked)))
        troubles = dict.fromkeys(text for each in calendars for text in each.troubles)
        lines += [f"{settings.folder}/teams/{name}.yaml: deadlines: {text}" for text in troubles]
    return lines


def _can_listen(web: Web) -> None:
    """The page's address is this machine's; its port is the running bot's perhaps."""
    try:
        with socket.create_server((web.listen, 0), family=_family(web.listen)):
            pass
    except OSError as error:
        number = error.errno or 0
        reason = os.strerror(number) if number > 0 else "no such address"
        raise Failure(f"the page can't listen at web.listen {web.listen}: {reason}") from None


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
