"""Why a database can't be used, in our own words, by the numbers that its driver gives: those of a
library change with its version."""

from __future__ import annotations

import os
import socket
import sqlite3

from sqlalchemy.exc import IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_DETAIL = 120  # characters of a driver's own words
_SQLITE = {  # by the low byte of SQLite's result code
    sqlite3.SQLITE_BUSY: "another program holds it",
    sqlite3.SQLITE_LOCKED: "another program holds it",
    sqlite3.SQLITE_PERM: "no right to it",
    sqlite3.SQLITE_READONLY: "it can only be read",
    sqlite3.SQLITE_IOERR: "the disk fails",
    sqlite3.SQLITE_CORRUPT: "the file is damaged",
    sqlite3.SQLITE_FULL: "no room is left on the disk",
    sqlite3.SQLITE_CANTOPEN: "the file can't be opened",
    sqlite3.SQLITE_NOTADB: "the file is no SQLite database",
}
_STATEMENTS = (sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG)
_POSTGRESQL = {  # by SQLSTATE, or its class
    "28": "it refuses the name or the password",
    "3D": "there is no such database",
    "42501": "the name has no right there",
    "53100": "no room is left on its disk",
    "53300": "it takes no more connections",
    "25006": "it is read-only",
    "55P03": "another program holds it",
    "57014": "it does not answer in time",
    "57P01": "it is shutting down",
    "57P03": "it is starting up or shutting down",
    "XX001": "its data is damaged",
    "XX002": "its data is damaged",
}

_NETWORK: dict[type[BaseException], str] = {
    ConnectionRefusedError: "nobody listens there",
    ConnectionError: "the connection was cut",
    TimeoutError: "it does not answer in time",
    PoolTimeout: "it does not answer in time",
    socket.gaierror: "its host is not found",
}


def why(error: BaseException) -> str:
    """The reason in one line; a driver's own words stand in brackets behind ours."""
    origin = _origin(error)
    words = _cut(str(origin))
    known = _known(origin)
    return (f"{known} ({words})" if words else known) if known else words or type(origin).__name__


def in_short(error: BaseException) -> str:
    """The reason without a driver's words, which may name paths, hosts and users."""
    origin = _origin(error)
    if known := _known(origin):
        return known
    if isinstance(origin, OSError):
        words = os.strerror(origin.errno) if origin.errno else _cut(str(origin))
        return words[:1].lower() + words[1:]
    words = _cut(str(origin)).partition(" (")[0]  # what is in brackets is for the log
    return words if isinstance(origin, ValueError) else type(origin).__name__


def is_its_fault(error: BaseException) -> bool:
    """Whether the database failed, and not a statement by what stands in it."""
    origin = _origin(error)
    if isinstance(error, IntegrityError) or isinstance(origin, ValueError):
        return False
    if str(getattr(origin, "sqlstate", "")).startswith("22"):  # what stands in its values
        return False
    code = getattr(origin, "sqlite_errorcode", None)
    return not (isinstance(code, int) and code & 0xFF in _STATEMENTS)


def _origin(error: BaseException) -> BaseException:
    """The driver's own error: SQLAlchemy wraps it once, and asyncpg's twice."""
    for inner in (getattr(error, "orig", None), getattr(error, "__cause__", None)):
        if isinstance(inner, BaseException) and (_known(inner) or inner is not error.__cause__):
            return _origin(inner)
    return error


def _known(error: BaseException) -> str | None:
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int):
        return _SQLITE.get(code & 0xFF)
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
    for kind, words in _NETWORK.items():
        if isinstance(error, kind):
            return words
    return None


def _cut(words: str) -> str:
    words = " ".join(words.partition("\n")[0].split())
    return words if len(words) <= _DETAIL else f"{words[: _DETAIL - 3]}..."
