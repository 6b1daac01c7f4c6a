"""A real HTTP server on loopback that stands for opendev, Gerrit, Zuul or Launchpad in tests.

It runs in a thread of its own, so that tests with and without a loop can use it alike.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from aiohttp import web

RAW = "/openstack/{repository}/raw/branch/master/{path}"
GARBAGE = b"\x00<html><body>this is neither YAML nor JSON: {[\xff"


def blob_id(body: bytes) -> str:
    """The id that git gives to a file with this content; Gitea's ETags are these ids."""
    return hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()


@dataclass(frozen=True)
class Reply:
    """What the server says to one request: the body as it stands, after `delay` seconds."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0


Answer = Reply | Callable[[web.BaseRequest], Reply]


@dataclass(frozen=True)
class Seen:
    """A request that arrived, and the status that it got (0: none, as the server hangs)."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    status: int


class Upstream:
    """Serves routes by path (or path and query); what was asked stands in `seen`.

    `mode` bends every answer at once: "up" as routed, "hang" never answers, "garbage" says 200
    with bytes that nothing can parse, "error" says 503. `down()` refuses connections and drops
    those that are open; `up()` listens again on the same port.
    """

    def __init__(self) -> None:
        self.mode = "up"
        self.etags = True
        self.routes: dict[str, Answer] = {}
        self.trees: dict[str, Path] = {}
        self.seen: list[Seen] = []
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runner: web.ServerRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def route(
        self,
        target: str,
        body: bytes | str = b"",
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        delay: float = 0.0,
    ) -> None:
        """Answer this path (or path and query) so from now on."""
        content = body.encode() if isinstance(body, str) else body
        self.routes[target] = Reply(content, status, dict(headers or {}), delay)

    def raw(self, repository: str, path: str, body: bytes | str) -> None:
        """Answer with this file where opendev.org has it; it goes before a served tree."""
        self.route(RAW.format(repository=repository, path=path), body)

    def serve_tree(self, folder: Path) -> None:
        """Serve `releases` and `governance` below this folder at the paths of opendev.org."""
        for repository in ("releases", "governance"):
            prefix = RAW.format(repository=repository, path="")
            self.trees[prefix] = (folder / repository).resolve()

    def count(self, part: str = "") -> int:
        """How many requests had this text in their path and query."""
        return sum(part in seen.target for seen in list(self.seen))

    def down(self) -> None:
        """Refuse connections, and drop the open ones."""
        self._call(self._stop())

    def up(self) -> None:
        """Listen (again), on the same port as before."""
        self._call(self._start())

    def __enter__(self) -> Upstream:
        self._thread.start()
        self.up()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.down()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _call(self, work: object) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)  # type: ignore[arg-type]

    async def _start(self) -> None:
        if self._runner is not None:
            return
        self._runner = web.ServerRunner(web.Server(self._handle), shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _stop(self) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:  # those that hang
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        body = await request.read()
        hangs = self.mode == "hang"
        reply = self._reply(request)
        headers = dict(request.headers)
        status = 0 if hangs else reply.status
        self.seen.append(Seen(request.method, request.path_qs, headers, body, status))
        if hangs:
            await asyncio.Event().wait()
        if reply.delay:
            await asyncio.sleep(reply.delay)
        return web.Response(status=reply.status, body=reply.body, headers=reply.headers)

    def _reply(self, request: web.BaseRequest) -> Reply:
        if self.mode == "garbage":
            return Reply(GARBAGE, headers={"Content-Type": "text/plain; charset=utf-8"})
        if self.mode == "error":
            return Reply(
                b"<html>503 Service Unavailable</html>", 503, {"Content-Type": "text/html"}
            )
        answer = self.routes.get(request.path_qs, self.routes.get(request.path))
        if callable(answer):
            return answer(request)
        reply = answer or self._file(request.path)
        if reply is None:
            return Reply(b"<html>Not found.</html>", 404, {"Content-Type": "text/html"})
        return self._conditional(request, reply)

    def _file(self, path: str) -> Reply | None:
        for prefix, folder in self.trees.items():
            file = (folder / path.removeprefix(prefix)).resolve()
            if path.startswith(prefix) and file.is_relative_to(folder) and file.is_file():
                return Reply(file.read_bytes())
        return None

    def _conditional(self, request: web.BaseRequest, reply: Reply) -> Reply:
        headers = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "private"}
        if self.etags and reply.status == 200:
            headers["ETag"] = f'"{blob_id(reply.body)}"'
        headers.update(reply.headers)
        etag = headers.get("ETag")
        if etag is not None and request.headers.get("If-None-Match") == etag:
            return Reply(b"", 304, {"ETag": etag}, reply.delay)
        return Reply(reply.body, reply.status, headers, reply.delay)
