"""What one person wants to hear, in private: `subscribe`, `unsubscribe`, `snooze`, `ack`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from ...domain.messages.doc import doc
from ...domain.messages.notice import LedgerEntry, Notice
from ...domain.moment import Moment
from ...domain.people.acknowledged import KIND as ACK
from ...domain.people.acknowledged import nag_of, subject_of
from ...domain.people.note import Note
from ...domain.people.roles import SELF, fold, owner_in, proposers
from ...domain.people.subscriptions import SNOOZE, SUBSCRIPTION, reminders_of, subscriptions
from ...domain.snapshot import Snapshot
from ...registry import RULES, SCHEDULES, Ask, Reply, UserError, command, reply, rule
from ..bugs.tied_jobs import tie_job
from ..overdue.acknowledge import acknowledge
from ..overdue.rule import RULE as OVERDUE
from ..typed_names import nearest
from . import words
from .mute import duration_of

RULE = "subscription"
MOST = 200
ACK_WITHIN = dt.timedelta(days=4)
A_DAY = dt.timedelta(days=1)
# Kinds of notices, by the rules that give them.
KINDS = {
    "deadlines": (
        *("reminder", "schedule change", "own deadline", "plan", "plan reminder"),
        OVERDUE,
    ),
    "jobs": ("jobs", "zuul"),
    "proposals": ("proposals", "announcement", OVERDUE),
    "meeting": ("meeting",),
}


@command(
    "subscribe",
    f"[{' | '.join(KINDS)} | all]",
    "get in private what the channel hears; deadlines where no kind is named",
    "subscribe jobs",
    SCHEDULES,
    right=SELF,
    basis="what you told me",
)
def subscribe(moment: Moment, ask: Ask) -> Reply:
    """Add kinds to what the person gets from now on; with what they have already, in private."""
    nick = _nick(ask)
    wanted = _kinds(ask.text or "deadlines")
    known = {subscription.nick: subscription.kinds for subscription in subscriptions(moment.notes)}
    if nick not in known and len(known) >= MOST:
        raise UserError(words.TOO_MANY_SUBSCRIBERS.format(most=MOST))
    kinds = [kind for kind in KINDS if kind in wanted or kind in known.get(nick, ())]
    if tuple(kinds) == known.get(nick, ()):
        return reply(words.has_already(kinds), private=True)
    body = {"kinds": ",".join(kinds), **owner_in(ask)}
    note = Note(SUBSCRIPTION, nick, body, ask.name, moment.now)
    return Reply(doc(words.subscribed_to(kinds)), True, (note,))


@command(
    "unsubscribe",
    f"[{' | '.join(KINDS)}]",
    "end what subscribe and remind began, or one kind of it",
    "unsubscribe",
    SCHEDULES,
    right=SELF,
    basis="what you told me",
)
def unsubscribe(moment: Moment, ask: Ask) -> Reply:
    """Take kinds back; without a kind all of them and the person's own reminders, of the team that
    is meant. Says what it ended, what is left of another team's, and what comes by role."""
    nick = _nick(ask)
    known = _subscribed(moment.snapshot, nick)
    own = reminders_of(moment.notes, nick) if not ask.text else []
    ended = [kind for kind in known if kind in _kinds(ask.text or "all")]
    still = _still(moment, ask, nick)
    if not ended and not own:
        raise UserError(words.nothing_to_end(ask.text, still))
    left = [kind for kind in known if kind not in ended]
    body = {"kinds": ",".join(left), **owner_in(ask)} if left else None
    notes = [Note(SUBSCRIPTION, nick, body, ask.name, moment.now)] if ended else []
    notes += [reminder.note(ask, moment.now, taken_back=True) for reminder in own]
    return Reply(doc(words.ended_line(ended, own, left, still)), True, tuple(notes))


def _subscribed(snapshot: Snapshot, nick: str) -> tuple[str, ...]:
    mine = (each.kinds for each in subscriptions(snapshot.notes) if each.nick == nick)
    return next(mine, ())


def _still(moment: Moment, ask: Ask, nick: str) -> str:
    """What comes in private all the same: by a role, and of another team; and how to stop it."""
    told = []
    if any(person.is_called(nick) for person in proposers(moment.snapshot)):
        told.append(words.by_role(moment.team.shown))
    for other in ask.others:
        kinds, own = _subscribed(other, nick), reminders_of(other.notes, nick)
        if kinds or own:
            team = other.team
            told.append(words.of_another_team(team.shown, team.name, kinds, bool(own)))
    return " ".join(told)


