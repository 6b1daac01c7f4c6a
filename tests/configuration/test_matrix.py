"""What `check` finds of Matrix in the configuration, each with file, line and key."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from GlanceRelease.configuration import settings
from GlanceRelease.configuration.settings import BadConfiguration
from kit.irc.bot import ROOT

TEAM = """\
name: {name}
governance: {name}
channels: [{places}]
deliverables: [{name}]
"""
KEYS = "matrix:\n  homeserver: {homeserver}\n"
GOOD = KEYS.format(homeserver="https://matrix.example.org") + "  token: env:TOKEN\n"


def written(folder: Path, bot: str, **teams: str) -> Path:
    (folder / "teams").mkdir(exist_ok=True)
    (folder / "bot.yaml").write_text(f"default_team: {next(iter(teams))}\n{bot}")
    for name, places in teams.items():
        (folder / "teams" / f"{name}.yaml").write_text(TEAM.format(name=name, places=places))
    return folder


def problems(folder: Path, bot: str, **teams: str) -> list[str]:
    with pytest.raises(BadConfiguration) as caught:
        settings.load(written(folder, bot, **teams))
    return [line.removeprefix(f"{folder}/") for line in caught.value.problems]


def test_a_room_needs_a_homeserver(tmp_path: Path) -> None:
    assert problems(tmp_path, "", nova='"#nova:example.org"') == [
        "teams/nova.yaml:3: channels.0: '#nova:example.org' is on Matrix, and bot.yaml has no key"
        " matrix"
    ]
    loaded = settings.load(written(tmp_path, GOOD, nova='"#nova:example.org"'))
    assert loaded.bot.matrix is not None


def test_a_room_is_one_teams(tmp_path: Path) -> None:
    room = '"#room:example.org"'
    assert problems(tmp_path, GOOD, nova=room, cinder=room) == [
        "teams/nova.yaml:3: channels.0: #room:example.org is cinder's already"
    ]


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("homeserver", "http://matrix.example.org", "http would send the token in clear"),
        ("homeserver", "matrix.example.org", "'matrix.example.org' is no http(s) address"),
        ("homeserver", "https://a:b@example.org", "an address takes no name and no password"),
        ("homeserver", "ftp://example.org", "'ftp://example.org' is no http(s) address"),
        ("user", "glancebot", "'glancebot' is no user id, such as @glancebot:example.org"),
        ("user", '"@glancebot"', "'@glancebot' is no user id"),
        ("token", "syt_c2VjcmV0", "is none of env:NAME, file:/PATH or credential:NAME"),
        ("password", "hunter2", "is none of env:NAME, file:/PATH or credential:NAME"),
        ("ignore", '["oftc_*"]', "'oftc_*' is no user id; * stands for any letters"),
        ("direct_chats", "0", "0 is less than 1"),
        ("nonsense", "1", "no such key"),
    ],
)
def test_a_key_that_is_wrong(tmp_path: Path, key: str, value: str, reason: str) -> None:
    keys = {"homeserver": "https://matrix.example.org", key: value}
    bot = "matrix:\n" + "".join(f"  {name}: {text}\n" for name, text in keys.items())
    (told,) = problems(tmp_path, bot, nova='"#nova"')
    assert told.startswith(f"bot.yaml:{3 + list(keys).index(key)}: matrix.{key}")
    assert reason in told
    assert "syt_" not in told
    assert "hunter2" not in told


@pytest.mark.parametrize("address", ["http://127.0.0.1:8008", "http://localhost", "http://[::1]"])
def test_loopback_may_go_without_tls(tmp_path: Path, address: str) -> None:
    loaded = settings.load(written(tmp_path, KEYS.format(homeserver=address), nova='"#nova"'))
    assert loaded.bot.matrix is not None


def check(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "GlanceRelease", "check", "--config", str(folder)]
    return subprocess.run(
        [*command, "--offline", *more],
        env={**os.environ, "PYTHONPATH": str(ROOT / "plugins")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_token_that_others_may_read(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("syt_secret\n")
    token.chmod(0o640)
    bot = KEYS.format(homeserver="https://matrix.example.org") + f"  token: file:{token}\n"
    found = check(written(tmp_path, bot, nova='"#nova"'))
    assert found.stderr == (
        f"{tmp_path}/bot.yaml:4: matrix.token: {token} may be read by others (mode 640); it has to"
        " be 600\n"
    )
    assert found.returncode == 2
    token.chmod(0o600)
    assert check(tmp_path).returncode == 0
    token.unlink()
    assert "matrix.token: " in check(tmp_path).stderr
    assert check(tmp_path, "--configuration-only").returncode == 0  # IRC goes on without it


def test_without_a_secret_nobody_is_there(tmp_path: Path) -> None:
    bot = KEYS.format(homeserver="https://matrix.example.org")
    found = check(written(tmp_path, bot, nova='"#nova"'))
    assert (found.returncode, found.stderr) == (
        2,
        f"{tmp_path}/bot.yaml:2: matrix: a token is needed, or a user and a password\n",
    )
