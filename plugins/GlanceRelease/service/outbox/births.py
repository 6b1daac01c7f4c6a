"""Since when the bot speaks in each place: what came due before is no news there."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping

from ...domain.address import place
from ..storage.store import Store
from ..storage.timestamps import instant, stamp

KEPT = "births"  # the value in the store: an instant for each place, by its folded name


async def births_in(
    store: Store, places: Iterable[str], born: dt.datetime, now: dt.datetime
) -> dict[str, dt.datetime]:
    """When each of these places became one of the bot's, kept from now on; one that is new to the
    store does so `now`. All of them were there since the bot's own start (`born`) where the store
    does not say, as that of an older version; one in the future, from a clock that was wrong, is
    corrected. What is no place any more is forgotten, so that it is new when it comes back."""
    names = {place(name).folded for name in places}
    known = await store.read_meta(KEPT, births_of)
    otherwise = born if known is None else now
    births = {name: min((known or {}).get(name, otherwise), now) for name in sorted(names)}
    if names and births != known:
        kept = {name: stamp(at) for name, at in births.items()}
        await store.put_meta(KEPT, json.dumps(kept))
    return births


def births_of(value: str) -> dict[str, dt.datetime]:
    """The births that a stored value names."""
    return {str(name): instant(at) for name, at in json.loads(value).items()}


def since(births: Mapping[str, dt.datetime], target: str, born: dt.datetime) -> dt.datetime:
    """Since when the target hears the bot: a person since its first start."""
    return max(born, births.get(place(target).folded, born))
