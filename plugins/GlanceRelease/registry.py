"""The tables of commands and rules, and who may ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TypeVar

from .domain.messages.courtesy import without_courtesy, words_behind
from .domain.messages.named_teams import of_another_team, of_no_team
from .domain.messages.notice import Notice
from .domain.moment import Moment
from .domain.people.note import Note
from .domain.people.roles import SELF, goes_by_account, may, refusal
from .domain.rule_sources import Follows, follows
from .domain.snapshot import Snapshot
from .domain.upstreams import READ
from .domain.upstreams import SCHEDULES as SCHEDULES
from .questions import Answered as Answered
from .questions import Ask as Ask
from .questions import Lookup as Lookup
from .questions import Reply as Reply
from .questions import UserError as UserError
from .questions import reply as reply
from .render.sanitize import plain

Answer = Callable[[Moment, Ask], Reply]
Speak = Callable[[Moment], Iterable[Notice]]
Remember = Callable[[Moment], Mapping[str, str]]
Keep = Callable[[Moment], Iterable[Note]]


def _never(words: str) -> bool:
    return False


@dataclass(frozen=True)
class Command:
    """A row of the table of commands; `help` prints it, and its `example` runs as a test.

    `needs` names the rows of the table of upstreams that a one-shot asker asks first;
    `right` is what the person needs to change something by it; words that are `free` change
    nothing. `has_text` tells of which words a part is somebody's own text, kept letter for letter.
    What a command that `is_personal` answers in private depends on who asks. `follows` is the rule
    by which it answers.
    """

    name: str
    usage: str
    summary: str
    example: str
    answer: Answer
    follows: Follows
    needs: tuple[str, ...] = READ
    right: str = ""
    free: Callable[[str], bool] = _never
    is_personal: bool = False
    has_text: Callable[[str], bool] = _never

    def meant(self, words: str) -> str:
        """The words behind the command, without what is only polite in them."""
        bare = plain(words)
        return bare if self.has_text(bare.lower()) else words_behind(bare)

    def asks_who(self, words: str, channel: str | None) -> bool:
        """Whether it matters who says these words behind the command there."""
        return bool(self.needs_right(words)) or (self.is_personal and channel is None)

    def needs_right(self, words: str) -> str:
        """The right without which these words behind the command change nothing; "" where they
        change nothing anyway."""
        return "" if self.free(self.meant(words).lower()) else self.right


@dataclass(frozen=True)
class Rule:
    """A row of the table of rules: what speaks unasked, and how to stop it.

    A rule whose news is a difference says with `remember` what it wants to find in the
    snapshot's memory next time. One with `working_days` is not said on a day off. What `keep`
    gives is written down with the notes, in the tick that posts its notices. `follows` is
    upstream's or the team's rule that makes it speak. One that `takes_back` gives its news until
    they are said, so that what it gives no more is dropped; without `remember` every rule does.
    What one that `joins` has for a person shares the line of what else they get then.
    """

    name: str
    summary: str
    stop: str
    speak: Speak
    follows: Follows
    remember: Remember | None = None
    working_days: bool = False
    keep: Keep | None = None
    takes_back: bool = False
    joins: bool = False


_NEAR, _CLOSE = 3, 0.6  # commands that may be meant by a word, and how near they are

# What rests on notes and ledger alone: without them there is no answer that is true.
FROM_MEMORY = frozenset(
    (
        *("ack", "action", "backport", "bug", "deadline", "log", "mute", "plan", "priorities"),
        *("priority", "remind", "snooze", "subscribe", "unmute", "unsubscribe"),
    )
)

COMMANDS: dict[str, Command] = {}
RULES: dict[str, Rule] = {}

_Answer = TypeVar("_Answer", bound=Answer)
_Speak = TypeVar("_Speak", bound=Speak)


def command(
    name: str,
    usage: str,
    summary: str,
    example: str,
    needs: tuple[str, ...] = READ,
    right: str = "",
    free: Callable[[str], bool] = _never,
    is_personal: bool = False,
    has_text: Callable[[str], bool] = _never,
    *,
    basis: str,
    sources: tuple[str, ...] = (),
) -> Callable[[_Answer], _Answer]:
    """Put an answering function into the table; `usage` is what may stand behind the name. `basis`
    is the rule by which it answers, of the `sources` that the table of them names."""
    grounds = follows(basis, *sources)

    def enter(answer: _Answer) -> _Answer:
        row = (name, usage, summary, example, answer, grounds, needs, right, free, is_personal)
        COMMANDS[name] = Command(*row, has_text)
        return answer

    return enter


def rule(
    name: str,
    summary: str,
    stop: str,
    remember: Remember | None = None,
    working_days: bool = False,
    keep: Keep | None = None,
    takes_back: bool = False,
    joins: bool = False,
    *,
    basis: str,
    sources: tuple[str, ...] = (),
) -> Callable[[_Speak], _Speak]:
    """Put a speaking function into the table; it gives the notices due at its moment or soon.
    `basis` is the rule that makes it speak, of the `sources` that the table of them names."""
    grounds = follows(basis, *sources)

    def enter(speak: _Speak) -> _Speak:
        more = {"takes_back": takes_back or remember is None, "joins": joins}
        RULES[name] = Rule(
            name, summary, stop, speak, grounds, remember, working_days, keep, **more
        )
        return speak

    return enter


def answer(moment: Moment, text: str, ask: Ask) -> Reply:
    """The answer to "COMMAND WORDS"; an unknown command and a user's error are answers too.

    This is the one place where a right is asked for: who lacks it is told who has it, once the
    words are such that something would change by them. Control codes and invisible characters are
    gone before any command reads the words.
    """
    row, words = _row(text)
    if row is None:
        return reply(unknown_command(text))
    asked = replace(ask, text=words)
    right = row.needs_right(words)
    is_allowed = not right or may(moment.snapshot, right, ask)
    if right == SELF and not is_allowed:
        return reply(refusal(moment.snapshot, right, ask))
    if moment.snapshot.no_memory and row.name in FROM_MEMORY:
        return reply(no_memory(moment.snapshot))
    try:
        answered = row.answer(moment, asked)
    except UserError as error:
        return reply(_of_others(moment, row, words, ask) or str(error))
    if answered.notes and not is_allowed:
        return reply(refusal(moment.snapshot, right, ask))
    if moment.snapshot.no_memory and answered.notes:
        return reply(no_memory(moment.snapshot))
    return answered


def _of_others(moment: Moment, row: Command, words: str, ask: Ask) -> str:
    """What refused words are told that name another team than the one that is asked; "" where they
    name none, or may be somebody's own text."""
    if row.name == "in" or row.has_text(words.lower()):
        return ""
    others = [other.team for other in ask.others]
    told = of_another_team(row.name, row.usage, words, others)
    return told or of_no_team(moment, words, others)


