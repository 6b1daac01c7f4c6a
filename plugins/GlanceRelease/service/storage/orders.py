"""What was asked to be kept, once for each order: one that is read again has its answer again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from ...domain.messages.doc import Doc, doc
from .kept_messages import doc_json, read_doc
from .readable_rows import Garbage, instant_in, text_in
from .timestamps import stamp

ALREADY = doc("That is kept already.")
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class KeptOrder:
    """An order that was kept: `origin` is its name on its network, the same each time that it is
    read; `answer` is what was said to it, `private` where only to the person."""

    origin: str
    answer: Doc
    private: bool
    at: dt.datetime = _NEVER


def values_of(team: str, order: KeptOrder) -> dict[str, Any]:
    """The order as its row."""
    return {
        "origin": order.origin,
        "team": team,
        "answer": doc_json(order.answer),
        "private": order.private,
        "at": stamp(order.at),
    }


def order_of(row: Any) -> KeptOrder:
    """A row of the kept orders."""
    origin, answer = text_in(row, "origin"), text_in(row, "answer")
    text_in(row, "team")
    if not origin or row.private not in (True, False):
        raise Garbage("origin is empty" if not origin else "private is neither true nor false")
    try:
        told = read_doc(answer)
    except (RecursionError, ValueError):
        raise Garbage("answer is no message") from None
    return KeptOrder(origin, told, bool(row.private), instant_in(row, "at"))
