"""The configuration: what stands in the files that ship, and what is said of a broken one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from GlanceRelease import settings
from GlanceRelease.settings import BadConfiguration
from somebody import as_somebody

ROOT = Path(__file__).parents[1]

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


def test_values_that_cannot_be_are_named_and_no_password_repeated(tmp_path: Path) -> None:
    bot = "database: mysql://me:secret@x/y\npoll_minutes: 0\nweb: {port: 99999}\n"
    assert problems(folder(tmp_path, bot)) == [
        "bot.yaml: database: is neither sqlite:///FILE nor postgresql://USER@HOST/NAME",
        "bot.yaml: poll_minutes: 0 is not within 1 to 1440",
        "bot.yaml: web.port: 99999 is not within 0 to 65535",
    ]


EXAMPLES = ("# early:", "# deadlines:", "# people:", "# rights:", "#   ")


def test_the_commented_examples_are_sound_too(tmp_path: Path) -> None:
    text = (ROOT / "config" / "teams" / "glance.yaml").read_text()
    lines = [line[2:] if line.startswith(EXAMPLES) else line for line in text.splitlines()]
    team = settings.load(folder(tmp_path, glance="\n".join(lines))).default_team
    assert team.early == "1 week"
    assert len(team.deadlines) >= 3


def test_every_error_at_once_with_file_line_and_key(tmp_path: Path) -> None:
    bot = "upstreams:\n  opendev: ftp://opendev.org\npol_minutes: 5\n"
    team = TEAM + "early: soon\nreminders:\n  hour: 25:00\n  colour: red\n"
    assert problems(folder(tmp_path, bot, glance=team)) == [
        "bot.yaml:3: pol_minutes: no such key",
        "teams/glance.yaml:7: reminders.hour: input should be in a valid time format, hour value "
        "is outside expected range of 0-23",
        "teams/glance.yaml:8: reminders.colour: no such key",
    ]


def test_what_pydantic_can_not_see(tmp_path: Path) -> None:
    bot = "upstreams: {opendev: ftp://opendev.org}\n"
    team = TEAM.replace("#openstack-glance", "openstack glance") + (
        "early: soon\ndeadlines:\n  - {name: spec freeze, when: tomorow}\n"
    )
    assert problems(folder(tmp_path, bot, glance=team)) == [
        "bot.yaml: upstreams.opendev: 'ftp://opendev.org' is no http(s) address",
        "teams/glance.yaml: channels: 'openstack glance' is no channel's name",
        'teams/glance.yaml: early: \'soon\' is no lead; say "2 weeks", "1 working day" or '
        '"on the day"',
        "teams/glance.yaml: deadlines.0.when: 'tomorow' is no event or week; say \"2026-12-10\", "
        '"R-15", "Friday of R-15" or "1 week before milestone 3"',
    ]


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
        "bot.yaml: default_team: no file cinder.yaml in teams"
    ]


def test_two_teams_do_not_share_a_channel(tmp_path: Path) -> None:
    other = TEAM.replace("name: glance\ngov", "name: cinder\ngov").replace("#open", "#OPEN")
    assert problems(folder(tmp_path, cinder=other, glance=TEAM)) == [
        "teams/glance.yaml: channels: #openstack-glance is cinder's already"
    ]


def test_a_channel_of_no_team_gets_the_default_team(tmp_path: Path) -> None:
    other = TEAM.replace("name: glance\ngov", "name: cinder\ngov").replace("-glance", "-cinder")
    both = settings.load(folder(tmp_path, cinder=other, glance=TEAM))
    assert both.team_of("#OpenStack-Cinder").name == "cinder"
    assert both.team_of("#elsewhere").name == "glance"


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
