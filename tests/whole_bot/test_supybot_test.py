"""The cases that Limnoria's own runner finds in the plugin pass, as its authors would run them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from kit.irc.bot import ROOT


def test_supybot_test_runs_the_plugins_cases(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("supybot-test")
    done = subprocess.run(
        [str(program), str(ROOT / "plugins" / "GlanceRelease")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "Ran 8 tests" in done.stderr
