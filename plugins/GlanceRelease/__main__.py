"""The `glance-release` command: asks the same duties as the channel does, once."""

from __future__ import annotations

import argparse
import asyncio
import io
import logging
import os
import sys
from collections.abc import Sequence

from . import __version__
from .cli import COMMANDS, init
from .cli.gathering import Failure, instant, print_line
from .configuration import settings as settings_file
from .configuration.settings import BadConfiguration
from .service.storage.errors import NoDatabase


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; 0 when it answered, 1 when it can't, 2 for a bad configuration or use."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(
            stream, io.TextIOWrapper
        ):  # a name that the terminal can't show stops nothing
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    logging.getLogger(__package__).addHandler(logging.NullHandler())  # the answer tells troubles
    try:
        if options.command == "init":  # it writes what the others read
            return init.write(options)
        folder = settings_file.find_folder(options.config)
        settings = settings_file.load(folder)
        if options.team is not None and options.team not in settings.teams:
            teams = ", ".join(settings.teams)
            raise Failure(f"no team {options.team!r}; there are {teams}")
        return asyncio.run(COMMANDS[options.command].run(settings, options))
    except BadConfiguration as error:
        print("\n".join(error.problems), file=sys.stderr)
        return 2
    except BrokenPipeError:  # `| head` has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (Failure, NoDatabase) as error:
        print_line(f"glance-release: {error}", sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="glance-release",
        description="Release deadlines, freezes and reminders of an OpenStack team.",
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--config",
        metavar="DIR",
        help="the configuration's folder; else GLANCE_RELEASE_CONFIG, else ./config",
    )
    common.add_argument("--team", metavar="T", help="the team; else the default team")
    common.add_argument("--now", metavar="T", type=instant, help="an ISO instant, UTC, to ask for")
    common.add_argument("--offline", action="store_true", help="ask no upstream")
    parser.add_argument("--version", action="version", version=__version__)
    subcommands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    summary = _summary(init)
    init.add_arguments(subcommands.add_parser("init", help=summary, description=summary))
    for name, module in COMMANDS.items():
        summary = _summary(module)
        module.add_arguments(
            subcommands.add_parser(name, parents=[common], help=summary, description=summary)
        )
    return parser


def _summary(module: object) -> str:
    return (module.__doc__ or "").strip().splitlines()[0]


if __name__ == "__main__":
    sys.exit(main())
