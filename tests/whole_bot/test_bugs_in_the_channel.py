"""An RC period in a real channel with three bugs, from found to released: the bot's own process, at
the days that matter, each time a later one over the same database."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from kit.glance_facts import at
from kit.irc.bot import Bot
from kit.irc.person import Person
from kit.upstream.gerrit import GerritServer, Stored
from kit.upstream.launchpad import LaunchpadServer, StoredBug

Join = Callable[..., Awaitable[Person]]
StartBot = Callable[..., Bot]
GLANCE, BRANCH = "openstack/glance", "stable/2027.1"
RC1, RC2 = "c" * 40, "d" * 40
PICK = f"Change-Id: I{'2' * 40}"
CRITICAL = {"importance": "Critical", "changed": "2027-02-22T12:00:00+00:00"}
NO_SERVICES = {"supybot.plugins.GlanceRelease.services": "False"}
HEAD = """team: glance
launchpad: glance
type: service
release-model: cycle-with-rc
repository-settings:
  openstack/glance: {}
releases:
"""


@pytest.fixture
def gerrit(some_files: Path) -> Iterator[GerritServer]:
    with GerritServer(at("2027-02-22T10:00:00")) as server:
        server.serve_tree(some_files)
        yield server


@pytest.fixture
def launchpad() -> Iterator[LaunchpadServer]:
    with LaunchpadServer() as server:
        server.projects |= {"glance-store": {}, "python-glanceclient": {}}
        yield server


def publish(server: GerritServer, *candidates: tuple[str, str]) -> None:
    """The deliverable file with these candidates, and the branch at the first."""
    rows = "".join(
        f"  - version: {version}\n    projects:\n      - repo: {GLANCE}\n        hash: {sha}\n"
        for version, sha in candidates
    )
    branch = f"branches:\n  - name: {BRANCH}\n    location: {candidates[0][0]}\n"
    server.raw("releases", "deliverables/indri/glance.yaml", f"{HEAD}{rows}{branch}")


def change(number: int, day: str, message: str, branch: str = "master", status: str = "MERGED",
           sha: str = "") -> Stored:  # fmt: skip
    stamp = f"{day.replace('T', ' ')}.000000000"
    return Stored(
        number, GLANCE, "Keep images", branch, status, created=stamp, updated=stamp, commit=sha,
        submitted=stamp if status == "MERGED" else "", message=message,
        files={"glance/api.py": ("a", "b")},
    )  # fmt: skip


def at_day(bot: Bot, now: str, gerrit: GerritServer) -> None:
    """The next process, at a later day."""
    if bot.process is not None and bot.process.poll() is None:
        bot.terminate()
    gerrit.now = at(now)
    bot.environment["GLANCE_RELEASE_NOW"] = f"{now}Z"
    bot.start()


async def until_heard(person: Person, words: str, seconds: float = 60) -> None:
    """Wait until the bot has said it, whatever else was heard before and after."""
    for _ in range(int(seconds * 2)):
        if any(words in line.text for line in person.heard if line.sender == "glancebot"):
            return
        await asyncio.sleep(0.5)
    raise AssertionError(f"{words!r} was not said: {[line.text for line in person.heard][-12:]}")


def without_age(text: str) -> str:
    """The clock is another year's than that of the answers."""
    return re.sub(r" \(as of [^)]*\)", "", text)


async def until(person: Person, command: str, pattern: str, seconds: float = 40) -> str:
    """Ask until the answer has the pattern: the bot's first polls are under way, and what a file
    has got is believed when a second poll gives it. The line that has it, without its age: the bot
    may say something unasked beside it."""
    told: list[str] = []
    for _ in range(int(seconds)):
        told = await person.answer(command)
        for text in map(without_age, told):
            if re.search(pattern, text):
                return text
        await asyncio.sleep(0.5)
    raise AssertionError(f"{command}: {told}")


