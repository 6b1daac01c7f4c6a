"""What went wrong between us and an upstream, in a few words: a kind of failure has its own.

aiohttp's own words change with its version, and the system's with its language; none is repeated.
"""

from __future__ import annotations

import errno
import socket
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import TraceConfig

_NUMBERS = {
    errno.ECONNREFUSED: "connection refused",
    errno.ECONNRESET: "connection reset",
    errno.ECONNABORTED: "connection reset",
    errno.EPIPE: "connection reset",
    errno.ENETUNREACH: "network unreachable",
    errno.ENETDOWN: "network unreachable",
    errno.EADDRNOTAVAIL: "network unreachable",
    errno.EHOSTUNREACH: "no way to the host",
    errno.EHOSTDOWN: "no way to the host",
    errno.ETIMEDOUT: "not in time",
    errno.EMFILE: "this machine has no more descriptors",
    errno.ENFILE: "this machine has no more descriptors",
    errno.EACCES: "forbidden on this machine",
    errno.EPERM: "forbidden on this machine",
}
_RESET = (errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE)


@dataclass
class Progress:
    """How far a request has come: "connect", "answer" (waits for the headers), "body"."""

    stage: str = field(default="connect")


def follow(trace: TraceConfig) -> TraceConfig:
    """Let the connector tell a request's Progress (its trace_request_ctx) that it is connected."""

    async def connected(session: object, context: object, params: object) -> None:
        progress = getattr(context, "trace_request_ctx", None)
        if isinstance(progress, Progress):
            progress.stage = "answer"

    trace.on_connection_create_end.append(connected)
    trace.on_connection_reuseconn.append(connected)
    return trace


def words(error: BaseException, progress: Progress) -> str:
    """The reason of a failed request; that of a kind nobody foresaw names its class."""
    import aiohttp

    if isinstance(error, TimeoutError):
        return _too_late(progress)
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "its certificate does not fit"
    if isinstance(error, aiohttp.ClientSSLError):
        return "no TLS connection"
    if isinstance(error, aiohttp.ClientConnectorError):
        return _no_connection(error)
    if isinstance(error, aiohttp.ClientPayloadError):
        return _broken_body(error)
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "it hung up without an answer"
    if isinstance(error, aiohttp.ClientResponseError):
        return _no_http(error)
    if isinstance(error, aiohttp.ClientOSError | OSError):
        return _broken_off(error, progress)
    if isinstance(error, aiohttp.InvalidURL | ValueError):
        return "no address that can be asked"
    return f"no answer ({type(error).__name__})"


def _too_late(progress: Progress) -> str:
    if progress.stage == "connect":
        return "no connection in time"
    return "no answer in time" if progress.stage == "answer" else "no whole answer in time"


def _no_connection(error: OSError) -> str:
    """Before there is a connection, or while TLS is agreed on, which aiohttp counts to it."""
    origin = getattr(error, "os_error", error)
    if isinstance(origin, socket.gaierror):
        again = origin.errno == socket.EAI_AGAIN
        return f"no connection: {'no name server answers' if again else 'unknown host'}"
    if isinstance(origin, ssl.SSLError):
        return "no TLS connection"
    number = _number(origin)
    if number in _NUMBERS:
        return f"no connection: {_NUMBERS[number]}"
    if isinstance(origin, ConnectionError):  # asyncio's own: no number, an end amid the handshake
        return "no TLS connection: it hung up"
    return f"no connection ({type(origin).__name__})"


def _broken_body(error: BaseException) -> str:
    kinds = {type(cause).__name__ for cause in _causes(error)}
    return "a body that can't be unpacked" if "ContentEncodingError" in kinds else "half a body"


def _no_http(error: BaseException) -> str:
    kinds = {type(cause).__name__ for cause in _causes(error)}
    return "headers too long" if "LineTooLong" in kinds else "its answer is no HTTP"


def _broken_off(error: BaseException, progress: Progress) -> str:
    number = _number(error)
    if number in _RESET or isinstance(error, ConnectionResetError):
        return "it reset the connection"
    return f"it broke off the connection ({_NUMBERS.get(number, type(error).__name__)})"


def _number(error: BaseException) -> int:
    return error.errno or 0 if isinstance(error, OSError) else 0


def _causes(error: BaseException) -> list[BaseException]:
    """The error and what it came from."""
    causes: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in causes:
        causes.append(at)
        at = at.__cause__ or at.__context__
    return causes
