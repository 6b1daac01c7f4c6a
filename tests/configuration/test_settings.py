"""The configuration: what stands in the files that ship, and what is said of a broken one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import pytest
from pydantic import Field, TypeAdapter

from GlanceRelease.configuration import checked_file, settings
from GlanceRelease.configuration.settings import BadConfiguration
from GlanceRelease.domain.calendar.lead_time import parse_lead
from GlanceRelease.domain.messages.doc import doc
from GlanceRelease.domain.messages.notice import Notice
from GlanceRelease.domain.people.acknowledged import nag_of
from kit.unprivileged import as_somebody

ROOT = Path(__file__).parents[2]

TEAM = """\
name: glance
governance: glance
channels: ["#openstack-glance"]
deliverables: [glance, glance-store]
"""


def folder(tmp_path: Path, bot: str = "", **teams: str) -> Path:
    """A configuration folder with these texts."""
    (tmp_path / "teams").mkdir()
    (tmp_path / "bot.yaml").write_text(bot)
    for name, text in (teams or {"glance": TEAM}).items():
        (tmp_path / "teams" / f"{name}.yaml").write_text(text)
    return tmp_path


def problems(path: Path) -> list[str]:
    """What is wrong with the configuration, with the folder's own name left out."""
    with pytest.raises(BadConfiguration) as caught:
        settings.load(path)
    return [line.removeprefix(f"{path}/") for line in caught.value.problems]


def test_what_ships_is_sound() -> None:
    shipped = settings.load(ROOT / "config")
    team = shipped.default_team
    assert team.channels == ("#openstack-glance",)
    assert team.release_critical_on_master
    assert team.reminders.hour == dt.time(10)
    assert shipped.bot.upstreams.opendev == "https://opendev.org"


def test_a_folder_that_may_not_be_read_is_one_line() -> None:
    with as_somebody(), TemporaryDirectory() as name:
        config = folder(Path(name))
        (config / "teams").chmod(0)
        assert problems(config) == ["teams: Permission denied"]
        config.chmod(0)
        assert problems(config) == [f"{config}: Permission denied"]
        config.chmod(0o755)
        (config / "teams").chmod(0o755)


def test_what_goes_out_in_requests_and_links_is_one_line_and_an_address(tmp_path: Path) -> None:
    bot = """\
contact: "me\\nX-Other: you"
upstreams: {gerrit: "https://review.opendev.org/?q=1", opendev: "https://me:pw@opendev.org"}
web: {public: "http://a b/"}
"""
    assert problems(folder(tmp_path, bot)) == [
        "bot.yaml:1: contact: 'me\\nX-Other: you' is not printable",
        "bot.yaml:2: upstreams.opendev: an address takes no name and no password",
        "bot.yaml:2: upstreams.gerrit: 'https://review.opendev.org/?q=1' is no http(s) address",
        "bot.yaml:3: web.public: 'http://a b/' is no http(s) address",
    ]


def test_values_that_cannot_be_are_named_and_no_password_repeated(tmp_path: Path) -> None:
    bot = """\
database: mysql://me:secret@x/y
upstreams: {opendev: opendev.org, gerit: https://review.opendev.org}
poll_minutes: 0
web:
  listen: 1.2.3.4.5
  port: 99999
default_team: cinder
"""
    assert problems(folder(tmp_path, bot)) == [
        "bot.yaml:1: database: is neither sqlite:///FILE nor postgresql://USER@HOST/NAME",
        "bot.yaml:2: upstreams.opendev: 'opendev.org' is no http(s) address",
        "bot.yaml:2: upstreams.gerit: no such key",
        "bot.yaml:3: poll_minutes: 0 is less than 1",
        "bot.yaml:5: web.listen: '1.2.3.4.5' is no address of a machine",
        "bot.yaml:6: web.port: 99999 is more than 65535",
        "bot.yaml:7: default_team: no file cinder.yaml in teams",
    ]


EXAMPLES = ("# title:", "# early:", "# deadlines:", "# people:", "# rights:", "#   ")


def test_the_commented_examples_are_sound_too(tmp_path: Path) -> None:
    text = (ROOT / "config" / "teams" / "glance.yaml").read_text()
    lines = [line[2:] if line.startswith(EXAMPLES) else line for line in text.splitlines()]
    team = settings.load(folder(tmp_path, glance="\n".join(lines))).default_team
    assert team.early == parse_lead("1 week")
    assert len(team.deadlines) >= 3


