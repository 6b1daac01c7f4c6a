"""The lines for NickServ in config/limnoria.conf, against a real NickServ and a channel that lets
only known nicks in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from kit.irc import servers as ircd
from kit.irc import services
from kit.irc.bot import NICK, ROOT, Bot
from kit.irc.fixtures import absent
from kit.irc.person import Person
from kit.irc.servers import Server
from kit.irc.wire import Wire

StartBot = Callable[..., Bot]
Join = Callable[..., Awaitable[Person]]
PASSWORD = "secret-of-the-bot"
KEPT = "supybot.plugins.GlanceRelease.passwords.nickserv"
Keep = Callable[[str], str]


def lines_for_nickserv(place: str) -> dict[str, str]:
    """What an operator gets by taking the "#" from the lines of Services, here with the server of
    the test's own."""
    text = (ROOT / "config" / "limnoria.conf").read_text()
    text = text.replace("services.oftc.net", services.NAME)
    found = {
        name: value
        for line in text.splitlines()
        for name, colon, value in [line[1:].partition(": ")]
        if line.startswith("#supybot.plugins.") and colon
    }
    assert found[KEPT] == "credential:nickserv"
    return found | {KEPT: place}


@pytest.fixture
def keep(tmp_path: Path) -> Callable[[str], str]:
    """Write a password down for the bot alone; how the registry names the place."""

    def write(password: str) -> str:
        file = tmp_path / "nickserv.password"
        file.touch(mode=0o600)
        file.write_text(f"{password}\n")
        return f"file:{file}"

    return write


@pytest.fixture(scope="module")
def network() -> Iterator[Server]:
    """ircd-hybrid with services."""
    if missing := services.absent_programs(services.ANOPE, ircd.HYBRID):
        absent(missing)
    with services.hybrid_with_services() as server:
        yield server


async def register(person: Person, password: str) -> None:
    """Register one's nick, as soon as services are there."""
    for _ in range(60):
        person.tell("NickServ", f"REGISTER {password} somebody@example.org")
        if any("registered" in text for text in await person.lines(0.3, sender="NickServ")):
            return
    raise AssertionError(f"NickServ never knew {person.nick}")


@pytest_asyncio.fixture
async def alice(join: Join, network: Server) -> Person:
    """The first in the channel, and so its operator."""
    return await join("alice", network)


@pytest_asyncio.fixture
async def registered(join: Join, network: Server, alice: Person) -> AsyncIterator[Person]:
    """Who has the bot's nick, registered with the bot's password."""
    somebody = await join(NICK, network)
    if not any("is registered" in text for text in await somebody.lines(1, sender="NickServ")):
        await register(somebody, PASSWORD)
    yield somebody


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
@pytest.mark.parametrize("place", ["file", "credential", "env", "registry", "of the network"])
@pytest.mark.asyncio
async def test_it_logs_in_and_only_then_joins(
    start_bot: StartBot,
    join: Join,
    network: Server,
    alice: Person,
    registered: Person,
    keep: Keep,
    tmp_path: Path,
    level: str,
    place: str,
) -> None:
    await registered.leave()
    alice.mode("+R")  # whose nick is not known stays outside, as in OpenStack's channels
    await alice.expect_command("MODE")
    lines = lines_for_nickserv(keep(PASSWORD)) | {"supybot.log.level": level}
    environment = {"CREDENTIALS_DIRECTORY": str(tmp_path), "WORD": PASSWORD}
    if place == "credential":
        (tmp_path / "nickserv.password").chmod(0o440)  # as systemd leaves it
        lines[KEPT] = "credential:nickserv.password"
    elif place == "env":
        lines[KEPT] = "env:WORD"
    elif place == "of the network":
        lines |= {KEPT: "env:NOBODYS", f"{KEPT}.\\:test": lines[KEPT]}
    elif place == "registry":
        lines |= {KEPT: "", "supybot.plugins.Services.NickServ.password.glancebot": PASSWORD}
    bot = await asyncio.to_thread(start_bot, network, registry=lines, environment=environment)
    assert await alice.ask("!week")
    alice.mode("-R")
    owner = await join("owner", network)
    if place != "registry":
        for line in (
            "flush",
            f"config {KEPT}",
            "config supybot.plugins.Services.NickServ.password.glancebot",
            "config network supybot.plugins.Services.NickServ.password.glancebot",
            f"config searchvalues {PASSWORD}",
        ):
            assert await owner.ask_alone(line)
        said = " ".join(line.text for line in owner.heard)
        assert PASSWORD not in said
        assert "There were no matching configuration variables." in said
        assert PASSWORD not in (bot.folder / "limnoria.conf").read_text()
        await owner.ask_alone("reload GlanceRelease", "succeeded", seconds=10)
        bot.terminate()
        assert PASSWORD not in (bot.folder / "limnoria.conf").read_text()
    log = bot.log
    told = ["Holding JOIN to", '"Password accepted" from NickServ', "Join to #openstack-glance on"]
    assert sorted(told, key=log.index) == told
    assert PASSWORD not in log


@pytest.mark.asyncio
async def test_with_a_wrong_password_it_stays_outside_and_the_log_says_why(
    network: Server, alice: Person, registered: Person, bot_folder: Path, keep: Keep
) -> None:
    await registered.leave()
    await alice.expect_command("QUIT")
    before = len(alice.heard)
    bot = Bot(network, bot_folder, registry=lines_for_nickserv(keep("wrong-one")))
    refused = 'Received "Password Incorrect" from NickServ on test.'
    await asyncio.to_thread(bot.start_outside, refused)
    bot.kill()
    assert "wrong-one" not in bot.log
    assert not [line for line in alice.heard[before:] if line.sender == NICK]


