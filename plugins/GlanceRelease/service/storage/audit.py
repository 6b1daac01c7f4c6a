"""Looks at every row of a database, and names those that the bot will pass over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any

import sqlalchemy as sa

from ..outbox.births import KEPT, births_of
from .engine import AsyncConnection
from .loss_detection import FORGOTTEN, span_of
from .orders import order_of
from .readable_rows import (
    checked,
    fact_of,
    memory_of,
    meta_of,
    note_of,
    reason_of,
    shown,
    whole_line_of,
)
from .tables import facts, meta, orders, outbox, told
from .timestamps import instant

MEMORY = "memory/"


async def unreadable(db: AsyncConnection) -> AsyncIterator[str]:
    """A line for each row that can't be read: its table, its key, and why."""
    notes = sa.select(told).where(told.c.body.is_not(None))
    looks: tuple[tuple[Any, Callable[[Any], object]], ...] = (
        (sa.select(facts), fact_of),
        (notes, note_of),
        (sa.select(outbox), whole_line_of),
        (sa.select(orders), order_of),
    )
    for query, read in looks:
        name = query.get_final_froms()[0].name
        async for row in await db.stream(query):
            if (why := _why_not(read, row)) is not None:
                yield f"the row {shown(row[0])} of its table {name} can't be read: {why}"
    for row in (await db.execute(sa.select(meta))).all():
        for key, read in _parts_of(row):
            if (why := _why_not(read, row)) is not None:
                yield f"the row {shown(key)} of its table meta can't be read: {why}"


def _parts_of(row: Any) -> Iterator[tuple[str, Callable[[Any], object]]]:
    """What is in a named value, each with how it is read."""
    name = row.name
    reads: dict[str, Callable[[str], object]] = {
        "born": instant,
        KEPT: births_of,
        FORGOTTEN: span_of,
    }
    is_memory = isinstance(name, str) and name.startswith(MEMORY)
    read = memory_of if is_memory else reads.get(name, str)
    yield name, lambda row: read(meta_of(row))
    if is_memory and _why_not(lambda row: memory_of(meta_of(row)), row) is None:
        for key, value in memory_of(row.value).items():
            yield f"{name}, {key}", partial(_checked, key, value)


def _checked(key: str, value: str, _: Any) -> str:
    return checked(key, value)


def _why_not(read: Callable[[Any], object], row: Any) -> str | None:
    try:
        read(row)
    except Exception as error:  # whatever stands there
        return reason_of(error)
    return None
