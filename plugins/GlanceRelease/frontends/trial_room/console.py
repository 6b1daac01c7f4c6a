"""The console of the trial room: what is typed, and how what is said reads there."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Protocol

from .guest import ServerLine

KNOWN = "Known here: /as liaison, /at 2027-01-12 09:59, /faster 60, /msg NICK TEXT, /quit."


class Speaking(Protocol):
    """Who speaks at the console, and where."""

    nick: str
    channel: str

    def be(self, nick: str) -> None:
        """Speak as somebody else from now on."""

    def tell(self, target: str, text: str) -> None:
        """Say it in a channel, or to one person in private."""


def say(guest: Speaking, text: str) -> bool:
    """Send a typed line to where it belongs; False where it goes nowhere."""
    command, _, rest = text.partition(" ")
    target, _, words = rest.partition(" ")
    if not text.strip():
        return False
    if command == "/msg" and words:
        guest.tell(target, words)
    elif command.startswith("/"):
        show(KNOWN)
        return False
    else:
        guest.tell(guest.channel, text)
        if not sys.stdin.isatty():
            show(f"<{guest.nick}> {text}")
    return True


def spoken(line: ServerLine) -> str:
    """How a line of the server reads on the console; empty for what is nobody's business."""
    match line.command:
        case "PRIVMSG" if line.words[0].startswith("#"):
            return f"<{line.sender}> {line.text}"
        case "PRIVMSG" | "NOTICE" if line.sender:
            return f"<{line.sender}> (to {line.words[0]} alone) {line.text}"
        case "JOIN":
            return f"* {line.sender} has joined"
        case "PART" | "QUIT":
            return f"* {line.sender} has left"
        case "NICK":
            return f"* {line.sender} is {line.text} now"
        case "401" | "403" | "433":
            return f"* {' '.join(line.words[1:])}"
    return ""


def show(text: str) -> None:
    """Print a text without the characters that could steer a terminal."""
    lines = ("".join(filter(str.isprintable, line)) for line in text.splitlines())
    print("\n".join(lines), flush=True)


def input_lines() -> Iterator[str]:
    """The lines of the standard input; os.read, since a thread that waits inside `sys.stdin`
    keeps Python from ending."""
    rest = b""
    while chunk := os.read(0, 4096):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line.decode(errors="replace").rstrip("\r") for line in lines)
    if rest:
        yield rest.decode(errors="replace")
