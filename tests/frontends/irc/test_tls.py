"""The bot says its password to its network only: the lines of config/limnoria.conf against a server
whose certificate nobody signed."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from kit.irc.bot import ROOT, Bot
from kit.irc.servers import Server
from kit.irc.shipped_lines import lines_of

PEM = ROOT / "tests" / "kit" / "upstream" / "elsewhere.pem"  # elsewhere.example's, signed by nobody
VERIFY = "supybot.protocols.ssl.verifyCertificates"


@pytest.mark.parametrize(
    "verify", [lines_of((ROOT / "config" / "limnoria.conf").read_text())[VERIFY], "False"]
)
@pytest.mark.asyncio
async def test_who_has_no_certificate_of_the_network_hears_nothing(
    bot_folder: Path, ircd_server: Server, verify: str
) -> None:
    heard: list[bytes] = []

    async def impostor(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            heard.append(line)
        writer.close()

    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(PEM)
    server = await asyncio.start_server(impostor, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    lines = {"supybot.networks.test.ssl": "True", VERIFY: verify}
    bot = Bot(replace(ircd_server, port=port), bot_folder, registry=lines)
    try:
        with pytest.raises(AssertionError, match="did not join"):
            await asyncio.to_thread(bot.start, 5)
    finally:
        bot.kill()
        server.close()
    if verify == "False":  # Limnoria's own default
        assert any(line.startswith(b"USER") for line in heard)
    else:
        assert heard == []
        assert "CERTIFICATE_VERIFY_FAILED" in bot.log
