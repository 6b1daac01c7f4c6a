"""A gateway in front of a homeserver that fails at will: it passes requests on, or answers them
itself, and counts them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from yarl import URL

from GlanceRelease.frontends.trial_room.ports import free_port

BAD_GATEWAY = "<html><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass
class Gateway:
    """`answers` gives what a request gets instead of the homeserver's answer, by its method and
    path; `asked` are all requests, oldest first."""

    server: str
    port: int = field(default_factory=free_port)
    asked: list[str] = field(default_factory=list)
    answers: Callable[[str, str], web.Response | None] = lambda method, path: None
    loses_replies: bool = False
    _under_way: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def fail(self, status: int = 502, body: str = BAD_GATEWAY) -> None:
        """Answer everything so, and break off what is under way."""
        for task in self._under_way:
            task.cancel()
        self.answers = lambda method, path: web.Response(
            status=status, text=body, content_type="text/html"
        )

    def mend(self) -> None:
        self.answers = lambda method, path: None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.path}")
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        try:
            return await self._answer(request)
        finally:
            self._under_way.discard(task)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        told = self.answers(request.method, request.path)
        if told is not None:
            return told
        heads = {"Authorization": request.headers.get("Authorization", "")}
        async with (
            aiohttp.ClientSession() as http,
            http.request(
                request.method,
                URL(f"{self.server}{request.raw_path}", encoded=True),
                data=await request.read(),
                headers=heads,
            ) as reply,
        ):
            body = await reply.read()
            if self.loses_replies and request.method == "PUT":
                assert request.transport is not None
                request.transport.abort()
                await asyncio.sleep(3600)
            return web.Response(status=reply.status, body=body, content_type="application/json")


@asynccontextmanager
async def gateway(server: str) -> AsyncIterator[Gateway]:
    """A gateway that passes everything on, until it is told otherwise."""
    gate = Gateway(server)
    app = web.Application(client_max_size=1 << 24)
    app.router.add_route("*", "/{tail:.*}", gate.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", gate.port).start()
    try:
        yield gate
    finally:
        await runner.cleanup()
