"""The bot's life as a process: loaded, asked, reloaded and ended, on a real server."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kit.irc.bot import ROOT, Bot
from kit.irc.person import Person
from kit.upstream.server import Upstream

Join = Callable[..., Awaitable[Person]]
StartBot = Callable[..., Bot]
Again = Callable[[Person, int], Awaitable[None]]

RELOADED = "The operation succeeded."
GROWTH = 16_000_000  # bytes: what settles; fifty forgotten instances would hold several times that


async def reload(owner: Person, times: int) -> None:
    """Reload the plugin so often, each time until the bot says that it is done."""
    for _ in range(times):
        assert await owner.ask_alone("reload GlanceRelease", seconds=10) == RELOADED


@pytest.mark.asyncio
async def test_it_answers_in_the_channel_and_alone(bot: Bot, join: Join) -> None:
    alice = await join("alice")
    answer = await alice.answer("!deadlines")
    while "connection refused" not in answer[0]:  # its first poll is under way
        answer = await alice.answer("!deadlines")
    assert await alice.answer("glancebot: deadlines") == answer
    alice.tell("glancebot", "deadlines")
    assert await alice.lines() == answer
    alice.say("deadlines are near, !deadlines would tell")
    assert await alice.lines() == []


@pytest.mark.asyncio
async def test_help_is_the_plugins_own(bot: Bot, join: Join) -> None:
    alice = await join("alice")
    said = " ".join(await alice.answer("!help"))
    assert "freeze" in said
    assert "ambiguous" not in said


@pytest.mark.parametrize("directories", [f"{ROOT}/plugins", None], ids=["directory", "entry point"])
@pytest.mark.asyncio
async def test_it_loads_from_a_directory_and_by_its_entry_point(
    start_bot: StartBot, join: Join, directories: str | None
) -> None:
    bot = start_bot(registry={"supybot.directories.plugins": directories})
    alice = await join("alice")
    assert "GlanceRelease" in await alice.ask_alone("list")
    assert "Failed to load" not in bot.log


@pytest.mark.asyncio
async def test_sigterm_ends_it_within_two_seconds(
    start_bot: StartBot, join: Join, opendev: Upstream
) -> None:
    bot = start_bot(upstream=opendev.url)
    assert bot.terminate() < 2


@pytest.mark.parametrize(
    "password",
    [
        {"supybot.networks.test.password": "secret-pw"},
        {
            "supybot.plugins.Services": "True",
            "supybot.plugins.Services.nicks": "glancebot",
            "supybot.plugins.Services.NickServ": "NickServ",
            "supybot.plugins.Services.NickServ.password.glancebot": "secret-pw",
        },
    ],
    ids=["server's", "NickServ's"],
)
def test_sigterm_ends_a_bot_that_has_a_password(
    start_bot: StartBot, password: dict[str, str]
) -> None:
    bot = start_bot(registry=password)
    assert bot.terminate() < 2
    assert "secret-pw" not in bot.log


def test_sigterm_ends_it_even_while_an_upstream_hangs(
    start_bot: StartBot, opendev: Upstream
) -> None:
    opendev.mode = "hang"
    bot = start_bot(upstream=opendev.url)
    assert bot.terminate() < 2


def test_it_comes_back_after_sigkill(start_bot: StartBot) -> None:
    bot = start_bot()
    bot.kill()
    bot.start()


@pytest.mark.asyncio
async def test_a_reload_takes_the_code_that_is_on_disk_now(
    start_bot: StartBot, join: Join, tmp_path: Path
) -> None:
    plugins = tmp_path / "plugins"
    shutil.copytree(ROOT / "plugins" / "GlanceRelease", plugins / "GlanceRelease")
    start_bot(registry={"supybot.directories.plugins": str(plugins)})
    owner = await join("owner")
    marker = tmp_path / "imported again"
    with (plugins / "GlanceRelease" / "domain" / "model.py").open("a") as module:
        module.write(f"\nopen({str(marker)!r}, 'w').close()\n")
    await reload(owner, 1)
    assert marker.exists()


RAISES = """

def _raise(*_, **__):
    raise RuntimeError("as a test wants it")

App.{method} = _raise
"""


@pytest.mark.parametrize("method", ["start", "stop"])
@pytest.mark.asyncio
async def test_an_exception_leaves_no_thread_behind(
    start_bot: StartBot, join: Join, tmp_path: Path, method: str
) -> None:
    plugins = tmp_path / "plugins"
    ignored = shutil.ignore_patterns("shipped")
    shutil.copytree(ROOT / "plugins" / "GlanceRelease", plugins / "GlanceRelease", ignore=ignored)
    bot = start_bot(registry={"supybot.directories.plugins": str(plugins)})
    owner = await join("owner")
    await reload(owner, 1)
    with (plugins / "GlanceRelease" / "app.py").open("a") as module:
        module.write(RAISES.format(method=method))
    await owner.ask_alone("reload GlanceRelease", seconds=10)
    before = bot.threads()
    for _ in range(4):
        await owner.ask_alone("load GlanceRelease", seconds=10)
        await owner.ask_alone("unload GlanceRelease", seconds=10)
    async with asyncio.timeout(10):
        while bot.threads() > before:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert "as a test wants it" in bot.log


async def unload_and_load(owner: Person, times: int) -> None:
    """Take the plugin away and bring it back so often."""
    for _ in range(times):
        assert await owner.ask_alone("unload GlanceRelease", seconds=10) == RELOADED
        assert await owner.ask_alone("load GlanceRelease", seconds=10) == RELOADED


async def _stays_flat(
    start_bot: StartBot, join: Join, opendev: Upstream, again: Again, times: int
) -> None:
    """What one time forgets, that many forget so often; connections that are kept a while for the
    next request go by themselves."""
    bot = start_bot(upstream=opendev.url)
    owner = await join("owner")
    await again(owner, 10)  # caches fill, allocators settle
    await _refreshed(opendev)
    threads, files, memory = bot.threads(), bot.open_files(), bot.memory()
    for _ in range(times // 10):
        await again(owner, 10)
        await _refreshed(opendev)
    async with asyncio.timeout(30):
        while max(bot.threads() - threads, bot.open_files() - files) > times / 10:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    assert bot.memory() - memory < GROWTH
    assert "Traceback" not in bot.log
    assert await owner.ask("!week")


async def _refreshed(opendev: Upstream) -> None:
    """Let the bot, which was just loaded, ask for its facts."""
    before = opendev.count()
    async with asyncio.timeout(10):
        while opendev.count() == before:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    await asyncio.sleep(0.5)


@pytest.mark.parametrize("again", [reload, unload_and_load])
@pytest.mark.asyncio
async def test_fifty_times_leave_nothing_behind(
    start_bot: StartBot, join: Join, opendev: Upstream, again: Again
) -> None:
    await _stays_flat(start_bot, join, opendev, again, 50)


@pytest.mark.soak
@pytest.mark.parametrize("again", [reload, unload_and_load])
@pytest.mark.asyncio
async def test_five_hundred_times_leave_nothing_behind(
    start_bot: StartBot, join: Join, opendev: Upstream, again: Again
) -> None:
    await _stays_flat(start_bot, join, opendev, again, 500)
