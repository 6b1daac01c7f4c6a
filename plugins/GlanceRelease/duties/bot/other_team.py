"""The same of another team: `in`."""

from __future__ import annotations

from ...domain.address import is_place
from ...domain.messages.counts import few
from ...domain.moment import Moment
from ...registry import Ask, Reply, UserError, command
from ..typed_names import MOST, nearest

_USAGE = "Say: in TEAM: COMMAND, or COMMAND in TEAM."


@command(
    "in",
    "TEAM: COMMAND",
    "ask or tell me something of another team, by its name or channel; most commands take it at "
    "their end too, as in deadlines in glance",
    "in glance: action list",
    basis="which teams there are: the team's file of each",
)
def in_team(moment: Moment, ask: Ask) -> Reply:
    """What is left of it where the words name no team, or nothing to ask of it: a question."""
    names = [moment.team.name, *(other.team.name for other in ask.others)]
    typed = ask.text.split(" ")[0].rstrip(":,")
    if not is_place(typed):
        typed = typed.partition(":")[0]
    if not typed:
        raise UserError(f"In which team? There are {few(sorted(names), MOST)}. {_USAGE}")
    if typed.lower() in names:
        raise UserError(f"What of {typed[:40]}? {_USAGE}")
    raise UserError(f'I know no team "{typed[:40]}"; {nearest(typed, sorted(names))} {_USAGE}')
