"""Keeps what people tell the bot, by a command or in a meeting, before it is answered."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from ..domain.moment import Moment
from ..domain.people.note import Note
from ..duties.meeting.heard_lines import ChannelLine
from ..duties.meeting.session import listen
from ..registry import Ask, Reply
from ..service.running.store_opening import Opening
from ..service.storage.errors import NoDatabase
from ..service.storage.orders import KeptOrder
from .first_answers import Answers

KEEP_SECONDS = 8.0  # in which who tells something hears that it is kept, or is not


class NoteKeeper:
    """One after the other: of two people the second is told of the first, and lines are heard in
    their order."""

    def __init__(self, answers: Answers, opening: Opening) -> None:
        self._answers = answers
        self._current = answers.current
        self._opening = opening

    async def act(self, text: str, ask: Ask) -> Reply:
        """The answer to a command that changes something, given when its notes are on disk and in
        the snapshot; to one that was kept before, by its origin, the same again. Raises NoDatabase
        where they can't be kept within some seconds."""
        async with self._opening.in_time(KEEP_SECONDS), self._current.changing:
            kept = await self._current.parts.store.order(ask.origin) if ask.origin else None
            if kept is not None:
                return Reply(kept.answer, kept.private)
            reply = self._answers.ask(text, ask)
            if reply.notes:
                now = self._answers.clock.now()
                order = KeptOrder(ask.origin, reply.doc, reply.private, now) if ask.origin else None
                await self._keep(self._answers.team_of(ask).name, reply.notes, order)
        return reply

    async def hear(self, spoken: ChannelLine) -> None:
        """Keep what matters of a line in a meeting's channel."""
        with contextlib.suppress(NoDatabase):  # which is logged
            async with self._opening.in_time(KEEP_SECONDS), self._current.changing:
                for name, snapshot in self._answers.snapshots.items():
                    if spoken.team not in ("", name) or snapshot.no_memory:
                        continue
                    notes = listen(Moment(snapshot, self._answers.clock.now()), spoken)
                    if notes:
                        await self._keep(name, notes)

    async def _keep(self, team: str, notes: Iterable[Note], order: KeptOrder | None = None) -> None:
        """Write what a person told the bot to disk, then show it in the snapshot."""
        await self._current.parts.store.add_notes(team, notes, order)
        await self._opening.note_news()
        await self._current.take()