def test_every_error_at_once_with_file_line_and_key(tmp_path: Path) -> None:
    team = """\
name: glanze
governance: glance
channels: ["openstack glance", "#openstack,glance"]
deliverables: nova
early: soon
deadlines:
  - {name: spec freeze, when: Fryday of R-15}
  - name: review squash
    when: 2027-02-30
  - when: R-15
  - {name: docs, when: milestone 9}
  - {name: Spec  Freeze, when: Friday of R-99}
  - {name: mid-cycle, when: R-10, series: indri}
  - {name: mid-cycle, when: R-10, series: juniper}
reminders:
  hour: 25:00
  colour: red
meeting:
  weekday: thirsday
  time: 14
  zone: Mars/Phobos
  minutes: 10
  report_minute: 15
jobs: {nights: -1}
proposals:
  constant: {name: SERIES, repository: openstack/glance, path: a.py, pattern: "(["}
rights:
  plan: [ptl, deputies, kings]
people:
  deputies: [{nick: "@rosmaita"}]
"""
    assert problems(folder(tmp_path, glance=team)) == [
        "teams/glance.yaml:1: name: 'glanze' is not the file's name 'glance'",
        "teams/glance.yaml:3: channels.0: 'openstack glance' is no channel's name",
        "teams/glance.yaml:3: channels.1: '#openstack,glance' is no channel's name",
        "teams/glance.yaml:4: deliverables: a list is needed, such as [one, two]",
        'teams/glance.yaml:5: early: \'soon\' is no lead; say "2 weeks", "1 working day" or '
        '"on the day"',
        "teams/glance.yaml:7: deadlines.0.when: 'fryday of r-15' is no event or week; say "
        '"2026-12-10", "R-15", "Friday of R-15" or "1 week before milestone 3"',
        "teams/glance.yaml:9: deadlines.1.when: '2027-02-30' is no day of the calendar",
        "teams/glance.yaml:10: deadlines.2.name: is missing",
        "teams/glance.yaml:11: deadlines.3.when: 'milestone 9' is no event or week; say "
        '"2026-12-10", "R-15", "Friday of R-15" or "1 week before milestone 3"',
        "teams/glance.yaml:12: deadlines.4.when: no cycle has a week R-99",
        "teams/glance.yaml:12: deadlines.4.name: 'Spec  Freeze' is there twice",
        "teams/glance.yaml:16: reminders.hour: '25:00' is no time of day; write it as hours and "
        'minutes in quotes, such as "10:00"',
        "teams/glance.yaml:17: reminders.colour: no such key",
        "teams/glance.yaml:19: meeting.weekday: 'thirsday' is none of monday, tuesday, wednesday, "
        "thursday, friday, saturday or sunday",
        "teams/glance.yaml:20: meeting.time: 14 is no time of day; write it as hours and minutes "
        'in quotes, such as "14:00"',
        "teams/glance.yaml:21: meeting.zone: 'Mars/Phobos' is no time zone, such as Europe/Rome",
        "teams/glance.yaml:23: meeting.report_minute: 15 is not within the meeting's 10 minutes",
        "teams/glance.yaml:24: jobs.nights: -1 is less than 1",
        "teams/glance.yaml:26: proposals.constant.pattern: '([' is no regular expression: "
        "unterminated character set at position 1",
        "teams/glance.yaml:28: rights.plan.2: 'kings' is no role; say one of admin, deputy, docs, "
        "events, infra, operator, ptl, qa, release, security, tact-sig, tc-liaison, voice, or "
        "name who has it below people",
        "teams/glance.yaml:30: people.deputies.0.nick: '@rosmaita' is no nick",
    ]


@pytest.mark.parametrize("zone", ["EST", "MST", "HST", "Etc/GMT+5", "Etc/GMT-2"])
def test_an_hour_of_peoples_moves_with_summer_time(tmp_path: Path, zone: str) -> None:
    meeting = f"meeting: {{weekday: thursday, time: '14:00', zone: {zone}, place: '#m'}}\n"
    (line,) = problems(folder(tmp_path, glance=TEAM + meeting))
    assert line == (
        f"teams/glance.yaml:5: meeting.zone: '{zone}' has no summer time; say UTC, or "
        "America/New_York"
    )


def test_a_number_is_the_one_that_it_looks_like(tmp_path: Path) -> None:
    (line,) = problems(folder(tmp_path, glance=f"{TEAM}reminders: {{lines_a_day: 030}}\n"))
    assert line == 'teams/glance.yaml: line 5: 030 is 24 in YAML; write 30, or "030"'