@pytest.mark.asyncio
async def test_three_bugs_from_found_to_released(
    start_bot: StartBot, join: Join, gerrit: GerritServer, launchpad: LaunchpadServer
) -> None:
    liaison, alice = await join("pdeore"), await join("alice")
    bot = start_bot(
        upstream=gerrit.url, now="2027-02-22T09:00:00Z", speed=60.0, registry=NO_SERVICES
    )
    bot.terminate()
    file = bot.config / "bot.yaml"
    file.write_text(re.sub(r"launchpad: .*", f"launchpad: {launchpad.api}", file.read_text()))

    at_day(bot, "2027-02-22T11:00:00", gerrit)
    none = await until(alice, "!bugs", "None")
    assert none == "None: no release-critical bug holds 2027.1 Indri."

    launchpad.add(StoredBug(2130001, "Images are lost", "New", **CRITICAL))
    launchpad.add(StoredBug(2130002, "Import hangs", "New", **CRITICAL))
    launchpad.add(StoredBug(2130003, "Slow list", "New", "High", changed=CRITICAL["changed"]))
    at_day(bot, "2027-02-22T13:00:00", gerrit)
    news = await alice.expect("Release-critical for 2027.1 Indri now", seconds=40)
    assert without_age(news.text) == (
        'Release-critical for 2027.1 Indri now: 2130001 "Images are lost" (Critical, nobody has'
        ' it): no change yet; 2130002 "Import hangs" (Critical, nobody has it): no change yet.'
    )
    assert await liaison.ask("!bug add 2130003 because users wait", "On the list") == (
        "On the list of 2027.1 Indri: bug 2130003, because users wait. Drop it: bug drop 2130003."
    )
    await alice.expect('Bug 2130003 of glance: "Slow list", High, New.', seconds=20)
    assert (await alice.ask("!bug drop 2130003")).startswith("That is for ")

    taken = {"assignee": "bob", "status": "In Progress"}
    launchpad.change(2130001, "2027-02-23T10:00:00+00:00", **taken)
    gerrit.add(change(900, "2027-02-24T10:00:00", "Closes-Bug: #2130001", status="NEW"))
    gerrit.add(change(901, "2027-02-24T10:00:00", "Closes-Bug: #2130003"))
    launchpad.change(2130003, "2027-02-24T10:01:00+00:00", status="Fix Released")
    at_day(bot, "2027-02-24T12:00:00", gerrit)
    assert await until(alice, "!bugs", "1 fixed") == (
        '2027.1 Indri, RC1 Thu 2027-03-04, in 8 days: 2 release-critical; 1 fixed: 2130001 "Images'
        ' are lost" (Critical, ~bob): change 900 waits for review; 2130002 "Import hangs"'
        " (Critical, nobody has it): no change yet."
    )

    del gerrit.changes[900]
    gerrit.add(change(900, "2027-03-01T10:00:00", "Closes-Bug: #2130001"))
    launchpad.change(2130001, "2027-03-01T10:01:00+00:00", status="Fix Released")
    gerrit.commits[GLANCE, RC1] = ("2027-03-04 12:00:00.000000000", ("master", BRANCH), ())
    publish(gerrit, ("34.0.0.0rc1", RC1))
    gerrit.tag(GLANCE, "34.0.0.0rc1", RC1, "2027-03-04 13:00:00")
    gerrit.heads[GLANCE, BRANCH] = RC1
    gerrit.add(change(902, "2027-03-05T10:00:00", f"Closes-Bug: #2130002\n{PICK}"))
    launchpad.change(2130002, "2027-03-05T10:01:00+00:00", status="Fix Released")
    at_day(bot, "2027-03-08T09:30:00", gerrit)
    assert await until(alice, "!bugs", "not on stable") == (
        "2027.1 Indri, final RC Thu 2027-03-18, in 10 days: 1 release-critical; 2 fixed: 2130002"
        ' "Import hangs" (Critical, nobody has it): on master (902), not on stable/2027.1.'
    )
    lacks = await until(alice, "!backports 2027.1", "lacks")
    assert lacks == (
        'stable/2027.1 lacks 1 fix of master: 902 "Keep images" (bug 2130002, release-critical):'
        " none."
    )
    await until_heard(
        alice,
        "1 release-critical bug left before the final RC, Thu 2027-03-18, in 10 days: 2130002",
    )

    gerrit.add(change(903, "2027-03-09T10:00:00", PICK, BRANCH, sha=RC2))
    gerrit.commits[GLANCE, RC2] = ("2027-03-09 10:00:00.000000000", (BRANCH,), ())
    gerrit.heads[GLANCE, BRANCH] = RC2
    at_day(bot, "2027-03-09T11:00:00", gerrit)
    assert await until(alice, "!bugs", "None") == (
        "None: no release-critical bug holds 2027.1 Indri; 3 fixed."
    )
    await until_heard(alice, "The last release-critical bug of 2027.1 Indri is fixed: 3 in all")
    await until_heard(
        liaison,
        "1 fix on stable/2027.1 since glance 34.0.0.0rc1; final RC is Thu 2027-03-18; !draft glance"
        " rc, the second of three at most.",
    )
    drafted = await liaison.ask_alone("draft glance rc", "34.0.0.0rc2", seconds=40)
    assert "glance 34.0.0.0rc2 from dddddddddd of stable/2027.1" in drafted

    publish(gerrit, ("34.0.0.0rc1", RC1), ("34.0.0.0rc2", RC2))
    gerrit.tag(GLANCE, "34.0.0.0rc2", RC2, "2027-03-10 13:00:00")
    at_day(bot, "2027-03-11T11:00:00", gerrit)
    told = await until(alice, "!bug 2130002", "in 34.0.0.0rc2")
    assert '2130002 "Import hangs": in 34.0.0.0rc2' in told
    assert await until(alice, "!bugs", "None") == (
        "None: no release-critical bug holds 2027.1 Indri; 3 fixed."
    )
