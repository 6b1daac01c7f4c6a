"""What a team's rules remember, as far as it can be read."""

from __future__ import annotations

from functools import partial

from .note_check import SEEN
from .readable_rows import checked, memory_of
from .store import Store


async def remembered(store: Store, team: str) -> dict[str, str]:
    """A team's memory without what can't be read of it. Of a version of which it is not known
    when it was first seen, it was so before."""
    where, passed = f"memory/{team}", store.passed_over
    memory = {}
    for name, value in (await store.read_meta(where, memory_of) or {}).items():
        if passed.read("meta", f"{where}, {name}", partial(checked, name), value) is not None:
            memory[name] = value
        elif name.startswith(SEEN):
            memory[name] = ""
    return memory
