"""Accepts the page's connections as long as there is room for them, which IRC needs first."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import resource
import socket
from collections.abc import Collection, Iterable

from aiohttp import web

from .connection import Patience, Visitor
from .rate_limited_log import SparseLog

MOST = 200  # connections
MOST_OF_ONE = 64  # of them from one address
RESERVE = 96  # descriptors that are left to IRC, the database, the log and the upstreams
FEWEST = 8  # connections, however few descriptors there are
AT_ONCE = 16  # that are accepted before the loop does anything else
BACKLOG = 128
PAUSE_SECONDS = 1.0  # in which nobody is accepted, where the machine has no descriptor left
_EXHAUSTED = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_ALL_GONE = "connection at a time without descriptors"
_FULL = "connection too many"


def room_of(descriptors: int) -> int:
    """How many connections the process may hold with so many descriptors (negative: any)."""
    return MOST if descriptors < 0 else max(FEWEST, min(MOST, descriptors - RESERVE))


def house_of(host: str) -> str:
    """What counts as one address: an IPv4's own, of IPv6 the network of one house (/64)."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        if mapped is None:
            return str(ipaddress.ip_network((address, 64), strict=False).network_address)
        address = mapped
    return str(address)


def whose_turn_ends(
    visitors: Collection[Visitor], house: str, most: int, of_one: int
) -> Collection[Visitor]:
    """Those of whom one must go before a newcomer from `house` is let in; none where there is
    room."""
    neighbours = [visitor for visitor in visitors if visitor.who == house]
    if len(neighbours) >= of_one:
        return neighbours
    return visitors if len(visitors) >= most else ()


class Entrance:
    """Listens, and lets visitors in. Where there is no room the one goes that has waited longest
    without being answered, so that idle connections keep nobody out; where all are being answered,
    the newcomer.

    `proxied` is for a page behind a proxy on this machine: all visitors come from one address then.
    """

    def __init__(self, runner: web.BaseRunner, patience: Patience, proxied: bool) -> None:
        self._runner = runner
        self._patience = patience
        self._proxied = proxied
        self._log = SparseLog()
        self._sockets: list[socket.socket] = []
        self._pauses: dict[int, asyncio.TimerHandle] = {}
        self._visitors: set[Visitor] = set()
        self._coming: set[asyncio.Task[object]] = set()

    async def open(self, host: str, port: int) -> None:
        """Listen at all addresses of the host. Raises OSError where one is taken."""
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        infos = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        try:
            for family, address in dict.fromkeys((info[0], info[4]) for info in infos):
                listening = socket.create_server(address, family=family, backlog=BACKLOG)
                self._sockets.append(listening)
                listening.setblocking(False)
        except OSError:
            await self.cleanup()
            raise
        for listening in self._sockets:
            loop.add_reader(listening, self._accept, listening)

    async def cleanup(self) -> None:
        """Accept no more, close idle connections, and end with those that are being answered."""
        loop = asyncio.get_running_loop()
        for pause in self._pauses.values():
            pause.cancel()
        for listening in self._sockets:
            loop.remove_reader(listening)
            listening.close()
        self._log.close()
        for visitor in [visitor for visitor in self._visitors if visitor.waiting_since is not None]:
            visitor.hang_up()
        await self._runner.cleanup()

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(AT_ONCE):
            try:
                wire, address = listening.accept()
            except OSError as error:
                if error.errno in _EXHAUSTED:
                    self._pause(listening)
                return
            wire.setblocking(False)
            self._let_in(wire, str(address[0]))

    def _pause(self, listening: socket.socket) -> None:
        """The kernel would tell of the same newcomer again and again."""
        self._log.note(_ALL_GONE, "waits")
        loop = asyncio.get_running_loop()
        loop.remove_reader(listening)
        self._pauses[listening.fileno()] = loop.call_later(
            PAUSE_SECONDS, loop.add_reader, listening, self._accept, listening
        )

    def _let_in(self, wire: socket.socket, host: str) -> None:
        house = house_of(host)
        server = self._runner.server
        if server is None or not self._make_room(house):
            wire.close()
            return
        visitor = Visitor(server, house, self._patience, self._log.note, self._visitors.discard)
        self._visitors.add(visitor)
        task = asyncio.create_task(self._connect(wire, visitor))
        self._coming.add(task)
        task.add_done_callback(self._coming.discard)

    async def _connect(self, wire: socket.socket, visitor: Visitor) -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(lambda: visitor, wire)
        except OSError:
            self._visitors.discard(visitor)
            wire.close()

    def _make_room(self, house: str) -> bool:
        """Whether one more connection can be taken, if need be by closing one that waits."""
        most = room_of(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        alone = self._proxied and _is_loopback(house)
        crowd = whose_turn_ends(self._visitors, house, most, most if alone else MOST_OF_ONE)
        if not crowd:
            return True
        self._log.note(_FULL, f"from {house}")
        oldest = _longest_waiting(crowd)
        if oldest is None:
            return False
        self._visitors.discard(oldest)
        oldest.hang_up()
        return True


def _longest_waiting(visitors: Iterable[Visitor]) -> Visitor | None:
    waiting = [visitor for visitor in visitors if visitor.waiting_since is not None]
    return min(waiting, key=lambda visitor: visitor.waiting_since or 0.0, default=None)


def _is_loopback(house: str) -> bool:
    return house == "::" or house.startswith("127.")
