"""Somebody on Matrix: an account that joins, speaks, hears, and waits for what is said."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import aiohttp

from GlanceRelease.frontends.trial_room.homeserver import register

BOT = "glancebot"  # with which each bot's account begins
PASSWORD = "secret"
Event = dict[str, Any]


class Refusal(AssertionError):  # noqa: N818  it names an answer
    """The server said no."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.code = body.get("errcode", "")


class Person:
    """One login; every event of their rooms is in `heard`, and each wait goes on from there."""

    def __init__(self, url: str, account: Mapping[str, Any]) -> None:
        self.url = url
        self.id: str = account["user_id"]
        self.token: str = account["access_token"]
        self.device: str = account["device_id"]
        self.heard: list[Event] = []
        self.invited: dict[str, list[Event]] = {}
        self.room = ""
        self._next = 0
        self._news = asyncio.Event()
        self._http = aiohttp.ClientSession(headers={"Authorization": f"Bearer {self.token}"})
        self._ear: asyncio.Task[None] | None = None

    @classmethod
    async def enter(cls, url: str, name: str, room: str = "", device: str = "") -> Person:
        """Register or log in, hear from now on, and join the room where one is named."""
        person = cls(url, await register(url, name, PASSWORD, device))
        since = (await person.call("GET", "sync?timeout=0"))["next_batch"]
        person._ear = asyncio.create_task(person._listen(since))
        if room:
            await person.join(room)
        return person

    async def leave(self) -> None:
        if self._ear is not None:
            self._ear.cancel()
        await self._http.close()

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """A request to the client-server API; a Refusal where it is not answered with 200."""
        data = {} if body is None and method != "GET" else body
        address = f"{self.url}/_matrix/client/v3/{path}"
        async with self._http.request(method, address, json=data) as reply:
            answer = await reply.json()
            if reply.status != 200:
                raise Refusal(reply.status, answer)
            return answer

    async def _listen(self, since: str) -> None:
        while True:
            try:
                news = await self.call("GET", f"sync?timeout=20000&since={quote(since)}")
            except (aiohttp.ClientError, Refusal, ValueError):
                await asyncio.sleep(0.3)
                continue
            since = news["next_batch"]
            rooms = news.get("rooms", {})
            for room, state in rooms.get("invite", {}).items():
                self.invited[room] = state["invite_state"]["events"]
            for room, timeline in rooms.get("join", {}).items():
                for event in timeline["timeline"]["events"]:
                    self.heard.append({**event, "room_id": room})
            self._news.set()

    # -- rooms ------------------------------------------------------------------------------------

    async def make_room(self, alias: str = "", *invited: str, **more: Any) -> str:
        """A public room, or what `more` says; it becomes the person's own."""
        body = {"preset": "public_chat", "invite": list(invited), **more}
        if alias:
            body["room_alias_name"] = alias.removeprefix("#").partition(":")[0]
        self.room = (await self.call("POST", "createRoom", body))["room_id"]
        return self.room

    async def join(self, room: str) -> str:
        self.room = (await self.call("POST", f"join/{quote(room)}"))["room_id"]
        return self.room

    async def state(self, kind: str, content: Any, key: str = "", room: str = "") -> None:
        where = f"rooms/{quote(room or self.room)}/state/{kind}/{quote(key)}"
        await self.call("PUT", where, content)

    async def read_state(self, kind: str, key: str = "", room: str = "") -> Any:
        where = f"rooms/{quote(room or self.room)}/state/{kind}/{quote(key)}"
        return await self.call("GET", where)

    async def invite(self, who: str, room: str = "") -> None:
        await self.call("POST", f"rooms/{quote(room or self.room)}/invite", {"user_id": who})

    async def kick(self, who: str, kind: str = "kick", room: str = "") -> None:
        await self.call("POST", f"rooms/{quote(room or self.room)}/{kind}", {"user_id": who})

    async def power(self, who: str, level: int, room: str = "") -> None:
        levels = await self.read_state("m.room.power_levels", room=room)
        levels["users"] = {**levels.get("users", {}), who: level}
        await self.state("m.room.power_levels", levels, room=room)

    async def members(self, room: str = "") -> set[str]:
        where = f"rooms/{quote(room or self.room)}/joined_members"
        return set((await self.call("GET", where))["joined"])

    async def timeline(self, room: str = "", most: int = 500) -> list[Event]:
        """The room's events as the server has them, oldest first."""
        where = f"rooms/{quote(room or self.room)}/messages?dir=b&limit={most}"
        return list(reversed((await self.call("GET", where))["chunk"]))

    # -- words ------------------------------------------------------------------------------------

    async def send(self, content: Any, room: str = "", kind: str = "m.room.message") -> str:
        where = f"rooms/{quote(room or self.room)}/send/{kind}/{uuid.uuid4().hex}"
        return str((await self.call("PUT", where, content))["event_id"])

    async def say(self, text: str, room: str = "", **more: Any) -> str:
        return await self.send({"msgtype": "m.text", "body": text, **more}, room)

    async def chat(self, bot: str) -> str:
        """Open a direct chat and wait until the bot is in it."""
        more = {"preset": "trusted_private_chat", "is_direct": True}
        room = (await self.call("POST", "createRoom", {**more, "invite": [bot]}))["room_id"]
        await self.until(
            lambda event: (
                event["type"] == "m.room.member"
                and event.get("state_key") == bot
                and event["content"]["membership"] == "join"
                and event["room_id"] == room
            ),
            "the bot in the chat",
        )
        return str(room)

    async def ask(self, text: str, pattern: str = "", room: str = "", seconds: float = 10) -> str:
        """Say it; the body of the bot's first answer after that (with this pattern)."""
        return str((await self.asked(text, pattern, room, seconds))["content"]["body"])

    async def asked(
        self, text: str, pattern: str = "", room: str = "", seconds: float = 10, **more: Any
    ) -> Event:
        """The same, and the whole event."""
        self._next = len(self.heard)
        asked = await self.say(text, room, **more)
        return await self.expect(pattern, seconds, asked)

    async def expect(self, pattern: str = "", seconds: float = 10, to: str = "") -> Event:
        """The next message of the bot's in any room, with this pattern in it; no reply to another
        event than `to`, if that is told."""

        def fits(event: Event) -> bool:
            body = event["content"].get("body")
            is_his = event["sender"].startswith(f"@{BOT}")
            is_said = event["type"] == "m.room.message" and isinstance(body, str)
            reply = event["content"].get("m.relates_to", {}).get("m.in_reply_to", {})
            if to and reply.get("event_id", to) != to:
                return False
            return is_his and is_said and re.search(pattern, body) is not None

        return await self.until(fits, f"{BOT}: {pattern!r}", seconds)

    async def until(self, fits: Callable[[Event], bool], wanted: str, seconds: float = 10) -> Event:
        """The next event that fits."""
        began = self._next
        try:
            async with asyncio.timeout(seconds):
                while True:
                    while self._next >= len(self.heard):
                        self._news.clear()
                        await self._news.wait()
                    self._next += 1
                    if fits(self.heard[self._next - 1]):
                        return self.heard[self._next - 1]
        except TimeoutError:
            said = [f"  {e['sender']} {e['type']} {e['content']}" for e in self.heard[began:]]
            heard = "\n".join(said) or "  nothing"
            raise AssertionError(f"{self.id} waited for {wanted} and heard\n{heard}") from None

    async def silence(self, seconds: float = 1.0) -> list[str]:
        """What the bot says from here on within some seconds."""
        start = len(self.heard)
        await asyncio.sleep(seconds)
        self._next = len(self.heard)
        return [
            str(event["content"].get("body"))
            for event in self.heard[start:]
            if event["sender"].startswith(f"@{BOT}") and event["type"] == "m.room.message"
        ]
