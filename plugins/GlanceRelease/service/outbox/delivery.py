"""What is pending for one target goes out, a line at a time; what becomes of each is on disk."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ...domain.address import is_place
from ...domain.messages.doc import Doc, Line
from ...domain.messages.fact_read import FactRead
from ...domain.messages.notice import Notice
from ...domain.messages.team_names import named as in_its_name
from ...domain.people.roles import Asker
from ..storage.kept_messages import doc_json, facts_json
from ..storage.ledger_row import LedgerRow
from ..storage.store import Store, outbox
from ..storage.timestamps import instant, stamp
from . import ledger_reads
from .calls_a_day import spared
from .claims import Message, claim_of, fates, said_again
from .facts_behind import unknown
from .front_end import DeliveryOutcome, Door
from .line_merging import Group, keys_of, lines_of
from .private_week import WAITS, allowance, within_the_week
from .recipients import UNKNOWN, UNTOLD, KnowsAccounts, is_personal, next_question

log = logging.getLogger(__name__)

FactsOf = Callable[[Notice], tuple[FactRead, ...] | None]

FIRST_PAUSE = dt.timedelta(minutes=1)
LONGEST_PAUSE = dt.timedelta(hours=1)
UNTRUE = "no longer so when it could be said"


async def nobody_muted() -> Collection[str]:
    """The names of muted targets, where there is no mute."""
    return ()


def nameless(target: str) -> str:
    """No team's name, as where there is one team."""
    return ""


def one_name(target: str) -> Collection[str]:
    """A person's names, where nobody has several."""
    return (target,)


def anybody(nick: str, asker: Asker) -> bool:
    """Whether a nick's owner is meant: taken for true, as on a network without services."""
    return True


@dataclass(frozen=True)
class DeliveryPolicy:
    """How the team's pending notices are delivered in one tick: which, to whom, how many.

    `current` are the notices its rules give now, by `key_of`, for words that are true now.
    `revocable` names the rules whose pending notices are dropped once the rule gives them no
    more; `quiet` the rules that wait (a day off). `muted` tells which targets want silence; it is
    asked again before each line, so that a mute counts at once. `names` has what stands for a nick
    that was called often enough today. `is_theirs` tells whether who has a nick is the person for
    whom the team has it. `facts_of` tells on which facts a current notice stands. What the rules
    that are `joining` have for a person goes in one line with what else is for them. `named` is the
    team's name for who has several, "" for all others; `silence_ended` when each target's last
    silence did. `called` has a person's names on every network: they have one budget.
    """

    team: str
    current: Mapping[str, Notice]
    revocable: Collection[str] = ()
    quiet: Collection[str] = ()
    muted: Callable[[], Awaitable[Collection[str]]] = nobody_muted
    lines_a_day: int = 20
    names: Mapping[str, str] = field(default_factory=dict)
    is_theirs: Callable[[str, Asker], bool] = anybody
    facts_of: FactsOf = unknown
    named: Callable[[str], str] = nameless
    silence_ended: Mapping[str, dt.datetime] = field(default_factory=dict)
    joining: Collection[str] = ()
    called: Callable[[str], Collection[str]] = one_name


