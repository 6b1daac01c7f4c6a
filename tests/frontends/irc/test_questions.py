"""Which questions are answered: of whom, how many, and which equal ones share an answer."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from supybot import callbacks, conf, ircmsgs, world
from supybot.test import getTestIrc

from GlanceRelease.frontends.irc.command_flood import A_HOST, A_PLACE, LINES_EVERYWHERE
from GlanceRelease.frontends.irc.question_limits import TOO_MANY, Questions, put_first
from GlanceRelease.frontends.irc.send_queue import FIRST, NEW, outgoing

CHANNEL = "#openstack-glance"


class Room:
    """A network, what is asked there, and what is answered at once."""

    def __init__(self) -> None:
        self.real = getTestIrc()
        self.real.queue.reset()
        self.said: list[str] = []
        self.irc = SimpleNamespace(
            network="test",
            getRealIrc=lambda: self.real,
            reply=lambda text, **options: self.said.append(text),
        )
        self.questions = Questions(lambda irc, msg: msg.nick == "chair")

    def ask(self, nick: str = "alice", where: str = CHANNEL, host: str = "") -> Any:
        message = ircmsgs.privmsg(where, "!next", prefix=f"{nick}!{nick}@{host or nick}.example")
        message.channel = where if where.startswith("#") else None
        return message

    def admits(self, *args: Any, **kwargs: Any) -> bool:
        return self.questions.admits(self.irc, self.ask(*args, **kwargs))

    def serves(self, message: Any, text: str = "next ", answer: str = "today") -> bool:
        return self.questions.is_served(self.irc, message, text, answer, False)

    def answer(self, message: Any) -> None:
        """Limnoria's line of an answer, which waits."""
        line = ircmsgs.privmsg(message.channel or message.nick, "today")
        line.tag("inReplyTo", message)
        self.real.queueMsg(line)


@pytest.fixture
def room() -> Iterator[Room]:
    """A network that takes a line a second."""
    known, gates = list(world.ircs), list(callbacks.Commands.pre_command_callbacks)
    with conf.supybot.protocols.irc.throttleTime.context(1.0):
        yield Room()
    world.ircs[:] = known
    callbacks.Commands.pre_command_callbacks[:] = gates


def test_a_channel_is_told_once_that_it_asks_too_much(room: Room) -> None:
    answered = [room.admits(f"nick{number}") for number in range(3 * A_PLACE)]
    assert (sum(answered), room.said) == (A_PLACE, [TOO_MANY])
    assert room.admits("nick0", "#another")
    assert room.admits("nick0", "glancebot")


def test_a_host_is_over_its_limit_under_all_of_its_nicks(room: Room) -> None:
    answered = [room.admits(f"nick{n}", "glancebot", "one") for n in range(3 * A_HOST)]
    assert sum(answered) == A_HOST
    assert set(room.said) == {TOO_MANY}
    assert len(room.said) <= 5
    assert room.admits("bob", "glancebot", "another")


def test_a_refusal_that_would_come_late_is_kept_for_the_next_question(room: Room) -> None:
    for number in range(5):
        question = room.ask(f"nick{number}", "glancebot")
        room.admits(f"nick{number}", "glancebot")
        question.tag(NEW, True)
        room.answer(question)
    while room.admits():
        pass
    assert room.said == []
    for _ in range(4):
        outgoing(room.real).dequeue()
    assert not room.admits()
    assert room.said == [TOO_MANY]


def test_a_first_question_is_answered_however_much_others_ask(room: Room) -> None:
    while room.admits("flooder", host="one"):
        pass
    for number in range(3 * LINES_EVERYWHERE):
        question = room.ask(f"crowd{number % 9}", host="one")
        room.answer(question)
    assert room.admits("alice", host="one")
    assert room.admits("bob", host="two")
    assert not room.admits("alice", host="one")
    assert room.admits("alice", "glancebot", host="three")


def test_who_asks_first_does_not_wait_for_a_crowds_equal_answer(room: Room) -> None:
    crowd, first = room.ask("crowd"), room.ask("alice")
    assert not room.serves(crowd)
    room.answer(crowd)
    assert room.serves(room.ask("bob"))
    first.tag(NEW, True)
    assert not room.serves(first)
    room.answer(first)
    assert outgoing(room.real).dequeue().tagged("inReplyTo") is first


