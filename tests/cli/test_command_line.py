"""`glance-release`: its subcommands against a real upstream on loopback, and without one."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from GlanceRelease.__main__ import main
from GlanceRelease.app import App
from GlanceRelease.clock import SteppedClock
from GlanceRelease.configuration import settings
from kit.glance_facts import at
from kit.upstream.server import Upstream

ROOT = Path(__file__).parents[2]
STATUS = """\
- name: juniper
  release-id: 2027.2
  status: future
  initial-release: 2027-09-29
- name: indri
  release-id: 2027.1
  status: development
  initial-release: 2027-03-24
- name: hibiscus
  release-id: 2026.2
  status: maintained
  initial-release: 2026-09-30
"""
SCHEDULE = """\
start-week: '2026-10-05'
release-week: '2027-03-22'
cycle:
  - {start: '2027-01-11', end: '2027-01-15', name: R-10, x-project: [i-2]}
  - {start: '2027-02-15', end: '2027-02-19', name: R-5, x-project: [i-3]}
  - {start: '2027-03-22', end: '2027-03-26', name: R+0, x-project: [i-final]}
"""
PAGE = """\
.. _i-2:

Indri-2 milestone
-----------------

{day} is the Indri-2 milestone.
"""
GLANCE = """\
team: glance
type: service
release-model: cycle-with-rc
repository-settings: {openstack/glance: {}}
releases:
  - version: 33.0.0
    projects: [{repo: openstack/glance, hash: 07dd0a203b6883efa66486035c436b92c83da0f3}]
"""
GOVERNANCE = """\
swift:
  ptl: {name: Tim Burke, irc: timburke, email: tim@example.org}
  irc-channel: openstack-swift
  deliverables:
    swift: {repos: [openstack/swift]}
"""


NOT_READ = "glance-release: not read: its database "  # before the bot's first start


@pytest.fixture
def config(tmp_path: Path, upstream: Upstream) -> Path:
    """A configuration whose opendev is the loopback upstream, with a small Indri."""
    (tmp_path / "teams").mkdir()
    (tmp_path / "bot.yaml").write_text(
        f"upstreams: {{opendev: '{upstream.url}', gerrit: 'http://127.0.0.1:9', "
        "zuul: 'http://127.0.0.1:9', launchpad: 'http://127.0.0.1:9'}\n"
    )
    (tmp_path / "teams" / "glance.yaml").write_text(
        "name: glance\ngovernance: glance\nchannels: ['#openstack-glance']\n"
        "deliverables: [glance]\nrelease_critical_on_master: true\n"
    )
    releases = "releases"
    upstream.raw(releases, "data/series_status.yaml", STATUS)
    upstream.raw(releases, "doc/source/indri/schedule.yaml", SCHEDULE)
    upstream.raw(releases, "doc/source/indri/schedule.rst", PAGE.format(day="14 January, 2027"))
    upstream.raw(releases, "deliverables/hibiscus/glance.yaml", GLANCE)
    return tmp_path


def run(config: Path, *words: str, code: int = 0, **variables: str) -> str:
    """What the command prints; its exit status is `code`."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GLANCE_RELEASE")}
    done = subprocess.run(
        [sys.executable, "-m", "GlanceRelease", words[0], "--config", str(config), *words[1:]],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**environment, "PYTHONPATH": str(ROOT / "plugins"), **variables},
    )
    assert done.returncode == code, done.stderr
    said = [one for one in done.stderr.splitlines(True) if NOT_READ not in one]
    return done.stdout if code == 0 else "".join(said)


def rows(config: Path, *words: str) -> list[dict[str, Any]]:
    """The rows that the command prints as JSON."""
    found: list[dict[str, Any]] = json.loads(run(config, *words, "--json"))
    return found


NOW = ("--now", "2026-11-22T15:00:00Z")


def test_ask_prints_what_the_channel_would_get(config: Path) -> None:
    assert run(config, "ask", *NOW, "--", "next") == (
        "Thu 2027-01-14, R-10, in 53 days: Indri-2 milestone.\n"
    )


def test_the_report_is_text_markdown_or_json(config: Path) -> None:
    """Without the bot's database nothing is said of what changed."""
    text = run(config, "report", *NOW).splitlines()
    pasted = run(config, "report", *NOW, "--format", "markdown").splitlines()
    kept = json.loads(run(config, "report", *NOW, "--format", "json"))
    assert text[0].endswith(": what changed is not known.")
    assert pasted[:2] == ["## Glance report, Sun 2026-11-22", ""]
    assert [line.replace("**", "").removeprefix("- ") for line in pasted[2:]] == text
    assert pasted[3].startswith("- **Overdue**: stable/2026.2: not in glance's file 53 days after")
    assert pasted[4].startswith("- **Indri-2 milestone is Thu 2027-01-14, R-10, in 53 days**")
    first, rest = kept["lines"][2]["phrases"][0], kept["lines"][2]["phrases"][1:]
    assert first == {
        "spans": ["Indri-2 milestone is Thu 2027-01-14, R-10, in 53 days"],
        "weight": 9,
    }
    assert rest
    assert {fact["key"]: fact["value"] for fact in kept["parts"][1]["facts"]}["next"] == (
        "indri/i-2 2027-01-14"
    )