@command(
    "snooze",
    "[DURATION | off]",
    "no private notices for a day or as long as you say; they follow afterwards, in one line",
    "snooze 3d",
    SCHEDULES,
    right=SELF,
    basis="what you told me",
)
def snooze(moment: Moment, ask: Ask) -> Reply:
    """Silence what goes to one person; what the channel hears goes on."""
    nick = _nick(ask)
    if ask.text.lower() == "off":
        return Reply(doc(words.AWAKE), True, (Note(SNOOZE, nick, None, ask.name, moment.now),))
    until = moment.now + (duration_of(ask.text, "snooze") if ask.text else A_DAY)
    body = {"until": until.isoformat(), **owner_in(ask)}
    note = Note(SNOOZE, nick, body, ask.name, moment.now)
    return Reply(doc(words.NOTHING_PRIVATE.format(until=until)), True, (note,))


@command(
    "ack",
    "[NAME] [because REASON] | JOB bug NUMBER",
    "you deal with what you were reminded of last: quiet until something about it changes; with a "
    "reason, what is overdue is not done this time; a JOB is quiet until it fails after the bug's "
    "fix merged, or otherwise",
    "ack",
    SCHEDULES,
    right=SELF,
    basis="what you told me of the last reminder you got",
)
def ack(moment: Moment, ask: Ask) -> Reply:
    """For the last nag of four days that was said to the person; for those who propose releases
    also the channel's last one, which then is quiet for all of them. What is overdue may be named
    at any time by those who propose releases; they waive it with a reason."""
    nick = _nick(ask)
    if (tied := tie_job(moment, ask)) is not None:
        return tied
    mine = any(person.is_called(nick) for person in proposers(moment.snapshot))
    here = {nick, fold(moment.team.announce)} if mine else {nick}
    nags = [
        row
        for row in moment.snapshot.said
        if fold(row.target) in here and _is_fresh_nag(row, moment.now)
    ]
    if mine and (ask.text or (nags and nags[0].rule == OVERDUE)):
        return acknowledge(moment, ask)
    if ask.text:
        raise UserError(words.NOT_FOR_ALL)
    if not nags:
        raise UserError(words.NOTHING_TO_ACK)
    last = nags[0]
    text = last.text or last.rule
    body = {"text": text[:200]}
    note = Note(ACK, subject_of(nick, nag_of(last.key)), body, ask.name, moment.now)
    return Reply(doc(words.QUIET.format(text=text)), True, (note,))


def _is_fresh_nag(row: LedgerEntry, now: dt.datetime) -> bool:
    said = row.state == "said" and row.at is not None and now - row.at < ACK_WITHIN
    return said and bool(nag_of(row.key))


def _nick(ask: Ask) -> str:
    if not ask.nick:
        raise UserError(words.NO_NICK)
    return fold(ask.nick)


def _kinds(text: str) -> set[str]:
    typed = text.replace(",", " ").split()
    called = {name: kind for kind in KINDS for name in (kind, kind.removesuffix("s"), f"{kind}s")}
    for word in typed:
        if word.lower() not in called and word.lower() not in ("all", "and"):
            raise UserError(words.no_kind(word, nearest(word, [*KINDS, "all"])))
    lower = [word.lower() for word in typed]
    return set(KINDS) if "all" in lower else {called[word] for word in lower if word in called}


@rule(
    RULE,
    "in private what the channel hears, for those who subscribed",
    "unsubscribe",
    basis="what you told me; each line follows the rule of the channel's own",
)
def subscribed_notices(moment: Moment) -> Iterator[Notice]:
    """The channel's notices of the wanted kinds that came due since the person asked for them;
    each keeps its rule, so that it waits and falls away as the channel's does. Nobody is told
    what they told me themselves."""
    subscribers = subscriptions(moment.notes)
    wanted = {
        name
        for subscriber in subscribers
        for kind in subscriber.kinds
        for name in KINDS.get(kind, ())
    }
    for name in sorted(wanted & set(RULES)):
        for notice in RULES[name].speak(moment):
            if notice.target != moment.team.announce:
                continue
            for subscriber in subscribers:
                kinds = {each for kind in subscriber.kinds for each in KINDS.get(kind, ())}
                if subscriber.is_of(notice.by) or name not in kinds:
                    continue
                if notice.due >= subscriber.since:
                    why = words.SUBSCRIBED.format(why=notice.why)
                    yield replace(notice, target=subscriber.nick, why=why, is_public=True)
