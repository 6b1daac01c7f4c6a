"""run the bot without IRC: on Matrix, with the page, where bot.yaml has them"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys

from ..app import App
from ..clock import clock_of
from ..configuration.settings import Settings
from ..front_ends import WaysOut
from .gathering import Failure

log = logging.getLogger(__name__)

_FORMAT = "%(asctime)s %(levelname)s %(message)s"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`serve`."""


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """Stay until SIGTERM or SIGINT; what was said is on disk then."""
    if settings.bot.matrix is None:
        raise Failure(f"{settings.folder}/bot.yaml: serve needs the key matrix; IRC is Limnoria's")
    try:
        clock = clock_of(os.environ)
    except ValueError as error:
        raise Failure(str(error)) from None
    _log_to_standard_error()
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    ways_out = WaysOut(settings)
    app = App(settings, clock, ways_out.door)
    try:
        await app.start()
        await ways_out.open(app)
        log.info("The bot is up; teams: %s", ", ".join(settings.teams))
        await over.wait()
    finally:
        await app.stop()
    return 0


def _log_to_standard_error() -> None:
    """Where systemd's journal takes it; no library tells its requests, which bear the token."""
    ours = logging.getLogger(__name__.partition(".")[0])
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(_FORMAT))
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
