"""Limnoria's own queue with our order in it: what leaves first, what is dropped, what is kept when
the plugin comes and goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from supybot import conf, ircmsgs, world
from supybot.irclib import IrcCallback, IrcMsgQueue
from supybot.test import getTestIrc

from GlanceRelease.frontends.irc import send_queue
from GlanceRelease.frontends.irc.command_flood import LINES_EVERYWHERE
from GlanceRelease.frontends.irc.send_queue import (
    FIRST,
    MOST_OF_A_TARGET,
    NEW,
    OWN,
    QUESTION,
    REFUSED,
    REST_SECONDS,
    WORTH_SECONDS,
    SendQueue,
    give_back,
    host_of,
    outgoing,
)

CHANNEL = "#openstack-glance"


@pytest.fixture
def irc() -> Iterator[Any]:
    """One of Limnoria's connections, with nothing to send."""
    known = list(world.ircs)
    network = getTestIrc()
    network.queue.reset()
    yield network
    world.ircs[:] = known


def asked(nick: str = "alice", host: str = "", where: str = CHANNEL, **tags: Any) -> Any:
    """A question, as it came from the network."""
    message = ircmsgs.privmsg(where, "!next", prefix=f"{nick}!{nick}@{host or nick}.example")
    message.channel = where if where.startswith("#") else None
    for name, value in tags.items():
        message.tag(
            {"first": FIRST, "new": NEW, "question": QUESTION, "refused": REFUSED}[name], value
        )
    return message


def answer(question: Any, text: str, target: str = CHANNEL) -> Any:
    """A line that answers it, marked as Limnoria marks it."""
    message = ircmsgs.privmsg(target, text)
    message.tag("inReplyTo", question)
    return message


def own(text: str, token: str = "t") -> Any:
    """A line that the bot says unasked."""
    message = ircmsgs.privmsg(CHANNEL, text)
    message.tag(OWN, token)
    return message


def taken(queue: Any) -> list[str]:
    """All that waits, in the order in which it leaves."""
    return [str(message.args[-1]) for message in iter(queue.dequeue, None)]


def test_what_the_bot_must_say_leaves_before_the_crowds_answers(irc: Any) -> None:
    queue = outgoing(irc)
    whois = ircmsgs.whois("pdeore")
    whois.tag("inReplyTo", asked("pdeore"))
    queue.later(asked("crowd"), ["rest 1", "rest 2"])
    irc.queueMsg(answer(asked("crowd"), "for the channel"))
    irc.queueMsg(answer(asked("bob"), "for bob", "bob"))
    irc.queueMsg(whois)
    irc.queueMsg(answer(asked("chair", first=True), "Silent in the channel."))
    irc.queueMsg(own("a reminder"))
    irc.queueMsg(ircmsgs.mode("glancebot", "+B"))
    assert len(queue) == 8
    assert taken(queue) == [
        "+B", "Silent in the channel.", "a reminder", "pdeore", "for bob", "for the channel",
        "rest 1", "rest 2",
    ]  # fmt: skip
    assert not queue


def test_who_is_asked_about_at_an_operators_question_is_asked_first(irc: Any) -> None:
    queue = outgoing(irc)
    irc.queueMsg(answer(asked("bob"), "for bob", "bob"))
    whois = ircmsgs.whois("croelandt")
    whois.tag("inReplyTo", asked("croelandt", first=True))
    irc.queueMsg(whois)
    assert taken(queue) == ["croelandt", "for bob"]


def test_long_answers_take_turns_and_let_everybody_else_go_first(irc: Any) -> None:
    queue = outgoing(irc)
    queue.later(asked("alice"), ["a1", "a2", "a3"])
    queue.later(asked("bob"), ["b1"])
    irc.queueMsg(answer(asked("carol"), "for the channel"))
    irc.queueMsg(answer(asked("carol"), "for carol", "carol"))
    sent: list[str] = []
    while queue:
        sent.append(queue.dequeue().args[-1])
        if sent[-1] == "b1":
            irc.queueMsg(answer(asked("dave"), "a question in between"))
    assert sent == [
        "for carol", "for the channel", "a1", "b1", "a question in between", "a2", "a3",
    ]  # fmt: skip


def test_who_is_gone_with_a_connection_gets_no_more(irc: Any) -> None:
    other = getTestIrc()
    outgoing(irc).later(asked("alice"), ["a"])
    irc.queueMsg(own("a reminder"))
    outgoing(other).reset()
    outgoing(other).later(asked("bob"), ["b"])
    irc.queue.reset()  # as Irc.reset() does at the end of a connection
    assert (taken(irc.queue), taken(other.queue)) == ([], ["b"])


def test_who_left_the_network_gets_no_more(irc: Any) -> None:
    other = getTestIrc()
    outgoing(other).reset()
    queue = outgoing(irc)
    queue.later(asked("Alice"), ["a"])
    queue.later(asked("bob"), ["b"])
    irc.queueMsg(answer(asked("Alice"), "for Alice", "Alice"))
    irc.queueMsg(answer(asked("Alice"), "for the channel"))
    outgoing(other).later(asked("alice"), ["c"])
    queue.gone("alice")
    assert (taken(queue), taken(other.queue)) == (["for the channel", "b"], ["c"])


