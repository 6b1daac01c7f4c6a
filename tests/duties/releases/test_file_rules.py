"""The rules about a file as a whole: its branches, its place, its team, its repositories."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from GlanceRelease.domain.model import Deliverable, GovernanceTeam
from GlanceRelease.domain.releases.proposal import Context
from GlanceRelease.domain.snapshot import SERIES
from GlanceRelease.duties.releases.rules import FILE_RULES, check_release
from GlanceRelease.sources.opendev.governance import parse_governance
from GlanceRelease.sources.opendev.proposed_file import read_proposed
from kit.glance_facts import world
from kit.release_cases import GLANCE, KNOWN, STORE, A, B, parsed, releases, store
from kit.release_history import History

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


def test_the_branch_of_rc1_under_another_name_is_said_once() -> None:
    text = GLANCE + releases(("33.0.0.0rc1", A)) + branch("stable/hibiscus", "33.0.0.0rc1")
    report = check_release(None, read_proposed("hibiscus/glance.yaml", text), GOVERNED)
    assert [finding.why for finding in report.errors] == ["33.0.0.0rc1 comes without stable/2026.2"]


def test_a_branch_at_a_number_of_no_form_leaves_the_finding_to_the_number() -> None:
    before = store(("5.5", A))
    assert found(before + branch("stable/2026.2", "5.5"), before) == [
        'error: "5.5" is no version; see schema.yaml in openstack/releases'
    ]


def test_a_branch_by_commits_is_no_version_of_the_file() -> None:
    text = STORE.replace("type: library", "type: other\nstable-branch-type: tagless")
    tagless = (
        f"branches:\n  - name: stable/2026.2\n    location:\n      openstack/glance_store: {A}\n"
    )
    assert found(text + tagless, text) == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("hibiscus/glance-store.yaml", []),
        ("_independent/glance-store.yaml", []),
        (
            "hibscus/glance-store.yaml",
            ["error: there is no series hibscus; move it to hibiscus/"],
        ),
        (
            "2026.2/glance-store.yaml",
            ["error: there is no series 2026.2; move it to hibiscus/"],
        ),
        ("zulu/glance-store.yaml", ["error: there is no series zulu; the newest is hibiscus"]),
        (
            "hibiscus/glance-store.yml",
            ["error: glance-store.yml does not end in .yaml; call it glance-store.yaml"],
        ),
        (
            "hibiscus/glance-storee.yaml",
            [
                "warning: no glance-storee is published or in governance; is it glance-store.yaml?",
            ],
        ),
        (
            "hibiscus/searchlight.yaml",
            [
                "warning: no searchlight is published or in governance; add it to governance first",
            ],
        ),
    ],
)
def test_a_file_in_the_wrong_place_is_found(path: str, words: list[str]) -> None:
    assert found(TWO, None, path=path) == words


def test_without_governance_nobody_says_that_a_deliverable_is_unknown() -> None:
    assert found(TWO, None, replace(GOVERNED, governance=()), "searchlight.yaml") == []


def test_another_team_than_governance_s_is_found_where_the_proposal_brings_it() -> None:
    nova = TWO.replace("team: glance", "team: nova")
    words = [
        "error: glance-store is the glance team's by governance, not nova's; write team: glance"
    ]
    assert found(nova, TWO) == words
    assert found(nova, nova) == [], "the published file has it"
    assert found(nova, None, replace(GOVERNED, governance=())) == []
    nobody = TWO.replace("team: glance", "team: glanze")
    assert found(nobody, None, path="searchlight.yaml")[:1] == [
        "error: governance has no team glanze; write the team as governance does"
    ]


def test_a_repository_that_is_not_the_deliverable_s_is_found() -> None:
    before = store(("5.5.0", A))
    last = f"openstack/glance_store\n        hash: {B}"
    odd = TWO.replace(last, last.replace("_store", "_stor"))
    assert found(odd, before) == [
        "error: openstack/glance_stor is not in repository-settings;"
        " write repo: openstack/glance_store"
    ]
    assert found(odd.replace("openstack/glance_store", "openstack/glance_stor"), before) == [
        "warning: openstack/glance_stor is no repository of glance-store by governance;"
        " write repo: openstack/glance_store"
    ]


def test_repository_settings_of_another_shape_are_found() -> None:
    odd = TWO.replace("glance_store: {}", "glance_store: [{flags: [no-stable-branch]}]")
    assert found(odd, TWO) == [
        "error: repository-settings: openstack/glance_store has no keys with values;"
        " write openstack/glance_store: {}"
    ]


@pytest.mark.parametrize(
    ("old", "new", "words", "mend"),
    [
        ("type: service", "type: libary", 'type "libary" is none of service, library, ',
         "write type: library"),
        ("type: service", "type: x", 'type "x" is none of service, ', "write one of these"),
        ("cycle-with-rc", "cycle-with-rcs", 'release-model "cycle-with-rcs" is none of cycle-with',
         "write release-model: cycle-with-rc"),
        ("team: glance\n", "", "team is missing",
         "make it a YAML mapping as the schema has it"),
        ("type: service\n", "", "type is missing",
         "make it a YAML mapping as the schema has it"),
        ("type: service\n", "type: service\nfoo: x\n", 'unknown key "foo"', "take it out"),
        ("type: service\n", "type: service\ntypes: x\n", 'unknown key "types"', "take it out"),
        ("type: service\n", "type: service\nlauchpad: x\n", 'unknown key "lauchpad"',
         "write launchpad:"),
    ],
)  # fmt: skip
def test_an_unknown_key_type_or_model_is_found(old: str, new: str, words: str, mend: str) -> None:
    (finding,) = found(
        GLANCE.replace(old, new) + releases(("33.0.0.0b2", A)), None, KNOWN, "glance.yaml"
    )
    assert finding.startswith(f"error: {words}")
    assert finding.endswith(f"; {mend}")


def test_the_model_with_milestones_ended_with_rocky(published: Path) -> None:
    text = GLANCE.replace("cycle-with-rc", "cycle-with-milestones")
    series = History(published).series
    context = Context(series=series)
    assert found(text, None, context, "hibiscus/glance.yaml") == [
        "error: release-model cycle-with-milestones ended with rocky; since then it is"
        " cycle-with-rc; write release-model: cycle-with-rc"
    ]
    assert found(text, None, context, "rocky/glance.yaml") == []


def test_no_published_file_has_a_fault(published: Path) -> None:
    history = History(published)
    governance = parse_governance((published / "governance/reference/projects.yaml").read_bytes())
    faults: list[str] = []
    for path in sorted(history.releases.glob("deliverables/*/*.yaml")):
        file = read_proposed(f"{path.parent.name}/{path.name}", path.read_text())
        assert file.deliverable is not None
        for before in (None, _without_last(file.deliverable)):
            context = Context(history._previous(file.deliverable), history.series)
            if before is not None:
                context = replace(context, governance=governance)
            report = check_release(before, file, context)
            ids = ["schema", *(rule.id for rule in FILE_RULES)]
            faults += [f"{file.path}: {f.why}" for f in report.findings if f.rule in ids]
    assert faults == []


def _without_last(file: Deliverable) -> Deliverable:
    """The file before its last release; a branch that was cut from that is new too."""
    kept = {release.version for release in file.releases[:-1]}
    branches = tuple(one for one in file.branches if one.location in kept)
    return replace(file, releases=file.releases[:-1], branches=branches)


@pytest.mark.parametrize(
    ("path", "mark", "words"),
    [
        ("epoxy/glance-store.yaml", "2025.1-eom", []),
        (
            "epoxy/glance-store.yaml",
            "epoxy-eom",
            ["error: epoxy-eom in a file of 2025.1 Epoxy; call it 2025.1-eom"],
        ),
        (
            "epoxy/glance-store.yaml",
            "2025.2-eol",
            ["error: 2025.2-eol in a file of 2025.1 Epoxy; call it 2025.1-eol"],
        ),
        ("zed/glance-store.yaml", "zed-eom", []),
    ],
)
def test_a_mark_carries_what_stands_behind_stable(path: str, mark: str, words: list[str]) -> None:
    marked = store(("5.5.0", A), ("5.6.0", B), (mark, B))
    known = replace(GOVERNED, series=world()[SERIES].value or ())
    assert found(marked, TWO, known, path) == words


def test_every_file_rule_names_its_source_and_its_reason() -> None:
    assert all(rule.source and rule.reason and rule.judge.__doc__ for rule in FILE_RULES)
