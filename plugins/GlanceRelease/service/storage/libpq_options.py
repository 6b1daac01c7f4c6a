"""What may stand behind the "?" of a PostgreSQL's address: what people know from libpq, as asyncpg
takes it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from sqlalchemy.engine import URL

# asyncpg reads these from a DSN alone, and hands the last two on to the server.
_TAKEN = frozenset(
    (
        *("sslmode", "sslcert", "sslkey", "sslrootcert", "sslcrl", "sslpassword"),
        *("ssl_min_protocol_version", "ssl_max_protocol_version", "target_session_attrs"),
        *("passfile", "krbsrvname", "gsslib", "application_name", "options"),
    )
)
_DIALECT_S = frozenset(("host", "port", "prepared_statement_cache_size"))
_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


class Misnamed(ValueError):  # noqa: N818  it names a state, as its callers say it
    """An address with an option that means nothing here; the text says which."""


def asyncpg_arguments(where: URL, connect_seconds: float) -> tuple[URL, dict[str, Any]]:
    """The address without what its options say, and that as arguments of asyncpg's; raises Misnamed
    for one that it would not understand."""
    options = {
        {"ssl": "sslmode"}.get(name, name): value if isinstance(value, str) else value[-1]
        for name, value in where.query.items()
        if name not in _DIALECT_S
    }
    timeout = _seconds(options.pop("connect_timeout", ""), connect_seconds)
    for name in sorted(options):
        if name not in _TAKEN:
            raise Misnamed(f"its address has an option that I don't take: {name}")
    if (mode := options.get("sslmode")) is not None and mode not in _MODES:
        raise Misnamed(f"sslmode in its address is none of {', '.join(_MODES)}")
    arguments: dict[str, Any] = {"timeout": timeout, "server_settings": {}}
    settings = arguments["server_settings"]
    for name in ("application_name", "options"):
        if name in options:
            settings[name] = options.pop(name)
    if options:
        arguments["dsn"] = f"postgresql://?{urlencode(options)}"
    kept = {name: value for name, value in where.query.items() if name in _DIALECT_S}
    return where.set(query=kept), arguments


def _seconds(value: str, otherwise: float) -> float:
    """As libpq does, nothing and 0 stand for no limit; then ours counts."""
    if value and not value.isdecimal():
        raise Misnamed("connect_timeout in its address is no number of seconds")
    return float(value or 0) or otherwise
