"""What a stranger can have Limnoria do: every command of every plugin that comes with it, typed by
somebody whom the bot does not know, on a real server."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import supybot

from GlanceRelease import app  # noqa: F401  app fills the table
from GlanceRelease.configuration import limnoria_public_commands
from GlanceRelease.registry import COMMANDS
from kit.irc.bot import NICK, Bot
from kit.irc.person import Person
from kit.irc.servers import Server
from kit.irc.wire import Wire

StartBot = Callable[..., Bot]
Join = Callable[..., Awaitable[Person]]

END = "If the last command was truncated"
SECRET = "hunter2-of-the-server"
PASSWORD = "supybot.networks.test.password"
# All that come with Limnoria, but for Debug, which it calls a danger. Some are not loaded for want
# of a library; which ones were, the owner is told.
ALL_OF_THEM = sorted(
    folder.name
    for folder in (Path(supybot.__file__).parent / "plugins").iterdir()
    if (folder / "plugin.py").exists() and folder.name != "Debug"
)
# As open as Limnoria comes, and more: the plugin's own gate is tried alone.
WIDE_OPEN = {
    PASSWORD: SECRET,
    "supybot.capabilities.default": "True",
    "supybot.capabilities": "",
    "supybot.capabilities.registeredUsers": "owner admin",
    "supybot.reply.whenNotCommand": "True",
    "supybot.reply.error.detailed": "True",
    "supybot.commands.nested": "True",
    "supybot.commands.quotes": '"',
}
EVERY_PLUGIN = {
    **{f"supybot.plugins.{name}": "True" for name in ALL_OF_THEM},
    "supybot.reply.mores.instant": "40",
    "supybot.plugins.Services.NickServ": "",
}
A_FEW = {f"supybot.plugins.{name}": "True" for name in ("Aka", "Services", "Scheduler", "Plugin")}

# What answers a stranger, of about 500 commands.
ANSWERED = {
    "GlanceRelease": [
        "ack",
        "action",
        "agenda",
        "backport",
        "backports",
        "bug",
        "bugs",
        "check",
        "deadline",
        "deadlines",
        "draft",
        "duties",
        "freeze",
        "gate",
        "help",
        "in",
        "job",
        "jobs",
        "log",
        "meeting",
        "mute",
        "next",
        "plan",
        "priorities",
        "priority",
        "releases",
        "remind",
        "report",
        "snooze",
        "sources",
        "subscribe",
        "unmute",
        "unreleased",
        "unsubscribe",
        "week",
        "when",
        "why",
    ],
    "Misc": ["help", "list", "more", "ping"],
    "User": ["identify", "whoami"],
}


async def everything(owner: Person) -> dict[str, list[str]]:
    """Every plugin that is loaded, with its commands, as the owner is told."""
    plugins = _names(await owner.answer("!list", 1))
    found = {}
    for plugin in plugins:
        told = await owner.answer(f"!list {plugin}", 0.2)
        found[plugin] = [] if "has no commands" in told[0] else _names(told)
    return found


def _names(told: list[str]) -> list[str]:
    listed = " ".join(told).replace(", and ", ", ").replace(" and ", ", ")
    return [one.strip() for one in listed.split(",") if one.strip()]


async def said_to(stranger: Person, *lines: str) -> list[str]:
    """What the bot says to lines in the channel and in private, each typed as it is addressed
    there; the help of `more`, in the channel, for which lines leave last, is the end of it. That
    a word is no command of the plugin's, which it says in private, is no answer of Limnoria's."""
    stranger._next = len(stranger.heard)
    for line in lines:
        stranger.say(f"!{line}")
        stranger.tell(NICK, line)
    stranger.say("!misc help more")
    said: list[str] = []
    while END not in (text := (await stranger.expect(seconds=10)).text):
        if "is no command of mine; " not in text:
            said.append(text)
    return said


@pytest.mark.asyncio
async def test_of_all_commands_of_all_plugins_the_allow_list_answers_and_nothing_else(
    start_bot: StartBot, join: Join
) -> None:
    await asyncio.to_thread(start_bot, registry={**EVERY_PLUGIN, **WIDE_OPEN})
    owner, stranger = await join("owner"), await join("mallory")
    loaded = await everything(owner)
    wanted = {"Owner", "Misc", "User", "Config", "Admin", "Plugin", "Channel", "Services"}
    assert {*wanted, "Utilities", "Network", "Scheduler", "Aka", "Alias", "Unix"} <= {*loaded}
    assert sum(map(len, loaded.values())) > 450
    found: dict[str, list[str]] = {}
    ours_last = sorted(loaded.items(), key=lambda item: item[0] == limnoria_public_commands.OURS)
    for plugin, names in ours_last:
        for name in names:
            line = f"{plugin} {name}"
            if plugin == limnoria_public_commands.OURS:  # some of its answers wait for the server's
                said = [await stranger.ask_alone(line)]
            else:
                said = await said_to(stranger, line, f"{line} x y")
            if said:
                found.setdefault(plugin, []).append(name)
    assert found == ANSWERED
    await stranger.lines(3)  # what comes late
    open_names = {name for names in ANSWERED.values() for name in names}
    for name in sorted({name for names in loaded.values() for name in names} - open_names):
        assert await said_to(stranger, name, f"{name} x") == [], name
    # What was typed would have answered: it does to the owner.
    assert await owner.ask(f"!config {PASSWORD}", SECRET)
    assert "Limnoria" in await owner.ask("!source")
    assert "my heart" not in " ".join(line.text for line in stranger.heard)
    assert SECRET not in " ".join(line.text for line in stranger.heard)


def test_the_list_is_the_tables() -> None:
    everybodys = limnoria_public_commands.everybodys(COMMANDS)
    assert {plugin: sorted(names) for plugin, names in everybodys.items()} == ANSWERED


@pytest.mark.asyncio
async def test_there_is_no_way_around_it(start_bot: StartBot, join: Join) -> None:
    bot = await asyncio.to_thread(start_bot, registry={**A_FEW, **WIDE_OPEN})
    owner, stranger = await join("owner"), await join("mallory")
    assert await owner.ask(f'!aka add peek "config {PASSWORD}"') == "The operation succeeded."
    assert await owner.ask("!peek") == SECRET
    for line in (
        *(f"config searchvalues {SECRET[:length]}" for length in (1, 2, 3)),
        *(f"config {name}" for name in (PASSWORD, "supybot.directories.conf", "supybot.nick")),
        f"CONFIG {PASSWORD}",
        f"con-fig {PASSWORD}",
        f"con_fig  searchvalues {SECRET}",
        f'"config" {PASSWORD}',
        f"config config {PASSWORD}",
        f"config channel {PASSWORD}",
        "config network supybot.nick",
        "config list supybot",
        f"when [config {PASSWORD}]",
        f"list [config {PASSWORD}]",
        f"[config {PASSWORD}]",
        f"when [peek] [config searchvalues {SECRET}]",
        "peek",
        "aka peek",
        "aka show peek",
        "misc help peek",
        "misc help aka peek",
        "misc help config",
        "list Aka",
        "list Config",
        "list --private",
        "list --unloaded",
        "misc list Aka",
        "more owner",
        "misc more owner",
        "misc version",
        "version",
        "tell owner hello",
        "misc tell owner hello",
        "apropos a",
        "user register mallory password",
        "user list",
        "user hostmask list",
        "user capabilities owner",
        "owner list",
        "load Unix",
        "services nicks",
        "services password glancebot x",
        "scheduler add 1 ping",
        "plugin help Config",
        "no such command",
        'unclosed "quote',
    ):
        assert await said_to(stranger, line) == [], line
    assert SECRET not in " ".join(line.text for line in stranger.heard)
    assert "GlanceRelease: not answering config to mallory!" in bot.log
    # An order that an owner left keeps its door shut for others, too.
    assert await said_to(stranger, "misc help ping") != []
    assert await said_to(stranger, "list Misc", "list GlanceRelease") != []


@pytest.mark.asyncio
async def test_what_is_left_of_anothers_answer_stays_the_others(
    start_bot: StartBot, join: Join
) -> None:
    await asyncio.to_thread(start_bot, registry=WIDE_OPEN)
    owner, stranger = await join("owner"), await join("mallory")
    assert "more messages" in await owner.ask("!config search supybot", "more messages")
    assert await said_to(stranger, "more owner", "misc more owner") == []
    assert "supybot" not in " ".join(await said_to(stranger, "more"))
    assert await owner.ask("!more")


@pytest.mark.asyncio
async def test_a_prefix_without_a_host_is_nobodys(
    start_bot: StartBot, join: Join, ircd_server: Server
) -> None:
    wire = await Wire(ircd_server.port).open()
    lines = {**WIDE_OPEN, "supybot.networks.test.servers": f"127.0.0.1:{wire.port}"}
    bot = await asyncio.to_thread(start_bot, registry=lines)
    owner = await join("owner")
    assert wire.to_the_bot is not None
    for prefix in ("owner", "irc.test", "owner!", "owner@127.0.0.1", "mallory!owner@127.0.0.1"):
        wire.to_the_bot.write(f":{prefix} PRIVMSG {NICK} :config {PASSWORD}\r\n".encode())
    assert await owner.ask("!week")
    assert SECRET not in " ".join(line.text for line in owner.heard)
    assert bot.log.count("GlanceRelease: not answering config to") == 5
    # Limnoria takes a bare name for a user's.
    wire.to_the_bot.write(f":owner!a@b PRIVMSG {NICK} :config {PASSWORD}\r\n".encode())
    assert (await owner.expect(SECRET)).text == SECRET
    await wire.close()


@pytest.mark.asyncio
async def test_passwords_can_be_tried_five_times(start_bot: StartBot, join: Join) -> None:
    bot = await asyncio.to_thread(start_bot)
    stranger, owner = await join("mallory"), await join("owner")
    for number in range(5):
        assert "wrong" in (await stranger.ask_alone(f"identify owner wrong-{number}")).lower()
    stranger.tell(NICK, "identify owner owner")
    assert await stranger.ask_alone("whoami", "know you") == (
        "I don't know you. An owner says in private: identify NAME PASSWORD"
    )
    assert "mallory!mallory@127.0.0.1 tried too many passwords." in bot.log
    assert await owner.ask("!whoami") == "owner"


@pytest.mark.asyncio
async def test_the_gate_leaves_with_the_plugin_and_comes_back_once(
    start_bot: StartBot, join: Join
) -> None:
    bot = await asyncio.to_thread(start_bot, registry=WIDE_OPEN)
    owner, stranger = await join("owner"), await join("mallory")
    done = "The operation succeeded."
    for _ in range(3):
        assert await owner.ask_alone("reload GlanceRelease", done, seconds=10)
        assert await said_to(stranger, "config supybot.nick") == []
    before = bot.log.count("not answering config")
    assert await said_to(stranger, "config supybot.nick") == []
    assert bot.log.count("not answering config") == before + 2  # in the channel and in private
    assert await owner.ask_alone("unload GlanceRelease", done, seconds=10)
    assert await said_to(stranger, "config supybot.nick") == [NICK, NICK]
    assert await owner.ask_alone("load GlanceRelease", done, seconds=10)
    assert await said_to(stranger, "config supybot.nick") == []
    assert await owner.ask_alone("load Utilities", done, seconds=10)
    assert await said_to(stranger, "echo hello", "utilities echo hello") == []
    assert await owner.ask("!echo hello", "^hello")


@pytest.mark.asyncio
async def test_it_stands_where_the_plugin_does_not_start(
    ircd_server: Server, bot_folder: Path, join: Join
) -> None:
    owner, stranger = await join("owner"), await join("mallory")
    lines = {**WIDE_OPEN, "supybot.plugins.GlanceRelease.configuration": "/nowhere"}
    bot = Bot(ircd_server, bot_folder, registry=lines)
    try:
        with pytest.raises(AssertionError, match="the plugin is not loaded"):
            await asyncio.to_thread(bot.start)
        assert await said_to(stranger, f"config {PASSWORD}", "config searchvalues h") == []
        assert await owner.ask(f"!config {PASSWORD}", SECRET)
    finally:
        bot.kill()


@pytest.mark.asyncio
async def test_the_registry_that_ships_denies_by_itself(start_bot: StartBot, join: Join) -> None:
    bot = await asyncio.to_thread(start_bot, registry={PASSWORD: SECRET})
    owner, stranger = await join("owner"), await join("mallory")
    assert "denies it all the same" not in bot.log
    assert await said_to(stranger, "week") != []
    os_config = f"config {PASSWORD}"
    assert await owner.ask_alone("unload GlanceRelease", "^The operation succeeded")
    for line in ("version", "tell owner hello", "config searchvalues h", os_config, "user list"):
        assert "capability" in " ".join(await said_to(stranger, line)), line
    assert "Config, " in " ".join(await said_to(stranger, "list"))
    assert await stranger.ask("!whoami") != ""
    assert "wrong" in (await stranger.ask_alone("identify owner wrong")).lower()
    assert await owner.ask(f"!{os_config}") == SECRET


@pytest.mark.asyncio
async def test_an_older_registry_lets_newer_commands_through_and_after_sighup_too(
    start_bot: StartBot, join: Join
) -> None:
    bot = await asyncio.to_thread(start_bot, registry={"supybot.capabilities": "-owner -mute"})
    stranger = await join("mallory")
    assert await stranger.ask("!week")
    assert bot.process is not None
    bot.process.send_signal(signal.SIGHUP)
    await asyncio.sleep(1)
    assert "Received SIGHUP" in bot.log
    assert await stranger.ask("!week")
    assert await stranger.ask("!ping") == "pong"
    # What an operator forbids by name stays forbidden.
    assert "capability" in await stranger.ask("!mute 2h")


@pytest.mark.asyncio
async def test_an_admin_is_no_owner(start_bot: StartBot, join: Join, bot_folder: Path) -> None:
    bot = await asyncio.to_thread(start_bot, registry=WIDE_OPEN)
    owner, admin = await join("owner"), await join("admin")
    for line in ("user register admin secret", "admin capability add admin admin"):
        await owner.ask_alone(line)
    assert (bot.folder / "conf" / "users.conf").exists()
    assert await admin.ask_alone("identify admin secret") == "The operation succeeded."
    assert await admin.ask("!whoami") == "admin"
    assert await said_to(admin, f"config {PASSWORD}", "join #elsewhere", "admin channels") == []
