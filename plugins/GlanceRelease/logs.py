"""What the plugin and its libraries log goes where Limnoria's own log goes."""

from __future__ import annotations

import logging

LIBRARIES = ("aiohttp", "apscheduler", "asyncio", "sqlalchemy")
# Those that they speak by; some come into being later, when the library is used.
SPEAKERS = (
    *LIBRARIES,
    *(f"aiohttp.{one}" for one in ("access", "client", "internal", "server", "web", "websocket")),
    *(f"apscheduler.{one}" for one in ("scheduler", "executors.default", "jobstores.default")),
    *(f"sqlalchemy.{one}" for one in ("engine.Engine", "orm", "pool", "dialects")),
)


def attach() -> None:
    """Hang the loggers below Limnoria's, which is not the root: the libraries' from a warning on.

    They get no handlers of their own, so that nothing piles up over reloads and a change of
    Limnoria's log is theirs too. Limnoria makes every new logger one of its own kind, which knows
    neither "%d" nor "exc_info"; the libraries' are made plain ones.
    """
    for name, level in (
        (__package__, logging.INFO),
        *((one, logging.WARNING) for one in LIBRARIES),
    ):
        logger = logging.getLogger(name)
        logger.parent = logging.getLogger("supybot")
        logger.setLevel(level)
    for name in {*SPEAKERS, *filter(_is_librarys, list(logging.Logger.manager.loggerDict))}:
        logging.getLogger(name).__class__ = logging.Logger


def _is_librarys(name: str) -> bool:
    return name.partition(".")[0] in LIBRARIES
