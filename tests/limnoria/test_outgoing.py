"""Limnoria's own queue with our order in it: what leaves first, what is dropped, what is kept when
the plugin comes and goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from supybot import conf, ircmsgs, world
from supybot.irclib import IrcCallback, IrcMsgQueue
from supybot.test import getTestIrc

from GlanceRelease import outgoing as queues
from GlanceRelease.flood import Waiting
from GlanceRelease.outgoing import FIRST, OWN, QUESTION, Outgoing, give_back, outgoing

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
        message.tag({"first": FIRST, "question": QUESTION}[name], value)
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
    assert lines[-2:] == [queues.LEFT_OUT] * 2


def test_the_rest_of_all_long_answers_is_bounded_and_keeps_nobody_from_asking(irc: Any) -> None:
    queue = outgoing(irc)
    for number in range(20):
        queue.later(asked(f"nick{number}"), ["line"] * 60)
    assert queue.waiting("alice") == Waiting()
    assert taken(queue).count("line") == queues.REST_OF_ALL


def test_what_another_plugin_answers_to_a_crowd_is_bounded(irc: Any) -> None:
    queue = outgoing(irc)
    for number in range(1000):
        irc.queueMsg(answer(asked(f"nick{number}"), str(number)))
    assert len(queue) == queues.MOST_OF_A_TARGET
    for number in range(1000):
        irc.queueMsg(answer(asked(f"nick{number}"), str(number), f"nick{number}"))
    assert len(queue) == queues.MOST_OF_ALL
    irc.queueMsg(own("a reminder"))
    irc.queueMsg(answer(asked("chair", first=True), "Silent in the channel."))
    assert taken(queue)[:2] == ["a reminder", "Silent in the channel."]


def test_it_tells_whether_an_answer_is_under_way(irc: Any) -> None:
    queue = outgoing(irc)
    irc.queueMsg(answer(asked(question="q"), "a line"))
    queue.later(asked(question="long"), ["its end"])
    assert [queue.holds("q", False), queue.holds("long", False)] == [True, True]
    assert not queue.holds("another", False)
    assert not queue.holds("q", True)  # an operator's own would be there before it
    irc.queueMsg(answer(asked("chair", question="q", first=True), "a line"))
    assert queue.holds("q", True)
    taken(queue)
    assert not queue.holds("q", False)


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
    class Older(Outgoing):
        """As after a reload, when the class is another one of the same name."""

    irc.queue = Older()
    irc.queueMsg(own("a reminder"))
    irc.queueMsg(ircmsgs.mode("glancebot", "+B"))
    queues._replace(irc, Outgoing())
    assert type(irc.queue) is Outgoing
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
