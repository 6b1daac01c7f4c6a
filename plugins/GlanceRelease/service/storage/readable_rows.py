"""What a row must hold for the bot to go by it; one that does not is passed over and named."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from ...domain.people.note import Note
from ...sources.protocols import Kept
from .kept_messages import read_doc, read_facts
from .ledger_row import LedgerRow
from .note_check import check_memory, check_note
from .timestamps import instant

log = logging.getLogger(__name__)

T = TypeVar("T")

MOST_NAMED = 20
STATES = ("pending", "claimed", "said", "missed")
_TARGET = re.compile(r"[^\s,:\x00-\x1f][^\s,\x00-\x1f]{0,254}")
_TEXTS = ("key", "team", "rule", "why")
_PERHAPS = ("doc", "line", "said", "claim", "trouble")
_MOST_TRIES = 1_000_000


class Garbage(ValueError):  # noqa: N818  it names a state, as its callers say it
    """A row that the bot can't have written so; the text says which column, and never what stands
    in it."""


class PassedOver:
    """What can't be read of one store: each row is named once in the log, as far as they are few
    enough for a reader."""

    def __init__(self) -> None:
        self._named: set[tuple[str, str]] = set()

    def read(self, table: str, key: object, read: Callable[[Any], T], row: Any) -> T | None:
        """What `read` makes of a row; None where it can't."""
        try:
            return read(row)
        except Exception as error:  # whatever stands in a row, it must not stop the others
            self._name(table, shown(key), reason_of(error))
            return None

    def rows(self, table: str, read: Callable[[Any], T], rows: Iterable[Any]) -> list[T]:
        """What `read` makes of the rows, by the first column as their key; without those of which
        it can't."""
        values = (self.read(table, row[0], read, row) for row in rows)
        return [value for value in values if value is not None]

    def _name(self, table: str, key: str, reason: str) -> None:
        if (table, key) in self._named or len(self._named) > MOST_NAMED:
            return
        self._named.add((table, key))
        if len(self._named) > MOST_NAMED:
            log.error("More rows can't be read; glance-release check names them")
        else:
            log.error("The row %s of the table %s is passed over: %s", key, table, reason)


def shown(key: object) -> str:
    """A row's key for a line of words."""
    text = key if isinstance(key, str) and key.isascii() and key.isprintable() else ascii(key)
    return text if len(text) <= 120 else f"{text[:117]}..."


def reason_of(error: Exception) -> str:
    """Why a row can't be read."""
    if isinstance(error, Garbage):
        return str(error)
    return f"what it keeps can't be understood ({type(error).__name__})"


def note_of(row: Any) -> Note:
    """A row of what people told the bot."""
    kind, subject, who = (text_in(row, name) for name in ("kind", "subject", "who"))
    body = _json(row, "body")
    if not isinstance(body, dict) or not all(isinstance(text, str) for text in body.values()):
        raise Garbage("body is no JSON object of texts")
    json.dumps(body, ensure_ascii=False).encode()
    note = Note(kind, subject, body, who, instant_in(row, "at"), row.number)
    check_note(note)
    return note


def fact_of(row: Any) -> tuple[str, tuple[Kept, dt.datetime]]:
    """A row of what an upstream gave: its address, what was kept, the instant of the answer."""
    bodies, etags = _json(row, "bodies"), _json(row, "etags")
    for name, value in (("bodies", bodies), ("etags", etags)):
        if not isinstance(value, list) or not all(isinstance(v, str | None) for v in value):
            raise Garbage(f"{name} is no JSON list of texts")
    if not bodies:
        raise Garbage("bodies is empty")
    raw = (None if body is None else body.encode("utf-8", "surrogateescape") for body in bodies)
    return text_in(row, "url"), (Kept(tuple(raw), tuple(etags)), instant_in(row, "at"))


