"""What people say around a question, which is no part of it: greetings, thanks, the mark at its
end."""

from __future__ import annotations

import re

_THANKS = r"(?:please|pls|plz|thanks?|thank you|thx|ty|cheers)(?: (?:a lot|so much|in advance))?"
_LEADS = re.compile(rf"(?:{_THANKS}|hey|hi|hello|hallo|ok|so)[,!:]* ", re.IGNORECASE)
_ENDS = re.compile(rf"(?:,? {_THANKS}[.!?]*| ?[?!]+|(?<=\w)\.)$", re.IGNORECASE)
_JOINT = re.compile(r"^(?:of|for|about) (?=\S)", re.IGNORECASE)
_GREETING = re.compile(
    rf"(?:{_THANKS}|hey|hi|hello|hallo|(?:good )?(?:morning|day|evening))(?: there)?[.,!?]*",
    re.IGNORECASE,
)


def without_courtesy(text: str) -> str:
    """The words alone: "rc1 please?" is "rc1". What is nothing but courtesy is left as it is."""
    bare = text.strip()
    while (shorter := _ENDS.sub("", f" {bare}").strip()) not in ("", bare):
        bare = shorter
    while (shorter := _LEADS.sub("", bare, count=1) if _LEADS.match(bare) else bare) != bare:
        bare = shorter.strip()
    return bare


def words_behind(words: str) -> str:
    """The words behind a command alone, without what only joins them to it; nothing where they are
    nothing but courtesy."""
    bare = without_courtesy(f"- {without_courtesy(words)}").removeprefix("-").strip()
    return _JOINT.sub("", bare)


def is_greeting(text: str) -> bool:
    """Whether a line is nothing but courtesy."""
    return _GREETING.fullmatch(" ".join(text.split())) is not None
