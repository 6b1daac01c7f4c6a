"""Whether a line is in a room's timeline: asked where its transaction id is too old to tell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .client import Client, part
from .state import content_of, sender_of

CLAIM = "org.openstack.glance_release.claim"  # in the event itself: others get no transaction id
PAGE, MOST_PAGES = 100, 50
SECONDS = 30.0


async def is_in_timeline(
    client: Client, room: str, me: str, claim: str, since: float
) -> bool | None:
    """Whether the bot said what has this claim there; None where the server does not tell all of
    the timeline back to when the claim was made (`since`, in seconds since 1970)."""
    path = f"rooms/{part(room)}/messages"
    query = {"dir": "b", "limit": str(PAGE), "filter": json.dumps({"senders": [me]})}
    for _ in range(MOST_PAGES):
        answer = await client.insist("GET", path, None, SECONDS, query)
        events = answer.body.get("chunk")
        if not answer.is_well or not isinstance(events, list):
            return None
        events = [event for event in events if isinstance(event, dict)]
        for event in events:
            if sender_of(event) == me and content_of(event).get(CLAIM) == claim:
                return True
        end = answer.body.get("end")
        if not isinstance(end, str) or any(_at(event) < since for event in events):
            return False
        query = {**query, "from": end}
    return None


def _at(event: Mapping[str, Any]) -> float:
    at = event.get("origin_server_ts")
    return at / 1000 if isinstance(at, int | float) else float("inf")
