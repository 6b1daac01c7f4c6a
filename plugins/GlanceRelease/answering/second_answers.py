"""Says what follows a first answer: a look-up's result, or the answer that a fresh fact made."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from ..domain.facts_read import FactsRead
from ..domain.messages.doc import Doc, doc
from ..domain.moment import Moment
from ..registry import Answered, Ask, Lookup, Reply
from . import lookups
from .asked_upstreams import NotingHttp
from .first_answers import Answers
from .lookups import ANSWER_SECONDS, Keep, changed_answer

LOOKING_AFTER_SECONDS = 1.0
Say = Callable[[Doc], None]


async def look_up(
    answers: Answers, wanted: Lookup, ask: Ask, say: Say, keep: Keep, given: Answered | None
) -> None:
    """Say what an upstream tells now, and note on what that stands: facts of the snapshot, and
    which upstreams were asked."""
    reading = FactsRead(answers.moment_for(ask))
    http = NotingHttp(answers.current.parts.http, answers.settings, answers.clock.now)

    async def found() -> Doc:
        told = await lookups.look_up(reading.moment, http, answers.settings, wanted, keep)
        if given is not None:
            facts, at = (*reading.so_far(), *http.asked), answers.clock.now()
            answers.given.keep(replace(given, at=at, facts=facts, is_second=True))
        return answers.in_its_name(told, ask)

    await say_when_found(found(), say)


async def say_when_found(look_up: Coroutine[Any, Any, Doc], say: Say) -> None:
    """Say what it gives; and that the bot is looking, where it takes more than a second."""
    task = asyncio.create_task(look_up)
    done, _ = await asyncio.wait({task}, timeout=LOOKING_AFTER_SECONDS)
    if not done:
        say(doc("Looking..."))
    say(await task)


async def follow_up(
    answers: Answers,
    text: str,
    reply: Reply,
    ask: Ask,
    say: Say,
    real_now: dt.datetime,
) -> None:
    """Ask at once for the fact on which an answer rests, and say the answer that it makes
    where that is another one; what does not come within 30 seconds comes with a later poll."""
    team, now = answers.team_of(ask).name, answers.clock.now()
    before, current = answers.snapshots[team], answers.current
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(ANSWER_SECONDS):
            if await current.parts.refresher.ask_now(reply.fresh, now, real_now):
                await current.take()
    news = changed_answer(before, answers.snapshots[team], reply.fresh, text, ask, now)
    if news is None:
        return
    if reply.given is not None:
        moment = Moment(answers.snapshots[team], now)
        given = replace(reply.given, moment=moment, at=answers.clock.now(), is_second=True)
        answers.given.keep(given)
    say(answers.in_its_name(news, ask))
