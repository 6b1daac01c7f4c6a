"""The tables of the store as this program makes them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData()

NAME = 255  # characters of the longest name of a place or person, or of an event, on a network


class Flag(sa.Boolean):
    """A truth value as it stands in the database: SQLite takes anything for one."""

    def result_processor(self, dialect: Any, coltype: Any) -> None:
        """Values are returned as they stand."""


meta = sa.Table(
    "meta",
    metadata,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
facts = sa.Table(
    "facts",
    metadata,
    sa.Column("url", sa.String(400), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("bodies", sa.Text, nullable=False),
    sa.Column("etags", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("key", sa.String(500), primary_key=True),
    sa.Column("team", sa.String(100), nullable=False),
    sa.Column("rule", sa.String(100), nullable=False),
    sa.Column("target", sa.String(NAME), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("due", sa.String(32), nullable=False),
    sa.Column("expires", sa.String(32), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("doc", sa.Text),
    sa.Column("line", sa.Text),
    sa.Column("said", sa.Text),
    sa.Column("claim", sa.String(40)),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("days", sa.Text, nullable=False),
    sa.Column("posted", sa.String(32), nullable=False),
    sa.Column("at", sa.String(32)),
    sa.Column("next_try", sa.String(32), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, default=0),
    sa.Column("maybe_said", Flag(), nullable=False, default=False),
    sa.Column("trouble", sa.Text),
    sa.Column("is_public", Flag()),
    sa.Column("heirs", sa.Text),
    sa.Column("hand_on", sa.String(32)),
    sa.Column("stood_on", sa.Text),
    sa.Index("outbox_waiting", "team", "state", "target", "due", "next_try", "rule"),
    sa.Index("outbox_expiry", "team", "state", "expires"),
    sa.Index("outbox_recent", "target", "at"),
    sa.Index("outbox_newest", "team", sa.text("coalesce(at, due)"), "key"),
)
told = sa.Table(
    "notes",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("team", sa.String(100), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(400), nullable=False),
    sa.Column("body", sa.Text),
    sa.Column("who", sa.String(NAME), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Index("notes_subject", "team", "kind", "subject"),
)
orders = sa.Table(
    "orders",
    metadata,
    sa.Column("origin", sa.String(NAME), primary_key=True),
    sa.Column("team", sa.String(100), nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("private", Flag(), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)
