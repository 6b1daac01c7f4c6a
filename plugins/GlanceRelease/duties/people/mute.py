"""Silence in a channel: `mute`, `unmute`."""

from __future__ import annotations

import datetime as dt
import re

from ...domain.address import is_place, same_place
from ...domain.messages.doc import doc
from ...domain.moment import Moment
from ...domain.people.note import Note
from ...domain.snapshot import Snapshot
from ...registry import Ask, Reply, UserError, command, reply
from ..typed_names import nothing_more

LONGEST = dt.timedelta(days=31)
_DURATION = re.compile(r"(?P<count>\d{1,4})\s*(?P<unit>m|min|minutes?|h|hours?|d|days?|w|weeks?)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@command(
    "mute",
    "[#CHANNEL] DURATION",
    "silence all that is unasked in a channel, at once; what was due follows in one line",
    "mute 2h",
    right="mute",
    basis="what people told me; the rights in the team's file say who may",
)
def mute(moment: Moment, ask: Ask) -> Reply:
    """Until the duration is over nothing is said unasked in the channel; answers go on."""
    channel, words = _channel(moment.snapshot, ask)
    until = moment.now + duration_of(words, "mute")
    body = {"until": until.isoformat()}
    note = Note("mute", channel, body, ask.name, moment.now)
    said = f"{until:%Y-%m-%d %H:%M} UTC"
    return Reply(doc(f"Silent in {channel} until {said}; unmute ends it."), notes=(note,))


@command(
    "unmute",
    "[#CHANNEL]",
    "end the silence; what was due meanwhile follows in one line",
    "unmute",
    right="mute",
    basis="what people told me; the rights in the team's file say who may",
)
def unmute(moment: Moment, ask: Ask) -> Reply:
    """End a mute: reminders are said in the channel again."""
    channel, words = _channel(moment.snapshot, ask)
    nothing_more(moment, "unmute", words)
    if channel not in moment.snapshot.muted(moment.now):
        return reply(f"I am not muted in {channel}.")
    note = Note("mute", channel, None, ask.name, moment.now)
    return Reply(doc(f"I speak again in {channel}."), notes=(note,))


def _channel(snapshot: Snapshot, ask: Ask) -> tuple[str, str]:
    """The channel that is meant, in the team's spelling, and the rest of the words."""
    first, _, rest = ask.text.partition(" ")
    named = first if is_place(first) else (ask.channel or snapshot.team.announce)
    for channel in snapshot.team.channels:
        if same_place(channel, named):
            return channel, rest if is_place(first) else ask.text
    raise UserError(f"{snapshot.team.shown} has no channel {named[:40]}.")


def duration_of(words: str, command_name: str) -> dt.timedelta:
    """The stretch of time in words ("2h", "30 min", "3 days"), from a minute to 31 days; UserError
    with examples of the command for anything else."""
    match = _DURATION.fullmatch(words.strip().lower())
    if match is None:
        examples = ", ".join(f"{command_name} {each}" for each in ("2h", "30m", "3d"))
        trouble = f'"{words[:40]}" is no stretch of time' if words.strip() else "For how long"
        raise UserError(f"{trouble}{'.' if words.strip() else '?'} Say: {examples}.")
    length = dt.timedelta(**{_UNITS[match["unit"][0]]: int(match["count"])})
    if not length or length > LONGEST:
        raise UserError(f"From a minute to {LONGEST.days} days, please.")
    return length