@pytest.mark.parametrize("hour", ["10", "1000", "10.5", "10:00Z", "'10:00+02:00'", "yes", "24:00"])
def test_a_time_is_hours_and_minutes_and_nothing_else(tmp_path: Path, hour: str) -> None:
    (line,) = problems(folder(tmp_path, glance=f"{TEAM}reminders: {{hour: {hour}}}\n"))
    assert line.startswith("teams/glance.yaml:5: reminders.hour: ")
    assert line.endswith(
        'is no time of day; write it as hours and minutes in quotes, such as "10:00"'
    )


@pytest.mark.parametrize("hour", ['"09:30"', "09:30", "9:30"])
def test_a_time_needs_no_quotes_where_it_is_one(tmp_path: Path, hour: str) -> None:
    one = settings.load(folder(tmp_path, glance=f"{TEAM}reminders: {{hour: {hour}}}\n"))
    assert one.default_team.reminders.hour == dt.time(9, 30)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("channels: []", "3: channels: at least one is needed"),
        ("deliverables: []", "4: deliverables: at least one is needed"),
        (
            "deliverables: [2027.1]",
            "4: deliverables.0: text is needed; a number or a day goes in quotes",
        ),
        (f"channels: ['#{'x' * 50}']", f"3: channels.0: '#{'x' * 38} has more than 50 characters"),
        ("jobs: {nights: two}", "5: jobs.nights: a whole number is needed, without quotes"),
        ("jobs: {late_hours: 99999999}", "5: jobs.late_hours: 99999999 is more than 50000"),
        ("5: x", "5: 5: no such key"),
        ("reminders: often", "5: reminders: keys with their values are needed below it"),
        (
            "reminders: {holidays: [5]}",
            "5: reminders.holidays.0: 5 is no day; write it as 2026-12-24",
        ),
        (
            "release_critical_on_master: perhaps",
            "5: release_critical_on_master: true or false is needed",
        ),
        (
            "proposals: {constant: {name: A, repository: a/b, path: c, pattern: abc}}",
            "5: proposals.constant.pattern: 'abc' has no group (...) around the constant's value",
        ),
    ],
)
def test_reasons_are_an_operators_words(tmp_path: Path, wrong: str, reason: str) -> None:
    key = wrong.partition(":")[0]
    kept = [line for line in TEAM.splitlines() if not line.startswith(key)]
    at = next((n for n, line in enumerate(TEAM.splitlines()) if line.startswith(key)), len(kept))
    kept.insert(at, wrong)
    assert problems(folder(tmp_path, glance="\n".join(kept))) == [f"teams/glance.yaml:{reason}"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name: glance\n\tgovernance: x\n", "line 2"),
        ("name: glance\nname: cinder\n", "line 2"),
        ("- glance\n", "list"),
    ],
)
def test_a_file_that_is_no_yaml_mapping(tmp_path: Path, text: str, reason: str) -> None:
    (line,) = problems(folder(tmp_path, glance=text))
    assert line.startswith("teams/glance.yaml: ")
    assert reason in line


def test_no_team_and_a_missing_default(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "teams" / "glance.yaml").unlink()
    assert problems(path) == ["teams: no team's file (NAME.yaml) is there"]


def test_a_default_team_without_a_file(tmp_path: Path) -> None:
    assert problems(folder(tmp_path, "default_team: cinder\n")) == [
        "bot.yaml:1: default_team: no file cinder.yaml in teams"
    ]


def test_two_teams_do_not_share_a_channel(tmp_path: Path) -> None:
    other = TEAM.replace("name: glance\ngov", "name: cinder\ngov").replace("#open", "#OPEN")
    assert problems(folder(tmp_path, cinder=other, glance=TEAM)) == [
        "teams/glance.yaml:3: channels.0: #openstack-glance is cinder's already"
    ]


def test_a_channel_of_no_team_gets_the_default_team(tmp_path: Path) -> None:
    other = TEAM.replace("name: glance\ngov", "name: cinder\ngov").replace("-glance", "-cinder")
    both = settings.load(folder(tmp_path, cinder=other, glance=TEAM))
    assert both.team_of("#OpenStack-Cinder").name == "cinder"
    assert both.team_of("#elsewhere").name == "glance"


@pytest.mark.parametrize(
    ("name", "title", "shown"),
    [
        ("glance", "", "Glance"),
        ("quality-assurance", "", "Quality Assurance"),
        ("openstackansible", "title: OpenStack-Ansible\n", "OpenStack-Ansible"),
    ],
)
def test_a_team_is_shown_by_its_title(tmp_path: Path, name: str, title: str, shown: str) -> None:
    text = TEAM.replace("name: glance", f"name: {name}") + title
    found = settings.load(folder(tmp_path, f"default_team: {name}\n", **{name: text}))
    assert found.default_team.shown == shown