def test_nobody_has_more_than_so_many_lines_waiting_and_is_told_so(irc: Any) -> None:
    queue = outgoing(irc)
    for _ in range(3):
        queue.later(asked("alice"), ["line"] * 60)
    queue.later(asked("bob"), ["b"])
    lines = taken(queue)
    assert (lines.count("line"), lines.count("b")) == (60, 1)
    assert lines[:2] == [send_queue.LEFT_OUT] * 2  # at once


def test_the_rest_of_all_long_answers_is_bounded_and_keeps_nobody_from_asking(irc: Any) -> None:
    queue = outgoing(irc)
    for number in range(20):
        queue.later(asked(f"nick{number}"), ["line"] * 60)
    assert queue.waiting("alice").here == 0
    assert taken(queue).count("line") == send_queue.REST_OF_ALL


def test_what_another_plugin_answers_to_a_crowd_is_bounded(irc: Any) -> None:
    queue = outgoing(irc)
    for number in range(1000):
        irc.queueMsg(answer(asked(f"nick{number}"), str(number)))
    assert len(queue) == send_queue.MOST_OF_A_TARGET
    for number in range(1000):
        irc.queueMsg(answer(asked(f"nick{number}"), str(number), f"nick{number}"))
    assert len(queue) == send_queue.MOST_OF_ALL
    irc.queueMsg(own("a reminder"))
    irc.queueMsg(answer(asked("chair", first=True), "Silent in the channel."))
    assert taken(queue)[:2] == ["a reminder", "Silent in the channel."]


def test_it_tells_whether_an_answer_is_under_way(irc: Any) -> None:
    queue = outgoing(irc)
    irc.queueMsg(answer(asked(question="q"), "a line"))
    queue.later(asked(question="long"), ["its end"])
    assert [queue.holds("q"), queue.holds("long")] == [True, True]
    assert not queue.holds("another")
    assert not queue.holds(
        "q", asked("chair", first=True)
    )  # an operator's own would be there before it
    irc.queueMsg(answer(asked("chair", question="q", first=True), "a line"))
    assert queue.holds("q", asked("chair", first=True))
    taken(queue)
    assert not queue.holds("q")


def test_what_waits_is_kept_when_the_plugin_comes_and_goes(irc: Any) -> None:
    with conf.supybot.protocols.irc.queuing.rateLimit.join.context(3600.0):
        irc.queueMsg(ircmsgs.join("#first"))
        assert taken(irc.queue) == ["#first"]
        irc.queueMsg(ircmsgs.join("#held-back"))  # for an hour, behind the other
        irc.queueMsg(answer(asked("alice"), "asked before"))
        queue = outgoing(irc)
        assert outgoing(irc) is queue
        irc.queueMsg(own("a reminder"))
        queue.later(asked("bob"), ["rest"])
        give_back()
        assert type(irc.queue) is IrcMsgQueue
        assert len(irc.queue) == len(outgoing(irc)) == 4
        assert taken(irc.queue) == ["a reminder", "asked before", "rest"]
    assert taken(irc.queue) == ["#held-back"]


def test_one_of_an_older_copy_of_this_module_is_replaced(irc: Any) -> None:
    class Older(SendQueue):
        """As after a reload, when the class is another one of the same name."""

    irc.queue = Older()
    irc.queueMsg(own("a reminder"))
    irc.queueMsg(ircmsgs.mode("glancebot", "+B"))
    send_queue._replace(irc, SendQueue())
    assert type(irc.queue) is SendQueue
    assert taken(irc.queue) == ["+B", "a reminder"]


def test_limnoria_takes_a_line_a_second_in_that_order(irc: Any) -> None:
    outgoing(irc)
    irc.addCallback(IrcCallback())
    irc.fastqueue.reset()
    irc.queueMsg(answer(asked("crowd"), "for the channel"))
    ping = ircmsgs.ping("token")
    ping.tag(OWN, "token")
    irc.queueMsg(ping)
    with conf.supybot.protocols.irc.throttleTime.context(3600.0):
        irc.lastTake = 0
        first, second = irc.takeMsg(), irc.takeMsg()
    assert (first.command, first.args, second) == ("PING", ("token",), None)
    irc.lastTake = 0
    assert irc.takeMsg().args == (CHANNEL, "for the channel")


