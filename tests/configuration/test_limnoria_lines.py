"""The configurations that ship are understood by Limnoria, line by line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from GlanceRelease import app  # noqa: F401  it fills the table
from GlanceRelease.configuration.limnoria_public_commands import capabilities
from GlanceRelease.registry import COMMANDS
from kit.irc.bot import REGISTRY, ROOT, Bot
from kit.irc.person import Person
from kit.irc.shipped_lines import OF_THE_MACHINE, lines_of


@pytest.mark.parametrize("name", ["limnoria.conf", "trial.conf"])
@pytest.mark.asyncio
async def test_each_line_is_known_and_the_bot_answers(
    start_bot: Callable[..., Bot], join: Callable[..., Awaitable[Person]], name: str
) -> None:
    ours = {
        key: value
        for key, value in lines_of((ROOT / "config" / name).read_text()).items()
        if not key.startswith(OF_THE_MACHINE)
    }
    kept = {key: None for key in REGISTRY if not key.startswith(OF_THE_MACHINE)}
    bot = start_bot(registry={**kept, **ours})
    alice = await join("alice")
    assert await alice.ask("!week", seconds=10)
    bot.terminate()
    written = lines_of((bot.folder / "limnoria.conf").read_text())
    held = ours.pop("supybot.capabilities").split()
    assert {key: written.get(key) for key in ours} == ours
    assert set(written["supybot.capabilities"].split()) == {*held, *capabilities(COMMANDS)}
    assert set(held) == {"-owner", "-admin", "-trusted", *capabilities(())} - {"glancerelease"}
