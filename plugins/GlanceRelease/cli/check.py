"""check the configuration: every error with file, line and key; and whether its database will do"""

from __future__ import annotations

import argparse

from ..service.no_database import NoDatabase, probe
from ..settings import Settings
from .common import Failure


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes the common options only."""


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """The settings were read already, and their errors never come this far; what is left is the
    database, which is not changed."""
    try:
        await probe(settings.database_url)
    except NoDatabase as error:
        raise Failure(str(error)) from None
    teams = ", ".join(settings.teams)
    print(f"{settings.folder}: all is well; teams: {teams}")
    return 0
