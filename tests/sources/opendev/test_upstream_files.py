"""Series, deliverables, teams, release days and the facts in the box: read right, or refused."""

import datetime as dt
import time
from pathlib import Path

import pytest

from GlanceRelease.domain.model import Branch, Kind, Person, Phase, Release
from GlanceRelease.rehearsal.release_days import parse_released
from GlanceRelease.sources.bundled_facts import load_bundled
from GlanceRelease.sources.opendev.deliverable_file import parse_deliverable
from GlanceRelease.sources.opendev.governance import parse_governance
from GlanceRelease.sources.opendev.schedule import parse_schedule
from GlanceRelease.sources.opendev.series_status import parse_series_status
from GlanceRelease.sources.strict_yaml import Unreadable

COMMIT = "9c79d46d1f58a541807d5a987c03ce6d296cf4fc"

SERIES = b"""\
- name: juniper
  release-id: 2026.10
  status: future
  slurp: yes
- name: epoxy
  release-id: 2025.1
  status: maintained
  initial-release: '2025-04-02'
  next-phase: {status: unmaintained, date: 2026-10-02}
- name: dalmatian
  release-id: 2024.2
  status: end of life
  initial-release: 2024-10-02
  eol-date: 2026-04-29
"""

GLANCE = f"""\
team: glance
type: service
release-model: cycle-with-rc
new-key: tolerated
release-notes: https://docs.openstack.org/
repository-settings:
  openstack/glance: {{}}
releases:
  - version: 32.0.0.0rc1
    projects: [{{repo: openstack/glance, hash: {COMMIT}}}]
  - version: 32.0.0
    projects: [{{repo: openstack/glance, hash: {COMMIT}, comment: x}}]
    diff-start: 31.0.0
branches:
  - name: stable/2026.1
    location: 32.0.0.0rc1
  - name: feature/x
    location: {{openstack/glance: {COMMIT}}}
""".encode()

TEAMS = b"""\
glance:
  ptl: {name: 'Cyril', irc: 'croelandt', email: 'c@example.org'}
  irc-channel: openstack-glance
  liaisons:
    release:
    - {name: Pranali, irc: null, email: p@example.org}
  deliverables:
    glance-store: {repos: [openstack/glance_store]}
oslo:
  leadership_type: distributed
"""


