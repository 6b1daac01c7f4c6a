"""The rules about a file as a whole: its branches, its place, its team, its repositories."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_release_rules import KNOWN, STORE, A, B, parsed, store

from GlanceRelease.domain.model import GovernanceTeam
from GlanceRelease.domain.proposal import Context
from GlanceRelease.duties.release_rules import FILE_RULES, check_release
from GlanceRelease.sources.proposed_file import read_proposed

GOVERNANCE = (
    GovernanceTeam(
        "glance",
        None,
        (),
        "openstack-glance",
        (("glance", ("openstack/glance",)), ("glance-store", ("openstack/glance_store",))),
    ),
    GovernanceTeam("nova", None, (), "openstack-nova", (("nova", ("openstack/nova",)),)),
)
GOVERNED = replace(KNOWN, previous=None, governance=GOVERNANCE)
TWO = store(("5.5.0", A), ("5.6.0", B))
IRONIC = TWO.replace("type: library", "type: service\nstable-branch-type: std-with-versions")


def branch(name: str, location: str) -> str:
    return f"branches:\n  - name: {name}\n    location: {location}\n"


def found(
    text: str, before: str | None, context: Context = GOVERNED, path: str = "glance-store.yaml"
) -> list[str]:
    """The findings of the rules about the whole file."""
    path = path if "/" in path else f"hibiscus/{path}"
    old = parsed(before, path) if before else None
    report = check_release(old, read_proposed(path, text), context)
    ids = ["schema", "readable", *(rule.id for rule in FILE_RULES)]
    return [f"{f.severity}: {f.why}; {f.mend}" for f in report.findings if f.rule in ids]


@pytest.mark.parametrize(
    ("before", "added", "words"),
    [
        (TWO, branch("stable/2026.2", "5.6.0"), []),
        (
            TWO,
            branch("stable/2026.2", "9.9.9"),
            ["error: stable/2026.2 is at 9.9.9, no version of the file; cut it from 5.6.0"],
        ),
        (
            TWO,
            branch("stable/2026.2", "5.5.0"),
            [
                "warning: stable/2026.2 is at 5.5.0, and 5.6.0 is the last release;"
                " cut it from 5.6.0"
            ],
        ),
        (
            TWO,
            branch("stable/2025.2", "5.6.0"),
            ["error: stable/2025.2 in a file of hibiscus; call it stable/2026.2"],
        ),
        (
            TWO,
            branch("stabel/2026.2", "5.6.0"),
            ["error: stabel/2026.2 is no stable, bugfix or feature branch; rename it"],
        ),
        (
            TWO.replace("type: library", "type: library\nstable-branch-type: none"),
            branch("stable/2026.2", "5.6.0"),
            ["error: glance-store has no branches, and gets stable/2026.2; take it out"],
        ),
        (
            TWO.replace("type: library", "type: tempest-plugin"),
            branch("stable/2026.2", "5.6.0"),
            ["error: glance-store has no branches, and gets stable/2026.2; take it out"],
        ),
        (IRONIC, branch("bugfix/5.6", "5.6.0"), []),
        (IRONIC, branch("bugfix/5.5", "5.5.0"), []),
        (IRONIC, branch("stable/2026.2", "5.6.0"), []),
        (IRONIC, branch("bugfix/5.5", "5.6.0"), ["error: bugfix/5.5 at 5.6.0; call it bugfix/5.6"]),
        (
            TWO,
            branch("bugfix/5.6", "5.6.0"),
            [
                "error: bugfix/5.6 in a file without stable-branch-type: std-with-versions;"
                " take it out"
            ],
        ),
    ],
)
def test_a_branch_that_is_added_is_looked_at(before: str, added: str, words: list[str]) -> None:
    assert found(before + added, before) == words
    assert found(before + added, before + added) == [], "it stands there already"


def test_a_branch_by_commits_is_no_version_of_the_file() -> None:
    text = STORE.replace("type: library", "type: other\nstable-branch-type: tagless")
    tagless = (
        f"branches:\n  - name: stable/2026.2\n    location:\n      openstack/glance_store: {A}\n"
    )
    assert found(text + tagless, text) == []
