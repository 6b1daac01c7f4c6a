"""Nobody is called by nick more than twice a day in one channel: then by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ...domain.messages.clauses import by_name, calls_in
from ...domain.messages.doc import Line
from ...domain.people.roles import fold

CALLS_A_DAY = 2


def spared(line: Line, names: Mapping[str, str], said_today: Iterable[Line]) -> Line:
    """The line in which whoever was called in two of today's lines stands by name; `names` has it
    for each nick."""
    called: Counter[str] = Counter()
    for said in said_today:
        called.update({fold(call.nick) for call in calls_in(said.phrases)})
    enough = {
        call.nick: names.get(call.nick) or call.name
        for call in calls_in(line.phrases)
        if called[fold(call.nick)] >= CALLS_A_DAY
    }
    known = {nick: name for nick, name in enough.items() if name}
    return replace(line, phrases=by_name(line.phrases, known)) if known else line
