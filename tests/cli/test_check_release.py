"""`glance-release check-release` on files as somebody is about to upload them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from GlanceRelease.__main__ import main
from kit.upstream.gerrit import GerritServer, Stored
from kit.upstream.server import Upstream

TEAM = """name: glance
governance: glance
channels: ["#c"]
deliverables: [glance, glance-store]
"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def opendev(upstream: Upstream, published: Path) -> Upstream:
    upstream.serve_tree(published)
    return upstream


@pytest.fixture
def run(opendev: Upstream, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    (tmp_path / "config/teams").mkdir(parents=True)
    (tmp_path / "config/teams/glance.yaml").write_text(TEAM)
    names = ("opendev", "gerrit", "zuul", "launchpad")
    places = "".join(f"  {name}: {opendev.url}\n" for name in names)
    (tmp_path / "config/bot.yaml").write_text(f"upstreams:\n{places}")

    def call(*words: str) -> tuple[int, str, str]:
        code = main([words[0], "--config", str(tmp_path / "config"), *words[1:]])
        out = capsys.readouterr()
        return code, out.out, out.err

    return call


def proposed(tmp_path: Path, published: Path, series: str, until: str, more: str = "") -> str:
    text = (published / f"releases/deliverables/{series}/glance.yaml").read_text()
    file = tmp_path / "deliverables" / series / "glance.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(text[: text.index(until)] + more)
    return str(file)


B2 = """releases:
  - version: 31.0.0.0b2
    projects:
      - repo: openstack/glance
        hash: 01ead31b80b2973b2b196aad2fcde0a3947287d6
"""


def test_the_faulty_beta_is_found_before_it_is_uploaded(
    run: Run, tmp_path: Path, published: Path
) -> None:
    file = proposed(tmp_path, published, "gazpacho", "releases:", B2)
    code, out, err = run("check-release", "--json", "--now", "2026-01-08T00:00:00Z", file)
    (row,) = json.loads(out)
    assert code == 1
    assert sorted(row) == ["mend", "rule", "severity", "values", "version", "why"]
    assert (row["rule"], row["severity"], row["version"]) == ("major", "error", "31.0.0.0b2")
    assert row["mend"] == "call it 32.0.0.0b2"
    assert row["values"]["right"] == "32.0.0.0b2"
    assert "its rules are not judged" in err


def test_rc1_without_its_branch_is_found(run: Run, tmp_path: Path, published: Path) -> None:
    file = proposed(tmp_path, published, "flamingo", "  - version: 31.0.0\n")
    code, out, _ = run("check-release", "--now", "2025-09-09T14:00:00Z", file)
    assert code == 1
    assert "rc1-branch: error: 31.0.0.0rc1 comes without stable/2025.2" in out


def test_what_is_no_file_and_no_change_is_said(run: Run) -> None:
    code, _, err = run("check-release", "none/glance.yaml")
    assert code == 1
    assert err == "glance-release: none/glance.yaml: there is no such file\n"
    code, _, err = run("check-release", "http://x.example/1")
    assert code == 1
    assert err.startswith(
        "glance-release: http://x.example/1: there is no such file, and no such change. I ask only"
    )
    assert err.endswith(
        "check-release takes files, SERIES/NAME.yaml, and changes; in the chat `check CHANGE` takes"
        " a change.\n"
    )


def test_a_draft_without_gerrit_says_why(run: Run) -> None:
    code, out, err = run("draft", "--now", "2026-07-01T00:00:00Z", "glance", "beta")
    assert (code, out) == (1, "")
    assert "web page" in err
    assert err.splitlines()[-1].startswith("glance-release: Gerrit gives no answer: ")


@pytest.mark.parametrize(("away", "named"), [("opendev", "opendev.org"), ("gerrit", "Gerrit")])
def test_a_draft_names_the_one_that_is_away(
    away: str, named: str, opendev: Upstream, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with GerritServer(dt.datetime(2026, 7, 1, tzinfo=dt.UTC)) as gerrit:
        places = {"opendev": opendev.url, "gerrit": gerrit.url, away: "http://127.0.0.1:9"}
        (tmp_path / "config/teams").mkdir(parents=True)
        (tmp_path / "config/teams/glance.yaml").write_text(TEAM)
        rows = "".join(f"  {name}: {url}\n" for name, url in places.items())
        (tmp_path / "config/bot.yaml").write_text(f"upstreams:\n{rows}")
        asked = ("draft", "--config", str(tmp_path / "config"), "--now", "2026-07-01T00:00:00Z")
        assert main([*asked, "glance", "beta"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"glance-release: {named} gives no answer: no connection: connection refused"
    )


def test_a_draft_names_what_could_not_be_judged(
    opendev: Upstream, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody knows the commit of the last release, so not what merged since."""
    head, repository = "e" * 40, "openstack/glance_store"
    with GerritServer(dt.datetime(2026, 7, 1, tzinfo=dt.UTC)) as gerrit:
        gerrit.heads[repository, "stable/2026.1"] = head
        gerrit.commits[repository, head] = ("2026-06-01 00:00:00", ("stable/2026.1",), ())
        (tmp_path / "config/teams").mkdir(parents=True)
        (tmp_path / "config/teams/glance.yaml").write_text(TEAM)
        rows = f"  opendev: {opendev.url}\n  gerrit: {gerrit.url}\n"
        (tmp_path / "config/bot.yaml").write_text(f"upstreams:\n{rows}")
        asked = ("draft", "--config", str(tmp_path / "config"), "--now", "2026-07-01T00:00:00Z")
        assert main([*asked, "glance-store", "bugfix", "2026.1"]) == 0
    told = capsys.readouterr().err.splitlines()
    assert any(line.endswith(" not judged") for line in told)
    assert "# level: not judged without what merged since the last release" in told


def edited(tmp_path: Path, published: Path, *changes: tuple[str, str]) -> str:
    """Hibiscus' published glance-store with these replacements; one of "" is appended."""
    text = (published / "releases/deliverables/hibiscus/glance-store.yaml").read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1) if old else text + new
    file = tmp_path / "deliverables/hibiscus/glance-store.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return str(file)


LAST_HASH = "149c15978b374b837e3ce28a06d7da0f1fb6bf79"
THIRD = f"""  - version: 5.7.0
    projects:
      - repo: openstack/glance_store
        hash: {"c" * 40}
"""
BRANCH = "branches:\n  - name: stable/2026.2\n    location: 5.6.0\n"
R_8 = "2026-08-05T10:00:00Z"
AFTER_THE_FREEZE = "2026-09-01T10:00:00Z"


@pytest.mark.parametrize(
    ("why", "changes"),
    [
        ("5.6.0 is released, and is gone from the file", [("5.6.0", "5.7.0")]),
        ("5.5.0 is released, and is gone from the file", [("5.5.0", "5.4.9")]),
        ("5.6.0 is released, and would be another commit", [(LAST_HASH, "c" * 40)]),
        ("5.6.0 is released, and would be another commit", [(LAST_HASH, "c" * 40), ("", THIRD)]),
    ],
)
def test_what_is_released_may_neither_go_nor_change(
    run: Run, tmp_path: Path, published: Path, why: str, changes: list[tuple[str, str]]
) -> None:
    file = edited(tmp_path, published, *changes)
    code, out, _ = run("check-release", "--now", R_8, file)
    assert (code, f"  released: error: {why}; mend: leave it as it is: its tag stays" in out) == (
        1,
        True,
    ), out


def test_a_beta_that_takes_the_place_of_a_released_one_is_found(
    run: Run, tmp_path: Path, published: Path
) -> None:
    third = B2.replace("31.0.0.0b2", "33.0.0.0b3")
    file = proposed(tmp_path, published, "hibiscus", "releases:", third)
    code, out, _ = run("check-release", "--now", "2026-08-26T10:00:00Z", file)
    assert code == 1
    assert "released: error: 33.0.0.0b2 is released, and is gone from the file" in out


def test_the_stable_branch_of_a_released_library_is_no_late_release(
    run: Run, tmp_path: Path, published: Path
) -> None:
    file = edited(tmp_path, published, ("", BRANCH))
    code, out, _ = run("check-release", "--now", AFTER_THE_FREEZE, file)
    assert (code, out.splitlines()[1:]) == (0, [])


def test_a_late_release_is_still_said(run: Run, tmp_path: Path, published: Path) -> None:
    file = edited(tmp_path, published, ("", THIRD))
    code, out, _ = run("check-release", "--now", AFTER_THE_FREEZE, file)
    assert code == 0
    assert "window: warning: 5.7.0 after the library freeze, 2026-08-20" in out


def test_a_file_that_adds_nothing_says_so_and_is_not_late(
    run: Run, tmp_path: Path, published: Path
) -> None:
    file = edited(tmp_path, published)
    code, out, _ = run("check-release", "--now", AFTER_THE_FREEZE, file)
    assert code == 0
    assert "glance-store.yaml: no release that is not published; 5.6.0 checked again: " in out
    assert "window: 5.6.0 not judged without the day of the proposal" in out


def test_what_another_team_has_is_not_compared_and_that_is_said(
    run: Run, tmp_path: Path, published: Path
) -> None:
    file = tmp_path / "deliverables/hibiscus/os-vif.yaml"
    file.parent.mkdir(parents=True)
    text = (published / "releases/deliverables/hibiscus/os-vif.yaml").read_text()
    file.write_text(text)
    code, out, _ = run("check-release", "--now", R_8, str(file))
    assert code == 0
    assert "os-vif.yaml: taken as the proposal of 5.2.0, its last release: " in out
    missing = "the published file (it is no deliverable of the team's)"
    assert f"released: the file not judged without {missing}" in out


def test_in_a_look_back_what_stands_before_the_last_release_is_not_proposed_again(
    run: Run, opendev: Upstream, tmp_path: Path, published: Path
) -> None:
    def rows(*candidates: int) -> str:
        one = B2.partition("\n")[2].replace("31.0.0.0b2", "33.0.0.0rc{}")
        return "releases:\n" + "".join(one.format(number) for number in candidates)

    before = tmp_path / "published"
    before.mkdir()
    text = Path(proposed(before, published, "hibiscus", "releases:", rows(1, 2))).read_text()
    opendev.raw("releases", "deliverables/hibiscus/glance.yaml", text)
    file = proposed(tmp_path, published, "hibiscus", "releases:", rows(1, 2, 4))
    _, out, _ = run("check-release", "--now", "2026-09-24T10:00:00Z", file)
    assert "sequence: error: 33.0.0.0rc4 where 33.0.0.0rc3 is next" in out
    assert "rc2 not judged" not in out


def test_a_change_is_judged_in_a_shell_as_in_the_channel(
    run: Run, tmp_path: Path, published: Path
) -> None:
    """A proposal of an older series, which nobody reads unless asked."""
    path = "deliverables/gazpacho/glance-store.yaml"
    before = (published / f"releases/{path}").read_text()
    after = before.replace("branches:", f"{ROW}branches:") if "branches:" in before else before
    with GerritServer(dt.datetime(2026, 8, 1, tzinfo=dt.UTC)) as gerrit:
        gerrit.add(Stored(7, "openstack/releases", "S", files={path: (before, after)}))
        bot = tmp_path / "config/bot.yaml"
        lines = bot.read_text().splitlines()
        bot.write_text(
            "\n".join(f"  gerrit: {gerrit.url}" if "gerrit:" in row else row for row in lines)
        )
        code, out, _ = run("check-release", "--now", "2026-08-01T10:00:00Z", "7")
    assert code == 1
    assert "branch-membership: error: cccccccccc is not in openstack/glance_store; mend: use" in out
    assert "window" not in out  # a point release has none


ROW = THIRD.replace("5.7.0", "5.4.1")