def test_the_real_upstream_wins_over_what_is_bundled(config: Path, upstream: Upstream) -> None:
    upstream.raw(
        "releases", "doc/source/indri/schedule.rst", PAGE.format(day="Wednesday, 13 January 2027")
    )
    assert run(config, "ask", *NOW, "--", "when", "m2") == (
        "Indri-2 milestone: Wed 2027-01-13, R-10, in 52 days (the day stands in its text).\n"
    )


def test_without_upstream_the_last_good_facts_answer_with_their_age(
    config: Path, upstream: Upstream
) -> None:
    run(config, "ask", "--", "next")
    upstream.down()
    line = run(config, "ask", "--", "next")
    assert line.startswith("Thu 2027-01-14, R-10, ")
    assert "(as of 20" in line
    assert "no connection: connection refused)" in line


def test_without_anything_the_bundled_facts_answer_with_their_date(config: Path) -> None:
    assert run(config, "ask", *NOW, "--offline", "--", "next") == (
        "Thu 2027-01-14, R-10, in 53 days: Indri-2 milestone, Membership Freeze. "
        "(as of 2026-08-21, bundled)\n"
    )


def test_garbage_is_no_fact(config: Path, upstream: Upstream) -> None:
    upstream.mode = "garbage"
    line = run(config, "ask", *NOW, "--", "freeze", "glance")
    assert line.startswith("glance master: unknown. ")


def test_freeze_rows(config: Path) -> None:
    found = {(row["deliverable"], row["branch"]): row for row in rows(config, "freeze", *NOW)}
    assert found["glance", "master"] == {
        "deliverable": "glance",
        "branch": "master",
        "state": "open",
        "since": "2026-10-01T00:00:00Z",
        "until": "2027-02-19T00:00:00Z",
        "why": "development of 2027.1 Indri",
        "rule": {
            "name": "feature-freeze",
            "source": "Project Team Guide, release management: Milestone 3 / Feature Freeze",
        },
        "reasons": [{"fact": "development", "series": "2027.1 Indri"}],
        "then": "feature-freeze",
    }
    assert found["glance", "stable/2026.2"]["state"] == "missing"


OLD = """\
- name: flamingo
  release-id: 2025.2
  status: maintained
  initial-release: 2025-10-01
- name: pike
  status: unmaintained
  initial-release: 2017-08-30
- name: ocata
  status: end of life
  initial-release: 2017-02-22
  eol-date: 2026-09-01
"""


def test_the_overview_and_a_branch_speak_from_the_same_files(
    config: Path, upstream: Upstream
) -> None:
    upstream.raw("releases", "data/series_status.yaml", STATUS + OLD)
    for series, branch, mark in (
        ("flamingo", "stable/2025.2", "31.0.1"),
        ("pike", "stable/pike", "pike-em"),
        ("ocata", "stable/ocata", "ocata-em"),
    ):
        file = GLANCE.replace("33.0.0", mark)
        branches = f"branches: [{{name: {branch}, location: {mark}}}]\n"
        upstream.raw("releases", f"deliverables/{series}/glance.yaml", file + branches)
    told = run(config, "ask", *NOW, "--", "freeze")
    assert "Branches stable: 2025.2; unmaintained: pike, ocata (" in told
    assert "by the calendar alone" not in told
    for branch, state in (("stable/pike", "unmaintained"), ("stable/ocata", "unmaintained")):
        assert f"{branch}: {state}" in run(config, "ask", *NOW, "--", "freeze", branch)
    found = {row["branch"]: row["state"] for row in rows(config, "freeze", *NOW)}
    assert (found["stable/2025.2"], found["stable/ocata"]) == ("stable", "unmaintained")


