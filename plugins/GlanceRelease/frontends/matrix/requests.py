"""An event of a room's as a question to the bot, or as none: strangers' events are data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from html import unescape
from typing import Any
from urllib.parse import unquote

from .state import content_of, sender_of

LONGEST = 2000  # characters of a command; the longest that has a sense is a note of some lines
_PILL = re.compile(
    r'\s*(?:<p>)?\s*<a href="https://matrix\.to/#/([^"?]+)(?:\?[^"]*)?">([^<]{0,255})</a>'
)
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class RoomQuestion:
    """Somebody's words to the bot: `id` names the event, `thread` the one at whose head it stands,
    `at` is when the server got it, in seconds since 1970."""

    id: str
    room: str
    sender: str
    text: str
    thread: str
    at: float


@dataclass(frozen=True)
class Addressed:
    """By which names the bot is addressed, and who is not heard."""

    me: str
    name: str = ""
    ignored: Collection[str] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The longest first: one may begin another."""
        short = self.me[1:].partition(":")[0]
        known = {self.me, f"@{short}", short, self.name} - {""}
        return tuple(sorted(known, key=len, reverse=True))


def question_of(
    event: Mapping[str, Any],
    room: str,
    to: Addressed,
    is_chat: bool,
    is_command: Callable[[str], bool],
) -> RoomQuestion | None:
    """The question that an event puts; None for all that is no message of a person's to the bot.

    In a room "!deadlines", "NAME: deadlines" or a pill in front is a question, if the first word is
    a command's; in a direct chat all words are.
    """
    sender, name = sender_of(event), event.get("event_id")
    if event.get("type") != "m.room.message" or "state_key" in event or not isinstance(name, str):
        return None
    if not sender or sender == to.me or is_ignored(sender, to.ignored):
        return None
    content = content_of(event)
    body = content.get("body")
    if content.get("msgtype") != "m.text" or not isinstance(body, str) or _is_edit(content):
        return None
    words = without_quote(content, body) if len(body) <= 2 * LONGEST else ""
    text = _meant(words.strip(), content, to, is_chat)
    if not text or len(text) > LONGEST or _hides(text):
        return None
    if not is_chat and not is_command(text.split()[0]):
        return None
    at = event.get("origin_server_ts")
    seconds = at / 1000 if isinstance(at, int | float) and not isinstance(at, bool) else 0.0
    return RoomQuestion(name, room, sender, text, _thread(content), seconds)


def is_ignored(sender: str, patterns: Collection[str]) -> bool:
    """Whether the sender fits one of the patterns; "*" stands for any letters, in all cases."""
    return any(fnmatchcase(sender.lower(), each.lower().replace("[", "[[]")) for each in patterns)


def _is_edit(content: Mapping[str, Any]) -> bool:
    relation = content.get("m.relates_to")
    kind = relation.get("rel_type") if isinstance(relation, dict) else None
    return "m.new_content" in content or kind == "m.replace"


def _thread(content: Mapping[str, Any]) -> str:
    relation = content.get("m.relates_to")
    if not isinstance(relation, dict) or relation.get("rel_type") != "m.thread":
        return ""
    root = relation.get("event_id")
    return root if isinstance(root, str) and root.startswith("$") and len(root) < 256 else ""


def without_quote(content: Mapping[str, Any], body: str) -> str:
    """The words of a reply without those that it quotes, which older clients put in front."""
    relation = content.get("m.relates_to")
    if not isinstance(relation, dict) or "m.in_reply_to" not in relation:
        return body
    lines = body.split("\n")
    while lines and lines[0].startswith(">"):
        lines.pop(0)
    return "\n".join(lines)


def _meant(body: str, content: Mapping[str, Any], to: Addressed, is_chat: bool) -> str:
    """The words behind the bot's name or "!"; all of them in a direct chat."""
    if body.startswith("!"):
        return body[1:].strip()
    for name in (*_pill(content, to.me), *to.names):
        head, rest = body[: len(name)], body[len(name) :]
        if head.casefold() == name.casefold() and (rest[:1] in (":", ",") or _is_pill(content, to)):
            return rest.lstrip(":, ").removeprefix("!").strip()
    return body if is_chat else ""


def _pill(content: Mapping[str, Any], me: str) -> tuple[str, ...]:
    """The text of the bot's pill that a message begins with."""
    html = content.get("formatted_body")
    match = _PILL.match(html) if isinstance(html, str) else None
    if match is None or unquote(unescape(match[1])) != me:
        return ()
    label = unescape(match[2]).strip()
    return (label,) if label else ()


def _is_pill(content: Mapping[str, Any], to: Addressed) -> bool:
    return bool(_pill(content, to.me))


def _hides(text: str) -> bool:
    """Whether there is what nobody sees: it may read otherwise than it is."""
    return any(
        c in _TURNING or (unicodedata.category(c) == "Cc" and c not in "\n\t\r") for c in text
    )