def test_series_keep_their_zero_and_their_phases() -> None:
    juniper, epoxy, dalmatian = parse_series_status(SERIES)
    assert (juniper.release_id, juniper.slurp, juniper.initial_release) == ("2026.10", True, None)
    assert juniper.branch_id == "2026.10"
    assert epoxy.initial_release == dt.date(2025, 4, 2)
    assert epoxy.next_phase == Phase("unmaintained", dt.date(2026, 10, 2))
    assert not epoxy.slurp
    assert dalmatian.eol_date == dt.date(2026, 4, 29)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"[]", "no series in the file"),
        (b"name: x", "expected a list at the top, got a mapping"),
        (b"[x]", "the file is not a list of mappings"),
        (b"- {status: future}", "series 1: name is not text"),
        (b"- {name: a}", "series a: status is not text"),
        (SERIES.replace(b"dalmatian", b"epoxy"), "series epoxy is there twice"),
        (SERIES.replace(b"dalmatian", b"../../etc"), "series 3: name '../../etc' is no name"),
        (
            SERIES.replace(b"2024.2", b"2024.2?a=b"),
            "series dalmatian: release-id '2024.2?a=b' is no name",
        ),
        (SERIES.replace(b"2026-04-29", b"soon"), "series dalmatian: eol-date is not a day: 'soon'"),
    ],
)
def test_no_series(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse_series_status(body)
    assert caught.value.reason == reason


def test_a_deliverable() -> None:
    glance = parse_deliverable("gazpacho", "glance", GLANCE)
    hashes = (("openstack/glance", COMMIT),)
    assert glance.releases == (
        Release("32.0.0.0rc1", hashes),
        Release("32.0.0", hashes, diff_start="31.0.0"),
    )
    assert glance.branches == (
        Branch("stable/2026.1", "32.0.0.0rc1"),
        Branch("feature/x", f"openstack/glance {COMMIT}"),
    )
    assert glance.repositories == ("openstack/glance",)
    assert (glance.series, glance.team, glance.type) == ("gazpacho", "glance", "service")
    assert not glance.has_cycle_highlights


def test_a_deliverable_without_releases_and_one_with_highlights() -> None:
    empty = parse_deliverable("indri", "glance", b"team: glance\ntype: service\nreleases:\n")
    assert (empty.releases, empty.branches, empty.repositories) == ((), (), ())
    told = parse_deliverable("x", "glance", GLANCE + b"cycle-highlights: [one]\n")
    assert told.has_cycle_highlights


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"type: service", "glance: team is not text"),
        (b"team: glance\ntype: service\nreleases: [1]", "releases is not a list of mappings"),
        (b"team: glance\ntype: service\nreleases: [{}]", "release 1: version is not text"),
        (GLANCE.replace(b"location: 32.0.0.0rc1", b"location: []"), "branch stable/2026.1: locat"),
    ],
)
def test_no_deliverable(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse_deliverable("gazpacho", "glance", body)
    assert caught.value.reason.startswith(reason)


def test_teams() -> None:
    glance, oslo = parse_governance(TEAMS)
    assert glance.ptl == Person("Cyril", "croelandt", "c@example.org")
    assert glance.liaisons_for("release") == (Person("Pranali", "", "p@example.org"),)
    assert glance.liaisons_for("tact-sig") == ()
    assert glance.deliverables == (("glance-store", ("openstack/glance_store",)),)
    assert (oslo.ptl, oslo.channel) == (None, "")


def test_no_teams() -> None:
    with pytest.raises(Unreadable, match="no team in the file"):
        parse_governance(b"{}")
    with pytest.raises(Unreadable, match="glance: ptl is not a mapping"):
        parse_governance(b"glance: {ptl: somebody}")


def test_release_days_are_in_utc() -> None:
    (one,) = parse_released(
        b'[{"deliverable": "glance", "version": "12.0.0", "merged": "2016-04-06T19:00:17-04:00",'
        b' "branches_added": ["stable/mitaka"], "series": "mitaka", "proposed": "?"}]'
    )
    assert one.merged == dt.datetime(2016, 4, 6, 23, 0, 17, tzinfo=dt.UTC)
    assert one.merged.utcoffset() == dt.timedelta(0)
    assert (one.branches, one.series) == (("stable/mitaka",), "mitaka")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{}", "not a JSON list of rows"),
        (b"[{]", "line 1: not JSON"),
        (b"\xff", "not JSON"),
        (b"[1]", "row 1 is not an object"),
        (b'[{"version": "1", "merged": "x"}]', "row 1: deliverable is not text"),
        (b'[{"deliverable": "g", "version": 1}]', "row 1: version is not text"),
        (b'[{"deliverable": "g", "version": "1", "merged": "x"}]', "row 1: merged is not an"),
        (
            b'[{"deliverable": "g", "version": "1", "merged": "2026-01-01T00:00:00"}]',
            "row 1: merged has no time zone",
        ),
    ],
)
def test_no_release_days(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse_released(body)
    assert caught.value.reason.startswith(reason)


def test_real_files_are_read(upstream_data: Path) -> None:
    series = parse_series_status((upstream_data / "releases/data/series_status.yaml").read_bytes())
    assert (len(series), series[0].name, series[0].release_id) == (35, "indri", "2027.1")
    files = sorted((upstream_data / "releases" / "deliverables").glob("*/*.yaml"))
    read = [parse_deliverable(one.parent.name, one.stem, one.read_bytes()) for one in files]
    assert len(read) == len(files) > 500
    teams = parse_governance((upstream_data / "governance/reference/projects.yaml").read_bytes())
    glance = next(team for team in teams if team.name == "glance")
    assert glance.liaisons_for("release")[0].nick == "pdeore"
    history = parse_released((upstream_data / "history/glance-releases.json").read_bytes())
    tagged = {(one.series, one.version): one.merged for one in history if one.branches}
    assert tagged["gazpacho", "32.0.0.0rc1"].date() == dt.date(2026, 3, 13)


def test_the_samples_are_read(sample_data: Path) -> None:
    series = parse_series_status((sample_data / "releases/data/series_status.yaml").read_bytes())
    assert (len(series), series[0].name, series[0].release_id) == (7, "indri", "2027.1")
    files = sorted((sample_data / "releases" / "deliverables").glob("*/*.yaml"))
    read = [parse_deliverable(one.parent.name, one.stem, one.read_bytes()) for one in files]
    assert len(read) == len(files) > 100
    teams = parse_governance((sample_data / "governance/reference/projects.yaml").read_bytes())
    glance = next(team for team in teams if team.name == "glance")
    assert glance.liaisons_for("release")[0].nick == "pdeore"
    history = parse_released((sample_data / "history/glance-releases.json").read_bytes())
    tagged = {(one.series, one.version): one.merged for one in history if one.branches}
    assert tagged["gazpacho", "32.0.0.0rc1"].date() == dt.date(2026, 3, 13)


def test_the_box_and_the_samples_agree(sample_data: Path) -> None:
    box, releases = load_bundled(), sample_data / "releases"
    for (series, name), kept in box.deliverables.items():
        file = releases / "deliverables" / series / f"{name}.yaml"
        if file.is_file():
            read = parse_deliverable(series, name, file.read_bytes())
            assert (read.releases, read.branches, read.type) == (
                kept.releases,
                kept.branches,
                kept.type,
            )
    found = {
        one.name: one
        for one in parse_series_status((releases / "data/series_status.yaml").read_bytes())
    }
    ours = [one for one in box.series if one.name in found]
    assert [(one.name, one.release_id, one.status, one.next_phase) for one in ours] == [
        (one.name, one.release_id, one.status, one.next_phase)
        for one in found.values()
        if one.status != "end of life"
    ]


def test_the_box_answers_for_two_cycles() -> None:
    box = load_bundled()
    assert box.series_as_of == dt.datetime(2026, 8, 21, tzinfo=dt.UTC)
    assert box.governance_as_of == dt.datetime(2026, 8, 8, tzinfo=dt.UTC)
    indri = box.schedules["indri"]
    assert [len(indri.weeks), len(indri.events)] == [26, 18]
    assert (indri.weeks[0].name, indri.weeks[1].name, indri.weeks[-1].name) == ("", "R-24", "R+0")
    release = indri.first(Kind.RELEASE)
    assert release is not None
    assert release.days == (dt.date(2027, 3, 24),)
    store = box.deliverables["hibiscus", "glance-store"]
    assert [one.version for one in store.releases] == ["5.5.0", "5.6.0"]
    assert box.governance[0].liaisons_for("release")[0].nick == "pdeore"


def test_the_boxs_facts_carry_their_age() -> None:
    facts = load_bundled().facts
    assert facts["schedule/indri"].origin == "bundled"
    assert facts["deliverable/gazpacho/glance"].at == dt.datetime(2026, 8, 21, tzinfo=dt.UTC)
    assert {name.split("/")[0] for name in facts} == {
        "series_status",
        "governance",
        "schedule",
        "deliverable",
    }


def test_the_box_opens_quickly() -> None:
    def once() -> float:
        begun = time.perf_counter()
        load_bundled()
        return time.perf_counter() - begun

    assert min(once() for _ in range(5)) < 0.015


def test_the_box_says_what_upstream_says(upstream_data: Path) -> None:
    box = load_bundled()
    releases = upstream_data / "releases"
    for name, kept in box.schedules.items():
        folder = releases / "doc" / "source" / name
        real = parse_schedule(
            name, (folder / "schedule.yaml").read_bytes(), (folder / "schedule.rst").read_bytes()
        )
        assert kept.weeks == real.weeks
        for one, other in zip(kept.events, real.events, strict=True):
            assert (one.id, one.kind, one.title, one.days, one.rule, one.weeks) == (
                other.id,
                other.kind,
                other.title,
                other.days,
                other.rule,
                other.weeks,
            )
            assert (one.span, one.times, one.teams) == (other.span, other.times, other.teams)
    for (series, name), deliverable in box.deliverables.items():
        body = (releases / "deliverables" / series / f"{name}.yaml").read_bytes()
        assert deliverable == parse_deliverable(series, name, body)
    by_name = {
        one.name: one
        for one in parse_series_status((releases / "data" / "series_status.yaml").read_bytes())
    }
    assert all(by_name[one.name] == one for one in box.series)
    assert {one.name for one in box.series} == {
        name for name, one in by_name.items() if one.status != "end of life"
    }
    teams = parse_governance((upstream_data / "governance/reference/projects.yaml").read_bytes())
    assert box.governance[0] in teams
