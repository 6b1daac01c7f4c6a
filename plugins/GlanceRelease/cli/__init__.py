"""The subcommands of `glance-release`, one module each: `add_arguments` and `run`. Read `ask`
first."""

import argparse
from typing import Protocol, cast

from .. import duties
from ..configuration.settings import Settings
from . import ask, check, check_release, deadlines, draft, freeze, jobs, report, serve, simulate

duties.load()


class Subcommand(Protocol):
    """What a module here offers; its docstring's first line is its help."""

    __doc__: str | None

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    async def run(self, settings: Settings, options: argparse.Namespace) -> int: ...


COMMANDS: dict[str, Subcommand] = {
    name: cast(Subcommand, module)
    for name, module in {
        "ask": ask,
        "deadlines": deadlines,
        "freeze": freeze,
        "jobs": jobs,
        "report": report,
        "check-release": check_release,
        "draft": draft,
        "simulate": simulate,
        "check": check,
        "serve": serve,
    }.items()
}
