"""What stands behind the "?" of a PostgreSQL's address, as people know it from libpq."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from GlanceRelease.configuration.settings import BotFile, Settings
from GlanceRelease.service.storage.errors import NoDatabase, Refused
from GlanceRelease.service.storage.lease import lease_of
from GlanceRelease.service.storage.probe import address_of, probe
from GlanceRelease.service.storage.store import Store


def url(database: str) -> str:
    return Settings(Path(), BotFile(database=database), {}).database_url


WORK = [
    "application_name=x",
    "sslmode=disable",
    "sslmode=prefer",
    "ssl=prefer",
    "connect_timeout=3",
    "connect_timeout=0",
    "target_session_attrs=read-write",
    "options=-c%20search_path%3Dpublic",
    "application_name=x&sslmode=prefer&connect_timeout=3",
    "prepared_statement_cache_size=0",
]


@pytest.mark.parametrize("options", WORK)
def test_what_libpq_takes_works(options: str, postgres_url: str) -> None:
    where = url(f"{postgres_url}?{options}")
    address_of(where)

    async def use() -> str:
        await probe(where)
        lease = lease_of(make_url(where))
        await lease.take()
        store = await Store.open(where)
        await store.put_meta("a", "b")
        async with store.begin() as db:
            name = await db.scalar(sa.text("SHOW application_name"))
        await store.close()
        await lease.release()
        return str(name)

    name = asyncio.run(use())
    assert name == ("x" if "application_name=x" in options else "")


REFUSED = [
    ("sslmod=require", "its address has an option that I don't take: sslmod"),
    ("keepalives=1", "its address has an option that I don't take: keepalives"),
    ("command_timeout=5", "its address has an option that I don't take: command_timeout"),
    (
        "sslmode=on",
        "sslmode in its address is none of disable, allow, prefer, require, verify-ca, verify-full",
    ),
    ("connect_timeout=soon", "connect_timeout in its address is no number of seconds"),
]


@pytest.mark.parametrize(("options", "words"), REFUSED)
def test_another_option_is_refused_before_anything_is_asked(options: str, words: str) -> None:
    where = url(f"postgresql://bot:secret@127.0.0.1:1/n?{options}")
    with pytest.raises(Refused) as caught:
        address_of(where)
    assert str(caught.value) == f"its database postgresql://bot:***@127.0.0.1:1/n: {words}"
    with pytest.raises(Refused):
        asyncio.run(Store.open(where))


def test_a_server_without_tls_refuses_who_wants_it(postgres_url: str) -> None:
    with pytest.raises(NoDatabase) as caught:
        asyncio.run(probe(url(f"{postgres_url}?sslmode=require")))
    assert not isinstance(caught.value, Refused)
