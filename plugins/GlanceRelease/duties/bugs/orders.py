"""The team's own list beside Launchpad's: `bug add`, `bug drop`, and what is known of one bug."""

from __future__ import annotations

import re

from ...domain.bugs.listed import ListedBug, bug_note
from ...domain.bugs.tracker import BugDetail, Sight
from ...domain.messages.doc import Doc, doc
from ...domain.moment import Moment
from ...registry import Ask, Lookup, Reply, UserError, command
from ...render.sanitize import cut, plain
from ..typed_names import not_longer
from .command import NEEDS, detail, view_of
from .facts import BugView
from .words import left_words, where_words

LOOKUP = "bug"
MOST = 50  # that people added
LONGEST_REASON = 120
_TITLE = 100
_USAGE = "Say: bug NUMBER, bug add NUMBER [because TEXT], or bug drop NUMBER."
_NUMBER = re.compile(r"(?:bug\s*)?(?:lp:?\s*)?#?([1-9][0-9]{0,8})", re.IGNORECASE)
_ADDRESS = re.compile(
    r"https?://(?:bugs\.)?launchpad\.net/(?:[\w.+-]+/)?\+?bugs?/([1-9][0-9]{0,8})/?", re.IGNORECASE
)
_BECAUSE = re.compile(r"(?:^|\s+)because(?:\s+|$)", re.IGNORECASE)
_CHANGES = ("add", "drop")


@command(
    "bug",
    "NUMBER | add NUMBER [because TEXT] | drop NUMBER",
    "one bug and where its fix stands; put it on the list of what holds the release, or off it",
    "bug 2130000",
    needs=NEEDS,
    right="bug",
    free=lambda words: words.split(" ")[0] not in _CHANGES,
    has_text=lambda words: words.startswith("add "),
    basis="what people told me and Launchpad says; the rights in the team's file say who may",
    sources=("bugs", "gerrit"),
)
def bug(moment: Moment, ask: Ask) -> Reply:
    """Change the team's own list, or tell of one bug, of which Launchpad is asked where it is not
    on the list."""
    verb, _, rest = ask.text.partition(" ")
    if verb.lower() == "add":
        return _add(moment, ask, rest.strip())
    if verb.lower() == "drop":
        return _drop(moment, ask, rest.strip())
    return _one(moment, ask, ask.text)


def number_of(text: str) -> int:
    """The number of "2130000", "#2130000", "LP #2130000" or a bug's address; else a UserError."""
    match = _NUMBER.fullmatch(text.strip()) or _ADDRESS.fullmatch(text.strip())
    if match is None:
        shown = f'"{cut(plain(text), 40)}" is no bug\'s number. ' if text.strip() else ""
        raise UserError(f"{shown}{_USAGE}")
    return int(match[1])


def _one(moment: Moment, ask: Ask, text: str) -> Reply:
    number = number_of(text)
    view = view_of(moment)
    known = find(view, number)
    if known is not None and known.task is not None and known.left is None:
        title = view.list.calendar.series.title
        head = f"On the list of {title}: "
        told = detail(view, known)
        return Reply(doc(type(told)((head, *told.phrases))))
    asked = Lookup(LOOKUP, str(number), private=ask.channel is None)
    return Reply(doc(), lookup=asked)


def find(view: BugView, number: int) -> ListedBug | None:
    """The bug, on the list or one that left it by itself."""
    every = (*view.list.bugs, *view.list.left)
    return next((each for each in every if each.number == number), None)


def _add(moment: Moment, ask: Ask, words: str) -> Reply:
    match = _BECAUSE.search(words)
    reason = words[match.end() :].strip() if match else ""
    if match and not reason:
        raise UserError("Because of what? Say: bug add NUMBER because TEXT.")
    number = number_of(words[: match.start()] if match else words)
    not_longer(reason, LONGEST_REASON, "A reason")
    view = view_of(moment)
    known = find(view, number)
    title = view.list.calendar.series.title
    if known is not None and known.left is None:
        where = where_words(view.standing[number])
        raise UserError(f"Bug {number} is on the list of {title} already: {where}.")
    if known is not None and known.by:
        raise UserError(f"Bug {number} can't be on the list: {left_words(known)}.")
    if sum(bool(each.by) for each in (*view.list.bugs, *view.list.left)) >= MOST:
        raise UserError(f"{MOST} bugs were added already: drop one first.")
    series = view.list.calendar.series.name
    note = bug_note(series, number, "added", reason, ask.name, moment.now, ask.nick)
    why = f", because {reason}" if reason else ""
    said = f"On the list of {title}: bug {number}{why}. Drop it: bug drop {number}."
    asked = Lookup(LOOKUP, str(number), private=ask.channel is None)
    return Reply(doc(said), notes=(note,), lookup=asked)


def _drop(moment: Moment, ask: Ask, words: str) -> Reply:
    number = number_of(words)
    view = view_of(moment)
    title = view.list.calendar.series.title
    if find(view, number) is None:
        raise UserError(f"Bug {number} is not on the list of {title}.")
    series = view.list.calendar.series.name
    note = bug_note(series, number, "dropped", "", ask.name, moment.now)
    back = f"bug add {number} brings it back"
    return Reply(doc(f"Off the list of {title}: bug {number}; {back}."), notes=(note,))


def looked_up(moment: Moment, told: BugDetail) -> Doc:
    """What Launchpad says of a bug that somebody named."""
    projects = moment.team.bugs.projects
    task = told.task_in(projects)
    if told.sight is Sight.ABSENT:
        return doc(f"Launchpad shows no bug {told.number}.")
    if told.sight is Sight.PRIVATE:
        return doc(f"Bug {told.number} is private: Launchpad shows it to its own people only.")
    if task is None:
        of = ", ".join(cut(plain(each.project), 30) for each in told.tasks[:2]) or "no project"
        return doc(f"Bug {told.number} is of {of}, and of none of {', '.join(projects)}.")
    if told.duplicate_of:
        return doc(f"Bug {told.number} is a duplicate of {told.duplicate_of}.")
    title = cut(plain(told.title).replace('"', "'"), _TITLE)
    return doc(f'Bug {told.number} of {task.project}: "{title}", {task.importance}, {task.status}.')
