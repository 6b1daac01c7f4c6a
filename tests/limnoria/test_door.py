"""The door where two networks are behind it, and where Limnoria is late."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from supybot import schedule

from GlanceRelease.door import IrcDoor
from GlanceRelease.service.outbox import Outcome

pytestmark = pytest.mark.asyncio


@dataclass
class Network:
    """What the door sees of Limnoria's connection to one network."""

    queued: list[str] = field(default_factory=list)
    driver: Any = field(default_factory=lambda: SimpleNamespace(connected=True))
    state: Any = field(default_factory=lambda: SimpleNamespace(channels={}))

    def queueMsg(self, message: Any) -> None:
        self.queued.append(f"{message.command} {message.args[-1]}")


async def saying(door: IrcDoor, target: str) -> asyncio.Task[Outcome]:
    """A line under way, handed to the network's queue."""
    task = asyncio.create_task(_say(door, target))
    await asyncio.sleep(0)
    schedule.schedule.run()
    return task


async def _say(door: IrcDoor, target: str) -> Outcome:
    return await door.say(target, "RC1 is near")


async def test_a_line_is_said_when_its_ping_is_answered() -> None:
    door, network = IrcDoor(), Network()
    door.joined(network, "#a")
    task = await saying(door, "#A")
    line, ping = network.queued
    assert line == "PRIVMSG RC1 is near"
    door.receipt(ping.removeprefix("PING "))
    assert await task == Outcome("said")


async def test_a_lost_network_takes_no_other_with_it() -> None:
    door, one, other = IrcDoor(), Network(), Network()
    door.joined(one, "#a")
    door.joined(other, "#b")
    lost, kept = await saying(door, "#a"), await saying(door, "#b")
    one.driver.connected = False
    door.lost()
    assert (await lost).result == "unsure"
    assert (door.ready("#a"), door.ready("#b")) == (False, True)
    door.receipt(other.queued[-1].removeprefix("PING "))
    assert await kept == Outcome("said")


async def test_a_line_that_was_given_up_is_not_sent_late() -> None:
    door, network = IrcDoor(), Network()
    door.joined(network, "#a")
    task = asyncio.create_task(_say(door, "#a"))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    schedule.schedule.run()
    assert network.queued == []


async def test_a_closed_door_leaves_nobody_waiting() -> None:
    door, network = IrcDoor(), Network()
    door.joined(network, "#a")
    task = await saying(door, "#a")
    door.close()
    assert (await task).result == "unsure"
    assert not door.ready("#a")
