"""What people say to the bot in private: commands however they are addressed, greetings, and words
that are no command, which are answered there and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from supybot import callbacks, ircmsgs, ircutils

from ...clock import RunningClock
from ...domain.messages.courtesy import is_greeting, without_courtesy
from ...domain.people.roles import fold
from ...registry import COMMANDS, Reply, reply, unknown_command
from ...render.sanitize import plain
from .expiring_set import Recently
from .message_origin import argument, is_me
from .question_limits import Questions

WELCOME = "Hello. Ask me deadlines, next, freeze, releases or duties; help tells all that I know."
_SAME_AGAIN = 60  # seconds in which an equal line gets no second answer: it may be a bot's


class PrivateWords:
    """The part of a Limnoria plugin that hears what is said to the bot alone, before any command
    is looked for. Words that are no command are counted with the questions."""

    _questions: Questions
    _say: Callable[[Any, Any, Reply], None]

    def __init__(self, irc: Any) -> None:
        self._answered = Recently(_SAME_AGAIN)
        self._since = RunningClock()
        super().__init__(irc)  # type: ignore[call-arg]

    def inFilter(self, irc: Any, msg: Any) -> Any:  # noqa: N802  Limnoria's name
        """A line comes in. In private a command may have the bot's nick, a greeting or a "!" in
        front of it; what is no command of anybody's is answered, each once a minute. In a channel a
        command behind the bot's nick may have courtesy around it: "glancebot: next?"."""
        is_private = _is_private(irc, msg)
        if is_private:
            msg = _as_command(msg, command_in(msg.args[1], irc.nick))
        elif (words := _behind_the_nick(irc, msg)) and (command := command_in(words, "")) != words:
            msg = ircmsgs.IrcMsg(msg=msg, args=(msg.args[0], f"{irc.nick}: {command}"))
        msg = super().inFilter(irc, msg)  # type: ignore[misc]
        if is_private and msg is not None and msg.tagged("addressed") == "":
            self._answer_words(irc, msg, msg.args[1])
        return msg

    def _answer_words(self, irc: Any, msg: Any, text: str) -> None:
        words = plain(text)
        now = self._since.now().timestamp()
        key = (irc.network, fold(msg.nick), words.lower())
        if not words or _is_anothers(irc, words) or self._answered.has(now, key):
            return
        self._answered.note(now, key)
        told = reply(WELCOME if is_greeting(words) else unknown_command(words))
        asked = callbacks.SimpleProxy(irc, msg)
        if self._questions.admits(asked, msg):
            self._say(asked, msg, told)


def command_in(text: str, nick: str) -> str:
    """The command that a line to the bot is, without its `nick` and what else stands in front of
    it; the line as it is where it is none of ours."""
    front = rf"^{re.escape(nick)}[:,]? +" if nick else "^ +"
    bare = re.sub(front, "", text.strip(), flags=re.IGNORECASE)
    for words in (bare.lstrip("!"), without_courtesy(bare.lstrip("!"))):
        name, _, rest = words.partition(" ")
        if name.rstrip("?!.,:").lower() in COMMANDS:
            return f"{name.rstrip('?!.,:')} {rest}".rstrip()
    return text


def _behind_the_nick(irc: Any, msg: Any) -> str:
    """What a line says to the bot by its nick; "" where it is said to all, or is no words."""
    if msg.command != "PRIVMSG" or not ircutils.isUserHostmask(msg.prefix):
        return ""
    called = re.match(rf"{re.escape(irc.nick)}[:,] *(?=\S)", argument(msg, 1), re.IGNORECASE)
    return argument(msg, 1)[called.end() :].strip() if called else ""


def _is_private(irc: Any, msg: Any) -> bool:
    return (
        msg.command == "PRIVMSG"
        and is_me(irc, argument(msg, 0))
        and not ircmsgs.isCtcp(msg)
        and ircutils.isUserHostmask(msg.prefix)
    )


def _as_command(msg: Any, text: str) -> Any:
    if text == msg.args[1]:
        return msg
    meant = ircmsgs.IrcMsg(msg=msg, args=(msg.args[0], text))
    meant.channel = None
    return meant


def _is_anothers(irc: Any, words: str) -> bool:
    """Whether it names a plugin or a command of Limnoria's, of which nobody but the owner hears."""
    names = [callbacks.canonicalName(word) for word in words.split()[:2]]
    return any(
        callback.name().lower() == names[0]
        or (hasattr(callback, "isCommandMethod") and callback.isCommandMethod(names[0]))
        for callback in irc.callbacks
    )
