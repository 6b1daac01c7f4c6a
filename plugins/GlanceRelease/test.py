"""What `supybot-test plugins/GlanceRelease` runs: the commands in Limnoria's own harness, with a
configuration of their own and no upstream to ask."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from unittest import mock

from supybot.test import ChannelPluginTestCase

from .domain.upstreams import UPSTREAMS
from .registry import COMMANDS

CHANNEL = "#openstack-glance"
NOWHERE = "http://127.0.0.1:9"
BOT = "\n  ".join(("upstreams:", *(f"{name}: {NOWHERE}" for name in UPSTREAMS)))
TEAM = f"""
name: glance
governance: glance
channels: ["{CHANNEL}"]
deliverables: [glance, glance-store]
"""


class GlanceReleaseTestCase(ChannelPluginTestCase):  # type: ignore[misc]
    """A liaison's first questions, answered from the bundled facts."""

    plugins = ("GlanceRelease",)
    channel = CHANNEL

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="glance-release-")
        self.addCleanup(folder.cleanup)
        teams = Path(folder.name, "teams")
        teams.mkdir()
        Path(folder.name, "bot.yaml").write_text(BOT)
        (teams / "glance.yaml").write_text(TEAM)
        named = mock.patch.dict(os.environ, {"GLANCE_RELEASE_CONFIG": folder.name})
        named.start()
        self.addCleanup(named.stop)
        super().setUp()

    def testEveryRowOfTheTableIsACommand(self) -> None:
        self.assertResponse("glancerelease log", "Nothing was said unasked yet.")
        listed = self.getMsg("list GlanceRelease").args[1]
        for name in COMMANDS:
            assert name in listed

    def testDeadlines(self) -> None:
        self.assertRegexp("deadlines", r"R-\d+|R\+\d+|released|past")

    def testAWrongSeriesIsAnsweredInALine(self) -> None:
        self.assertRegexp("deadlines nonsense", 'no series "nonsense"')

    def testWhen(self) -> None:
        self.assertRegexp("when rc1 hibiscus", r"RC1.*\d{4}-\d\d-\d\d")

    def testFreeze(self) -> None:
        self.assertNotError("freeze glance_store")

    def testSources(self) -> None:
        self.assertRegexp("sources", "opendev")

    def testItsOwnHelp(self) -> None:
        self.assertRegexp("glancerelease help", "deadlines")

    def testLimnoriasHelpOfEachCommand(self) -> None:
        for command in COMMANDS.values():
            self.assertRegexp(f"misc help glancerelease {command.name}", command.name)
