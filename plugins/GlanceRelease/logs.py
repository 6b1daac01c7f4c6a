"""What the plugin and its libraries log goes where Limnoria's own log goes."""

from __future__ import annotations

import logging

LIBRARIES = ("aiohttp", "apscheduler", "asyncio", "sqlalchemy")


def attach() -> None:
    """Hang the loggers below Limnoria's, which is not the root: the libraries' from a warning on.

    They get no handlers of their own, so that nothing piles up over reloads and a change of
    Limnoria's log is theirs too.
    """
    for name, level in (
        (__package__, logging.INFO),
        *((one, logging.WARNING) for one in LIBRARIES),
    ):
        logger = logging.getLogger(name)
        logger.parent = logging.getLogger("supybot")
        logger.setLevel(level)
