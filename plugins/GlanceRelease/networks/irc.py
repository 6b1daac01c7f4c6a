"""IRC's names: "#channel", and a nick, which is all that is no other network's."""

from __future__ import annotations

from .forms import Network

_LONGEST_CHANNEL = 50  # Limnoria joins no longer one (ircutils.isChannel)


def _fold(name: str) -> str:
    """ASCII alone. A server may take "{" for "[" as well (CASEMAPPING=rfc1459) or not (ascii); one
    rule for all of them must not let two people pass for each other."""
    return "".join(c.lower() if c.isascii() else c for c in name)


def _wrong_place(name: str) -> str:
    broken = any(c == "," or c.isspace() or not c.isprintable() for c in name)
    if not name.startswith("#") or broken or name == "#":
        return "is no channel's name"
    if len(name) > _LONGEST_CHANNEL:
        return f"has more than {_LONGEST_CHANNEL} characters"
    return ""


IRC = Network(
    name="irc",
    shown="IRC",
    person_key="nick",
    is_place=lambda name: name.startswith("#"),
    is_person=lambda name: True,
    wrong_place=_wrong_place,
    fold=_fold,
)
