"""check the configuration: every error with file, line and key"""

from __future__ import annotations

import argparse

from ..settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes the common options only."""


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """The settings were read already, so all is well; errors never come this far."""
    teams = ", ".join(settings.teams)
    print(f"{settings.folder}: all is well; teams: {teams}")
    return 0
