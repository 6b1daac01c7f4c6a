"""What the plugin and its libraries log goes to Limnoria's own log, without passwords."""

from __future__ import annotations

import base64
import contextlib
import logging
from collections.abc import Iterator
from typing import Any

from supybot import conf, registry

from .connect_passwords import known

LIBRARIES = ("aiohttp", "apscheduler", "asyncio", "sqlalchemy")
# Those that they speak by; some come into being later, when the library is used.
SPEAKERS = (
    *LIBRARIES,
    *(f"aiohttp.{name}" for name in ("access", "client", "internal", "server", "web", "websocket")),
    *(f"apscheduler.{name}" for name in ("scheduler", "executors.default", "jobstores.default")),
    *(f"sqlalchemy.{name}" for name in ("engine.Engine", "orm", "pool", "dialects")),
)
PACKAGE = __name__.partition(".")[0]
BLANK = "(a password)"
_traceback = logging.Formatter()


def attach() -> None:
    """Hang the loggers below Limnoria's, which is not the root: the libraries' from a warning on.

    They get no handlers of their own, so that nothing piles up over reloads and a change of
    Limnoria's log is theirs too. Limnoria makes every new logger one of its own kind, which knows
    neither "%d" nor "exc_info"; the libraries' are made plain ones.
    """
    for name, level in (
        (PACKAGE, logging.INFO),
        *((library, logging.WARNING) for library in LIBRARIES),
    ):
        logger = logging.getLogger(name)
        logger.parent = logging.getLogger("supybot")
        logger.setLevel(level)
    for name in {*SPEAKERS, *filter(_is_librarys, list(logging.Logger.manager.loggerDict))}:
        logging.getLogger(name).__class__ = logging.Logger


def _is_librarys(name: str) -> bool:
    return name.partition(".")[0] in LIBRARIES


def hide_passwords() -> None:
    """Blank the bot's passwords out of all that Limnoria's log gets, whatever its level: some
    services repeat a command that they do not know, and Limnoria logs what they say."""
    for handler in logging.getLogger("supybot").handlers:
        for old in [
            log_filter
            for log_filter in handler.filters
            if type(log_filter).__name__ == NoPasswords.__name__
        ]:
            handler.removeFilter(old)  # of the plugin before its reload
        handler.addFilter(NoPasswords())


class NoPasswords(logging.Filter):
    """Lets every record through, without the passwords that are or were in the configuration."""

    def __init__(self) -> None:
        super().__init__()
        self._known: frozenset[str] = frozenset()

    def filter(self, record: logging.LogRecord) -> bool:
        """Blank them out of the record's text and of its traceback."""
        # Limnoria's thread may change the configuration under the loop's hands.
        with contextlib.suppress(RuntimeError):
            self._known |= frozenset(_passwords())
        if self._known:
            with contextlib.suppress(TypeError, ValueError):  # its arguments do not fit its text
                record.msg, record.args = self._blanked(record.getMessage()), ()
            # Of SystemExit Limnoria's own formatter makes no text: it raises it, and so ends.
            if record.exc_info and isinstance(record.exc_info[1], Exception):
                record.exc_text = record.exc_text or _traceback.formatException(record.exc_info)
            record.exc_text = record.exc_text and self._blanked(record.exc_text)
        return True

    def _blanked(self, text: str) -> str:
        for password in sorted(self._known, key=len, reverse=True):
            text = text.replace(password, BLANK)
        return text


def _passwords() -> Iterator[str]:
    """NickServ's (of each nick and network), the networks' own, and SASL's as it is sent; and
    those that are kept outside the registry."""
    yield from known()
    with contextlib.suppress(registry.NonExistentRegistryEntry):  # Services is not loaded
        yield from _below(conf.supybot.plugins.Services.NickServ.password)
    for network in conf.supybot.networks._children.values():
        user, password = network.sasl.username(), network.sasl.password()
        for secret in filter(None, (password, *known())):
            yield secret
            yield base64.b64encode(f"{user}\0{user}\0{secret}".encode()).decode()
        if network.password():
            yield network.password()


def _below(group: Any) -> Iterator[str]:
    for child in group._children.values():
        if getattr(child, "value", None):
            yield str(child.value)
        yield from _below(child)
