"""bot.yaml's `matrix`: the account on a homeserver, and where its secrets are kept."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit

from pydantic import Field, Strict

from ..domain.config_types import After
from ..domain.team import STRICT
from ..networks.matrix import MATRIX
from .secret_places import FORMS

_SHOWN = 60


def _homeserver(value: str) -> str:
    if "@" in value:
        raise ValueError("an address takes no name and no password")
    try:
        parts = urlsplit(value)
        is_one = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one or parts.query or parts.fragment or any(c.isspace() for c in value):
        raise ValueError(f"{value[:_SHOWN]!r} is no http(s) address")
    if parts.scheme == "http" and not _is_loopback(str(parts.hostname)):
        raise ValueError("http would send the token in clear; only loopback may go without https")
    return value


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _secret(value: str) -> str:
    kind, colon, name = value.partition(":")
    if value and not (colon and name and kind in ("env", "file", "credential")):
        raise ValueError(f"is none of {FORMS}")  # it is perhaps the secret: it is not repeated
    return value


def _person(value: str) -> str:
    if value and not MATRIX.is_person(value):
        raise ValueError(f"{value[:_SHOWN]!r} is no user id, such as @glancebot:example.org")
    return value


def _pattern(value: str) -> str:
    if not value.startswith("@") or ":" not in value or any(c.isspace() for c in value):
        raise ValueError(f"{value[:_SHOWN]!r} is no user id; * stands for any letters")
    return value


Secret = Annotated[str, After(_secret)]


@dataclass(frozen=True)
class MatrixKeys:
    """The Matrix account. `token` and `password` say where the secrets are kept: `env:NAME`,
    `file:/PATH` (mode 600) or `credential:NAME`; a password needs the `user`. All logins bear the
    one `device`. Who fits `ignore` ("*" stands for any letters) is not heard, as the people that a
    bridge brings from IRC. So many `direct_chats` are open at a time."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    homeserver: Annotated[str, After(_homeserver)]
    token: Secret = ""
    user: Annotated[str, After(_person)] = ""
    password: Secret = ""
    device: str = "GLANCERELEASE"
    ignore: tuple[Annotated[str, After(_pattern)], ...] = ()
    direct_chats: Annotated[int, Strict(), Field(ge=1, le=1000)] = 20
