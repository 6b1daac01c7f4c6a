"""What was promised at meetings, carried to the next one until it is done: `action`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from ...domain.address import same_place
from ...domain.calendar.cycle import format_day
from ...domain.calendar.days_from_chat import parse_day
from ...domain.calendar.team_calendar import calendar_of
from ...domain.messages.clauses import Clause, clause, listing
from ...domain.messages.counts import counted
from ...domain.messages.doc import doc, line
from ...domain.moment import Moment
from ...domain.people.note import Note
from ...domain.people.roles import fold, names_of
from ...domain.reports.fact import fact_of
from ...domain.reports.meeting_report import Part, Table, Tile
from ...domain.snapshot import Snapshot
from ...registry import Ask, Reply, UserError, command, reply
from ..report_parts import first, items, report_part
from ..typed_names import not_longer, nothing_more

KIND = "action"
MAX_TEXT = 200
_FEW = 8  # words of an action
MAX_OPEN = 50  # anybody may add one; a report of more would be read by nobody
UNDO_FOR = dt.timedelta(days=1)
_NICK = r"([\w\[\]\\`^{}|-]{1,40})"
_WITH_NICK = re.compile(rf"(.*\S)\s+(?:\({_NICK}\)|@{_NICK})")
_NICK_ALONE = re.compile(rf"\({_NICK}\)|@{_NICK}")
_PROMISED = re.compile(r"\b(?:by|until|on)\s+(?!.*\b(?:by|until|on)\s)(.{1,40})$", re.IGNORECASE)
_USAGE = "Say: action add TEXT [@NICK], action done N, action undo N, or action list."


@dataclass(frozen=True)
class Action:
    """Something to do: whose it is ("" for nobody's), who said so and when, who did it and when,
    and the `day` by which it was promised, where its text ends with one."""

    number: int
    text: str
    nick: str
    said_by: str
    said_at: dt.datetime
    done_by: str = ""
    done_at: dt.datetime | None = None
    day: dt.date | None = None

    @property
    def words(self) -> str:
        """ "2 write the RC1 note (alice)"."""
        whose = f" ({self.nick})" if self.nick else ""
        return f"{self.number} {self.text}{whose}"


def actions_of(snapshot: Snapshot) -> tuple[Action, ...]:
    """All actions that were not taken back, by number; the done ones too."""
    actions = [action_of(note) for note in snapshot.notes if note.kind == KIND and note.body]
    return tuple(sorted(actions, key=lambda action: action.number))


def open_actions(snapshot: Snapshot) -> tuple[Action, ...]:
    """The actions that nobody has done yet."""
    return tuple(action for action in actions_of(snapshot) if action.done_at is None)


def new_action(moment: Moment, text: str, nick: str, who: str) -> Note:
    """The note of an action under the next free number."""
    number = max((action.number for action in actions_of(moment.snapshot)), default=0) + 1
    plain = " ".join(text.split())[:MAX_TEXT]
    body = {"text": plain, "nick": nick, "by": who, "at": moment.now.isoformat()}
    if (day := promised_day(plain, moment)) is not None:
        body["day"] = day.isoformat()
    return Note(KIND, str(number), body, who, moment.now)


def promised_day(text: str, moment: Moment) -> dt.date | None:
    """The day that the text ends with, behind "by", "until" or "on" ("... by Thu 4 March", "... by
    rc1 -1 day"); None where that is no day, since an action's text is free."""
    match = _PROMISED.search(text)
    calendar = calendar_of(moment)
    if match is None or calendar is None:
        return None
    try:
        return parse_day(match[1], moment.today).day(calendar.weeks)
    except ValueError:
        return None


def must_be_public(snapshot: Snapshot, ask: Ask) -> None:
    """What changes the team's notes is said where others see it: UserError anywhere else than in
    one of the team's channels or the meeting's."""
    meeting = snapshot.team.meeting
    there = [*snapshot.team.channels, *([meeting.place] if meeting else [])]
    if ask.team and ask.channel:  # said of this team by its name, where others of the bot's are
        there += [channel for other in ask.others for channel in other.team.channels]
    if not any(same_place(ask.channel or "", name) for name in there):
        raise UserError(f"Say it where the team hears it, in {snapshot.team.announce}.")


@command(
    "action",
    "add TEXT [@NICK] | done N | undo N | list",
    "what was promised at meetings, until it is done",
    "action list",
    has_text=lambda words: words.startswith("add "),
    basis="what people said at meetings or told me",
)
def action(moment: Moment, ask: Ask) -> Reply:
    """Add, finish, take back or list actions; who and when is kept.

    `undo` takes back what was last said of an action, within a day. A last word "@nick" or
    "(nick)" names whose it is.
    """
    verb, _, rest = ask.text.partition(" ")
    act = _VERBS.get(verb.lower() or "list")
    if act is None:
        raise UserError(_USAGE)
    return act(moment, ask, rest.strip())


def _list(moment: Moment, ask: Ask, words: str) -> Reply:
    nothing_more(moment, "action list", words)
    actions = open_actions(moment.snapshot)
    if not actions:
        return reply("No action is open.")
    told = listing(listed(moment.snapshot, action) for action in actions)
    details = [_detail(action) for action in actions]
    return Reply(doc(line(f"{_counted(len(actions))}: ", told, "."), details=details))


def _add(moment: Moment, ask: Ask, words: str) -> Reply:
    must_be_public(moment.snapshot, ask)
    text, nick = with_nick(words, moment.snapshot, ask)
    if not text:
        whose = f" What is {nick[:40]} to do?" if nick else ""
        raise UserError(f"{_USAGE}{whose}")
    not_longer(text, MAX_TEXT, "An action")
    if len(open_actions(moment.snapshot)) >= MAX_OPEN:
        raise UserError(f"{MAX_OPEN} actions are open: finish one first (action done N).")
    note = new_action(moment, text, nick, ask.nick)
    added = action_of(note)
    due = f", due {format_day(added.day)}" if added.day else ""
    stop = "" if not (due or nick) and text.endswith(("?", "!", ".")) else "."
    how = f"{due}{stop} Done with: action done {added.number}."
    return Reply(doc(line("Action ", added.words, how)), notes=(note,))


def _done(moment: Moment, ask: Ask, words: str) -> Reply:
    must_be_public(moment.snapshot, ask)
    numbered = _numbered(moment.snapshot, words)
    if numbered.done_at is not None:
        by = f"{numbered.done_by} on {format_day(numbered.done_at.date())}"
        raise UserError(f"Action {numbered.number} was done by {by}.")
    note = _note(numbered, ask.nick, moment.now, done=(ask.nick, moment.now))
    return Reply(doc(f"Done: {numbered.words}."), notes=(note,))


def _undo(moment: Moment, ask: Ask, words: str) -> Reply:
    must_be_public(moment.snapshot, ask)
    numbered = _numbered(moment.snapshot, words)
    since = numbered.done_at or numbered.said_at
    if moment.now - since >= UNDO_FOR:
        raise UserError(
            f"Action {numbered.number} is from {format_day(since.date())}: too long ago."
        )
    if numbered.done_at is not None:
        again = _note(numbered, ask.nick, moment.now)
        return Reply(doc(f"Open again: {numbered.words}."), notes=(again,))
    gone = Note(KIND, str(numbered.number), None, ask.nick, moment.now)
    return Reply(doc(f"Taken back: {numbered.words}."), notes=(gone,))


_VERBS: dict[str, Callable[[Moment, Ask, str], Reply]] = {
    "list": _list,
    "add": _add,
    "done": _done,
    "undo": _undo,
}


def with_nick(words: str, snapshot: Snapshot, ask: Ask) -> tuple[str, str]:
    """The text, and the nick that its end names: "(alice)" or "@alice"; bare, where it is the
    nick of one of the team's people or of who asks, since any other last word may be text."""
    if alone := _NICK_ALONE.fullmatch(words):
        return "", alone[1] or alone[2]
    match = _WITH_NICK.fullmatch(words)
    if match:
        return match[1], match[2] or match[3]
    text, _, last = words.rpartition(" ")
    known = {fold(nick) for nick in (*names_of(snapshot), ask.nick) if nick}
    return (text.strip(), last) if text.strip() and fold(last) in known else (words, "")


def _numbered(snapshot: Snapshot, words: str) -> Action:
    by_number = {str(action.number): action for action in actions_of(snapshot)}
    if words.lstrip("#") not in by_number:
        numbers = ", ".join(str(action.number) for action in open_actions(snapshot)) or "none"
        which = f'No action has the number "{words[:20]}"' if words else "Which one?"
        raise UserError(f"{which}{';' if words else ' By number;'} open are: {numbers}.")
    return by_number[words.lstrip("#")]


def _note(
    action: Action, who: str, now: dt.datetime, done: tuple[str, dt.datetime] | None = None
) -> Note:
    body = {
        "text": action.text,
        "nick": action.nick,
        "by": action.said_by,
        "at": action.said_at.isoformat(),
    }
    if action.day:
        body["day"] = action.day.isoformat()
    if done:
        body |= {"done by": done[0], "done at": done[1].isoformat()}
    return Note(KIND, str(action.number), body, who, now)


def action_of(note: Note) -> Action:
    """The action that a note of this kind tells of."""
    body = note.body or {}
    done = body.get("done at")
    return Action(
        int(note.subject),
        body["text"],
        body.get("nick", ""),
        body.get("by", note.who),
        dt.datetime.fromisoformat(body["at"]),
        body.get("done by", ""),
        dt.datetime.fromisoformat(done) if done else None,
        dt.date.fromisoformat(body["day"]) if body.get("day") else None,
    )


def name_for(snapshot: Snapshot, nick: str) -> str:
    """What stands for a nick in a list, which calls nobody: the name, where the team knows one."""
    names = {fold(known): name for known, name in names_of(snapshot).items()}
    return names.get(fold(nick), nick)


def listed(snapshot: Snapshot, action: Action) -> Clause:
    """The action in a list: "2 write the RC1 note (Abhishek Kekane)"."""
    whose = f" ({name_for(snapshot, action.nick)})" if action.nick else ""
    words, fewer = action.text, in_few_words(action.text)
    shorter = [f"{action.number} {fewer}{whose}"] if fewer != words else []
    return clause(f"{action.number} {words}{whose}", shorter=shorter)


def in_few_words(text: str) -> str:
    """How a text begins, where there is no room for what somebody wrote."""
    words = text.split()
    return f"{' '.join(words[:_FEW])}..." if len(words) > _FEW else text


def _counted(number: int) -> str:
    return f"{counted(number, 'action')} open"


def _detail(action: Action) -> str:
    return f"{action.words}, said by {action.said_by} on {format_day(action.said_at.date())}"


@report_part(30)
def actions_part(moment: Moment) -> Part | None:
    """The actions that are still open, with who said so and when."""
    actions = open_actions(moment.snapshot)
    rows = tuple(
        (
            str(action.number),
            action.text,
            name_for(moment.snapshot, action.nick) or "-",
            action.said_by,
            format_day(action.said_at.date()),
        )
        for action in actions
    )
    told = (": ", items(listed(moment.snapshot, action) for action in actions)) if actions else ()
    facts = tuple(
        fact_of(number := f"action {action.number}", number, "done" if action.done_at else "open")
        for action in actions_of(moment.snapshot)
    )
    return Part(
        "actions",
        "Actions",
        (first(_counted(len(actions)) if actions else "No action is open"), *told),
        facts,
        tables=(Table("Open actions", ("no.", "what", "whose", "said by", "on"), rows),),
        tiles=(Tile(str(len(actions)), "actions open"),) if actions else (),
    )
