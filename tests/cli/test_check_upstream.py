"""`check` names what of a team's file exists nowhere upstream, each slip with its line; real
teams' data is well."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from GlanceRelease.__main__ import main
from kit.upstream.server import Upstream

STATUS = """\
- {name: indri, release-id: 2027.1, status: development, initial-release: 2027-03-24}
- {name: hibiscus, release-id: 2026.2, status: maintained, initial-release: 2026-09-30}
"""
GOVERNANCE = """\
glance:
  irc-channel: openstack-glance
  deliverables:
    glance: {repos: [openstack/glance]}
    glance-store: {repos: [openstack/glance_store]}
    python-glanceclient: {repos: [openstack/python-glanceclient]}
nova:
  irc-channel: openstack-nova
  deliverables:
    nova: {repos: [openstack/nova]}
    os-vif: {repos: [openstack/os-vif]}
"""
TEAM = """\
name: glance
governance: glance
channels: ["#openstack-glance"]
deliverables: [glance, glance_store, python-glanceclient]
deadlines:
  - {name: spec freeze, when: 2027-01-14, series: indri}
jobs:
  repositories: [openstack/glance, openstack/glance_store]
proposals:
  repositories: [openstack/glance]
  constant: {name: X, repository: openstack/glance, path: a.py, pattern: "(x)"}
meeting: {weekday: thursday, time: "14:00", place: "#openstack-meeting"}
release_meeting: {weekday: friday, time: "14:00", place: "#openstack-release"}
"""
SLIPS = [
    ("governance: glance", "governance: glnace", 2, "governance: 'glnace' is no team", "glance"),
    ("governance: glance", "governance: glanc", 2, "governance: 'glanc' is no team", "glance"),
    ("governance: glance", "governance: nove", 2, "governance: 'nove' is no team", "nova"),
    ("[glance, g", "[glanc, g", 4, "deliverables.0: 'glanc' is no deliverable", "glance"),
    (", glance_store,", ", glance_stor,", 4, "deliverables.1: 'glance_stor' is no", "glance-store"),
    (
        ", glance_store,", ", os-vif,", 4,
        "deliverables.1: 'os-vif' is nova's deliverable in governance", "",
    ),
    (
        "repositories: [openstack/glance]", "repositories: [glance]", 10,
        "proposals.repositories.0: 'glance' is no repository", "openstack/glance",
    ),
    (
        "repository: openstack/glance", "repository: x/Glance", 11,
        "proposals.constant.repository: 'x/Glance'", "openstack/glance",
    ),
    ("client]", "clients]", 4, "deliverables.2: 'python-glanceclients'", "python-glanceclient"),
    ("k-glance", "k-glnace", 3, "channels.0: '#openstack-glnace' is no", "#openstack-glance"),
    ("series: indri", "series: indriy", 6, "deadlines.0.series: 'indriy' is no series", "indri"),
    (
        ", openstack/glance_store]", ", openstack/glance-stor]", 8,
        "jobs.repositories.1: 'openstack/glance-stor'", "openstack/glance_store",
    ),
    (
        "repositories: [openstack/glance]", "repositories: [openstack/glanse]", 10,
        "proposals.repositories.0: 'openstack/glanse'", "openstack/glance",
    ),
    (
        "repository: openstack/glance", "repository: openstack/glanec", 11,
        "proposals.constant.repository: 'openstack/glanec'", "openstack/glance",
    ),
    (
        '"#openstack-meeting"', '"#openstack-meting"', 12,
        "meeting.place: '#openstack-meting' is no channel", "#openstack-meeting",
    ),
]  # fmt: skip


@pytest.fixture
def config(tmp_path: Path, upstream: Upstream) -> Path:
    (tmp_path / "teams").mkdir()
    (tmp_path / "bot.yaml").write_text(
        f"upstreams: {{opendev: '{upstream.url}', gerrit: 'http://127.0.0.1:9', "
        "zuul: 'http://127.0.0.1:9', launchpad: 'http://127.0.0.1:9'}\n"
    )
    (tmp_path / "teams" / "glance.yaml").write_text(TEAM)
    upstream.raw("releases", "data/series_status.yaml", STATUS)
    upstream.raw("governance", "reference/projects.yaml", GOVERNANCE)
    return tmp_path


def check(config: Path, *more: str) -> int:
    return main(["check", "--config", str(config), "--now", "2026-12-01T12:00:00Z", *more])


def test_what_is_there_is_well(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(config) == 0
    assert capsys.readouterr().out == f"{config}: all is well; teams: glance\n"


@pytest.mark.parametrize(("right", "wrong", "line", "told", "near"), SLIPS)
def test_a_slip_is_named_with_what_is_near(
    config: Path,
    capsys: pytest.CaptureFixture[str],
    right: str,
    wrong: str,
    line: int,
    told: str,
    near: str,
) -> None:
    path = config / "teams" / "glance.yaml"
    assert right in TEAM
    path.write_text(TEAM.replace(right, wrong, 1))
    assert check(config) == 2
    (said,) = [each for each in capsys.readouterr().err.splitlines() if "database" not in each]
    assert said.startswith(f"{path}:{line}: {told}")
    assert said.endswith(f"; did you mean {near}?" if near else told)


def test_without_upstream_nothing_is_compared(
    config: Path, upstream: Upstream, capsys: pytest.CaptureFixture[str]
) -> None:
    path = config / "teams" / "glance.yaml"
    path.write_text(TEAM.replace("governance: glance", "governance: glnace"))
    assert check(config, "--offline") == 0
    assert check(config, "--configuration-only") == 0
    capsys.readouterr()
    upstream.raw("governance", "reference/projects.yaml", "")
    check(config)
    assert "glance: not compared with governance's projects.yaml" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", ["glance", "cinder", "nova", "swift", "oslo", "kolla", "ironic", "keystone", "neutron"]
)
def test_real_teams_are_well(
    tmp_path: Path, upstream: Upstream, upstream_data: Path, name: str
) -> None:
    """Each with governance's own deliverables and repositories."""
    file = upstream_data / "governance/reference/projects.yaml"
    team = yaml.safe_load(file.read_bytes())[name]
    each = team["deliverables"]
    own = {
        "name": name,
        "governance": name,
        "channels": [f"#{team.get('irc-channel', f'openstack-{name}')}"],
        "deliverables": list(each),
        "jobs": {"repositories": [one for row in each.values() for one in row["repos"]][:9]},
    }
    upstream.serve_tree(upstream_data)
    (tmp_path / "teams").mkdir()
    (tmp_path / "teams" / f"{name}.yaml").write_text(yaml.safe_dump(own))
    (tmp_path / "bot.yaml").write_text(
        f"upstreams: {{opendev: '{upstream.url}', gerrit: 'http://127.0.0.1:9', "
        f"zuul: 'http://127.0.0.1:9', launchpad: 'http://127.0.0.1:9'}}\ndefault_team: {name}\n"
    )
    assert check(tmp_path) == 0
