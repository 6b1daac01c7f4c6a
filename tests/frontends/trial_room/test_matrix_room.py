"""The trial room on Matrix: a Synapse, the bot and a console."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from kit.irc.bot import ROOT, settings
from kit.irc.fixtures import absent
from kit.matrix import server

COMMAND = [sys.executable, "-m", "GlanceRelease.frontends.trial_room.matrix_room"]
TYPED = ("!next", "/msg glancebot next", "!mute 1h", "/as liaison", "!mute 1h", "/as nobody")


def test_it_opens_answers_and_leaves_nothing(tmp_path: Path) -> None:
    if not server.PYTHON.exists():
        absent(f"Synapse ({server.PYTHON})")
    shutil.copytree(ROOT / "config", tmp_path / "config", ignore=shutil.ignore_patterns("state"))
    (tmp_path / "config" / "bot.yaml").write_text(settings("''"))
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "synapse").symlink_to(server.PYTHON.parents[1])
    state = str(tmp_path / "state")
    room = subprocess.Popen(
        COMMAND,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "plugins"), "GLANCE_RELEASE_STATE": state},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert room.stdin is not None
    for line in TYPED:
        room.stdin.write(f"{line}\n")
    room.stdin.flush()
    time.sleep(15)  # what is piped ends the room after a silence, and a busy machine is slow
    shown, _ = room.communicate(timeout=60)
    assert room.returncode == 0, shown
    assert 'the bot is @glancebot:hs.test, you are "you", a passer-by' in shown
    assert shown.count("Indri-2 milestone, Membership Freeze.") == 2
    assert "<glancebot> (to you alone) Thu 2027-01-14" in shown
    refusal = "<glancebot> That is for the PTL"
    assert refusal in shown
    assert "<glancebot> Silent in #glance:hs.test until " in shown
    assert "Be one of these: /as passer-by, /as liaison." in shown
    left = subprocess.run(["pgrep", "-f", str(tmp_path)], capture_output=True, text=True)
    assert left.stdout == ""
