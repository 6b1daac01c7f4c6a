"""Which access token the bot has: the one it kept, the operator's, or that of a login under its one
device."""

from __future__ import annotations

import contextlib
import logging
import os
from pathlib import Path
from typing import Any

import aiohttp

from ...configuration.matrix_keys import MatrixKeys
from ...configuration.secret_places import NotRead, read
from .client import PREFIX, SECONDS
from .server_answer import ServerAnswer, answer_of

log = logging.getLogger(__name__)

KEPT = "matrix.token"


class Login:
    """Tokens for one account, each tried once: the server remembers what was said by device, so a
    new login always bears the same one."""

    def __init__(self, keys: MatrixKeys, state: Path) -> None:
        self.trouble = ""  # why there is no token
        self._keys = keys
        self._file = state / KEPT
        self._tried: set[str] = set()
        self.may_try_again = False  # there is a password, and the homeserver was away
        self.device = ""  # the one under which the token that works was given

    async def first(self) -> str:
        """The token to begin with; "" where there is none, for which `trouble` is the reason."""
        return self._next() or await self._log_in()

    async def renewed(self, void: ServerAnswer) -> str:
        """A token for one that is void; "" where the account's owner ended it for good."""
        with contextlib.suppress(OSError):
            self._file.unlink(missing_ok=True)
        if token := self._next():
            return token
        may_log_in = void.body.get("soft_logout") is True or not self.device
        if may_log_in and (token := await self._log_in()):
            return token
        self.trouble = self.trouble or "the homeserver has ended its session (its token is void)"
        return ""

    def _next(self) -> str:
        """A token that is kept or configured, and was not tried yet."""
        for token in (self._kept(), self._secret(self._keys.token)):
            if token and token not in self._tried:
                self._tried.add(token)
                return token
        return ""

    def _kept(self) -> str:
        return self._secret(f"file:{self._file.resolve()}") if self._file.exists() else ""

    def _secret(self, place: str) -> str:
        if not place:
            return ""
        try:
            return read(place)
        except NotRead as error:
            self.trouble = f"{error}"
            return ""

    async def _log_in(self) -> str:
        password = self._secret(self._keys.password)
        if not password or not self._keys.user:
            return ""
        asked = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": self._keys.user},
            "password": password,
            "device_id": self.device or self._keys.device,
            "initial_device_display_name": "Glance Release",
        }
        answer = await self._post(asked)
        is_servers_word = answer.is_well or answer.code  # and no gateway's page
        self.may_try_again = answer.passes or not is_servers_word
        token = answer.body.get("access_token")
        if not answer.is_well or not isinstance(token, str):
            self.trouble = f"no login: {answer.code or answer.trouble or 'no answer'}"
            return ""
        self.trouble = ""
        self._tried.add(token)
        self._keep(token)
        return token

    async def _post(self, asked: dict[str, Any]) -> ServerAnswer:
        address = f"{self._keys.homeserver.rstrip('/')}{PREFIX}login"
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as http,
                http.post(address, json=asked, allow_redirects=False) as reply,
            ):
                return answer_of(reply.status, reply.headers, await reply.read())
        except (aiohttp.ClientError, OSError, ValueError, TimeoutError):
            return ServerAnswer()

    def _keep(self, token: str) -> None:
        """For the next start: each login takes the device's older token away."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            new = self._file.with_suffix(".new")
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(f"{token}\n")
            new.replace(self._file)
        except OSError as error:
            log.error("The access token can't be kept in %s: %s", self._file, error.strerror)
