"""What happened since the last token, batch by batch, without gaps; the token is kept when all that
a batch asked for is done."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .client import FIRST_PAUSE, LONGEST_PAUSE, Client, part
from .server_answer import ServerAnswer
from .state import STATE_TYPES, content_of

log = logging.getLogger(__name__)

POLL_SECONDS = 30
ANSWER_SECONDS = 90.0  # of a sync that has much to tell
TIMELINE = 50
PAGE, MOST_PAGES = 100, 30  # of a gap that is filled
TIMELINE_TYPES = ("m.room.message", *STATE_TYPES)

Event = Mapping[str, Any]


@dataclass(frozen=True)
class RoomNews:
    """What a batch tells of one room: its state before the timeline, and the timeline."""

    room: str
    state: tuple[Event, ...] = ()
    timeline: tuple[Event, ...] = ()


@dataclass(frozen=True)
class Batch:
    """What a sync brought: news of the rooms that the bot is in, invitations by room, the rooms
    that it is in no more. `is_first` where nothing of it is to be answered, since no token was
    kept; `catches_up` for what happened while the bot was down."""

    since: str
    joined: tuple[RoomNews, ...]
    invited: Mapping[str, tuple[Event, ...]]
    left: Mapping[str, tuple[Event, ...]]
    is_first: bool = False
    catches_up: bool = False


def sync_filter() -> str:
    """What a sync tells; no two are equal, since Synapse answers an equal question without a token
    from its cache, with an old token."""
    nothing: dict[str, Any] = {"types": []}
    room = {
        "timeline": {
            "limit": TIMELINE,
            "types": [*TIMELINE_TYPES],
            "not_types": [f"x.{uuid.uuid4().hex}"],
        },
        "state": {"types": [*STATE_TYPES]},
        "ephemeral": nothing,
        "account_data": nothing,
    }
    return json.dumps({"room": room, "presence": nothing, "account_data": nothing})


class Syncing:
    """The long poll. `take` gets each batch in order; `heard_from` hears of each answer whether it
    was a good one."""

    def __init__(
        self,
        client: Client,
        me: str,
        since: str,
        take: Callable[[Batch], Awaitable[None]],
        heard_from: Callable[[ServerAnswer], None],
    ) -> None:
        self._client = client
        self._me = me
        self._since = since
        self._take = take
        self._heard_from = heard_from
        self._filter = sync_filter()
        self._is_first_round = True

    async def run(self) -> None:
        """Poll until the token is void; other trouble is waited for."""
        pause = FIRST_PAUSE
        while not self._client.revoked.is_set():
            answer = await self._poll()
            self._heard_from(answer)
            if answer.code == "M_UNKNOWN_POS":  # the server forgot: as a first start
                self._since, self._is_first_round = "", True
            elif answer.is_well and isinstance(answer.body.get("next_batch"), str):
                pause = FIRST_PAUSE
                await self._takes(answer.body)
                continue
            await asyncio.sleep(max(pause, answer.retry_after))
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _poll(self) -> ServerAnswer:
        query = {"filter": self._filter, "timeout": str(POLL_SECONDS * 1000)}
        if self._since:
            query["since"] = self._since
        if self._is_first_round:  # the state of every room, at once
            query |= {"full_state": "true", "timeout": "0"}
        return await self._client.ask("GET", "sync", query=query, seconds=ANSWER_SECONDS)

    async def _takes(self, body: Mapping[str, Any]) -> None:
        before, since = self._since, str(body["next_batch"])
        rooms = _object(body.get("rooms"))
        joined = [
            await self._news(name, _object(news), before)
            for name, news in _object(rooms.get("join")).items()
        ]
        invited = {
            name: _events(_object(_object(news).get("invite_state")).get("events"))
            for name, news in _object(rooms.get("invite")).items()
        }
        left = {
            name: _events(_object(_object(news).get("timeline")).get("events"))
            for name, news in _object(rooms.get("leave")).items()
        }
        batch = Batch(
            since, tuple(joined), invited, left, not before, bool(before) and self._is_first_round
        )
        self._since, self._is_first_round = since, False
        await self._take(batch)

    async def _news(self, room: str, news: Mapping[str, Any], before: str) -> RoomNews:
        timeline = _object(news.get("timeline"))
        events = _events(timeline.get("events"))
        start = timeline.get("prev_batch")
        is_whole = len(since_own_join(events, self._me)) < len(events)
        if timeline.get("limited") is True and before and isinstance(start, str) and not is_whole:
            events = (*await self._gap(room, start, before), *events)
        return RoomNews(room, _events(_object(news.get("state")).get("events")), events)

    async def _gap(self, room: str, start: str, before: str) -> tuple[Event, ...]:
        """What is missing between the last token and a timeline, oldest first."""
        found: list[Event] = []
        types = json.dumps({"types": [*TIMELINE_TYPES]})
        for _ in range(MOST_PAGES):
            query = {"dir": "b", "from": start, "to": before, "filter": types, "limit": str(PAGE)}
            answer = await self._page(room, query)
            if not answer.is_well:
                log.error("%s: a gap could not be filled (%s)", room, answer.trouble)
                break
            found += _events(answer.body.get("chunk"))
            end = answer.body.get("end")
            if not isinstance(end, str) or end == start:
                break
            start = end
        return tuple(reversed(found))

    async def _page(self, room: str, query: Mapping[str, str]) -> ServerAnswer:
        pause = FIRST_PAUSE
        while True:
            answer = await self._client.ask("GET", f"rooms/{part(room)}/messages", query=query)
            if not answer.passes or self._client.revoked.is_set():
                return answer
            await asyncio.sleep(max(pause, answer.retry_after))
            pause = min(2 * pause, LONGEST_PAUSE)


def since_own_join(timeline: Iterable[Event], me: str) -> tuple[Event, ...]:
    """A timeline from where the bot came into the room, or was invited into it: who opens a chat
    does not wait with their question. All of it where it does not tell."""
    events = tuple(timeline)
    for number in range(len(events) - 1, -1, -1):
        if _own_membership(events[number], me) == "join":
            unsigned = _object(events[number].get("unsigned"))
            before = _object(unsigned.get("prev_content")).get("membership")
            if before != "join":
                return events[_invitation(events, number, me) if before == "invite" else number :]
    return events


def _invitation(events: Sequence[Event], joined: int, me: str) -> int:
    """Where the bot was invited, before it joined there."""
    steps = range(joined - 1, -1, -1)
    return next((n for n in steps if _own_membership(events[n], me) == "invite"), joined)


def _own_membership(event: Event, me: str) -> Any:
    is_mine = event.get("type") == "m.room.member" and event.get("state_key") == me
    return content_of(event).get("membership") if is_mine else None


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _events(value: Any) -> tuple[Event, ...]:
    return (
        tuple(each for each in value if isinstance(each, dict)) if isinstance(value, list) else ()
    )
