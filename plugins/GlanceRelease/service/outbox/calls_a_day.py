"""Nobody is called by nick more than twice a day in one channel: then by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...domain.people.roles import calling
from ...render.irc import MAX_BYTES
from ...render.sanitize import cut

CALLS_A_DAY = 2


def spared(text: str, names: Mapping[str, str], said_today: Iterable[str]) -> str:
    """The line in which whoever was called in two of today's lines stands by name; `names` has it
    for each nick."""
    lines = list(said_today)
    for nick, name in names.items():
        pattern = calling(nick)
        if pattern.search(text) and sum(bool(pattern.search(x)) for x in lines) >= CALLS_A_DAY:
            text = pattern.sub(lambda _, name=name: name, text)  # type: ignore[misc]
    return cut(text, MAX_BYTES)