def test_who_has_a_right_is_over_no_limit_and_first(room: Room) -> None:
    while room.admits():
        pass
    message = room.ask("chair", host="alice")
    assert all(room.questions.admits(room.irc, message) for _ in range(3 * A_HOST))
    assert message.tagged(FIRST)
    assert room.said == [TOO_MANY]
    assert not room.ask("alice").tagged(FIRST)


def test_a_right_that_is_not_confirmed_ends_the_precedence(room: Room) -> None:
    while room.admits():
        pass
    message = room.ask()
    put_first(message)
    assert room.questions.admits(room.irc, message)
    put_first(message, False)
    assert not room.questions.admits(room.irc, message)


def test_who_came_under_anothers_nick_is_known_by_user_and_host(room: Room) -> None:
    thief = room.ask("croelandt", host="elsewhere")
    room.questions.in_vain(room.irc, thief)
    assert room.questions.is_known_in_vain(room.irc, thief)
    assert not room.questions.is_known_in_vain(room.irc, room.ask("croelandt", host="home"))


def test_equal_questions_have_one_answer_in_each_place(room: Room) -> None:
    assert not room.serves(room.ask("alice"))
    assert room.serves(room.ask("bob"))
    assert room.serves(room.ask("bob"), "NEXT")
    assert not room.serves(room.ask("bob"), "next", "tomorrow")
    assert not room.serves(room.ask("bob"), "week")
    assert not room.serves(room.ask("bob", "#another"))
    assert [room.serves(room.ask(nick, "glancebot")) for nick in ("bob", "carol", "bob")] == [
        False, False, True,
    ]  # fmt: skip


def test_an_operator_does_not_wait_for_the_crowds_answer(room: Room) -> None:
    def asked_by(nick: str) -> Any:
        message = room.ask(nick)
        room.questions.is_first(room.irc, message)
        return message

    crowd = asked_by("alice")
    assert not room.serves(crowd)
    room.answer(crowd)
    operator = asked_by("chair")
    assert not room.serves(operator)
    room.answer(operator)
    assert room.serves(asked_by("chair"))
    assert room.serves(asked_by("bob"))
    assert outgoing(room.real).dequeue().tagged("inReplyTo") is operator


def test_where_all_lines_leave_at_once_nothing_is_held_back(room: Room) -> None:
    with conf.supybot.protocols.irc.throttleTime.context(0.0):
        assert all(room.admits() for _ in range(3 * A_HOST))
        assert not any(room.serves(room.ask()) for _ in range(3))


def gate(room: Room, name: str, command: str, *words: str) -> bool:
    """Whether Limnoria is told not to run a plugin's command."""
    plugin = SimpleNamespace(name=lambda: name)
    (refused,) = callbacks.Commands.pre_command_callbacks[-1:]
    return bool(refused(plugin, [command], room.irc, room.ask("alice", "glancebot"), [*words]))


@pytest.mark.parametrize("command", ["list", "help", "ping", "more", "whoami"])
def test_limnorias_own_commands_are_counted_too(room: Room, command: str) -> None:
    room.questions.start()
    answered = [gate(room, "Misc", command, str(number)) for number in range(3 * A_PLACE)]
    assert (answered.count(False), room.said) == (A_PLACE, [TOO_MANY])


def test_equal_ones_of_limnorias_share_an_answer_where_it_is_the_same(room: Room) -> None:
    room.questions.start()
    assert [gate(room, "Misc", "ping") for _ in range(3)] == [False, True, True]
    assert not gate(room, "Misc", "list")
    assert not gate(room, "Misc", "list", "User")
    assert [gate(room, "Misc", "more") for _ in range(3)] == [False] * 3
    assert [gate(room, "User", "identify", "a", "b") for _ in range(3)] == [False] * 3


def test_our_own_commands_are_counted_by_themselves(room: Room) -> None:
    room.questions.start()
    assert not any(gate(room, "GlanceRelease", "next") for _ in range(3 * A_PLACE))


def test_a_plugin_that_is_gone_counts_nothing(room: Room) -> None:
    before = list(callbacks.Commands.pre_command_callbacks)
    room.questions.start()
    room.questions.stop()
    room.questions.stop()
    assert before == callbacks.Commands.pre_command_callbacks
