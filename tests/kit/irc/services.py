"""Real services (Anope) beside a real server: ircd-hybrid, which tells a verified nick by WHOIS as
OFTC does, and InspIRCd, which has account-tag."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from GlanceRelease.frontends.trial_room.ports import free_port
from kit.irc import servers as ircd
from kit.irc.person import Person
from kit.irc.servers import Server, serving

ANOPE, INSPIRCD = Path("/usr/sbin/anope"), Path("/usr/sbin/inspircd")
NAME, PASSWORD = "services.test", "link"
USER = "irc"  # Debian's user for such servers; they refuse to run as root

HYBRID_LINK = f"""
connect {{
    name = "{NAME}"; host = "127.0.0.1"; send_password = "{PASSWORD}";
    accept_password = "{PASSWORD}"; encrypted = no; class = "services";
}};
class {{ name = "services"; ping_time = 5 minutes; max_number = 1; sendq = 1 megabytes; }};
service {{ name = "{NAME}"; }};
"""

INSPIRCD_CONFIGURATION = """
<config format="xml">
<server name="irc.test" description="a server for tests" network="TestNet" id="0TT">
<admin name="tests" nick="tests" email="root@localhost">
<bind address="127.0.0.1" port="{port}" type="clients">
<bind address="127.0.0.1" port="{link}" type="servers">
<connect name="all" allow="*" resolvehostnames="no" useident="no" localmax="200" globalmax="200"
  commandrate="100000" threshold="1000" fakelag="no" hardsendq="4M" softsendq="4M" recvq="64K"
  timeout="10" pingfreq="300">
<options prefixquit="" defaultmodes="ont" hostintopic="no" casemapping="ascii">
<performance nouserdns="yes">
<security announceinvites="none">
<path configdir="{folder}" datadir="{folder}" logdir="{folder}" runtimedir="{folder}"
  moduledir="/usr/lib/inspircd/modules">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="{folder}/ircd.log">
<module name="cap"><module name="ircv3"><module name="ircv3_accounttag">
<module name="services_account"><module name="spanningtree"><module name="svshold">
<module name="hidechans"><module name="chghost"><module name="cban"><module name="topiclock">
<module name="globops"><module name="servprotect"><module name="botmode"><module name="remove">
<link name="{name}" ipaddr="127.0.0.1" port="{link}" allowmask="127.0.0.1/8" timeout="30"
  sendpass="{password}" recvpass="{password}">
