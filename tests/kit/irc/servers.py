"""Real IRC servers for tests: Debian's ircd-hybrid, and miniircd where less will do."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from GlanceRelease.frontends.trial_room.ports import free_port

HYBRID = Path("/usr/sbin/ircd-hybrid")
OPER_PASSWORD = "trial"
NEAR, FAR = "irc.test", "far.test"

# What OFTC allows: five lines at once and then one a second, 2560 bytes waiting, ten lines to a
# channel in a second.
REALISTIC = {"recvq": "2560 bytes", "flags": "kline_exempt,", "floodcount": "10"}
RELAXED = {"recvq": "8000 bytes", "flags": "can_flood, kline_exempt,", "floodcount": "0"}

CONFIGURATION = """
serverinfo {{
    name = "{name}"; sid = "{sid}"; description = "a server for tests";
    network_name = "TestNet"; network_description = "TestNet"; hub = no;
    default_max_clients = 200; max_nick_length = 30; max_topic_length = 300;
}};
admin {{ name = "tests"; description = "tests"; email = "<root@localhost>"; }};
class {{
    name = "users"; ping_time = 5 minutes; max_number = 200; number_per_ip_local = 200;
    number_per_ip_global = 200; sendq = 4 megabytes; recvq = {recvq};
}};
class {{ name = "opers"; ping_time = 5 minutes; max_number = 20; number_per_ip_local = 20; }};
listen {{ host = "127.0.0.1"; port = {port}; }};
auth {{
    user = "*@*"; class = "users";
    flags = {flags} exceed_limit, no_tilde;
}};
operator {{
    name = "oper"; user = "*@*"; password = "{oper}"; encrypted = no; class = "opers";
    flags = admin, connect, kill, kill:remote, kline, unkline, die, rehash, squit, resv, unresv;
}};
channel {{
    disable_fake_channels = yes; max_channels = 60; max_bans = 100;
    default_join_flood_count = 0; default_join_flood_time = 0;
}};
serverhide {{ hidden = no; }};
general {{
    disable_auth = yes; throttle_count = 1000; throttle_time = 1 second; anti_nick_flood = no;
    default_floodcount = {floodcount}; default_floodtime = 1 second; max_targets = 10;
    pace_wait = 0; pace_wait_simple = 0; ping_cookie = no; caller_id_wait = 0;
    anti_spam_exit_message_time = 0; no_oper_flood = yes; ts_warn_delta = 3 seconds;
    ts_max_delta = 15 seconds;
}};
modules {{
    path = "/usr/lib/ircd-hybrid/modules";
    path = "/usr/lib/ircd-hybrid/modules/autoload";
}};
log {{ use_logging = no; }};
"""
LINK = """
class {{ name = "servers"; ping_time = 5 minutes; connectfreq = 1 second; max_number = 1;
    sendq = 4 megabytes; }};
connect {{
    name = "{other}"; host = "127.0.0.1"; port = {port}; send_password = "link";
    accept_password = "link"; encrypted = no; class = "servers"; {flags}
}};
"""


@dataclass(frozen=True)
class Server:
    """A running IRC server on loopback: where it listens, and who runs it."""

    kind: str
    port: int
    process: subprocess.Popen[bytes]


def wait_for_port(port: int, process: subprocess.Popen[bytes], seconds: float = 10) -> None:
    """Return when something listens there; an error when the process ends or time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.02)
    raise RuntimeError(f"{process.args!r} does not listen on {port} (status {process.poll()})")


@contextmanager
def hybrid(
    limits: dict[str, str] | None = None,
    port: int = 0,
    more: str = "",
    name: str = NEAR,
    sid: str = "0TT",
) -> Iterator[Server]:
    """ircd-hybrid with these limits, REALISTIC unless told, on a free port unless told, with
    `more` lines of configuration; it refuses to run as root."""
    port = port or free_port()
    values = {"port": port, "oper": OPER_PASSWORD, **(limits or REALISTIC)}
    values |= {"name": name, "sid": sid}
    with TemporaryDirectory(prefix="ircd-") as place:
        folder = Path(place)
        (folder / "ircd.conf").write_text(CONFIGURATION.format(**values) + more)
        (folder / "ircd.motd").write_text("A server for tests.\n")
        user = "irc" if os.getuid() == 0 else None
        if user:
            for path in (folder, *folder.iterdir()):
                shutil.chown(path, user)
        names = ("ircd.conf", "ircd.pid", "ircd.log", "kline.db", "xline.db", "dline.db", "resv.db")
        options = ("config", "pid", "log", "kline", "xline", "dline", "resv")
        files = [
            word
            for option, file in zip(options, names, strict=True)
            for word in (f"-{option}file", str(folder / file))
        ]
        process = subprocess.Popen(
            [str(HYBRID), "-foreground", *files],
            cwd=folder,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        with serving(port, process):
            yield Server("ircd-hybrid", port, process)


@contextmanager
def linked_to(port: int) -> Iterator[Server]:
    """Another server of the same network, which links itself to the one that listens there (and
    has LINK for it) as soon and as often as it can."""
    link = LINK.format(other=NEAR, port=port, flags="flags = autoconn;")
    with hybrid(RELAXED, more=link, name=FAR, sid="0TU") as server:
        yield server


@contextmanager
def miniircd() -> Iterator[Server]:
    """miniircd: no modes, no kicks, no limits; needs nothing but Python."""
    port = free_port()
    owner = ["--setuid", "root"] if os.getuid() == 0 else []
    where = ["--listen", "127.0.0.1", "--ports", str(port)]
    process = subprocess.Popen([sys.executable, "-m", "miniircd", *where, *owner])
    with serving(port, process):
        yield Server("miniircd", port, process)


@contextmanager
def serving(port: int, process: subprocess.Popen[bytes]) -> Iterator[None]:
    """A server that listens when the block begins, and is gone when it ends."""
    try:
        wait_for_port(port, process)
        yield
    finally:
        process.kill()
        process.wait(10)
