"""The release rules: each on a case of its own, and all over the real history."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from GlanceRelease.domain.releases.proposal import (
    Change,
    CheckReport,
    Commit,
    Context,
    Descent,
    FileChange,
    GerritFacts,
    ReleaseStretch,
)
from GlanceRelease.domain.releases.steps import onto, taken_since
from GlanceRelease.domain.releases.version import is_mark
from GlanceRelease.duties.releases.rules import RULES, check_release
from GlanceRelease.sources.opendev.proposed_file import read_proposed
from kit.release_cases import GLANCE, KNOWN, NOW, STORE, A, B, C, parsed, releases, store
from kit.release_history import History, Step, hits, table

BRANCH = "branches:\n  - name: stable/2026.2\n    location: 33.0.0.0rc1\n"


def check(
    text: str,
    before: str | None = None,
    context: Context = KNOWN,
    name: str = "glance",
) -> CheckReport:
    path = f"hibiscus/{name}.yaml"
    old = parsed(before, path) if before else None
    return check_release(old, read_proposed(path, text), context)


def on(year: int, month: int, day: int) -> Context:
    return replace(KNOWN, now=dt.datetime(year, month, day, tzinfo=dt.UTC))


SMALL_SET = [
    ("major", GLANCE + releases(("32.0.0.0b2", C)), None, KNOWN),
    ("sequence", GLANCE + releases(("33.0.0.0b2", C), ("33.0.0", C)), None, KNOWN),
    ("sequence", GLANCE + releases(("33.0.0.0rc2", C)), None, KNOWN),
    ("sequence", GLANCE + releases(("33.0", C)), None, KNOWN),
    ("sequence", GLANCE + releases(("33.0.0.0b2", C), ("34.0.0.0b3", B)), None, KNOWN),
    ("released", GLANCE, GLANCE + releases(("33.0.0.0b2", C)), KNOWN),
    ("sequence", STORE + releases(("5.0.0.0b1", C)), None, KNOWN),
    ("beta-number", GLANCE + releases(("33.0.0.0b1", C)), None, KNOWN),
    ("rc1-branch", GLANCE + releases(("33.0.0.0rc1", C)), None, on(2026, 9, 1)),
    (
        "rc1-branch",
        GLANCE + releases(("33.0.0.0rc1", C)) + BRANCH.replace("2026.2", "hibiscus"),
        None,
        on(2026, 9, 1),
    ),
    ("highlights", GLANCE + releases(("33.0.0.0rc1", C)) + BRANCH, None, on(2026, 9, 8)),
    ("window", GLANCE + releases(("33.0.0.0rc1", C)) + BRANCH, None, on(2026, 9, 11)),
    ("window", GLANCE + releases(("33.0.0.0rc1", C)) + BRANCH, None, on(2026, 7, 3)),
    ("window", STORE + releases(("5.5.0", C)), None, on(2026, 8, 21)),
    ("final-hash", GLANCE + releases(("33.0.0.0rc1", A), ("33.0.0", C)), None, on(2026, 9, 28)),
    (
        "diff-start",
        GLANCE + releases(("33.0.0.0b2", C)) + "    diff-start: 32.0.0\n",
        None,
        KNOWN,
    ),
    ("ahead", GLANCE + releases(("33.0.0.0b2", A), ("33.0.0.0b3", A)), None, KNOWN),
    ("schema", GLANCE + "relase-notes: x\n" + releases(("33.0.0.0b2", C)), None, KNOWN),
    ("schema", GLANCE + releases(("33.0.0.0b2", "cafe")), None, KNOWN),
    ("readable", "team: [glance\n", None, KNOWN),
    ("readable", "<html>502 Proxy Error</html>", None, KNOWN),
    ("readable", "releases: just text\nteam: glance\ntype: service\n", None, KNOWN),
]


@pytest.mark.parametrize(("rule", "text", "before", "context"), SMALL_SET)
def test_a_fault_is_found(rule: str, text: str, before: str | None, context: Context) -> None:
    found = [f for f in check(text, before, context).findings if f.rule == rule]
    assert found, f"{rule} found nothing"
    assert all(f.why and f.mend for f in found)


@pytest.mark.parametrize(
    ("text", "before", "context"),
    [
        (GLANCE + releases(("33.0.0.0b2", C)), None, KNOWN),
        (GLANCE + releases(("33.0.0.0rc1", C)) + BRANCH, None, on(2026, 9, 1)),
        (
            GLANCE + releases(("33.0.0.0rc1", C), ("33.0.0", C)) + BRANCH,
            GLANCE + releases(("33.0.0.0rc1", C)) + BRANCH,
            on(2026, 9, 28),
        ),
        (
            GLANCE + releases(("33.0.0.0rc1", C), ("33.0.0", C), ("33.0.1", B)) + BRANCH,
            GLANCE + releases(("33.0.0.0rc1", C), ("33.0.0", C)) + BRANCH,
            on(2026, 12, 1),
        ),
    ],
)
def test_what_is_right_raises_nothing(text: str, before: str | None, context: Context) -> None:
    assert check(text, before, context).findings == ()


def test_without_facts_a_rule_says_what_is_missing() -> None:
    report = check(GLANCE + releases(("33.0.0.0b2", C)), context=Context())
    missing = {item.rule: item.missing for item in report.unjudged}
    assert missing == {
        "major": "a file of this deliverable in the series before",
        "beta-number": "the list of series",
        "branch-membership": "Gerrit",
        "window": "the cycle's schedule",
    }
    assert report.findings == ()


def test_a_deliverable_renamed_between_series_is_not_judged_by_a_file_it_has_not() -> None:
    report = check(GLANCE + releases(("3.0.0.0b2", C)), context=replace(KNOWN, previous=None))
    assert "major" in {item.rule for item in report.unjudged}
    assert "major" not in {finding.rule for finding in report.findings}


CUT = "branches:\n  - name: stable/2026.1\n    location: 5.4.0\n"


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ("4.9.0", "4.9.0 is not above 5.4.0, released in gazpacho"),
        ("5.4.0", "5.4.0 is released in gazpacho"),
        ("5.4.1", "5.4.1 is released in gazpacho"),
        ("5.4.2", None),
        ("5.5.0", None),
        ("6.0.0", None),
    ],
)
def test_a_library_s_first_release_is_above_the_series_before(
    version: str, why: str | None
) -> None:
    older = parsed(store(("5.4.0", A), ("5.4.1", B)) + CUT, "gazpacho/glance-store.yaml")
    report = check(store((version, C)), context=replace(KNOWN, previous=older), name="glance-store")
    found = [(finding.rule, finding.why, finding.mend) for finding in report.findings]
    assert found == ([("major", why, "call it 5.5.0 or higher")] if why else [])


@pytest.mark.parametrize(
    ("text", "like"),
    [
        (GLANCE + releases(("33.0", C)), "33.0.0.0b2"),
        (GLANCE + releases(("33.0.0.0b2", A), ("33.0.0b3", C)), "33.0.0.0rc1"),
        (store(("5.5", C)), "32.2.0"),
        (store(("5.5.0", A), ("5.6", C)), "5.6.0"),
    ],
)
def test_an_example_of_a_version_is_of_the_deliverable_s_kind(text: str, like: str) -> None:
    mends = [finding.mend for finding in check(text).findings if finding.rule == "sequence"]
    assert mends == [f"write it like {like}"]


def test_a_service_without_candidates_is_above_the_series_before() -> None:
    text = GLANCE.replace("cycle-with-rc", "cycle-with-intermediary")
    older = parsed(text + releases(("2.37.3", A)))
    report = check(text + releases(("2.30.0", C)), context=replace(KNOWN, previous=older))
    assert [(finding.rule, finding.why, finding.mend) for finding in report.findings] == [
        (
            "major",
            "2.30.0 is not above 2.37.3, released in gazpacho",
            "call it 2.38.0 or higher",
        )
    ]


REPO = "openstack/glance_store"
NOTE = "releasenotes/notes/x-1.yaml"


def gerrit(
    *branches: str,
    tags: tuple[str, ...] = (),
    merged: tuple[Change, ...] = (),
    requirements: str = "oslo.config>=5.2.0",
) -> Context:
    commit = Commit(REPO, C, bool(branches), branches, tags, NOW)
    texts = {(REPO, A): "oslo.config>=5.2.0", (REPO, C): requirements}
    return replace(
        KNOWN,
        previous=parsed(STORE + releases(("5.4.0", A), repo=REPO)),
        gerrit=GerritFacts(
            {(REPO, C): commit}, {(REPO, A, C): ReleaseStretch(Descent.AFTER, merged)}, texts
        ),
    )


def change(message: str = "", *files: str) -> Change:
    return Change(900001, REPO, "master", "S", "MERGED", message=message, files=files)


@pytest.mark.parametrize(
    ("rule", "version", "context"),
    [
        ("branch-membership", "5.5.0", gerrit()),
        ("branch-membership", "5.5.0", gerrit("feature/x", "stable/2026.1")),
        ("ahead", "5.5.0", gerrit("master", tags=("5.4.0",))),
        ("level", "5.4.1", gerrit("master", merged=(change("Sem-Ver: feature", NOTE),))),
        (
            "level",
            "5.4.1",
            gerrit("master", merged=(replace(change("", "x.py", NOTE), sections=("features",)),)),
        ),
        ("level", "5.4.1", gerrit("master", requirements="oslo.config>=6.0.0  # why")),
        (
            "release-notes",
            "5.5.0",
            gerrit("master", merged=(change("Closes-Bug: #1", "glance_store/x.py"),)),
        ),
    ],
)
def test_what_gerrit_knows_is_judged(rule: str, version: str, context: Context) -> None:
    text = store((version, C))
    findings = [f.rule for f in check(text, context=context, name="glance-store").findings]
    assert findings == [rule]


def test_notes_that_nobody_read_leave_a_library_s_number_unjudged() -> None:
    context = gerrit("master", merged=(change("", "glance_store/x.py", NOTE),))
    report = check(store(("5.4.1", C)), context=context, name="glance-store")
    assert [(u.rule, u.missing) for u in report.unjudged] == [
        ("level", "the release notes of what merged")
    ]


def test_a_good_library_release_raises_nothing_with_gerrit() -> None:
    fix = change("Closes-Bug: #1", "glance_store/x.py", NOTE)
    context = gerrit("master", merged=(replace(fix, sections=("fixes",)), change("", "tox.ini")))
    report = check(store(("5.4.1", C)), context=context, name="glance-store")
    assert report.findings == ()
    assert report.unjudged == ()


def test_every_rule_names_its_source_and_its_reason() -> None:
    assert all(rule.source and rule.reason and rule.judge.__doc__ for rule in RULES)
    assert len({rule.id for rule in RULES}) == len(RULES)


# What is wrong in history indeed, besides the two faulty proposals:
# wallaby's 21.0.0.0b3 was taken back a day later (22.0.0.0b3);
# gazpacho had no cycle highlights, then or later; pike's RC1 was proposed a day late;
# 28.0.1 repeated 28.0.0's commit, whose own release had failed.
FAULTY = {("major", "gazpacho", "31.0.0.0b2"), ("rc1-branch", "flamingo", "31.0.0.0rc1")}
EXPLAINED = {
    ("major", "wallaby", "21.0.0.0b3"),
    ("sequence", "wallaby", "21.0.0.0b3"),
    ("highlights", "gazpacho", "32.0.0.0rc1"),
    ("window", "pike", "15.0.0.0rc1"),
    ("ahead", "caracal", "28.0.1"),
}


@pytest.fixture(scope="module")
def steps(upstream_data: Path) -> list[Step]:
    return list(History(upstream_data).steps())


# In the samples: the two faulty proposals, and gazpacho's highlights.
FAULTY_IN_SAMPLES = FAULTY | {("highlights", "gazpacho", "32.0.0.0rc1")}


def test_the_samples_have_their_faults_and_no_false_alarm(sample_data: Path) -> None:
    steps = list(History(sample_data).steps())
    found = {(finding.rule, step.series, finding.version) for step, finding in hits(steps)}
    assert found == FAULTY_IN_SAMPLES
    others = [s for s in steps if s.model == "cycle-with-rc" and s.deliverable != "glance"]
    assert len(others) > 100
    assert [f for _, f in hits(others)] == []


def test_history_has_the_two_faults_and_no_false_alarm(
    steps: list[Step], capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        rows = table(steps, FAULTY | EXPLAINED)
        print(f"\n{len(steps)} versions proposed again:", *rows, sep="\n")
    found = {(finding.rule, step.series, finding.version) for step, finding in hits(steps)}
    assert found == FAULTY | EXPLAINED
    assert all(step.deliverable == "glance" for step, _ in hits(steps))


def test_no_other_team_s_candidates_raise_anything(steps: list[Step]) -> None:
    recent = [s for s in steps if s.series in ("gazpacho", "hibiscus")]
    others = [s for s in recent if s.model == "cycle-with-rc" and s.deliverable != "glance"]
    assert len(others) > 100
    assert [f for _, f in hits(others)] == []


def test_no_published_release_is_accused_where_its_parent_was_older(published: Path) -> None:
    """Each release of the team's files, proposed beside the one before it: judged onto that one, it
    is what it is behind it."""
    history, seen = History(published), 0
    for path in sorted(history.releases.glob("deliverables/*/*glance*.yaml")):
        proposed = read_proposed(f"{path.parent.name}/{path.name}", path.read_text())
        whole = proposed.deliverable
        assert whole is not None
        every = [r for r in whole.releases if not is_mark(r.version)]
        for place in range(1, len(every)):
            older, newest, after = (
                replace(whole, releases=tuple(releases), branches=())
                for releases in (
                    every[: place - 1], every[:place], [*every[: place - 1], every[place]],
                )
            )  # fmt: skip
            change = FileChange(
                replace(proposed, deliverable=older), replace(proposed, deliverable=after)
            )
            assert list(taken_since(newest, change)) == []
            rebased = onto(newest, change)
            right = replace(whole, releases=tuple(every[: place + 1]), branches=())
            files = [file.deliverable for file in (rebased.before, rebased.after) if file]
            assert files == [newest, right]
            again = FileChange(change.before, replace(proposed, deliverable=newest))
            assert [r.version for r in taken_since(newest, again)] == [every[place - 1].version]
            seen += 1
    assert seen > 5
