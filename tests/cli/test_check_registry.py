"""`glance-release check` on Limnoria's registry: what it opens, and passwords that can't be had."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from GlanceRelease.__main__ import main
from kit.irc.bot import ROOT

SECRET = "word-of-the-bot"
SHIPPED = (ROOT / "config" / "limnoria.conf").read_text()
DENIES = "supybot.capabilities.default: False\n"
OPEN = "supybot.capabilities.default is not False, so Limnoria's own commands are open to everybody"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration that is well, and a state to which the bot copied its registry."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    monkeypatch.setenv("GLANCE_RELEASE_STATE", str(tmp_path / "state"))
    (tmp_path / "state").mkdir()
    return Path(shutil.copytree(ROOT / "config", tmp_path / "config"))


def checked(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, list[str]]:
    """What it prints, and what it warns of, without the program's name."""
    assert main(["check", "--offline", "--config", str(folder)]) == 0
    said = capsys.readouterr()
    return said.out, [line.removeprefix("glance-release: ") for line in said.err.splitlines()]


def test_what_ships_is_well(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checked(folder, capsys) == (f"{folder}: all is well; teams: glance\n", [])
    (folder / "limnoria.conf").unlink()
    assert checked(folder, capsys) == (f"{folder}: all is well; teams: glance\n", [])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", OPEN),
        ("supybot.capabilities.default: True\n", OPEN),
        ("supybot.capabilities.default: On\n", OPEN),
        ("# supybot.capabilities.default: False\n", OPEN),
        (
            f"{DENIES}supybot.capabilities: -owner misc week config misc.tell\n",
            "supybot.capabilities gives everybody config, misc.tell",
        ),
        (f"{DENIES}supybot.capabilities: owner\n", "supybot.capabilities gives everybody owner"),
        (
            f"{DENIES}supybot.capabilities: misc \\\n   admin\n",
            "supybot.capabilities gives everybody admin",
        ),
        (
            f"{DENIES}supybot.capabilities.registeredUsers: admin\n",
            "supybot.capabilities.registeredUsers gives every registered user admin",
        ),
    ],
)
def test_it_says_what_a_registry_opens(
    folder: Path, capsys: pytest.CaptureFixture[str], lines: str, said: str
) -> None:
    copy = folder.parent / "state" / "limnoria.conf"  # from the first start on it counts
    copy.write_text(lines)
    copy.chmod(0o600)
    out, warned = checked(folder, capsys)
    assert warned == [f"{copy}: {said}"]
    assert out == f"{folder}: no errors; teams: glance\n"


@pytest.mark.parametrize(
    "name",
    [
        "supybot.networks.oftc.password",
        "supybot.networks.oftc.sasl.password",
        "supybot.plugins.Services.NickServ.password.glancebot",
    ],
)
def test_a_password_that_everybody_may_read_is_said_and_not_repeated(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    registry = folder / "limnoria.conf"
    registry.write_text(f"{SHIPPED}\n{name}: {SECRET}\n")
    registry.chmod(0o644)
    assert checked(folder, capsys)[1] == [
        f"{registry}: a password stands in it, and everybody on this machine may read it"
    ]
    registry.chmod(0o640)
    assert checked(folder, capsys)[1] == []


def test_a_password_that_the_bot_will_not_get_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    registry, name = folder / "limnoria.conf", "supybot.plugins.GlanceRelease.passwords.nickserv"
    file = folder / "word"
    file.write_text(SECRET)
    file.chmod(0o644)

    def warned(place: str) -> list[str]:
        registry.write_text(f"{SHIPPED}\n{name}.\\:oftc: {place}\n")
        lines = checked(folder, capsys)[1]
        assert SECRET not in " ".join(lines)
        return [line.removeprefix(f"{registry}: {name}.\\:oftc: ") for line in lines]

    refused = f"{file} may be read by others (mode 644); it has to be 600"
    assert warned(f"file:{file}") == [refused]
    file.chmod(0o600)
    assert warned(f"file:{file}") == []
    assert warned(SECRET) == [
        "what is written there is none of env:NAME, file:/PATH or credential:NAME"
    ]
    assert warned("env:NOT_IN_A_SHELL") == []
    assert warned("credential:word") == []  # a shell has none
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))  # the unit has
    assert warned("credential:word") == []
    assert warned("credential:away") == [f"{folder}/away: No such file or directory"]


def test_a_registry_that_cannot_be_read_stops_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    registry = folder / "limnoria.conf"
    registry.write_bytes(b"\xff\xfe")
    assert checked(folder, capsys)[1] == [f"{registry}: not looked into: not UTF-8"]


def test_a_networks_name_that_limnoria_passes_over_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    registry, name = folder / "limnoria.conf", "supybot.plugins.GlanceRelease.passwords.sasl.:oftc"
    registry.write_text(f"{SHIPPED}\n{name}: env:WORD\n")
    said = "a network's name is written with a backslash, .\\:oftc"
    assert checked(folder, capsys)[1] == [f"{registry}: {name}: {said}"]


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (
            "Services: True\n{0}.NickServ: NickServ\n{0}.ChanServ: ChanServ",
            ["NickServ", "ChanServ"],
        ),
        ("Services: True\n{0}.NickServ.\\:oftc: NickServ", ["NickServ.\\:oftc"]),
        ("Services: True\n{0}.NickServ: NickServ@services.oftc.net", []),
        ("Services: True\n{0}.NickServ:  \n{0}.NickServ.password.glancebot: CHANGE-ME", []),
        ("Services: False\n{0}.NickServ: NickServ", []),
    ],
)
def test_services_of_whom_the_nick_alone_is_believed_are_said(
    folder: Path, capsys: pytest.CaptureFixture[str], lines: str, names: list[str]
) -> None:
    registry, plugin = folder / "limnoria.conf", "supybot.plugins.Services"
    registry.write_text(f"{SHIPPED}\nsupybot.plugins.{lines.format(plugin)}\n")
    assert checked(folder, capsys)[1] == [
        f"{registry}: {plugin}.{name}: whoever has the nick is believed; write "
        f"{name[:8]}@THE.SERVER.OF.SERVICES"
        for name in names
    ]