@dataclass(frozen=True)
class Delivery:
    """The delivery of one team's pending lines to one target (a channel or a nick)."""

    store: Store
    target: str
    policy: DeliveryPolicy
    door: Door
    clock: Callable[[], dt.datetime]

    async def run(self) -> tuple[int, Collection[str]]:
        """Say what may be said now; the number of lines that the server has, and the keys of what
        was dropped since it is no longer true."""
        if await self._is_muted():
            return 0, ()
        now = self.clock()
        waiting = await self._waiting(now)
        if await self._learn_fates(waiting, now):
            waiting = await self._waiting(now)
        if not any(_pause_is_over(row, now) for row in waiting):
            return 0, ()
        untrue = await self._drop_untrue(waiting)
        true = [row for row in waiting if row.key not in untrue]
        return await self._say_all(await self._for_the_person(true, now), now), untrue

    async def _is_muted(self) -> bool:
        return self.target in await self.policy.muted()

    async def _waiting(self, now: dt.datetime) -> Sequence[LedgerRow]:
        policy = self.policy
        async with self.store.begin() as db:
            return await ledger_reads.waiting(
                db, self.store.passed_over, policy.team, self.target, policy.quiet, now
            )

    async def _learn_fates(self, rows: Sequence[LedgerRow], now: dt.datetime) -> bool:
        """Write down what the door finds out of lines that may have been said; whether it did."""
        arrived, lost = await fates(self.door, self.target, rows, now)
        await self._set(arrived, state="said", trouble=None)
        await self._set(lost, maybe_said=False)
        return bool(arrived or lost)

    async def _drop_untrue(self, rows: Sequence[LedgerRow]) -> Collection[str]:
        """The keys of those whose rule gives them no more; they are missed."""
        policy = self.policy
        untrue = {
            row.key
            for row in rows
            if row.rule in policy.revocable and row.key not in policy.current
        }
        await self._set(sorted(untrue), state="missed", trouble=UNTRUE)
        return untrue

    async def _for_the_person(self, rows: Sequence[LedgerRow], now: dt.datetime) -> list[LedgerRow]:
        """These rows where the one who is meant has the nick now; else those that anybody may
        read, while the others wait."""
        personal = [row for row in rows if is_personal(row)]
        trouble = await self._not_theirs() if personal else ""
        if not trouble:
            return list(rows)
        await self._set(keys_of(personal), trouble=trouble, **next_question(personal, now))
        return [row for row in rows if row not in personal]

    async def _not_theirs(self) -> str:
        """Why who has the nick is not known to be the one who is meant; empty where it is."""
        if not isinstance(self.door, KnowsAccounts):
            return ""
        person = await self.door.who_is(self.target)
        if person is None:
            return UNTOLD
        return "" if self.policy.is_theirs(self.target, person) else UNKNOWN

    async def _say_all(self, rows: Sequence[LedgerRow], now: dt.datetime) -> int:
        """Say these rows, as far as there is room; how many lines the server has."""
        target, policy = self.target, self.policy
        is_channel = is_place(target)
        medium = self.door.medium(target)
        async with self.store.begin() as db:
            room = await ledger_reads.room_for(db, target, medium, policy.lines_a_day, now)
            today = await ledger_reads.said_today(db, target, now) if is_channel else []
            told = (
                []
                if is_channel
                else await ledger_reads.private_lines(db, policy.called(target), now)
            )
        again, rest = said_again(self.door, rows, now)
        joining = () if is_channel else policy.joining
        room = room.for_one_message(len(rows)) if medium.holds_several else room
        ended = policy.silence_ended.get(target)
        asked = [row for row in rest if is_channel or row.is_public]
        unasked = [row for row in rest if row not in asked]
        lines = lines_of(asked, policy.current, now, room, medium, (), ended)
        if unasked:
            own = lines_of(unasked, policy.current, now, room, medium, joining, ended)
            week = allowance(told, now)
            own = within_the_week(own, unasked, policy.current, now, week, medium, joining)
            await self._note_waiting(unasked, own)
            lines += own
        own_each = [lines] if medium.holds_several and lines else [[line] for line in lines]
        waits: list[tuple[Message | None, list[Group]]] = [(each, []) for each in again]
        waits += [(None, each) for each in own_each]
        said = 0
        for repeated, fresh in waits[: room.this_minute]:
            if said and (not self.door.ready(target) or await self._is_muted()):
                break
            message, group = repeated or self._worded(fresh, today)
            if not await self._say(message, group, rows):
                break
            today += message.lines
            said += 1
        return said

    def _worded(self, lines: Sequence[Group], today: Sequence[Line]) -> Message:
        """These lines as one message: for a person with the team's name in front, in a channel
        without the calls of those who were called often enough today."""
        target, policy = self.target, self.policy
        title = "" if is_place(target) else policy.named(target)
        worded: list[Line] = []
        for line, _ in lines:
            told = in_its_name(line, title) if title else line
            if policy.names and is_place(target):
                told = spared(told, policy.names, [*today, *worded])
            worded.append(told)
        return Doc(tuple(worded)), [row for _, group in lines for row in group]

    async def _note_waiting(self, rows: Sequence[LedgerRow], lines: Sequence[Group]) -> None:
        """What has no line now says in the log why."""
        said = {row.key for _, group in lines for row in group}
        waits = [row.key for row in rows if row.key not in said and row.trouble is None]
        await self._set(waits, trouble=WAITS)

    async def _say(
        self, message: Doc, group: Sequence[LedgerRow], waiting: Sequence[LedgerRow]
    ) -> bool:
        outcome = await self._hand_out(message, group)
        keys = keys_of(group)
        now = self.clock()
        if outcome.result == "said":
            await self._set(keys, state="said", at=stamp(now), trouble=None)
            paused = [row.key for row in waiting if row.next_try > stamp(now)]
            await self._set(paused, next_try=stamp(now))  # the target takes lines again
            return True
        log.warning("%s: not said (%s): %s", self.target, outcome.result, outcome.reason)
        unsure, refused = outcome.result == "unsure", outcome.result == "refused"
        tries = max(row.tries for row in waiting) + (outcome.result != "later")
        pause = min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)
        next_try = stamp(now + (pause if refused else FIRST_PAUSE))
        changes: dict[str, Any] = {"maybe_said": True} if unsure else {"at": None}
        changes.update(state="pending", tries=tries, trouble=outcome.reason or outcome.result)
        await self._set(keys, next_try=next_try, **changes)
        said = {row.key for row in group}
        await self._set([key for key in keys_of(waiting) if key not in said], next_try=next_try)
        return False

    async def _hand_out(self, message: Doc, group: Sequence[LedgerRow]) -> DeliveryOutcome:
        """Claim the message on disk when its turn has come, then say it: who dies before has not
        said it, and who dies after may have. Whose the nick is may have changed meanwhile."""
        async with self.door.turn(self.target) as kept:
            if kept is not None:
                return kept
            if any(map(is_personal, group)) and (trouble := await self._not_theirs()):
                return DeliveryOutcome("later", trouble)
            now = self.clock()
            claim = claim_of(self.door, group, now)
            text = " ".join(map(self.door.medium(self.target).text, message.lines))
            values = {"line": text, "said": doc_json(message), "claim": claim}
            await self._set(keys_of(group), state="claimed", at=stamp(now), **values)
            await self._set_facts(group)
            try:
                return await self.door.say(self.target, message, claim)
            except Exception as error:
                log.exception("%s: saying failed", self.target)
                return DeliveryOutcome("unsure", type(error).__name__)

    async def _set_facts(self, group: Sequence[LedgerRow]) -> None:
        """A line in words that are true now stands on the facts of now, not on those on which it
        came due."""
        for row in group:
            notice = self.policy.current.get(row.key)
            facts = facts_json(self.policy.facts_of(notice)) if notice is not None else None
            if facts is not None and facts != row.stood_on:
                await self._set([row.key], stood_on=facts)

    async def _set(self, keys: Sequence[str], **values: Any) -> None:
        if not keys:
            return
        which = outbox.c.key.in_(keys) & outbox.c.state.in_(("pending", "claimed"))
        async with self.store.begin() as db:
            await db.execute(sa.update(outbox).where(which).values(**values))


def _pause_is_over(row: LedgerRow, now: dt.datetime) -> bool:
    """A pause longer than the longest means that the clock was set back."""
    return not now < instant(row.next_try) <= now + LONGEST_PAUSE
