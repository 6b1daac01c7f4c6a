"""The network's own password and SASL's, kept outside the registry: what a server hears, that of
the first connection and of the next."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import replace
from pathlib import Path

import pytest

from kit.irc.bot import NICK, Bot
from kit.irc.servers import Server

PASSWORDS = "supybot.plugins.GlanceRelease.passwords"
SERVERS, ACCOUNTS = "word-of-the-server", "word-of-the-account"
STALE = "stale-word"


class Listener:
    """A server that wants a password and offers SASL, and hangs up after the login."""

    def __init__(self) -> None:
        self.heard: list[list[str]] = []
        self.twice = asyncio.Event()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines: list[str] = []
        self.heard.append(lines)
        answers: list[tuple[str, str]] = [
            ("CAP LS", ":a.test CAP * LS :sasl=PLAIN"),
            ("CAP REQ", ":a.test CAP * ACK :sasl"),
            ("AUTHENTICATE :PLAIN", "AUTHENTICATE +"),
        ]
        while line := (await reader.readline()).decode().strip():
            lines.append(line)
            writer.writelines(f"{told}\r\n".encode() for said, told in answers if said in line)
            if "AUTHENTICATE" in line and "PLAIN" not in line:
                break
        writer.close()
        if len(self.heard) == 2:
            self.twice.set()


@pytest.mark.parametrize("in_registry", ["", STALE])
@pytest.mark.asyncio
async def test_they_are_told_at_each_connect_and_stand_nowhere(
    ircd_server: Server, bot_folder: Path, tmp_path: Path, in_registry: str
) -> None:
    listener = Listener()
    server = await asyncio.start_server(listener.connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    file = tmp_path / "server"
    file.touch(mode=0o600)
    file.write_text(SERVERS)
    lines = {
        f"{PASSWORDS}.server": f"file:{file}",
        f"{PASSWORDS}.sasl": "env:ACCOUNTS",
        "supybot.networks.test.sasl.username": "bot",
        "supybot.networks.test.password": in_registry,
        "supybot.networks.test.sasl.password": in_registry,
        "supybot.log.level": "DEBUG",
    }
    bot = Bot(
        replace(ircd_server, port=port),
        bot_folder,
        registry=lines,
        environment={"ACCOUNTS": ACCOUNTS},
    )
    start = asyncio.create_task(asyncio.to_thread(bot.start, 15))
    try:
        await asyncio.wait_for(listener.twice.wait(), 15)
    finally:
        if bot.process is not None:
            bot.terminate()
        await asyncio.gather(start, return_exceptions=True)
        server.close()
    sasl = base64.b64encode(f"bot\0bot\0{ACCOUNTS}".encode()).decode()
    for heard in listener.heard[:2]:
        told = [line.removeprefix("PASS ").lstrip(":") for line in heard if "PASS " in line]
        assert told == [SERVERS]
        words = [line.split()[0] for line in heard]
        assert words.index("PASS") < words.index("NICK") < words.index("USER")
        assert heard[-1] == f"AUTHENTICATE :{sasl}"
        assert STALE not in " ".join(heard)
    for text in (bot.log, (bot.folder / "limnoria.conf").read_text()):
        assert SERVERS not in text
        assert ACCOUNTS not in text
        assert sasl not in text
    assert NICK in bot.log
