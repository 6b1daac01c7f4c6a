"""Synapse on loopback: its configuration, how it is started, and accounts on it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import sys
from pathlib import Path
from typing import Any

import aiohttp
import yaml

NAME = "hs.test"
SECRET = "trial"  # noqa: S105  only who is on this machine could use it
OFTEN = {"per_second": 1000, "burst_count": 1000}
# Without them Synapse's own limits count, which a public server has.
NO_LIMITS: dict[str, Any] = {
    "rc_message": OFTEN,
    "rc_registration": OFTEN,
    "rc_login": {"address": OFTEN, "account": OFTEN, "failed_attempts": OFTEN},
    "rc_joins": {"local": OFTEN, "remote": OFTEN},
    "rc_joins_per_room": OFTEN,
    "rc_invites": {"per_room": OFTEN, "per_user": OFTEN, "per_issuer": OFTEN},
    "rc_room_creation": OFTEN,
}
_LOG = """\
version: 1
formatters: {plain: {format: "%(asctime)s %(name)s %(levelname)s %(message)s"}}
handlers: {file: {class: logging.FileHandler, formatter: plain, filename: FOLDER/synapse.log}}
root: {level: WARNING, handlers: [file]}
disable_existing_loggers: false
"""


def synapses_python(root: Path) -> Path:
    """The interpreter of the environment that has Synapse, beside the bot's own or in the
    project's; `make` installs it."""
    beside = Path(sys.prefix) / "synapse" / "bin" / "python"
    return beside if beside.exists() else root / ".venv" / "synapse" / "bin" / "python"


def configure(folder: Path, port: int, more: dict[str, Any] | None = None) -> Path:
    """Synapse's configuration in a folder, made once: what is there stays."""
    folder.mkdir(parents=True, exist_ok=True)
    key = folder / "signing.key"
    if not key.exists():
        key.write_text(
            f"ed25519 a_tria {base64.b64encode(secrets.token_bytes(32)).decode()[:43]}\n"
        )
    (folder / "log.yaml").write_text(_LOG.replace("FOLDER", str(folder)))
    listener = {
        "port": port,
        "type": "http",
        "tls": False,
        "bind_addresses": ["127.0.0.1"],
        "resources": [{"names": ["client"]}],
    }
    values = {
        "server_name": NAME,
        "listeners": [listener],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "log_config": str(folder / "log.yaml"),
        "signing_key_path": str(key),
        "media_store_path": str(folder / "media"),
        "pid_file": str(folder / "pid"),
        "registration_shared_secret": SECRET,
        "macaroon_secret_key": SECRET,
        "form_secret": SECRET,
        "report_stats": False,
        "trusted_key_servers": [],
        "federation_domain_whitelist": [],
        "presence": {"enabled": False},
        "enable_media_repo": False,
        "bcrypt_rounds": 4,
        **(NO_LIMITS if more is None else more),
    }
    path = folder / "homeserver.yaml"
    path.write_text(yaml.safe_dump(values))
    return path


def command(python: Path, configuration: Path) -> list[str]:
    """How it is started."""
    return [str(python), "-m", "synapse.app.homeserver", "-c", str(configuration)]


async def register(url: str, name: str, password: str, device: str = "") -> dict[str, Any]:
    """A new account by the shared secret: what the server answers, with the access token; of one
    that is there already, another login."""
    address = f"{url}/_synapse/admin/v1/register"
    async with aiohttp.ClientSession() as http:
        async with http.get(address) as reply:
            nonce = (await reply.json())["nonce"]
        parts = "\0".join((nonce, name, password, "notadmin")).encode()
        mac = hmac.new(SECRET.encode(), parts, hashlib.sha1).hexdigest()
        asked = {"nonce": nonce, "username": name, "password": password, "mac": mac}
        async with http.post(address, json={**asked, "admin": False}) as reply:
            made: dict[str, Any] = await reply.json()
        if not device and "access_token" in made:
            return made
        who = {"type": "m.id.user", "user": name}
        login = {"type": "m.login.password", "identifier": who, "password": password}
        login |= {"device_id": device} if device else {}
        async with http.post(f"{url}/_matrix/client/v3/login", json=login) as reply:
            known: dict[str, Any] = await reply.json()
            return known