@pytest.mark.parametrize(
    ("database", "url"),
    [
        ("sqlite:////var/lib/bot.db", "sqlite+aiosqlite:////var/lib/bot.db"),
        ("postgresql://bot@db/releases", "postgresql+asyncpg://bot@db/releases"),
    ],
)
def test_the_database_gets_its_asynchronous_driver(tmp_path: Path, database: str, url: str) -> None:
    assert settings.load(folder(tmp_path, f"database: {database}\n")).database_url == url


def test_the_state_stands_beside_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GLANCE_RELEASE_STATE", raising=False)
    found = settings.load(folder(tmp_path)).database_url
    assert found == f"sqlite+aiosqlite:///{tmp_path}/state/glance-release.sqlite3"


def test_what_no_rule_foresaw_is_said_in_our_words_first(tmp_path: Path) -> None:
    (tmp_path / "file.yaml").write_text("a: [1.5]\n")
    shape = TypeAdapter(dict[str, tuple[Annotated[float, Field(multiple_of=2)], ...]])
    (problem,) = checked_file.read(tmp_path / "file.yaml", shape).problems
    assert problem.removeprefix(f"{tmp_path}/").startswith(
        "file.yaml:1: a.0: 1.5 can't stand here ("
    )


@pytest.mark.parametrize("nick", ["bar|a", "`^{}[]\\_-", "x1", "|"])
def test_every_nick_that_irc_allows_is_one(tmp_path: Path, nick: str) -> None:
    people = f"people:\n  deputies:\n    - nick: '{nick}'\n"
    team = settings.load(folder(tmp_path, glance=TEAM + people)).default_team
    assert [one.nick for one in team.people["deputies"]] == [nick]
    day = dt.datetime(2027, 1, 14, tzinfo=dt.UTC)
    notice = Notice("guide", "i-1", nick, "facts;2", day, dt.timedelta(days=1), lambda now: doc(""))
    assert nag_of(notice.key) == "guide|i-1|facts"


@pytest.mark.parametrize(
    "name", ["#glance:hs.test", "!abc:hs.test", "!JCgS9Ejh8LzV1lOBfvvbGqCD5T8yYJTxhNbZfFzR7b0"]
)
def test_a_place_of_a_network_that_nothing_serves_is_told(tmp_path: Path, name: str) -> None:
    """A room would pass for a channel that is never joined."""
    team = TEAM.replace('["#openstack-glance"]', f'["#glance", "{name}"]')
    meeting = f"meeting: {{weekday: thursday, time: '14:00', place: '{name}'}}\n"
    found = problems(folder(tmp_path, glance=team + meeting))
    words = f"{name[:40]!r} is on Matrix, and bot.yaml has no key matrix"
    assert [line.split(": ", 1)[1] for line in found] == [
        f"channels.1: {words}",
        f"meeting.place: {words}",
    ]
    elsewhere = f"release_meeting: {{weekday: friday, time: '14:00', place: '{name}'}}\n"
    (other := tmp_path / "other").mkdir()
    assert settings.load(folder(other, glance=TEAM + elsewhere))  # there it speaks not


def test_a_person_may_have_a_name_on_each_network_and_in_gerrit_and_launchpad(
    tmp_path: Path,
) -> None:
    people = """\
people:
  deputy:
    - {nick: bo, account: bo2, name: Bo, matrix: "@Bo:hs.test", gerrit: bo3, launchpad: bo4}
    - {matrix: "@al:hs.test", name: Al}
"""
    team = settings.load(folder(tmp_path, glance=TEAM + people)).default_team
    bo, al = team.people["deputy"]
    assert (bo.addresses, bo.gerrit, bo.launchpad) == (("@Bo:hs.test", "bo"), "bo3", "bo4")
    assert al.addresses == ("@al:hs.test",)


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        ("{name: Bo}", ": nick is missing"),
        ("{gerrit: bo}", ": nick is missing"),
        ('{nick: bo, matrix: "@bo"}', ".matrix: '@bo' is no Matrix id, such as @NAME:SERVER"),
        ("{nick: bo, matrix: bo}", ".matrix: 'bo' is no Matrix id, such as @NAME:SERVER"),
        ('{nick: "@bo:hs.test"}', ".nick: '@bo:hs.test' is no nick"),
        ('{nick: bo, gerrit: ""}', ".gerrit: is empty"),
        ("{nick: bo, slack: bo}", ".slack: no such key"),
    ],
)
def test_a_name_is_its_networks(tmp_path: Path, person: str, reason: str) -> None:
    (line,) = problems(folder(tmp_path, glance=f"{TEAM}people: {{deputy: [{person}]}}\n"))
    assert line == f"teams/glance.yaml:5: people.deputy.0{reason}"