def unknown_command(text: str) -> str:
    """That a word is no command, with those that are near in their letters."""
    name = without_courtesy(plain(text)).partition(" ")[0]
    near = get_close_matches(name.lower(), list(COMMANDS), _NEAR, _CLOSE)
    meant = f"did you mean {' or '.join(near)}?" if near else "try help."
    return f'"{name[:40]}" is no command of mine; {meant}'


def is_refused(moment: Moment, text: str, ask: Ask) -> bool:
    """Whether the command would change something, or tell of one's own affairs, and needs a right
    for it that the person lacks."""
    row, words = _row(text)
    right = row.needs_right(words) if row else ""
    if row is None or not right or may(moment.snapshot, right, ask):
        return False
    if right == SELF:
        return True
    try:
        return bool(row.answer(moment, replace(ask, text=words)).notes)
    except UserError:
        return False


def refusal_of(moment: Moment, text: str, ask: Ask) -> str:
    """What who lacks the right for a command is told, by the team's people alone."""
    row, words = _row(text)
    right = row.needs_right(words) if row else ""
    return "" if may(moment.snapshot, right, ask) else refusal(moment.snapshot, right, ask)


def no_memory(snapshot: Snapshot) -> str:
    """What the bot can't do without its database, and why."""
    return (
        f"I remember nothing, so I keep nothing and say nothing unasked: my database can't be used"
        f" ({snapshot.no_memory}). I try again each minute."
    )


def not_kept(reason: str) -> str:
    """The answer to somebody who told the bot something, where its database failed just then."""
    return (
        f"I could not write that down, so don't count on it: my database can't be used ({reason})."
        " I try again each minute; then tell me once more."
    )


def depends_on_nick(snapshot: Snapshot, text: str, ask: Ask) -> bool:
    """Whether services are to be asked who it is: for one's own affairs always; for the team's
    where the person would have the right as the nick's owner, or may have it by an account that
    the team's file names. Not where the network tells accounts, or has no services."""
    row, words = _row(text)
    if row is None or ask.account is not None or ask.verified or ask.no_services:
        return False
    right = row.needs_right(words)
    if right == SELF or not right:
        return row.asks_who(words, ask.channel)
    owner = replace(ask, verified=True)
    may_be_one = may(snapshot, right, owner) or goes_by_account(snapshot, right)
    return may_be_one and not may(snapshot, right, ask)


def serves_anybody(snapshot: Snapshot, text: str, ask: Ask) -> bool:
    """Whether it has an answer also where services did not tell in time who asks."""
    row, words = _row(text)
    right = row.needs_right(words) if row else ""
    return not right or may(snapshot, right, ask)


def row_of(text: str, otherwise: Command) -> tuple[Command, str]:
    """The row of a command's words, and what stands behind it; another row for what is none."""
    row, words = _row(text)
    return row or otherwise, words


def _row(text: str) -> tuple[Command | None, str]:
    """The row of the table, and the words behind it as they are meant."""
    name, _, words = plain(text).partition(" ")
    row = COMMANDS.get(name.rstrip("?!.,:").lower())
    return row, row.meant(words) if row is not None else words
