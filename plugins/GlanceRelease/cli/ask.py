"""print the lines that the channel would get for a command"""

from __future__ import annotations

import argparse
from dataclasses import replace

from .. import registry
from ..answering.lookups import ANSWER_SECONDS, look_up
from ..answering.named_team import with_its_team
from ..configuration.settings import Settings
from ..domain.moment import Moment
from ..domain.people.roles import SELF
from ..registry import COMMANDS, FROM_MEMORY, SCHEDULES, Ask, Command
from ..render.irc import render
from ..sources.http import Http
from .gathering import FETCH_SECONDS, Failure, add_released, gather, named, now_of

SECONDS = ANSWER_SECONDS - FETCH_SECONDS  # the rest of what an answer may take


# What the team's file and the schedule answer in part.
_FROM_FILES_TOO = frozenset(("deadline", "plan"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ask [--released FILE] -- TEXT`."""
    add_released(parser)
    parser.add_argument("text", nargs="+", metavar="TEXT", help="the command and its words")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """Answer as in the team's channel."""
    text, meant = with_its_team(settings, " ".join(options.text).lstrip("!"), Ask(nick="you"))
    options.team = meant.team or options.team
    row = COMMANDS.get(text.partition(" ")[0].lower())
    needs = row.needs if row else SCHEDULES
    branches = row is not None and row.name == "freeze"
    snapshot = await gather(settings, options, named(*text.split()), needs, branches=branches)
    ask = Ask(nick="you", channel=snapshot.team.announce)
    reply = registry.answer(Moment(replace(snapshot, no_memory=""), now_of(options)), text, ask)
    if reply.notes:
        raise Failure("that is for the bot to keep; tell it in the channel or in private")
    if snapshot.no_memory and row is not None and _rests_on_memory(row, text):
        if row.name not in _FROM_FILES_TOO:
            print(f"Not known: the bot's database was not read ({snapshot.no_memory}).")
            return 0
        print(
            f"Without what people told the bot, for its database was not read "
            f"({snapshot.no_memory}):"
        )
    for line in render(reply.doc, private=reply.private):
        print(line)
    if reply.lookup is not None:
        async with Http(settings.user_agent) as http:
            answer = await look_up(
                Moment(snapshot, now_of(options)), http, settings, reply.lookup, seconds=SECONDS
            )
        for line in render(answer, private=reply.private):
            print(line)
    return 0


def _rests_on_memory(row: Command, text: str) -> bool:
    """Whether there is no true answer without the bot's database; a refusal needs none, nor does
    the rule of a command."""
    words = text.partition(" ")[2]
    if row.name == "why":
        return not words
    is_anybodys = row.needs_right(words) in ("", SELF)
    return row.name in FROM_MEMORY and is_anybodys