def test_a_team_is_asked_for_alone_and_a_long_list_in_turns(
    config: Path, upstream: Upstream
) -> None:
    names = [f"glance{number}" for number in range(90)]  # each with a file in two series
    (config / "teams" / "glance.yaml").write_text(
        "name: glance\ngovernance: glance\nchannels: ['#openstack-glance']\n"
        f"deliverables: [{', '.join(names)}]\n"
    )
    (config / "teams" / "swift.yaml").write_text(
        "name: swift\ngovernance: swift\nchannels: ['#openstack-swift']\ndeliverables: [swift]\n"
    )
    for name in ("swift", *names):
        text = GLANCE.replace("glance", name)
        upstream.raw("releases", f"deliverables/hibiscus/{name}.yaml", text)
    (swift,) = rows(config, "freeze", *NOW, "--team", "swift", "master")
    assert swift["state"] == "open"

    def unknown() -> int:
        return sum(one["state"] == "unknown" for one in rows(config, "freeze", *NOW, "master"))

    for _ in range(2):  # nothing is kept
        assert unknown() > 30
    asyncio.run(bot_runs(config))
    assert unknown() == 0


async def bot_runs(config: Path) -> None:
    """The bot, for some minutes, in which it reads everything."""
    clock = SteppedClock(at("2026-11-22T15:00:00"))
    app = App(settings.load(config), clock)
    await app.start(beating=False)
    for _ in range(4):
        await app.refresh()
        clock.instant += dt.timedelta(minutes=1)
    await app.stop()


def test_jobs_of_governances_repositories(config: Path, upstream: Upstream) -> None:
    (config / "bot.yaml").write_text((config / "bot.yaml").read_text() + "default_team: swift\n")
    (config / "teams" / "swift.yaml").write_text(
        "name: swift\ngovernance: swift\nchannels: ['#openstack-swift']\ndeliverables: [swift]\n"
    )
    assert run(config, "jobs", code=1) == (
        "glance-release: I know no repositories to ask Zuul about: the team's file names none "
        "below jobs, and governance's list of them is not known.\n"
    )
    upstream.raw("governance", "reference/projects.yaml", GOVERNANCE)
    assert run(config, "jobs", code=1) == (
        "glance-release: I have no builds from Zuul: no connection: connection refused.\n"
    )


def test_deadline_rows(config: Path) -> None:
    assert rows(config, "deadlines", "--series", "indri")[0] == {
        "series": "indri",
        "id": "i-2",
        "title": "Indri-2 milestone",
        "dates": ["2027-01-14"],
        "times": [],
        "rule": "prose",
        "weeks": [{"name": "R-10", "start": "2027-01-11", "end": "2027-01-15"}],
        "teams": [],
        "precision": "day",
        "start": "2027-01-14T00:00:00+00:00",
        "end": "2027-01-14T23:59:59+00:00",
        "candidates": [],
        "occurrences": [{"start": "2027-01-14T00:00:00+00:00", "end": "2027-01-14T23:59:59+00:00"}],
    }


def test_a_neighbours_page_is_read_long_after_its_cycle_too(
    config: Path, upstream: Upstream
) -> None:
    first = "  - {start: '2026-09-28', end: '2026-10-02', x-project: [h-final]}\n"
    table = SCHEDULE.replace("cycle:\n", f"cycle:\n{first}")
    upstream.raw("releases", "doc/source/indri/schedule.yaml", table)
    upstream.raw("releases", "doc/source/hibiscus/schedule.yaml", f"cycle:\n{first}")
    page = ".. _h-final:\n\nHibiscus release\n----------------\n\nOn 30 September, 2026.\n"
    upstream.raw("releases", "doc/source/hibiscus/schedule.rst", page)
    row = rows(config, "deadlines", "--series", "indri", "--now", "2030-01-01T00:00:00Z")[0]
    assert (row["title"], row["dates"]) == ("Hibiscus release", ["2026-09-30"])


def test_a_conflict_shows_both(config: Path, upstream: Upstream) -> None:
    upstream.raw("releases", "doc/source/indri/schedule.rst", PAGE.format(day="21 January, 2027"))
    row = rows(config, "deadlines", "--series", "2027.1")[0]
    assert (row["rule"], row["dates"], row["prose_dates"]) == (
        "conflict",
        ["2027-01-14"],
        ["2027-01-21"],
    )
    assert (row["precision"], row["start"], row["end"], row["candidates"]) == (
        "conflict",
        "2027-01-14T00:00:00+00:00",
        "2027-01-21T23:59:59+00:00",
        ["2027-01-14", "2027-01-21"],
    )


def test_an_unknown_series_and_team(config: Path) -> None:
    unknown = 'I know no series "nosuch"; there are juniper, indri, hibiscus.\n'
    assert run(config, "ask", "--", "deadlines", "nosuch") == unknown
    either = unknown.replace("series", "series or deliverable", 1).replace("are", "are glance,", 1)
    assert run(config, "ask", "--", "releases", "nosuch") == either
    told = run(config, "deadlines", "--series", "nosuch", code=1)
    assert told == f"glance-release: {unknown}"
    none = run(config, "deadlines", "--series", "juniper", code=1)
    assert none == "glance-release: no schedule of 'juniper' (there is no such file)\n"
    assert "no team 'nova'; there are glance" in run(config, "check", "--team", "nova", code=1)