def line_of(row: Any) -> LedgerRow:
    """A row of the ledger, if it can be used: every column that a decision rests on is readable."""
    for name in _TEXTS:
        text_in(row, name)
    if not is_target(row.target):
        raise Garbage("target is no channel and no nick")
    if row.state not in STATES:
        raise Garbage("state is none of the ledger's")
    for name in ("due", "expires", "next_try"):
        instant_in(row, name)
    for name in ("at", "hand_on"):
        if getattr(row, name) is not None:
            instant_in(row, name)
    for name in _PERHAPS:
        if getattr(row, name) is not None:
            text_in(row, name)
    _check_messages(row)
    words = _json(row, "text")
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words) or not words:
        raise Garbage("text is no JSON list of texts")
    _encodable("text", "".join(words))
    _check_days(row)
    _check_numbers(row)
    _check_heirs(row)
    checked_row: LedgerRow = row
    return checked_row


def whole_line_of(row: Any) -> LedgerRow:
    """As `line_of`, with the columns on which no decision rests."""
    instant_in(row, "posted")
    try:
        if row.stood_on is not None:
            read_facts(text_in(row, "stood_on"))
    except (RecursionError, ValueError):
        raise Garbage("stood_on is no list of facts") from None
    return line_of(row)


def _check_messages(row: Any) -> None:
    for name in ("doc", "said"):
        try:
            if getattr(row, name) is not None:
                read_doc(getattr(row, name))
        except (RecursionError, ValueError):
            raise Garbage(f"{name} is no message") from None


def _check_days(row: Any) -> None:
    days = _json(row, "days")
    try:
        [dt.date.fromisoformat(day) for day in days]
    except (TypeError, ValueError):
        raise Garbage("days is no JSON list of days") from None


def _check_numbers(row: Any) -> None:
    tries = row.tries
    if not isinstance(tries, int) or not 0 <= tries < _MOST_TRIES:
        raise Garbage("tries is no number of tries")
    if row.maybe_said not in (True, False) or row.is_public not in (True, False, None):
        raise Garbage("maybe_said or is_public is neither true nor false")


def _check_heirs(row: Any) -> None:
    if row.heirs is None:
        if row.hand_on is not None:
            raise Garbage("hand_on is there without heirs")
        return
    heirs = _json(row, "heirs")
    pairs = isinstance(heirs, list) and heirs and all(map(_is_heir, heirs))
    if not pairs:
        raise Garbage("heirs is no JSON list of keys and targets")


def _is_heir(pair: Any) -> bool:
    if not isinstance(pair, list) or (len(pair) != 2 and pair[2:] != ["own"]):
        return False
    return isinstance(pair[0], str) and pair[0] != "" and is_target(pair[1])


def is_target(target: object) -> bool:
    """Whether the text can be a channel or a nick."""
    return (
        isinstance(target, str)
        and _TARGET.fullmatch(target) is not None
        and not any("\ud800" <= character <= "\udfff" for character in target)
    )


def memory_of(value: str) -> dict[str, str]:
    """What a team's rules remember, by its name."""
    memory = json.loads(value)
    if not isinstance(memory, dict) or not all(isinstance(text, str) for text in memory.values()):
        raise Garbage("value is no JSON object of texts")
    return memory


def checked(name: str, value: str) -> str:
    """What the rules remember under a name, itself, if they may go by it."""
    _encodable("value", name + value)
    check_memory(name, value)
    return value


def meta_of(row: Any) -> str:
    """A row of the table of named values, as text."""
    return text_in(row, "value")


def text_in(row: Any, name: str) -> str:
    """A column that has text, of which every byte is text's."""
    value = getattr(row, name)
    if not isinstance(value, str) or (not value and name == "key"):
        raise Garbage(f"{name} is no text")
    return _encodable(name, value)


def _encodable(name: str, value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Garbage(f"{name} has bytes that are no text") from None
    return value


def instant_in(row: Any, name: str) -> dt.datetime:
    """A column that has an instant."""
    try:
        return instant(getattr(row, name))
    except ValueError:
        raise Garbage(f"{name} is no instant") from None


def _json(row: Any, name: str) -> Any:
    try:
        return json.loads(text_in(row, name))
    except (RecursionError, ValueError) as error:
        raise error if isinstance(error, Garbage) else Garbage(f"{name} is no JSON") from None
