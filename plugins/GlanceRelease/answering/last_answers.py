"""The last answer that was given in each place, for `why`; in memory only, and not of many."""

from __future__ import annotations

import threading
from collections import OrderedDict

from ..domain.people.roles import fold
from ..registry import Answered, Ask
from ..render.sanitize import plain

MOST_PLACES = 32  # of each kind, since each answer keeps its snapshot alive
_ABOUT_OTHERS = "why"
_Where = tuple[str, ...]


class LastAnswers:
    """The newest answer of each channel, and of each person in private. Any thread may ask.

    Who asks in private is the one who was answered there: of that nick, user and host, and whoever
    services knew then they know now.
    """

    def __init__(self) -> None:
        self._channels: OrderedDict[_Where, Answered] = OrderedDict()
        self._people: OrderedDict[_Where, Answered] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, given: Answered) -> None:
        """It was said: in private, where it was asked there or its answer goes there."""
        if is_about_others(given.text):
            return
        is_private = given.private or given.ask.channel is None
        places = self._people if is_private else self._channels
        place = _person(given.ask) if is_private else _channel(given.ask)
        with self._lock:
            if _follows(places.get(place), given):
                return
            places[place] = given
            places.move_to_end(place)
            if len(places) > MOST_PLACES:
                places.popitem(last=False)

    def last(self, ask: Ask) -> Answered | None:
        """What was answered last where this is asked, if it is for this person."""
        with self._lock:
            if ask.channel is not None:
                return self._channels.get(_channel(ask))
            given = self._people.get(_person(ask))
        if given is None or given.ask.identity not in ("", ask.identity):
            return None
        return given


def is_about_others(text: str) -> bool:
    """Whether a question is about the answer before it, and no answer to ask about itself."""
    return plain(text).partition(" ")[0].lower() == _ABOUT_OTHERS


def _follows(known: Answered | None, given: Answered) -> bool:
    """Whether what is known followed this one already: a look-up may be the faster."""
    if known is None or given.is_second or not known.is_second:
        return False
    return (known.text, known.ask) == (given.text, given.ask) and known.at >= given.at


def _channel(ask: Ask) -> _Where:
    return ask.network, fold(ask.channel or "")


def _person(ask: Ask) -> _Where:
    return ask.network, fold(ask.nick), ask.address
