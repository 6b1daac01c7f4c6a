"""Which team words name, and what is told to who asked the bot's team of another one's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..address import is_place
from ..moment import Moment
from ..releases.shapes import plain_name
from ..snapshot import GOVERNANCE
from ..team import Team
from .counts import few
from .courtesy import without_courtesy

_ENDS = "?!.,;:"
_JOINTS = ("of", "for", "in", "at", "on")
_TEAMS = 5  # names of teams in one answer
_SHOWN = 40  # letters of what somebody typed


def named_among(words: str, teams: Iterable[Team], deliverables: bool = False) -> Team | None:
    """The first of the teams whose name, or with `deliverables` one of these, is a word."""
    plain = {plain_name(word.strip(_ENDS)) for word in words.split()}
    for team in teams:
        own = team.deliverables if deliverables else ()
        if plain & {plain_name(name) for name in (team.name, team.shown, *own)}:
            return team
    return None


def without_its_name(words: str, team: Team) -> str:
    """The words without the names of the team and of what is its, and without what joined these to
    them."""
    left = [word for word in words.split() if named_among(word, [team], True) is None]
    while left and left[-1].lower() in _JOINTS:
        left.pop()
    return " ".join(left)


def of_another_team(command: str, usage: str, words: str, others: Sequence[Team]) -> str:
    """How another of the bot's teams is asked, where refused words name it or one of its
    deliverables; "" where they name none."""
    takes_deliverables = any(word in usage for word in ("DELIVERABLE", "REPOSITORY"))
    is_one_name = takes_deliverables or " " not in words
    team = named_among(words, others) or (named_among(words, others, True) if is_one_name else None)
    if team is None:
        return ""
    rest = words if takes_deliverables else without_its_name(words, team)
    return f"That is {team.shown}'s; say: {' '.join(f'{command} {rest}'.split())} in {team.name}."


def of_no_team(moment: Moment, words: str, others: Iterable[Team]) -> str:
    """That refused words end with a team that the bot is not there for; "" where they don't."""
    _, joint, typed = f" {without_courtesy(words)}".rpartition(" in ")
    governed = {team.name.lower() for team in moment[GOVERNANCE].value or ()}
    is_team = typed.lower() in governed or (is_place(typed) and " " not in typed)
    if not joint or not is_team:
        return ""
    names = sorted({moment.team.name, *(other.name for other in others)})
    there = f"there are {few(names, _TEAMS)}" if len(names) > 1 else f"there is {names[0]}"
    return f'I know no team "{typed[:_SHOWN]}"; {there}.'
