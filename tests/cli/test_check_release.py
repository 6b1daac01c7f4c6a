"""`glance-release check-release` on files as somebody is about to upload them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from GlanceRelease.__main__ import main
from upstream import Upstream

TEAM = """name: glance
governance: glance
channels: ["#c"]
deliverables: [glance, glance-store]
"""
Run = Callable[..., tuple[int, str, str]]


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


def proposed(tmp_path: Path, upstream_data: Path, series: str, until: str, more: str = "") -> str:
    text = (upstream_data / f"releases/deliverables/{series}/glance.yaml").read_text()
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
    run: Run, tmp_path: Path, upstream_data: Path
) -> None:
    file = proposed(tmp_path, upstream_data, "gazpacho", "releases:", B2)
    code, out, err = run("check-release", "--json", "--now", "2026-01-08T00:00:00Z", file)
    (row,) = json.loads(out)
    assert code == 1
    assert sorted(row) == ["mend", "rule", "severity", "version", "why"]
    assert (row["rule"], row["severity"], row["version"]) == ("major", "error", "31.0.0.0b2")
    assert row["mend"] == "call it 32.0.0.0b2"
    assert "its rules are not judged" in err


def test_rc1_without_its_branch_is_found(run: Run, tmp_path: Path, upstream_data: Path) -> None:
    file = proposed(tmp_path, upstream_data, "flamingo", "  - version: 31.0.0\n")
    code, out, _ = run("check-release", "--now", "2025-09-09T14:00:00Z", file)
    assert code == 1
    assert "rc1-branch: error: 31.0.0.0rc1 comes without stable/2025.2" in out


def test_what_is_no_file_and_no_change_is_said(run: Run) -> None:
    for what, reason in (("none/glance.yaml", "no such file"), ("https://x.example/1", "only")):
        code, _, err = run("check-release", what)
        assert code == 1
        assert reason in err


def test_a_draft_without_gerrit_says_why(run: Run) -> None:
    code, out, err = run("draft", "--now", "2026-07-01T00:00:00Z", "glance", "beta")
    assert (code, out) == (1, "")
    assert "web page" in err