class Timed:
    """A queue whose clock stands until it is set."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.queue = SendQueue(lambda: self.now)

    def say(self, question: Any, *lines: str, target: str = "") -> None:
        for line in lines:
            self.queue.enqueue(answer(question, line, target or question.nick))

    def take(self) -> str:
        return str(self.queue.dequeue().args[-1])


def test_who_has_not_asked_for_a_while_is_answered_before_who_has() -> None:
    timed = Timed()
    for number in range(3):
        timed.say(asked("crowd"), f"crowd {number}")
        timed.say(asked(f"flood{number}", "crowd"), f"flood {number}", target=CHANNEL)
    timed.say(asked("alice", new=True), "alice 1", "alice 2", "alice 3")
    timed.say(asked("bob", new=True), "bob 1", "bob 2", target=CHANNEL)
    timed.say(asked("carol", new=True), "carol 1", "carol 2")
    assert taken(timed.queue) == [
        "alice 1", "bob 1", "bob 2", "carol 1", "alice 2", "crowd 0", "flood 0",
        "carol 2", "crowd 1", "flood 1", "alice 3", "crowd 2", "flood 2",
    ]  # fmt: skip


def test_who_a_new_one_is_is_asked_before_the_others_answers() -> None:
    timed = Timed()
    timed.say(asked("crowd"), "for the crowd")
    for person in ("thief", "alice"):
        whois = ircmsgs.whois(person)
        whois.tag("inReplyTo", asked(person, new=person == "alice"))
        timed.queue.enqueue(whois)
    timed.queue.enqueue(ircmsgs.whois("croelandt"))  # for a notice of the bot's own
    assert taken(timed.queue) == ["croelandt", "alice", "thief", "for the crowd"]


def test_an_answer_that_nobody_waits_for_any_more_is_dropped() -> None:
    timed = Timed()
    timed.say(asked("alice", question="q"), "late 1", "late 2")
    timed.say(asked("bob"), "in time 1", "in time 2", target=CHANNEL)
    timed.queue.enqueue(own("a reminder"))
    timed.now += WORTH_SECONDS
    assert [timed.take(), timed.take(), timed.take()] == ["a reminder", "late 1", "late 2"]
    assert timed.take() == "in time 1"  # what has begun in a channel is said to its end
    timed.say(asked("alice", question="q"), "late 3")
    timed.now += WORTH_SECONDS + 1
    assert taken(timed.queue) == ["in time 2"]
    assert timed.queue.has_dropped("q")  # and may be asked again at once
    assert not timed.queue.has_dropped("q")


def test_what_is_for_somebody_with_a_right_is_never_too_late() -> None:
    timed = Timed()
    timed.say(asked("chair", first=True), "Silent in the channel.")
    timed.queue.enqueue(own("a reminder"))
    timed.now += 1000
    assert taken(timed.queue) == ["Silent in the channel.", "a reminder"]


def test_a_refusal_is_said_at_once_or_not() -> None:
    timed = Timed()
    timed.say(asked("crowd"), "for the crowd")
    timed.say(asked("alice", refused=True), "Too many.")
    assert timed.take() == "Too many."
    timed.say(asked("alice", refused=True), "Too many.", target=CHANNEL)
    timed.now += 6
    assert taken(timed.queue) == ["for the crowd"]


def test_who_has_the_beginning_of_a_list_is_told_that_it_has_an_end() -> None:
    timed = Timed()
    alice = asked("alice", new=True)
    timed.say(alice, "alice 1", "alice 2")
    timed.queue.later(alice, ["rest"] * 10)
    assert [timed.take() for _ in range(3)] == ["alice 1", "alice 2", "rest"]
    timed.now += REST_SECONDS + 1
    assert taken(timed.queue) == [send_queue.LEFT_OUT]


def test_in_a_flood_a_long_answer_is_short() -> None:
    timed = Timed()
    for number in range(LINES_EVERYWHERE):
        timed.say(asked(f"nick{number}"), str(number))
    alice = asked("alice", new=True)
    timed.say(alice, "a1", "a2")
    timed.queue.later(alice, ["rest"] * 10)
    assert [timed.take() for _ in range(4)] == ["a1", "a2", "0", send_queue.LEFT_OUT]


def test_where_too_many_lines_wait_who_asked_most_loses_the_oldest() -> None:
    timed = Timed()
    timed.say(asked("alice", new=True), "alice", target=CHANNEL)
    for number in range(MOST_OF_A_TARGET + 3):
        timed.now += 0.01
        timed.say(asked(f"nick{number % 2}", "crowd"), str(number), target=CHANNEL)
    timed.say(asked("bob", new=True), "bob", target=CHANNEL)
    timed.say(asked("carol"), "carol", target=CHANNEL)
    said = taken(timed.queue)
    assert len(said) == MOST_OF_A_TARGET
    assert said[:2] == ["alice", "bob"]
    assert "carol" in said
    assert not {str(number) for number in range(6)} & set(said)


def test_whoever_has_an_address_of_ipv6_has_its_network() -> None:
    hosts = ("2001:db8:1:2::3", "2001:db8:1:2:ffff::4", "2001:db8:1:3::3", "192.0.2.7", "a.example")
    assert [host_of(ircmsgs.privmsg("x", "y", prefix=f"n!u@{host}")) for host in hosts] == [
        "2001:db8:1:2::/64", "2001:db8:1:2::/64", "2001:db8:1:3::/64", "192.0.2.7", "a.example",
    ]  # fmt: skip
