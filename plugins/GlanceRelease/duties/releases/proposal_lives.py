"""What happens to a proposal, to the liaison in private: abandoned, restored, out of sight, work in
progress, taken over, rebased onto another. Each is told once, and not at all where it was undone
before it could be said."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from ...domain.gerrit_scope import changes_of, people_of
from ...domain.messages.doc import Doc
from ...domain.messages.notice import LedgerEntry, Notice
from ...domain.model import Person
from ...domain.moment import Moment
from ...domain.people.private_lines import free_from
from ...domain.people.roles import fold, heirs_of, liaisons
from ...domain.releases.approval import Voices, voices_of
from ...domain.releases.proposal import Proposal
from ...domain.releases.proposal_state import MERGED, MOST_GONE, ProposalState, followed
from ...registry import rule
from .words.proposal_lives import Turn, lives_doc

RULE = "proposal life"
GRACE = dt.timedelta(days=7)
_SAID = ("said", "merged", "unknown")

Told = dict[str, dict[str, Any]]  # by a proposal's number the state that somebody was told last


@dataclass(frozen=True)
class _LifeReader:
    """What one liaison was told: the states by a proposal's number, and the notice that is given
    until it was said, by its digest, with the states that it tells."""

    told: Told
    given: str = ""
    tells: Told | None = None


@dataclass(frozen=True)
class _LifeRecord:
    """What is remembered: each reader, and since when each proposal is as it is."""

    readers: Mapping[str, _LifeReader]
    since: Mapping[str, tuple[dict[str, Any], str]]


def remember(moment: Moment) -> Mapping[str, str]:
    """What each liaison was told, and what is under way to them."""
    record = _record(moment)
    if record is None:
        return {}
    readers = {nick: asdict(reader) for nick, reader in record.readers.items()}
    return {RULE: json.dumps({"readers": readers, "since": record.since}, sort_keys=True)}


@rule(
    RULE,
    "in private what happens to a proposal: abandoned, restored, out of sight, work in progress, "
    "taken over, rebased onto another",
    "snooze",
    remember=remember,
    takes_back=True,
    joins=True,
    basis="the liaison sees that the team's releases come; what happened is Gerrit's",
    sources=("gerrit", "liaison"),
)
def life_notices(moment: Moment) -> Iterator[Notice]:
    """To each liaison one notice of all that is not as they were told last, until it was said. The
    first look at a proposal tells nothing, and neither does one that merged, which the channel
    hears. Where somebody had a week's private lines, what happens waits for room, and is one line
    of what there is to tell then."""
    record, known = _record(moment), changes_of(moment.snapshot)
    if record is None or known is None:
        return
    proposals, voices = followed(known), voices_of(moment.snapshot)
    for nick, reader in record.readers.items():
        if not reader.tells:
            continue
        turns = tuple(
            _turn(voices, *proposals[int(number)], reader.told[number])
            for number in reader.tells
            if int(number) in proposals
        )
        yield Notice(
            RULE,
            ",".join(reader.tells),
            nick,
            reader.given,
            free_from(moment.snapshot, nick, moment.now),
            GRACE,
            partial(_say, turns),
            why="something happened to a release proposal of one of the team's deliverables",
            heirs=heirs_of(moment.snapshot, nick),
        )


def _turn(
    voices: Voices, proposal: Proposal, state: ProposalState, told: Mapping[str, Any]
) -> Turn:
    owner, uploader = proposal.change.owned_by, proposal.change.uploaded_by
    called = (voices.called(owner), voices.called(uploader))
    return Turn(proposal, state, _state(told, state), *called)


def _say(turns: tuple[Turn, ...], now: dt.datetime) -> Doc:
    return lives_doc(turns)


def _record(moment: Moment) -> _LifeRecord | None:
    """What is remembered from now on; None while Gerrit never answered."""
    known = changes_of(moment.snapshot)
    if known is None:
        return None
    stored = json.loads(moment.snapshot.memory.get(RULE, "{}"))
    proposals = followed(known)
    since = {
        str(number): _since(proposal, state, stored.get("since", {}).get(str(number)))
        for number, (proposal, state) in proposals.items()
    }
    readers = {}
    for member in liaisons(moment.snapshot):
        nick = fold(member.nick)
        raw = stored.get("readers", {}).get(nick)
        people = [person for person in people_of(moment.snapshot) if fold(person.nick) == nick]
        reader = _LifeReader(**raw) if raw else None
        readers[nick] = _next(moment, reader, nick, proposals, since, people)
    return _LifeRecord(readers, since)


def _since(
    proposal: Proposal, state: ProposalState, before: tuple[dict[str, Any], str] | None
) -> tuple[dict[str, Any], str]:
    """A state with when it began, as far as Gerrit tells, and as which one: the same while it
    lasts, another one when it comes back."""
    now = asdict(state)
    if before is not None and _state(before[0], state).is_as(state):
        return now, before[1]
    number = int(before[1].rpartition("/")[2]) + 1 if before is not None else 0
    updated = proposal.change.updated
    return now, f"{updated.isoformat() if updated else ''}/{number}"


def _next(
    moment: Moment,
    before: _LifeReader | None,
    nick: str,
    proposals: Mapping[int, tuple[Proposal, ProposalState]],
    since: Mapping[str, tuple[dict[str, Any], str]],
    people: list[Person],
) -> _LifeReader:
    """What the reader was told by now, and what there is to tell: where the last notice was said,
    what it told; of a proposal that is new to them, or merged, its state."""
    told = dict(before.told) if before else {}
    if before is not None and before.given and _was_said(moment, nick, before):
        told |= before.tells or {}
    for number, (proposal, state) in proposals.items():
        is_news = before is not None and str(number) in told
        uploaded = proposal.change.uploaded_by.is_one_of(people)
        if not is_news or state.standing == MERGED:
            told[str(number)] = asdict(state)
        elif uploaded:  # nobody is told of an upload of their own
            account = {"uploader": state.uploader, "uploader_account": state.uploader_account}
            told[str(number)] = {**told[str(number)], **account}
    gone = [number for number in told if _may_come_back(told[number], number, proposals)]
    kept = sorted(gone, key=int)[-MOST_GONE:]
    told = {n: state for n, state in told.items() if int(n) in proposals or n in kept}
    now = {str(number): state for number, (_, state) in proposals.items()}
    tells = {
        number: since[number][0]
        for number in told
        if number in now and not _state(told[number], now[number]).is_as(now[number])
    }
    if not tells:
        return _LifeReader(told)
    text = json.dumps([(number, since[number]) for number in sorted(tells)], sort_keys=True)
    return _LifeReader(told, hashlib.sha256(text.encode()).hexdigest()[:16], tells)


def _may_come_back(told: Mapping[str, Any], number: str, followed: Collection[int]) -> bool:
    """Whether it is one that is not followed any more, and was told as not merged."""
    return int(number) not in followed and told["standing"] != MERGED


def _was_said(moment: Moment, nick: str, reader: _LifeReader) -> bool:
    """Whether the notice reached the person, or whoever it went to in their place, or was given up
    since it waited for too long."""
    end = f"|{nick.replace('|', '%7C')}|{reader.given}"
    rows = (r for r in moment.snapshot.said if r.rule == RULE and r.key.endswith(end))
    return any(_is_over(row, moment.now) for row in rows)


def _is_over(row: LedgerEntry, now: dt.datetime) -> bool:
    passed_on = row.state == "missed" and "passed on to" in (row.trouble or "")
    return row.state in _SAID or passed_on or now >= row.due + GRACE


def _state(raw: Mapping[str, Any], now: ProposalState) -> ProposalState:
    """A state as it was remembered; of one that an older version kept, what is not in it is as it
    is `now`, but for the accounts of others than it names."""
    known = {name: value for name, value in raw.items() if name in _FIELDS}
    for who in ("owner", "uploader"):
        if f"{who}_account" not in known and known.get(who) != getattr(now, who):
            known[f"{who}_account"] = known.get(who, "")
    return replace(now, **known)


_FIELDS = frozenset(asdict(ProposalState("")))
