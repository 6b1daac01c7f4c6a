"""Questions with characters that mean something to Limnoria are text to the bot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from GlanceRelease.frontends.irc.private_words import WELCOME
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
        assert await alice.unanswered(text, quiet=0.2) == []
    for text in ("next?", "!next?", "hello", "!hello"):
        assert await alice.unanswered(text, quiet=0.2) == []
    assert await alice.ask("!week")


@pytest.mark.asyncio
async def test_a_command_behind_the_nick_may_have_courtesy_around_it(bot: Bot, join: Join) -> None:
    alice = await join("alice")
    for text in (
        "glancebot: week?",
        "GlanceBot, please week",
        "glancebot: !week",
        "glancebot:week?",
    ):
        (line,) = await alice.answer(text, quiet=0.3)
        assert line.startswith("Today, ")
    for text in ("glancebot: hello", "glancebots: week?", "week?", "alice: week?", "glancebot:?"):
        assert await alice.unanswered(text, quiet=0.2) == []


@pytest.mark.asyncio
async def test_in_private_every_word_has_an_answer(bot: Bot, join: Join) -> None:
    alice = await join("alice")
    for text in ("hello", "Hi there!", "good morning"):
        assert await alice.ask_alone(text) == WELCOME
    for text in ("help?", "glancebot: help", "glancebot, help", "!help", "please help", "help!"):
        assert (await alice.ask_alone(text, "I know")).startswith("I know ack, action, agenda, ")
    for text in ("glancebot: week", "week?", "hi, week please", "Week."):
        assert (await alice.ask_alone(text, "Today")).startswith("Today, ")
    assert await alice.ask_alone("delines") == (
        '"delines" is no command of mine; did you mean deadlines or deadline or duties?'
    )
    assert await alice.ask_alone("what is next") == '"what" is no command of mine; try help.'


@pytest.mark.asyncio
async def test_an_equal_line_has_one_answer_and_limnorias_commands_none(
    bot: Bot, join: Join
) -> None:
    alice = await join("alice")
    assert await alice.ask_alone("nonsense") == '"nonsense" is no command of mine; try help.'
    for text in ("nonsense", "config", "owner quit", "quit", "\x01VERSION\x01"):
        alice.tell("glancebot", text)
    assert [each for each in await alice.lines(quiet=0.5) if "VERSION" not in each] == []
