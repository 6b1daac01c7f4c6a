"""The wire between the bot and its server: it can go silent, break, and be as before."""

from __future__ import annotations

import asyncio
import contextlib

LAST_SECONDS = 5.0


class Wire:
    """A TCP proxy on loopback. `cut_off` makes it accept everything and forward nothing, as a
    network does that loses every packet; `mend` lets through what was held back; `drop` ends all
    connections; `refuse` ends them and takes no new ones until `mend`. While there is a `farewell`,
    that is all that a new connection hears, and `came` gets the loop's seconds of each. `passes`
    tells when the bot has sent something with certain words in it; `left` are all lines that it
    sent, also those that were held back here or came when the connection had ended: it is read
    until the bot itself hangs up, `LAST_SECONDS` at most."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._flows = asyncio.Event()
        self._flows.set()
        self._to_bots: set[asyncio.StreamWriter] = set()
        self._to_servers: set[asyncio.StreamWriter] = set()
        self._pumps: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0
        self.farewell: bytes | None = None
        self.came: list[float] = []
        self.to_the_bot: asyncio.StreamWriter | None = None
        self._awaited: list[tuple[bytes, asyncio.Event]] = []
        self.left: list[str] = []

    async def open(self) -> Wire:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def close(self) -> None:
        """End it all."""
        await self.refuse()
        for task in list(self._pumps):
            task.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    def cut_off(self) -> None:
        self._flows.clear()

    async def mend(self) -> None:
        self._flows.set()
        if self._server is None:
            await self.open()

    def drop(self) -> None:
        for writer in list(self._to_servers):
            writer.transport.abort()
        for writer in list(self._to_bots):
            with contextlib.suppress(OSError, RuntimeError):
                writer.write_eof()
            asyncio.get_running_loop().call_later(LAST_SECONDS, writer.transport.abort)

    async def refuse(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        self.drop()

    async def passes(self, words: bytes) -> None:
        """Return when the bot next sends this, before the server has it."""
        event = asyncio.Event()
        self._awaited.append((words, event))
        await event.wait()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.farewell is not None:
            self.came.append(asyncio.get_running_loop().time())
            await asyncio.sleep(0.3)  # so that it hears who comes
            writer.write(self.farewell)
            writer.close()
            return
        try:
            there = await asyncio.open_connection("127.0.0.1", self._server_port)
        except OSError:
            writer.transport.abort()
            return
        sent: asyncio.Queue[bytes] = asyncio.Queue()
        pumps = [
            asyncio.create_task(self._read(reader, sent)),
            asyncio.create_task(self._to_server(sent, there[1])),
            asyncio.create_task(self._to_bot(there[0], writer)),
        ]
        self._to_bots.add(writer)
        self._to_servers.add(there[1])
        self.to_the_bot = writer
        self._pumps.update(pumps)
        await asyncio.wait(pumps)
        self._pumps.difference_update(pumps)
        self._to_bots.discard(writer)
        self._to_servers.discard(there[1])

    async def _read(self, reader: asyncio.StreamReader, sent: asyncio.Queue[bytes]) -> None:
        """What the bot says has left it, whether it gets further or not."""
        rest = b""
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                *whole, rest = (rest + data).split(b"\r\n")
                self.left += [line.decode(errors="replace") for line in whole]
                for words, event in self._awaited:
                    if words in data:
                        event.set()
                self._awaited = [one for one in self._awaited if not one[1].is_set()]
                sent.put_nowait(data)
        sent.put_nowait(b"")

    async def _to_server(self, sent: asyncio.Queue[bytes], server: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await sent.get():
                await self._flows.wait()
                server.write(data)
                await server.drain()
            await self._flows.wait()
            server.close()

    async def _to_bot(self, server: asyncio.StreamReader, bot: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await server.read(65536):
                await self._flows.wait()
                bot.write(data)
                await bot.drain()
        with contextlib.suppress(OSError, RuntimeError):
            await self._flows.wait()
            bot.write_eof()
            asyncio.get_running_loop().call_later(LAST_SECONDS, bot.transport.abort)