@pytest.mark.asyncio
async def test_it_logs_in_by_the_nick_alone_where_the_registry_says_so(
    start_bot: StartBot, network: Server, alice: Person, registered: Person, keep: Keep
) -> None:
    await registered.leave()
    alice.mode("+R")
    await alice.expect_command("MODE")
    names = {f"supybot.plugins.Services.{name}": name for name in ("NickServ", "ChanServ")}
    registry = lines_for_nickserv(keep(PASSWORD)) | names
    await asyncio.to_thread(start_bot, network, registry=registry)
    assert await alice.ask("!week")


@pytest.mark.asyncio
async def test_while_services_are_away_nobody_passes_for_them(join: Join, bot_folder: Path) -> None:
    if not ircd.HYBRID.exists():
        absent(str(ircd.HYBRID))
    with ircd.hybrid(ircd.RELAXED, more=services.HYBRID_LINK) as server:
        false = await join("NickServ", server)
        bot = Bot(server, bot_folder, registry=lines_for_nickserv(PASSWORD))
        not_believed = "Not believed, a notice of NickServ!"
        start = asyncio.create_task(asyncio.to_thread(bot.start_outside, not_believed))
        while not start.done():
            for words in ("Password accepted - you are now recognized.", "Password incorrect."):
                false.raw(f"NOTICE {NICK} :{words}")
            await asyncio.sleep(0.2)
        await start
        bot.terminate()
    assert 'Received "Password' not in bot.log
    assert not any(PASSWORD in line.text for line in false.heard)
    assert PASSWORD in (bot_folder / "limnoria.conf").read_text()


@pytest.mark.asyncio
async def test_a_password_that_was_refused_is_read_again_at_the_next_connect(
    network: Server, alice: Person, registered: Person, bot_folder: Path, keep: Keep
) -> None:
    await registered.leave()
    wire = await Wire(network.port).open()
    lines = lines_for_nickserv(keep("wrong-one"))
    lines["supybot.networks.test.servers"] = f"127.0.0.1:{wire.port}"
    bot = Bot(network, bot_folder, registry=lines)
    try:
        await asyncio.to_thread(bot.start_outside, 'Received "Password Incorrect"')
        keep(PASSWORD)
        wire.drop()
        await asyncio.to_thread(bot.wait_joined)
        assert await alice.ask("!week")
        assert PASSWORD not in bot.log
        assert "wrong-one" not in bot.log
    finally:
        bot.kill()
        await wire.close()


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("file:{folder}/open", "{folder}/open may be read by others (mode 644); it has to be 600"),
        ("file:{folder}/away", "{folder}/away: No such file or directory"),
        ("credential:away", "no credential away: systemd gave none (LoadCredential)"),
        ("env:NOBODYS", "the variable NOBODYS is empty"),
        (PASSWORD, "what is written there is none of env:NAME, file:/PATH or credential:NAME"),
    ],
)
@pytest.mark.asyncio
async def test_a_password_that_cannot_be_had_is_not_told_and_the_log_says_why(
    network: Server, alice: Person, bot_folder: Path, tmp_path: Path, place: str, why: str
) -> None:
    (tmp_path / "open").write_text(PASSWORD)
    (tmp_path / "open").chmod(0o644)
    lines = lines_for_nickserv(place.format(folder=tmp_path))
    bot = Bot(network, bot_folder, registry=lines | {"supybot.log.level": "DEBUG"})
    try:
        said = why.format(folder=tmp_path)
        words = f"GlanceRelease: no nickserv password for test: {said}."
        await asyncio.to_thread(bot.start_outside, words)
        assert PASSWORD not in bot.log
        assert "Sending identify" not in bot.log
    finally:
        bot.kill()


@pytest.mark.asyncio
async def test_a_password_that_services_repeat_is_not_logged(
    network: Server, registered: Person, bot_folder: Path, keep: Keep
) -> None:
    bot = Bot(network, bot_folder, registry=lines_for_nickserv(keep(PASSWORD)))
    await asyncio.to_thread(bot.start_outside, "Unknown command GHOST")  # somebody has its nick
    bot.kill()
    assert PASSWORD not in bot.log


@pytest.mark.asyncio
async def test_it_logs_in_when_services_come_back(join: Join, bot_folder: Path, keep: Keep) -> None:
    if missing := services.absent_programs(services.ANOPE, ircd.HYBRID):
        absent(missing)
    with ircd.hybrid(ircd.RELAXED, more=services.HYBRID_LINK) as server:
        wire = await Wire(server.port).open()
        with services.anope("hybrid", wire.port):
            alice, somebody = await join("alice", server), await join(NICK, server)
            await register(somebody, PASSWORD)
            await somebody.leave()
            await wire.refuse()  # services are gone, as in a netsplit

            lines = lines_for_nickserv(keep(PASSWORD))
            lines["supybot.plugins.GlanceRelease.welcomeSeconds"] = "1"
            bot = Bot(server, bot_folder, registry=lines)
            start = asyncio.create_task(asyncio.to_thread(bot.start, 40))
            try:
                while "Holding JOIN to" not in bot.log:
                    assert not start.done(), bot.log
                    await asyncio.sleep(0.1)
                await asyncio.sleep(1)
                assert NICK not in await alice.names()
                await wire.mend()
                await start
                assert await alice.ask("!week")
                said = bot.log.count("Sending identify")
                await asyncio.sleep(3)
                assert bot.log.count("Sending identify") == said  # once known, it asks no more
            finally:
                bot.kill()
                await asyncio.gather(start, return_exceptions=True)
        await wire.close()
