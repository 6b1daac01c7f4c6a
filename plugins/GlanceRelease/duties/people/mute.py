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
from . import words

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
    channel, rest = _channel(moment.snapshot, ask)
    until = moment.now + duration_of(rest, "mute")
    body = {"until": until.isoformat()}
    note = Note("mute", channel, body, ask.name, moment.now)
    return Reply(doc(words.SILENT.format(channel=channel, until=until)), notes=(note,))


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
    channel, rest = _channel(moment.snapshot, ask)
    nothing_more(moment, "unmute", rest)
    if channel not in moment.snapshot.muted(moment.now):
        return reply(words.NOT_MUTED.format(channel=channel))
    note = Note("mute", channel, None, ask.name, moment.now)
    return Reply(doc(words.SPEAKS_AGAIN.format(channel=channel)), notes=(note,))


def _channel(snapshot: Snapshot, ask: Ask) -> tuple[str, str]:
    """The channel that is meant, in the team's spelling, and the rest of the words."""
    first, _, rest = ask.text.partition(" ")
    named = first if is_place(first) else (ask.channel or snapshot.team.announce)
    for channel in snapshot.team.channels:
        if same_place(channel, named):
            return channel, rest if is_place(first) else ask.text
    raise UserError(words.NO_CHANNEL.format(team=snapshot.team.shown, named=named[:40]))


def duration_of(text: str, command_name: str) -> dt.timedelta:
    """The stretch of time in words ("2h", "30 min", "3 days"), from a minute to 31 days; UserError
    with examples of the command for anything else."""
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None:
        raise UserError(words.no_stretch(text, command_name))
    length = dt.timedelta(**{_UNITS[match["unit"][0]]: int(match["count"])})
    if not length or length > LONGEST:
        raise UserError(words.TOO_LONG.format(days=LONGEST.days))
    return length
