"""The door where two networks are behind it, and where Limnoria is late."""

from __future__ import annotations

import asyncio
import select
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from supybot import conf, ircmsgs
from supybot.drivers.Socket import SocketDriver

from GlanceRelease.domain.messages.doc import doc
from GlanceRelease.frontends.irc.delivery import IrcDoor
from GlanceRelease.frontends.irc.thread_wake import Waker
from GlanceRelease.plugin import GlanceRelease
from GlanceRelease.registry import Reply, reply
from GlanceRelease.service.outbox.front_end import DeliveryOutcome

pytestmark = pytest.mark.asyncio


@dataclass
class Network:
    """What the door sees of Limnoria's connection to one network."""

    queued: list[str] = field(default_factory=list)
    messages: list[Any] = field(default_factory=list)
    driver: Any = field(default_factory=lambda: SimpleNamespace(connected=True))
    state: Any = field(default_factory=lambda: SimpleNamespace(channels={}))
    prefix: str = "glancebot!glancebot@bot.example"

    def queueMsg(self, message: Any) -> None:
        self.queued.append(f"{message.command} {message.args[-1]}")
        self.messages.append(message)

    def sendMsg(self, message: Any) -> None:
        self.queueMsg(message)

    def send(self, door: IrcDoor) -> list[str]:
        """What the network sends of its queue."""
        sent, self.messages = [m for m in self.messages if door.taken(m)], []
        return [f"{message.command} {message.args[-1]}" for message in sent]


async def saying(door: IrcDoor, target: str) -> asyncio.Task[DeliveryOutcome]:
    """A line under way, handed to the network's queue."""
    task = asyncio.create_task(_say(door, target))
    await asyncio.sleep(0)
    return task


async def _say(door: IrcDoor, target: str) -> DeliveryOutcome:
    return await door.say(target, doc("RC1 is near"), "claim")


async def test_a_line_is_said_when_its_ping_is_answered() -> None:
    door, network = IrcDoor(), Network()
    door.joined(network, "#a")
    task = await saying(door, "#A")
    line, ping = network.queued
    assert line == "PRIVMSG RC1 is near"
    door.receipt(ping.removeprefix("PING "))
    assert await task == DeliveryOutcome("said")


async def taking_turn(door: IrcDoor, log: list[Any], name: str, keep: float = 0) -> None:
    async with door.turn("#a") as kept:
        log.append((name, kept))
        await asyncio.sleep(keep)


async def test_a_line_has_its_turn_when_a_ping_came_back_through_the_queue() -> None:
    door, network, log = IrcDoor(), Network(), list[Any]()
    door.joined(network, "#a")
    task = asyncio.create_task(taking_turn(door, log, "first"))
    await asyncio.sleep(0.01)
    (ping,) = network.send(door)
    assert (ping.split()[0], log) == ("PING", [])
    door.receipt(ping.removeprefix("PING "))
    await task
    assert log == [("first", None)]


async def test_a_network_takes_one_line_at_a_time() -> None:
    door, network, log = IrcDoor(), Network(), list[Any]()
    door.joined(network, "#a")
    tasks = [asyncio.create_task(taking_turn(door, log, name, 0.05)) for name in "ab"]
    for heard in ([("a", None)], [("a", None), ("b", None)]):
        await asyncio.sleep(0.02)
        (ping,) = network.send(door)
        door.receipt(ping.removeprefix("PING "))
        await asyncio.sleep(0.02)
        assert log == heard
        await asyncio.sleep(0.04)
    await asyncio.gather(*tasks)


LOST = DeliveryOutcome("later", "the connection was lost")