<uline server="{name}" silent="yes">
"""

# Block by block, each with its settings.
ANOPE_CONFIGURATION: tuple[tuple[str, dict[str, str]], ...] = (
    ("uplink", {"host": "127.0.0.1", "port": "{port}", "password": PASSWORD}),
    (
        "serverinfo",
        {
            "name": NAME,
            "description": "services",
            "id": "00A",
            "pid": "{folder}/anope.pid",
            "motd": "services.motd",
        },
    ),
    ("module", {"name": "{protocol}"}),
    (
        "networkinfo",
        {
            "networkname": "TestNet",
            "nicklen": "30",
            "userlen": "10",
            "hostlen": "63",
            "chanlen": "32",
            "modelistsize": "100",
            "vhost_chars": "abcdefghijklmnopqrstuvwxyz0123456789.-",
            "allow_undotted_vhosts": "no",
            "disallow_start_or_end": ".-",
        },
    ),
    (
        "options",
        {
            "casemap": "ascii",
            "badpasslimit": "0",
            "updatetimeout": "5m",
            "expiretimeout": "30m",
            "readtimeout": "5s",
            "warningtimeout": "4h",
            "timeoutcheck": "1s",
            "retrywait": "1s",
            "seed": "12345",
            "defaultlanguage": "en_US.UTF-8",
        },
    ),
    ("log", {"target": "services.log", "logage": "7", "admin": "*", "servers": "*", "other": "*"}),
    ("module", {"name": "db_flatfile", "database": "anope.db", "keepbackups": "0"}),
    ("module", {"name": "enc_sha256"}),
    (
        "service",
        {"nick": "NickServ", "user": "services", "host": NAME, "gecos": "NickServ"},
    ),
    (
        "module",
        {
            "name": "nickserv",
            "client": "NickServ",
            "forceemail": "no",
            "defaults": "ns_private",
            "regdelay": "0",
            "expire": "0",
            "passlen": "32",
            "guestnickprefix": "Guest",
            "enforceruser": "enforcer",
            "enforcerhost": NAME,
            "releasetimeout": "1m",
        },
    ),
    ("module", {"name": "ns_register", "registration": "none"}),
    ("module", {"name": "ns_identify"}),
    ("module", {"name": "ns_group", "maxaliases": "16"}),
    *(
        ("command", {"service": "NickServ", "name": word, "command": f"nickserv/{word.lower()}"})
        for word in ("REGISTER", "IDENTIFY", "GROUP")
    ),
)


def absent_programs(*programs: Path) -> str:
    """The programs that are not installed, in words; "" where all are."""
    return ", ".join(str(program) for program in programs if not program.exists())


@contextmanager
def hybrid_with_services(limits: dict[str, str] = ircd.RELAXED) -> Iterator[Server]:
    """ircd-hybrid with Anope: no account-tag, and WHOIS tells a verified nick with 307."""
    with ircd.hybrid(limits, more=HYBRID_LINK) as server, anope("hybrid", server.port):
        yield server


@contextmanager
def inspircd_with_services() -> Iterator[Server]:
    """InspIRCd with Anope: account-tag on every message of who is logged in."""
    port, link = free_port(), free_port()
    with TemporaryDirectory(prefix="inspircd-") as name:
        folder = Path(name)
        values = {"port": port, "link": link, "folder": name, "name": NAME, "password": PASSWORD}
        (folder / "inspircd.conf").write_text(INSPIRCD_CONFIGURATION.format(**values))
        process = _start(folder, [str(INSPIRCD), "--nofork", f"--config={folder}/inspircd.conf"])
        with serving(port, process), anope("inspircd3", link):
            yield Server("inspircd", port, process)


@contextmanager
def anope(protocol: str, port: int) -> Iterator[None]:
    """Anope, which links itself to the server at that port as soon and as often as it can."""
    with TemporaryDirectory(prefix="anope-") as name_of_folder:
        folder = Path(name_of_folder)
        (folder / "services.conf").write_text(
            "".join(_block(name, settings) for name, settings in ANOPE_CONFIGURATION)
            .replace("{protocol}", protocol)
            .replace("{port}", str(port))
            .replace("{folder}", name_of_folder)
        )
        (folder / "services.motd").write_text("services\n")
        folders = [f"--{kind}dir={folder}" for kind in ("conf", "db", "log")]
        modules = ["--modulesdir=/usr/lib/anope", "--localedir=/usr/share/locale"]
        process = _start(folder, [str(ANOPE), "--nofork", *folders, *modules])
        try:
            yield
        finally:
            process.kill()
            process.wait(10)


def _block(name: str, settings: dict[str, str]) -> str:
    rows = "".join(f'    {key} = "{value}"\n' for key, value in settings.items())
    return f"{name}\n{{\n{rows}}}\n"


def _start(folder: Path, command: list[str]) -> subprocess.Popen[bytes]:
    user = USER if os.getuid() == 0 else None
    if user:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, user)
    return subprocess.Popen(
        command,
        cwd=folder,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        stdout=(folder / "output").open("wb"),
        stderr=subprocess.STDOUT,
    )


async def identify(person: Person) -> None:
    """Log in to services under one's nick, which is registered first where it is not."""
    for _ in range(60):  # services need some seconds to find the server
        person.tell("NickServ", "REGISTER secret-1 somebody@example.org")
        person.tell("NickServ", "IDENTIFY secret-1")
        for text in await person.lines(0.3, sender="NickServ"):
            if "registered." in text or "you are now recognized" in text:
                return
    raise AssertionError(f"NickServ never knew {person.nick}")


# A network that tells accounts, and one that knows nicks as OFTC does: its start, its programs.
NETWORKS = {
    "account-tag": (inspircd_with_services, (ANOPE, INSPIRCD)),
    "whois": (hybrid_with_services, (ANOPE, ircd.HYBRID)),
}
