"""`glance-release init`: what an operator starts from, from the very files of the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from GlanceRelease.__main__ import main
from GlanceRelease.cli.init import UNITS, WRITTEN
from kit.irc.bot import ROOT


def test_it_writes_a_configuration_that_is_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "made" / "for it"
    assert main(["init", str(folder)]) == 0
    assert capsys.readouterr().out.split("\n")[:-1] == [str(folder / name) for name in WRITTEN]
    assert main(["check", "--offline", "--config", str(folder)]) == 0
    for name in ("bot.yaml", "limnoria.conf"):  # they may hold passwords
        assert not (folder / name).stat().st_mode & 0o007


def test_the_bots_group_can_read_it_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        main(["init", str(tmp_path / "made" / "for-it")])
    finally:
        os.umask(before)
    modes = {str(path.relative_to(tmp_path)): path.stat().st_mode for path in tmp_path.rglob("*")}
    assert {name: f"{mode & 0o777:o}" for name, mode in modes.items()} == {
        "made": "755",
        "made/for-it": "750",
        "made/for-it/bot.yaml": "640",
        "made/for-it/glance-release.service": "644",
        "made/for-it/glance-release-matrix.service": "644",
        "made/for-it/limnoria.conf": "640",
        "made/for-it/teams": "750",
        "made/for-it/teams/glance.yaml": "644",
    }


def test_its_files_are_the_projects_but_for_their_paths(tmp_path: Path) -> None:
    main(["init", str(tmp_path)])
    for name in WRITTEN:
        shipped = (ROOT / "config" / name).read_text()
        paths = {"/etc/glance-release": str(tmp_path), "/opt/glance-release": sys.prefix}
        for path, own in paths.items():
            shipped = shipped.replace(path, own)
        assert (tmp_path / name).read_text() == shipped
    assert f"configuration: {tmp_path}\n" in (tmp_path / "limnoria.conf").read_text()


def test_it_touches_nothing_that_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bot.yaml").write_text("poll_minutes: 5\n")
    assert main(["init", str(tmp_path)]) == 1
    assert "has bot.yaml already; nothing is written" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["bot.yaml"]


def test_a_folder_that_cannot_be_made_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main(["init", str(tmp_path / "file" / "folder")]) == 1
    assert "Not a directory" in capsys.readouterr().err


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path, unit: str) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is absent")
    main(["init", str(tmp_path)])
    done = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / unit)],
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS)
def test_the_unit_is_as_closed_as_it_was(tmp_path: Path, unit: str) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is absent")
    main(["init", str(tmp_path)])
    done = subprocess.run(
        [
            "systemd-analyze",
            "security",
            "--offline=yes",
            "--threshold=12",
            "--no-pager",
            str(tmp_path / unit),
        ],
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stdout[-200:]


@pytest.mark.parametrize("unit", UNITS)
def test_the_unit_limits_what_the_bot_takes(tmp_path: Path, unit: str) -> None:
    main(["init", str(tmp_path)])
    lines = (tmp_path / unit).read_text().splitlines()
    assert {"MemoryMax=512M", "TasksMax=64", "LimitNOFILE=1024", "LimitCORE=0"} <= set(lines)