def test_check_names_file_line_and_key(config: Path) -> None:
    assert run(config, "check") == f"{config}: all is well; teams: glance\n"
    (config / "bot.yaml").write_text(f"database: sqlite:///{config / 'no.sqlite'}\n")
    (config / "no.sqlite").write_text("once upon a time " * 500)
    its = f"its database sqlite:///{config / 'no.sqlite'}"
    assert run(config, "check", code=1).startswith(
        f"glance-release: {its}: the file is no SQLite database"
    )
    (config / "no.sqlite").unlink()
    assert run(config, "check") == f"{config}: all is well; teams: glance\n"
    assert not (config / "no.sqlite").exists()
    (config / "bot.yaml").write_text("web: {listen: nobody.invalid}\n")
    assert run(config, "check", code=1).startswith(
        "glance-release: the page can't listen at web.listen nobody.invalid: "
    )
    (config / "bot.yaml").write_text("web: {listen: 127.0.0.1}\n")
    assert run(config, "check") == f"{config}: all is well; teams: glance\n"
    (config / "bot.yaml").write_text("databse: x\n")
    assert run(config, "check", code=2) == f"{config}/bot.yaml:1: databse: no such key\n"


def test_check_names_a_deadline_that_the_cycle_lacks(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    team = config / "teams" / "glance.yaml"
    team.write_text(
        f"{team.read_text()}deadlines:\n"
        "  - {name: spec freeze, when: Friday of R-40}\n"
        "  - {name: review squash, when: Friday of R-15}\n"
        "  - {name: old one, when: Friday of R-40, series: juniper}\n"
    )
    options = ["--config", str(config), "--offline", "--now", "2026-12-01T12:00:00Z"]
    assert main(["check", *options]) == 0
    told = capsys.readouterr()
    assert told.err == f"glance-release: {team}: deadlines: spec freeze: indri has no week R-40\n"
    assert told.out == f"{config}: no errors; teams: glance\n"


def test_a_rehearsal_prints_each_line_with_its_time(config: Path) -> None:
    found = [
        json.loads(line)
        for line in run(
            config,
            "simulate",
            "--json",
            "--from",
            "2026-12-14T00:00:00Z",
            "--to",
            "2027-01-15T00:00:00Z",
        ).splitlines()
    ]
    milestone = [row for row in found if row["rule"] == "reminder"]
    assert [row["time"] for row in milestone] == [
        "2026-12-17T10:00:00Z",
        "2026-12-31T10:00:00Z",
        "2027-01-07T10:00:00Z",
        "2027-01-13T10:00:00Z",
        "2027-01-14T10:00:00Z",
    ]
    assert milestone[0] == {
        "time": "2026-12-17T10:00:00Z",
        "target": "#openstack-glance",
        "rule": "reminder",
        "text": "Indri-2 milestone: Thu 2027-01-14, R-10, in 28 days. No day is planned yet: plan "
        "m2 DAY, Mon 2027-01-11 to Thu 2027-01-14. To do: glance 34.0.0.0b2. "
        "https://releases.openstack.org/indri/schedule.html#i-2",
        "days": ["2027-01-14"],
    }


def test_a_rehearsal_counts_its_lines_by_week(config: Path) -> None:
    span = ("--from", "2027-01-11T00:00:00Z", "--to", "2027-01-15T00:00:00Z")
    told = run(config, "simulate", "--budget", *span).splitlines()
    assert told[:2] == [
        "Mon 2027-01-11 #openstack-glance 3: 2 reminder, 1 overdue",
        "#openstack-glance: 3 lines in the worst week, Mon 2027-01-11, at most 8; 3 in the median "
        "one, at most 3: kept",
    ]


@pytest.mark.parametrize("year", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"])
def test_an_instant_beyond_all_calendars_is_refused_in_one_line(config: Path, year: str) -> None:
    told = run(config, "ask", "--now", year, "--", "next", code=2).splitlines()[-1]
    assert told.endswith(f"error: argument --now: '{year}' is not within 2000 to 2100")


def test_a_terminal_without_unicode_gets_escapes(config: Path) -> None:
    with (config / "teams" / "glance.yaml").open("a", encoding="utf-8") as file:
        file.write("deadlines: [{name: café, when: 2027-01-13}]\n")
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    line = run(config, "ask", *NOW, "--", "next", **plain)
    assert line == "Wed 2027-01-13, R-10, in 52 days: caf\\xe9 (the team's own).\n"


def test_a_broken_released_file_is_named(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "released.json"
    file.write_text('[{"deliverable": "glance"}]')
    assert f"{file}: row 1" in run(config, "freeze", "--released", str(file), code=1)
