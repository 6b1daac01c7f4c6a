"""Whether the secrets of bot.yaml's `matrix` can be had, with the line that names each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter

from .checked_file import read as read_file
from .matrix_keys import MatrixKeys
from .secret_places import NotRead, read

_SHARED = "may be read by others"


def secret_problems(bot: Path, keys: MatrixKeys, environment: Mapping[str, str]) -> list[str]:
    """What is wrong with each place of a secret, as "file:line: key: reason": what others may
    read, a file that can't be read, a variable or a credential that is not there."""
    file = read_file(bot, TypeAdapter(dict))
    if not keys.token and not (keys.user and keys.password):
        file.blame(("matrix",), "a token is needed, or a user and a password")
    for key, place in (("token", keys.token), ("password", keys.password)):
        try:
            if place:
                read(place, environment)
        except NotRead as error:
            file.blame(("matrix", key), str(error))
    return file.problems


def is_certain(problem: str) -> bool:
    """Whether it is one wherever it is asked: only the bot's own process has its environment."""
    return _SHARED in problem or "is needed" in problem or "No such file" in problem
