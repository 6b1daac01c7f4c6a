"""The servers that other tests rely on are real, and refuse what real ones refuse."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from kit.irc.person import Person
from kit.irc.servers import Server

Join = Callable[..., Awaitable[Person]]


@pytest.mark.asyncio
async def test_people_talk_and_operators_rule(join: Join) -> None:
    alice, bob = await join("alice"), await join("bob")
    bob.say("hello")
    assert (await alice.expect("hello", sender="bob")).words[0] == "#openstack-glance"
    alice.mode("+m")
    await bob.expect_command("MODE")
    bob.say("and now?")
    await bob.expect_command("404")
    alice.kick("bob")
    await bob.expect_command("KICK")
    await alice.oper()
    alice.raw("KILL bob :bye")
    await bob.expect_command("ERROR")


@pytest.mark.asyncio
async def test_the_strict_server_holds_back_who_speaks_too_much(
    join: Join, strict_server: Server
) -> None:
    alice, bob = await join("alice", strict_server), await join("bob", strict_server)
    for number in range(7):
        bob.say(str(number))
    assert await alice.lines(quiet=0.5, sender="bob") == ["0", "1", "2", "3", "4"]
    await alice.expect("6", sender="bob")


@pytest.mark.asyncio
async def test_miniircd_serves_people(join: Join, miniircd_server: Server) -> None:
    alice, bob = await join("alice", miniircd_server), await join("bob", miniircd_server)
    bob.tell("alice", "psst")
    await alice.expect("psst", sender="bob")


@pytest.mark.asyncio
async def test_each_test_has_a_postgresql_database_of_its_own(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    try:
        assert await connection.fetchval("select count(*) from pg_stat_user_tables") == 0
    finally:
        await connection.close()
