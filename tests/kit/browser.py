"""Debian's chromium, headless, driven over its DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import itertools
import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars", "--remote-debugging-port=0",
)  # fmt: skip
CHROMIUM = shutil.which("chromium")


class Tab:
    """One tab: it opens addresses, evaluates expressions, and keeps what the console said."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._loaded = asyncio.Event()
        self.console: list[str] = []
        self.requested: list[str] = []
        self._ear = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for message in self._socket:
            said = message.json()
            if "id" in said:
                self._waiting.pop(said["id"]).set_result(said)
            elif said["method"] == "Page.loadEventFired":
                self._loaded.set()
            elif said["method"] == "Network.requestWillBeSent":
                self.requested.append(said["params"]["request"]["url"])
            elif said["method"] == "Log.entryAdded":
                self.console.append(said["params"]["entry"]["text"])
            elif said["method"] in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown"):
                self.console.append(str(said["params"]))

    async def tell(self, method: str, **params: Any) -> Any:
        number = next(self._ids)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": params})
        said = await asyncio.wait_for(self._waiting[number], 20)
        assert "error" not in said, said
        return said["result"]

    async def prepare(self) -> None:
        for domain in ("Page", "Runtime", "Log", "Network"):
            await self.tell(f"{domain}.enable")

    async def open(self, url: str, width: int = 1200, dark: bool = False) -> None:
        """Open the address in a window of that width; what was in the console is forgotten."""
        self.console.clear()
        self.requested.clear()
        await self.tell(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=900, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.tell("Emulation.setEmulatedMedia", features=[scheme])
        self._loaded.clear()
        await self.tell("Page.navigate", url=url)
        await asyncio.wait_for(self._loaded.wait(), 20)

    async def evaluate(self, expression: str) -> Any:
        said = await self.tell("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    async def picture(self) -> bytes:
        """The whole page as a PNG."""
        width = await self.evaluate("innerWidth")
        height = await self.evaluate("document.documentElement.scrollHeight")
        clip = {"x": 0, "y": 0, "scale": 1, "width": width, "height": height}
        said = await self.tell("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        return base64.b64decode(said["data"])

    async def close(self) -> None:
        self._ear.cancel()
        await self._socket.close()


@contextmanager
def chromium(folder: Path) -> Iterator[int]:
    """A browser with a profile of its own in `folder`; the port of its DevTools."""
    assert CHROMIUM is not None
    profile = folder / "profile"
    process = subprocess.Popen(
        [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(folder)},
    )
    file, end = profile / "DevToolsActivePort", time.monotonic() + 20
    try:
        while not (file.exists() and file.read_text().strip()):
            assert process.poll() is None, "chromium ended"
            assert time.monotonic() < end, "chromium does not listen"
            time.sleep(0.05)
        yield int(file.read_text().split()[0])
    finally:
        process.terminate()
        process.wait(10)


@asynccontextmanager
async def tab(port: int) -> AsyncIterator[Tab]:
    """The browser's first tab."""
    async with aiohttp.ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
            pages = [one for one in await answer.json() if one["type"] == "page"]
        address = pages[0]["webSocketDebuggerUrl"]
        async with session.ws_connect(address, max_msg_size=0) as socket:
            made = Tab(socket)
            await made.prepare()
            yield made
            await made.close()
