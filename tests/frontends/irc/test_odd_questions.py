"""Questions with characters that mean something to Limnoria are text to the bot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from kit.irc.bot import Bot
from kit.irc.person import Person

Join = Callable[..., Awaitable[Person]]
ODD = ('"foo', "foo'", "`foo", "[foo]", "[week", "foo]", "| week", "foo | week", "\\", '"', "$nick")


@pytest.mark.asyncio
async def test_no_character_is_an_error(bot: Bot, join: Join) -> None:
    alice = await join("alice")
    for words in ODD:
        (answer, *more) = await alice.answer(f"!freeze {words}", quiet=0.3)
        assert not more
        assert "error" not in answer.lower()
    assert "Uncaught exception" not in bot.log


@pytest.mark.asyncio
async def test_it_says_nothing_to_what_is_no_command(bot: Bot, join: Join) -> None:
    alice = await join("alice")
    for text in ("!", "! ", "!nonsense", "glancebot: hello", 'glancebot: "', "!!!", "[week]"):
        assert await alice.answer(text, quiet=0.2) == []
    alice.tell("glancebot", "hello there")
    assert await alice.lines(quiet=0.2) == []
    assert await alice.ask("!week")