@pytest.mark.parametrize(
    ("happens", "outcome"),
    [
        (lambda door, network: None, DeliveryOutcome("later", "no receipt in time")),
        (
            lambda door, network: door.receipt("glancerelease-1"),
            DeliveryOutcome("later", "no receipt in time"),
        ),
        (lambda door, network: door.close(), DeliveryOutcome("later", "the bot stopped")),
        (lambda door, network: door.refused("#a", "404 No"), DeliveryOutcome("refused", "404 No")),
    ],
)  # fmt: skip
async def test_without_an_answer_the_line_never_leaves(
    happens: Callable[[IrcDoor, Network], None],
    outcome: DeliveryOutcome,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("GlanceRelease.frontends.irc.delivery.RECEIPT_SECONDS", 0.05)
    door, network, log = IrcDoor(), Network(), list[Any]()
    door.joined(network, "#a")
    task = asyncio.create_task(taking_turn(door, log, "line"))
    await asyncio.sleep(0.01)
    network.send(door)
    happens(door, network)
    await task
    assert log == [("line", outcome)]


async def test_a_turn_ends_with_its_connection_and_the_next_one_is_free() -> None:
    door, network, log = IrcDoor(), Network(), list[Any]()
    door.joined(network, "#a")
    tasks = [asyncio.create_task(taking_turn(door, log, name)) for name in "ab"]
    await asyncio.sleep(0.01)
    network.send(door)
    network.driver.connected = False
    door.lost()
    await asyncio.gather(*tasks)
    assert log == [("a", LOST), ("b", DeliveryOutcome("refused", "not in the channel"))]


async def test_a_bell_ends_limnorias_sleep_and_does_not_go_on_ringing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(SocketDriver, "_instances", [])
    bell = Waker()
    bell.hang()
    with conf.supybot.drivers.poll.context(60.0):
        asleep = asyncio.create_task(asyncio.to_thread(SocketDriver._select))
        await asyncio.sleep(0.1)
        assert not asleep.done()
        bell.ring()
        async with asyncio.timeout(30):
            await asleep
    assert select.select([bell.conn], [], [], 0)[0] == []
    bell.take_down()
    assert SocketDriver._instances == []
    bell.ring()  # nobody hears it, and nothing fails


async def test_a_lost_network_takes_no_other_with_it() -> None:
    door, one, other = IrcDoor(), Network(), Network()
    door.joined(one, "#a")
    door.joined(other, "#b")
    lost, kept = await saying(door, "#a"), await saying(door, "#b")
    one.send(door)
    one.driver.connected = False
    door.lost()
    assert (await lost).result == "unsure"
    assert (door.ready("#a"), door.ready("#b")) == (False, True)
    door.receipt(other.queued[-1].removeprefix("PING "))
    assert await kept == DeliveryOutcome("said")


async def test_a_line_that_was_given_up_is_not_sent_late() -> None:
    door, network = IrcDoor(), Network()
    door.joined(network, "#a")
    task = asyncio.create_task(_say(door, "#a"))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert len(network.queued) == 2
    assert network.send(door) == []


async def test_a_closed_door_leaves_nobody_waiting() -> None:
    door, network = IrcDoor(), Network()
    door.joined(network, "#a")
    out = await saying(door, "#a")
    network.send(door)
    queued = await saying(door, "#a")
    door.close()
    assert (await out).result == "unsure"
    assert await queued == DeliveryOutcome("refused", "the bot stopped")
    assert not door.ready("#a")


async def test_a_line_that_waits_too_long_behind_others_is_taken_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("GlanceRelease.frontends.irc.delivery.QUEUE_SECONDS", 0.05)
    door, network = IrcDoor(), Network()
    door.joined(network, "#a")
    assert (await _say_and_run(door)).result == "refused"
    assert network.send(door) == []


async def _say_and_run(door: IrcDoor) -> DeliveryOutcome:
    return await (await saying(door, "#a"))


LONG = " ".join(["release"] * 60)  # 479 bytes


@pytest.mark.parametrize(
    ("channel", "host", "most"),
    [
        ("#openstack-glance", "bot.example", 400),
        ("#openstack-glance", "h" * 63, 397),
        (f"#{'c' * 49}", "h" * 63, 364),
    ],
)
async def test_no_line_is_longer_than_a_server_sends_on(channel: str, host: str, most: int) -> None:
    prefix = f"glancebot!~glancebot@{host}"
    door, network = IrcDoor(), Network(prefix=prefix)
    door.joined(network, channel)
    task = asyncio.create_task(door.say(channel, doc(LONG), "claim"))
    await asyncio.sleep(0)
    (line, _) = network.messages
    assert most - 8 < len(line.args[1]) <= most
    assert len(f":{prefix} {line}") <= 512
    assert line.args[1].endswith(" release...")
    door.close()
    await task

    answers: list[str] = []
    irc = SimpleNamespace(
        prefix=prefix,
        reply=lambda text, **options: answers.append(text),
        getRealIrc=lambda: network,
    )
    asked = ircmsgs.privmsg(channel, "!deadlines", prefix="alice!a@alice.example")
    asked.channel = channel
    given: list[Reply] = []
    plugin = SimpleNamespace(app=SimpleNamespace(gave=given.append))
    GlanceRelease._say(plugin, irc, asked, reply(LONG))
    assert answers == [line.args[1]]
    assert given == [reply(LONG)]  # of which `why` can tell


async def test_a_receipt_that_never_comes_leaves_it_unsure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("GlanceRelease.frontends.irc.delivery.RECEIPT_SECONDS", 0.05)
    door, network = IrcDoor(), Network()
    door.joined(network, "#a")
    task = await saying(door, "#a")
    network.send(door)
    assert await task == DeliveryOutcome("unsure", "no receipt in time")


async def test_a_refusal_is_of_the_line_that_is_out_to_that_target_alone() -> None:
    door, network = IrcDoor(), Network()
    door.joined(network, "#a")
    door.joined(network, "#b")
    first, other = await saying(door, "#a"), await saying(door, "#b")
    door.refused("#b", "404 of an answer before it")  # ours has not left yet
    network.send(door)
    door.refused("#a #b", "a text")
    door.refused("#B", "404 No")
    assert await other == DeliveryOutcome("refused", "404 No")
    door.receipt(network.queued[1].removeprefix("PING "))
    assert await first == DeliveryOutcome("said")


async def test_nobody_guesses_the_token_of_a_receipt() -> None:
    door, network = IrcDoor(), Network()
    door.joined(network, "#a")
    tasks = [await saying(door, "#a") for _ in range(2)]
    tokens = [line.removeprefix("PING ") for line in network.queued if line.startswith("PING ")]
    assert all(len(token.rpartition("-")[2]) == 16 for token in tokens)
    assert len(set(tokens)) == 2
    for guess in ("", "glancerelease-1", "glancerelease-2", tokens[0][:-1]):
        door.receipt(guess)
    assert not any(task.done() for task in tasks)
    door.close()
    await asyncio.gather(*tasks)
