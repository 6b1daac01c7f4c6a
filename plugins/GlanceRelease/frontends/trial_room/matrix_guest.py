"""Whoever is played at the console of the Matrix trial room: accounts that speak and hear."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import aiohttp

_API = "/_matrix/client/v3/"


class MatrixGuest:
    """The people of the room, of whom one speaks: `nick`. `channel` is the room's alias."""

    def __init__(self, url: str, bot: str, channel: str, hears: Callable[[str], None]) -> None:
        self.nick = ""
        self.channel = channel
        self._url = url
        self._bot = f"@{bot}:{channel.partition(':')[2]}"
        self._hears = hears
        self._tokens: dict[str, str] = {}
        self._chats: dict[str, str] = {}
        self._room = ""
        self._said: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()

    async def make_room(self, token: str) -> None:
        """The room, where it is not there from an earlier time."""
        alias = self.channel[1:].partition(":")[0]
        asked = {"preset": "public_chat", "room_alias_name": alias, "name": "Glance"}
        await self._call(token, "POST", "createRoom", asked)

    async def enter(self, name: str, token: str) -> None:
        """Come into the room, and hear from now on what is said there and in private."""
        self._tokens[name] = token
        joined = await self._call(token, "POST", f"join/{quote(self.channel)}", {})
        self._room = joined["room_id"]
        since = (await self._call(token, "GET", "sync?timeout=0"))["next_batch"]
        self._begin(self._listen(name, since))

    def be(self, nick: str) -> None:
        """Speak as somebody else from now on."""
        self.nick = nick

    def tell(self, target: str, text: str) -> None:
        """Say it in the room, or to the bot alone."""
        self._begin(self._tell(self.nick, target.startswith("#"), text))

    def _begin(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self, name: str, aloud: bool, text: str) -> None:
        async with self._turn:
            token = self._tokens[name]
            room = self._room if aloud else await self._chat(name, token)
            where = f"rooms/{quote(room)}/send/m.room.message/{secrets.token_hex(8)}"
            sent = await self._call(token, "PUT", where, {"msgtype": "m.text", "body": text})
            self._said.add(str(sent.get("event_id")))

    async def _chat(self, name: str, token: str) -> str:
        if name not in self._chats:
            asked = {"preset": "trusted_private_chat", "is_direct": True, "invite": [self._bot]}
            made = await self._call(token, "POST", "createRoom", asked)
            self._chats[name] = made["room_id"]
        return self._chats[name]

    async def _listen(self, name: str, since: str) -> None:
        with contextlib.suppress(aiohttp.ClientError):  # the room closes
            await self._hear_all(name, since)

    async def _hear_all(self, name: str, since: str) -> None:
        token = self._tokens[name]
        while True:
            news = await self._call(token, "GET", f"sync?timeout=30000&since={since}")
            since = news.get("next_batch", since)
            rooms = news.get("rooms", {})
            for room in rooms.get("invite", {}):  # the bot has something for them alone
                await self._call(token, "POST", f"join/{quote(room)}", {})
                self._chats[name] = room
            for room, told in rooms.get("join", {}).items():
                if room != self._room or name == next(iter(self._tokens)):  # one ear is enough
                    self._show(name, room, told["timeline"]["events"])

    def _show(self, name: str, room: str, events: list[dict[str, Any]]) -> None:
        for event in events:
            body = event.get("content", {}).get("body")
            if not isinstance(body, str) or event["event_id"] in self._said:
                continue
            who = event["sender"][1:].partition(":")[0]
            if room == self._room:
                self._hears(f"<{who}> {body}")
            elif event["sender"] == self._bot:
                self._hears(f"<{who}> (to {name} alone) {body}")

    async def _call(self, token: str, method: str, path: str, body: Any = None) -> Any:
        heads = {"Authorization": f"Bearer {token}"}
        async with (
            aiohttp.ClientSession(headers=heads) as http,
            http.request(method, f"{self._url}{_API}{path}", json=body) as reply,
        ):
            return await reply.json()
