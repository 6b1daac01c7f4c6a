"""Proposals as a team sees them in a cycle, on the Gerrit of the tests: those that are right, of
which nothing is said, and one for each fault; each is judged alike by the bot and from a shell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest

from GlanceRelease.domain.gerrit_scope import changes_of
from GlanceRelease.duties.releases.proposals import check as _check  # noqa: F401
from GlanceRelease.duties.releases.unreleased import unreleased as _unreleased  # noqa: F401
from GlanceRelease.duties.releases.words.proposals import summary, versions_of
from GlanceRelease.registry import Ask, answer
from GlanceRelease.render.irc import render
from kit.proposals_room import (
    CUT_GLANCE,
    CUT_STORE,
    FEATURES,
    NOTE,
    REPO_STORE,
    Room,
    glance_file,
    room,
    sha,
    store_file,
    told,
)
from kit.upstream.gerrit import Stored

STORE, GLANCE = "hibiscus/glance-store.yaml", "hibiscus/glance.yaml"
OLD_STORE, OLD_GLANCE = "gazpacho/glance-store.yaml", "gazpacho/glance.yaml"
S = (("5.5.0", "s3"), ("5.6.0", "s4"))
G = ("33.0.0.0b1", "a2")
RC1 = ("33.0.0.0rc1", "a4")
PAST = (("32.0.0.0rc1", "a1"), ("32.0.0", "a1"))
HEAD, GLANCE_HEAD = sha("s6"), sha("a4")
USE_HEAD = f"mend: use {HEAD}, the newest of master"
BRANCH = "branches:\n  - name: stable/2026.2\n    location: 33.0.0.0rc1\n"
HIGHLIGHTS = "cycle-highlights:\n  - Faster\n"
SEPTEMBER = dt.datetime(2026, 9, 8, 12, tzinfo=dt.UTC)
RELEASE_WEEK = dt.datetime(2026, 9, 29, 12, tzinfo=dt.UTC)
Make = Callable[[Room], Stored]


def beta(here: Room) -> Stored:
    return here.propose(GLANCE, glance_file(G, ("33.0.0.0b2", "a4")))


def library(name: str, version: str = "5.7.0") -> Make:
    return lambda here: here.propose(STORE, store_file(*S, (version, name)))


def stable(version: str) -> Make:
    text = glance_file(*PAST, (version, "p2"), more=CUT_GLANCE)
    return lambda here: here.propose(OLD_GLANCE, text)


def noted(name: str, text: str, make: Make) -> Make:
    """With another release note in the change that brought the commit."""

    def made(here: Room) -> Stored:
        repository = "openstack/glance" if name[0] in "ap" else REPO_STORE
        here.merged(repository, name).files[NOTE] = (None, text)
        return make(here)

    return made


def first_candidate(more: str, *, late: bool = False) -> Make:
    def made(here: Room) -> Stored:
        here.now = SEPTEMBER
        head = glance_file(G, RC1, more=more)
        return here.propose(GLANCE, head)

    return made


def final(name: str) -> Make:
    def made(here: Room) -> Stored:
        here.now = RELEASE_WEEK
        here.published["hibiscus/glance"] = glance_file(G, RC1, more=HIGHLIGHTS + BRANCH)
        here.gerrit.tags["openstack/glance", "33.0.0.0rc1"] = GLANCE_HEAD
        here.gerrit.heads["openstack/glance", "stable/2026.2"] = GLANCE_HEAD
        text = glance_file(G, RC1, ("33.0.0", name), more=HIGHLIGHTS + BRANCH)
        return here.propose(GLANCE, text)

    return made


def older_parent(version: str, name: str) -> Make:
    """A proposal whose parent has 5.5.0 only, while 5.6.0 stands on master."""

    def made(here: Room) -> Stored:
        path = f"deliverables/{STORE}"
        before, after = store_file(S[0]), store_file(S[0], (version, name))
        return here.propose(STORE, None, files={path: (before, after)})

    return made


def beside_another(version: str, other: str) -> Make:
    """The second of two open changes, behind one that proposes another version or the same."""

    def made(here: Room) -> Stored:
        library("s6", other)(here)
        return library("s6", version)(here)

    return made


def first_of_two(here: Room) -> Stored:
    change = library("s6")(here)
    library("s6")(here)
    return change


def in_a_stack(here: Room) -> Stored:
    """A change on top of an open one, whose version its parent has."""
    library("m5")(here)
    before = store_file(*S, ("5.7.0", "m5"))
    after = store_file(*S, ("5.7.0", "m5"), ("5.8.0", "s6"))
    return here.propose(STORE, None, files={f"deliverables/{STORE}": (before, after)})


RIGHT: dict[str, Make] = {
    "a beta at its milestone": beta,
    "a library from the head": library("s6"),
    "a library from a merge": library("m5"),
    "a library with its feature": noted("s6", FEATURES, library("s6")),
    "fixes of a stable branch": stable("32.0.1"),
    "security on a stable branch": noted("p2", "---\nsecurity:\n  - x\n", stable("32.1.0")),
    "a library's stable fix": lambda here: here.propose(
        OLD_STORE, store_file(("5.4.0", "s1"), ("5.4.1", "t1"), more=CUT_STORE)
    ),
    "a branch that is ended": lambda here: here.propose(
        OLD_STORE, store_file(("5.4.0", "s1"), ("2026.1-eom", "t1"), more=CUT_STORE)
    ),
    "the first candidate": first_candidate(HIGHLIGHTS + BRANCH),
    "the final": final("a4"),
    "an older parent": older_parent("5.7.0", "s6"),
    "the first of two": first_of_two,
    "a stack": in_a_stack,
}


def raising(here: Room) -> Stored:
    here.gerrit.files[REPO_STORE, HEAD, "requirements.txt"] = "pbr>=6.1\n"
    return library("s6", "5.6.1")(here)


def cut_short(name: str) -> Make:
    text = store_file(*S, ("5.7.0", name)).replace(sha(name), sha(name)[:12])
    return lambda here: here.propose(STORE, text)


def hashed(text: str) -> Make:
    file = store_file(*S, ("5.7.0", "s6")).replace(HEAD, text)
    return lambda here: here.propose(STORE, file)


def other_repository(name: str) -> str:
    named = store_file(*S, ("5.7.0", name))
    last = named.rindex(REPO_STORE)
    return named[:last] + "openstack/glance" + named[last + len(REPO_STORE) :]


def on_master(name: str) -> Make:
    """5.7.0 came onto master by another change after this one's parent."""

    def made(here: Room) -> Stored:
        change = library("s6")(here)
        here.published["hibiscus/glance-store"] = store_file(*S, ("5.7.0", name))
        return change

    return made


def merged_meanwhile(here: Room) -> Stored:
    """5.7.0 has merged by another change, and no file that was read has it yet."""
    other = library("m5")(here)
    change = library("s6")(here)
    other.status, other.submitted = "MERGED", "2026-07-02 11:00:00.000000000"
    return change


def next_beta(version: str) -> Make:
    """A beta when the milestone's own is out."""

    def made(here: Room) -> Stored:
        here.published["hibiscus/glance"] = glance_file(G, ("33.0.0.0b2", "a3"))
        here.gerrit.tags["openstack/glance", "33.0.0.0b2"] = sha("a3")
        return here.propose(GLANCE, glance_file(G, ("33.0.0.0b2", "a3"), (version, "a4")))

    return made


def behind_the_end(here: Room) -> Stored:
    past = (("5.4.0", "s1"), ("2026.1-eom", "s1"))
    here.published["gazpacho/glance-store"] = store_file(*past, more=CUT_STORE)
    return here.propose(OLD_STORE, store_file(*past, ("5.4.2", "t1"), more=CUT_STORE))


def renamed(here: Room) -> Stored:
    old, new = f"deliverables/{STORE}", "deliverables/hibiscus/glance_store.yaml"
    text = store_file(*S)
    files = {old: (text, None), new: (None, text)}
    return here.propose(STORE, None, files=files, renamed={new: old})


def late(here: Room) -> Stored:
    here.now = dt.datetime(2026, 8, 21, 12, tzinfo=dt.UTC)
    return library("s6")(here)


def first_of_series(version: str) -> Make:
    def made(here: Room) -> Stored:
        del here.published["hibiscus/glance"]
        return here.propose(GLANCE, glance_file((version, "a4")))

    return made


def text_of(path: str, text: str) -> Make:
    return lambda here: here.propose(path, text)


WRONG: dict[str, tuple[Make, list[str]]] = {
    "no descendant": (
        library("side"),
        [f"error: {sha('side')[:10]} is no descendant of 5.6.0, and lacks some of it; {USE_HEAD}"],
    ),
    "an older commit": (
        library("s3"),
        [f"error: {sha('s3')[:10]} is the commit of 5.5.0, and 5.6.0 came after it; {USE_HEAD}"],
    ),
    "a commit below the release": (
        library("old"), [f"error: {sha('old')[:10]} was already in 5.6.0; {USE_HEAD}"],
    ),
    "on no branch": (
        library("open"), [f"error: {sha('open')[:10]} of {REPO_STORE} is on no branch; {USE_HEAD}"],
    ),
    "nowhere": (
        library("nowhere"), [f"error: {sha('nowhere')[:10]} is not in {REPO_STORE}; {USE_HEAD}"],
    ),
    "another branch": (
        library("t1"), [f"error: {sha('t1')[:10]} of {REPO_STORE} is not on master; {USE_HEAD}"],
    ),
    "nothing new": (library("s4"), [f"warning: 5.7.0 has the commit of 5.6.0; {USE_HEAD}"]),
    "a hash cut short": (
        cut_short("s6"), [f"error: 5.7.0: a hash is 40 hexadecimal digits; mend: use {HEAD}"],
    ),
    "a merge's hash cut short": (
        cut_short("m5"), [f"error: 5.7.0: a hash is 40 hexadecimal digits; mend: use {sha('m5')}"],
    ),
    "a hash with a digit too many": (
        hashed(HEAD + "0"), [f"error: 5.7.0: a hash is 40 hexadecimal digits; mend: use {HEAD}"],
    ),
    "a merge's hash with a digit in its middle": (
        hashed(sha("m5")[:20] + "f" + sha("m5")[20:]),
        [f"error: 5.7.0: a hash is 40 hexadecimal digits; mend: use {sha('m5')}"],
    ),
    "a hash in capitals cut short": (
        hashed(HEAD[:12].upper()),
        [f"error: 5.7.0: a hash is 40 hexadecimal digits; mend: use {HEAD}"],
    ),
    "41 digits of nobody's": (
        hashed("e" * 41), [f"error: 5.7.0: a hash is 40 hexadecimal digits; {USE_HEAD}"],
    ),
    "the name of a branch": (
        hashed("master"), [f"error: 5.7.0: a hash is 40 hexadecimal digits; {USE_HEAD}"],
    ),
    "three digits": (
        hashed("abc"), [f"error: 5.7.0: a hash is 40 hexadecimal digits; {USE_HEAD}"],
    ),
    "a hash of nobody's cut short": (
        cut_short("nowhere"),
        ["error: 5.7.0: a hash is 40 hexadecimal digits; mend: write what git rev-parse"
         f" {sha('nowhere')[:12]} says"],
    ),
    "on master already": (
        on_master("s6"),
        ["error: 5.7.0 stands on master by another change, from the same commit; mend: abandon"
         " this change"],
    ),
    "on master from another commit": (
        on_master("m5"),
        [f"error: 5.7.0 stands on master by another change, from {sha('m5')[:10]}; mend: rebase,"
         " and call it 5.8.0"],
    ),
    "merged meanwhile": (
        merged_meanwhile,
        [f"error: 5.7.0 stands on master by another change, from {sha('m5')[:10]}; mend: rebase,"
         " and call it 5.8.0"],
    ),
    "proposed twice": (
        beside_another("5.7.0", "5.7.0"),
        ["error: 5.7.0 is proposed by change 900001 too; mend: abandon one of the two; 900001 was"
         " first"],
    ),
    "a stable release by a number that a newer series has": (
        text_of(OLD_STORE, store_file(("5.4.0", "s1"), ("5.5.0", "t1"), more=CUT_STORE)),
        ["error: 5.5.0 is released in 2026.2 Hibiscus; mend: call it 5.4.1"],
    ),
    "that number with a feature": (
        noted(
            "t1", FEATURES,
            text_of(OLD_STORE, store_file(("5.4.0", "s1"), ("5.5.0", "t1"), more=CUT_STORE)),
        ),
        ["error: 5.5.0 is released in 2026.2 Hibiscus; mend: revert change 102, a feature,"
         " on stable/2026.1, and release it as 5.4.1"],
    ),
    "a feature on a stable branch whose number a newer series has": (
        noted(
            "t1", FEATURES,
            text_of(OLD_STORE, store_file(("5.4.0", "s1"), ("5.4.1", "t1"), more=CUT_STORE)),
        ),
        ["error: 5.4.1 is a bug-fix number, but a feature merged (change 102); mend: revert it on"
         " stable/2026.1: 5.5.0 is released in 2026.2 Hibiscus"],
    ),
    "proposed for another series too": (
        lambda here: (
            library("s6", "5.7.0")(here),
            here.propose(
                OLD_STORE, store_file(("5.4.0", "s1"), ("5.7.0", "t1"), more=CUT_STORE)
            ),
        )[1],
        ["error: 5.7.0 is proposed by change 900001 too; mend: abandon one of the two; 900001 was"
         " first"],
    ),
    "a number that master is past": (
        older_parent("5.5.1", "s6"),
        ["error: 5.5.1 is not above 5.6.0, the release before; mend: call it 5.6.1"],
    ),
    "a feature's number for fixes": (
        stable("32.1.0"),
        ["warning: 32.1.0 is a number for features, and none is on stable/2026.1 since 32.0.0;"
         " mend: call it 32.0.1"],
    ),
    "a fix's number for a feature": (
        noted("s6", FEATURES, library("s6", "5.6.1")),
        ["error: 5.6.1 is a bug-fix number, but a feature merged (change 109); mend: call it"
         " 5.7.0"],
    ),
    "a fix's number for a feature on a stable branch": (
        noted("p1", FEATURES, stable("32.0.1")),
        ["error: 32.0.1 is a bug-fix number, but a feature merged (change 112); mend: call it"
         " 32.1.0"],
    ),
    "a fix's number for a requirement": (
        raising,
        ["error: 5.6.1 is a bug-fix number, but requirements rise: pbr 6.0 to 6.1; mend: call it"
         " 5.7.0"],
    ),
    "no release note": (
        lambda here: (here.merged(REPO_STORE, "s6").files.pop(NOTE), library("s6")(here))[1],
        ["warning: no release note in 109; mend: add notes with reno before the release"],
    ),
    "another deliverable's repository": (
        text_of(STORE, other_repository("a4")),
        ["error: openstack/glance is the repository of glance, not of glance-store; mend: write"
         f" repo: {REPO_STORE} and hash: {HEAD}"],
    ),
    "another repository beside the right commit": (
        text_of(STORE, other_repository("s6")),
        ["error: openstack/glance is the repository of glance, not of glance-store; mend: write"
         f" repo: {REPO_STORE}"],
    ),
    "a file renamed away": (
        renamed,
        [f"error: {STORE} is taken away, and with it 5.5.0, 5.6.0; mend: git checkout HEAD^ --"
         f" deliverables/{STORE}"],
    ),
    "a release that would go": (
        text_of(STORE, store_file(S[0], ("5.7.0", "s6"))),
        ["error: 5.6.0 is released, and is gone from the file; mend: leave it as it is: its tag"
         " stays"],
    ),
    "a release that would change": (
        text_of(STORE, store_file(S[0], ("5.6.0", "s6"))),
        ["error: 5.6.0 is released, and would be another commit; mend: leave it as it is: its tag"
         " stays"],
    ),
    "a branch that would go": (
        text_of(OLD_STORE, store_file(("5.4.0", "s1"))),
        ["error: stable/2026.1 is cut, and is gone from the file; mend: add to branches: name"
         " stable/2026.1, location 5.4.0"],
    ),
    "a branch that would move": (
        text_of(
            OLD_STORE,
            store_file(("5.4.0", "s1"), ("5.4.1", "t1"), more=CUT_STORE.replace("5.4.0", "5.4.1")),
        ),
        ["error: stable/2026.1 is cut from 5.4.0, and would be at 5.4.1; mend: write location:"
         " 5.4.0"],
    ),
    "a repository that would go from the settings": (
        text_of(STORE, store_file(*S).replace(f"  {REPO_STORE}: {{}}", "  openstack/x: {}")),
        [f"error: {REPO_STORE} is released, and is gone from repository-settings; mend: add to"
         f" repository-settings: {REPO_STORE}: {{}}"],
    ),
    "a candidate without its branch": (
        first_candidate(HIGHLIGHTS),
        ["error: 33.0.0.0rc1 comes without stable/2026.2; mend: add to branches: name"
         " stable/2026.2, location 33.0.0.0rc1"],
    ),
    "a candidate without highlights": (
        first_candidate(BRANCH),
        ["warning: RC1 without cycle highlights, due on 2026-09-03; mend: add cycle-highlights, or"
         " tell the release team that there are none"],
    ),
    "a final from elsewhere": (
        final("a3"),
        [f"error: {sha('a3')[:10]} was already in 33.0.0.0rc1; mend: wait: stable/2026.2 has"
         " nothing newer",
         f"error: 33.0.0 has {sha('a3')[:10]} of openstack/glance, 33.0.0.0rc1 has"
         f" {GLANCE_HEAD[:10]}; mend: use {GLANCE_HEAD}, or release another candidate first"],
    ),
    "the last series' number": (
        first_of_series("32.0.0.0b2"),
        ["error: 32.0.0.0b2 is not above 32.0.0, released in gazpacho; mend: call it 33.0.0.0b2"],
    ),
    "a beta twice": (
        text_of(GLANCE, glance_file(G, ("33.0.0.0b1", "a4"))),
        ["error: 33.0.0.0b1 is there twice; mend: call it 33.0.0.0b2",
         "warning: 33.0.0.0b1 at milestone 2; mend: call it 33.0.0.0b2"],
    ),
    "another milestone's beta": (
        text_of(GLANCE, glance_file(G, ("33.0.0.0b3", "a4"))),
        ["warning: 33.0.0.0b3 at milestone 2; mend: call it 33.0.0.0b2"],
    ),
    "a beta before its milestone's window": (
        next_beta("33.0.0.0b3"),
        ["warning: 33.0.0.0b3 belongs to 3 (2026-08-27); mend: wait for that week"],
    ),
    "a beta of no milestone": (
        next_beta("33.0.0.0b4"),
        ["warning: 33.0.0.0b4 before 3 (2026-08-27); mend: wait for that week, and propose"
         " 33.0.0.0b3"],
    ),
    "the next series' beta": (
        text_of(GLANCE, glance_file(G, ("34.0.0.0b3", "a4"))),
        ["error: 34.0.0.0b3 after 33.0.0.0b1; mend: call it 33.0.0.0b3",
         "warning: 34.0.0.0b3 at milestone 2; mend: call it 33.0.0.0b2"],
    ),
    "a release in front of one that is there": (
        text_of(STORE, store_file(("5.7.0", "s6"), *S)),
        ["error: 5.7.0 stands before 5.6.0, which is released; mend: put it behind 5.6.0, last in"
         " the file"],
    ),
    "a release between two that are there": (
        text_of(STORE, store_file(S[0], ("5.5.1", "s6"), S[1])),
        ["error: 5.5.1 stands before 5.6.0, which is released; mend: put it behind 5.6.0, and call"
         " it 5.6.1"],
    ),
    "a release behind the branch's end": (
        behind_the_end,
        ["error: 5.4.2 beside 2026.1-eom, which ended the releases; mend: leave it out"],
    ),
    "a library's number twice": (
        text_of(STORE, store_file(*S, ("5.6.0", "s6"))),
        ["error: 5.6.0 is there twice; mend: call it 5.7.0"],
    ),
    "a number with a letter": (
        library("s6", "v5.7.0"), ['error: "v5.7.0" is no version; mend: write it like 5.7.0'],
    ),
    "a hash in capitals": (
        lambda here: here.propose(
            STORE, store_file(*S, ("5.7.0", "s6")).replace(HEAD, HEAD.upper())
        ),
        [f"error: 5.7.0: a hash is 40 hexadecimal digits; mend: use {HEAD}"],
    ),
    "a diff-start at a beta": (
        text_of(GLANCE, glance_file(G, ("33.0.0.0b2", "a4"), more="    diff-start: 32.0.0\n")),
        ["error: 33.0.0.0b2 has a diff-start; mend: take it out; it belongs to finals"],
    ),
    "a key with a typo": (
        text_of(STORE, store_file(*S, ("5.7.0", "s6"), more="relase-notes: x\n")),
        ['error: unknown key "relase-notes"; mend: write release-notes:'],
    ),
    "a library in its freeze": (
        late, ["warning: 5.7.0 after the library freeze, 2026-08-20; mend: ask the release team"
               " first"],
    ),
    "a mark of the name": (
        text_of(OLD_STORE, store_file(("5.4.0", "s1"), ("gazpacho-eom", "t1"), more=CUT_STORE)),
        ["error: gazpacho-eom in a file of 2026.1 Gazpacho; mend: call it 2026.1-eom"],
    ),
    "another team": (
        text_of(STORE, store_file(*S, ("5.7.0", "s6")).replace("team: glance", "team: nova")),
        ["error: glance-store is the glance team's by governance, not nova's; mend: write team:"
         " glance"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_of_a_right_proposal_nothing_is_said(name: str) -> None:
    with room() as here:
        change = RIGHT[name](here)
        report = here.report(change)
        assert told(report) == []
        assert [item for item in report.unjudged if item.rule != "window"] == []
        assert summary(here.looked_up(change)) == summary(report)


@pytest.mark.parametrize("name", WRONG)
def test_a_fault_is_told_once_with_its_way_out(name: str) -> None:
    make, lines = WRONG[name]
    with room() as here:
        change = make(here)
        report = here.report(change)
        assert told(report) == lines
        looked_up = here.looked_up(change)
        assert (told(looked_up), summary(looked_up)) == (lines, summary(report))


def test_what_is_taken_away_is_named() -> None:
    with room() as here:
        text = text_of(STORE, store_file(S[0]))(here)
        branch = text_of(OLD_STORE, store_file(("5.4.0", "s1")))(here)
        known = changes_of(here.moment().snapshot)
        assert known is not None
        named = {p.change.number: versions_of(p) for p in known.proposals}
        assert named[text.number] == "no more glance-store 5.6.0"
        assert named[branch.number] == "no more glance-store stable/2026.1"


def mended(text: str, line: str) -> str:
    """The file with its last release changed as the line says."""
    mend = line.rpartition("mend: ")[2]
    head, last = text[: text.rindex("  - version: ")], text[text.rindex("  - version: ") :]
    if match := re.match(r"use ([0-9a-f]{40})\b", mend):
        return head + re.sub(r"hash: \S+", f"hash: {match[1]}", last)
    if match := re.fullmatch(r"(?:rebase, and )?call it (\S+)", mend):
        return head + re.sub(r"version: \S+", f"version: {match[1]}", last, count=1)
    match = re.fullmatch(r"write repo: (\S+?)(?: and hash: (\S+))?", mend)
    assert match is not None
    last = re.sub(r"repo: \S+", f"repo: {match[1]}", last)
    return head + (re.sub(r"hash: \S+", f"hash: {match[2]}", last) if match[2] else last)


EDITS = re.compile(r"mend: (use [0-9a-f]{40}|(rebase, and )?call it|write repo: )")


@pytest.mark.parametrize("name", [n for n, (_, lines) in WRONG.items() if EDITS.search(lines[-1])])
def test_what_the_way_out_makes_of_a_proposal_is_right(name: str) -> None:
    make, lines = WRONG[name]
    with room() as here:
        change = make(here)
        (path, (before, after)), *_ = change.files.items()
        assert after is not None
        fresh = mended(after, lines[-1])
        change.files[path] = (before, fresh)
        change.patch_set += 1
        assert told(here.report(change)) == []


def counted(here: Room) -> int:
    """The requests of one refresh."""
    before = here.gerrit.count()
    here.moment()
    return here.gerrit.count() - before


@pytest.mark.parametrize("name", ["nowhere", "open", "side", "s6"])
def test_a_hash_is_asked_about_once(name: str) -> None:
    with room() as here:
        change = library(name)(here)
        here.moment()
        about = here.gerrit.count(f"commits/{sha(name)}")
        assert [counted(here) for _ in range(3)] == [1, 1, 1]
        assert here.gerrit.count(f"commits/{sha(name)}") == about
        change.status = "ABANDONED"
        here.moment()
        assert [counted(here) for _ in range(3)] == [1, 1, 1]


def targets(here: Room) -> list[str]:
    """Every request's path and query."""
    return [seen.target for seen in list(here.gerrit.seen)]


def questions(here: Room, name: str) -> list[str]:
    """The requests that ask about one commit alone, by what they ask."""
    about = f"commits/{sha(name)}"
    paths = [one.partition("?")[0] for one in targets(here) if about in one]
    return [path.partition(about)[2] for path in paths if "/files/" not in path]


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("s6", [""]), ("m5", [""]), ("side", [""]), ("old", [""]), ("s3", [""]), ("nowhere", [""]),
        ("open", ["", "/in"]), ("t1", ["", "/in"]),
    ],
)  # fmt: skip
def test_one_question_a_hash_and_a_second_for_one_that_is_elsewhere(
    name: str, asked: list[str]
) -> None:
    with room() as here:
        change = library(name)(here)
        here.moment()
        assert questions(here, name) == asked
        shared = [one for one in targets(here) if "refs/heads/" in one and sha(name) in one]
        assert len(shared) == (name != "nowhere"), "one more for all that come from a branch"
        for hour in range(14 * 24):
            here.now += dt.timedelta(hours=1)
            if hour % 24 == 0:
                here.moment()
        assert questions(here, name) == asked
        change.status = "MERGED"
        here.moment()
        assert questions(here, name) == asked


def test_ten_hashes_of_one_branch_are_one_question_more() -> None:
    with room() as here:
        for name in ("s6", "m5", "side"):
            library(name)(here)
        here.moment()
        assert [questions(here, name) for name in ("s6", "m5", "side")] == [[""]] * 3
        on_branch = [one for one in targets(here) if "heads" in one]
        assert len(on_branch) == 1
        assert counted(here) == 1


def test_a_gerrit_without_the_shared_question_is_asked_where_each_is() -> None:
    with room() as here:
        here.gerrit.refused.add(f"/projects/{REPO_STORE.replace('/', '%2F')}/commits:in")
        plain = {"Content-Type": "text/plain"}
        here.gerrit.route(f"/projects/{REPO_STORE}/commits:in", "Not found", 404, plain)
        change = library("s6")(here)
        assert told(here.report(change)) == []
        assert questions(here, "s6") == ["", "/in"]
        assert [counted(here) for _ in range(3)] == [1, 1, 1]


def test_a_closed_proposal_asks_nothing_of_its_commit() -> None:
    with room() as here:
        library("side")(here).status = "ABANDONED"
        here.moment()
        assert here.gerrit.count(f"commits/{sha('side')}") == 0


def test_a_commit_that_came_onto_its_branch_is_asked_for_when_its_proposal_moves() -> None:
    with room() as here:
        change = library("open")(here)
        assert len(here.report(change).errors) == 1
        here.gerrit.heads[REPO_STORE, "master"] = sha("open")
        assert len(here.report(change).errors) == 1
        change.updated = "2026-07-02 13:00:00.000000000"
        assert told(here.report(change)) == []


def test_a_release_whose_tag_is_not_there_leaves_the_descent_unjudged() -> None:
    with room() as here:
        del here.gerrit.tags[REPO_STORE, "5.6.0"]
        change = library("side")(here)
        report = here.report(change)
        assert told(report) == []
        assert [counted(here) for _ in range(3)] == [1, 1, 1]
        missing = [item.missing for item in report.unjudged if item.rule == "descendant"]
        assert missing == [f"how {sha('side')[:10]} stands to 5.6.0 in Gerrit"]
        here.gerrit.tags[REPO_STORE, "5.6.0"] = sha("s4")
        here.now += dt.timedelta(hours=1)
        assert "no descendant of 5.6.0" in told(here.report(change))[0]


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (404, "text/plain", "Not found: commits:in"),
        (404, "text/html", "<html>Not found"),
        (503, "text/html", "<html>Proxy Error"),
        (200, "application/json", ")]}'\n[]"),
    ],
)
def test_a_gerrit_that_does_not_tell_what_a_tag_holds_leaves_it_unjudged(
    status: int, kind: str, body: str
) -> None:
    with room() as here:
        here.gerrit.refused.add(f"/projects/{REPO_STORE.replace('/', '%2F')}/commits:in")
        path = f"/projects/{REPO_STORE}/commits:in"
        here.gerrit.route(path, body, status, {"Content-Type": kind})
        report = here.report(library("side")(here))
        assert told(report) == []
        assert "descendant" in [item.rule for item in report.unjudged]


def test_what_releases_from_several_lines_is_not_judged_by_one() -> None:
    with room() as here:
        kind = "type: library\nstable-branch-type: std-with-versions"
        path, text = "hibiscus/glance-store", store_file(*S, ("5.7.0", "side"))
        here.published[path] = here.published[path].replace("type: library", kind)
        report = here.report(here.propose(f"{path}.yaml", text.replace("type: library", kind)))
        assert told(report) == []


def test_a_closed_proposal_is_asked_for_when_somebody_checks_it() -> None:
    with room() as here:
        change = library("s6")(here)
        change.status = "ABANDONED"
        reply = answer(here.moment(), f"check {change.number}", Ask())
        assert reply.lookup is not None
        assert told(here.looked_up(change)) == []


def unreleased(here: Room) -> list[int]:
    known = changes_of(here.moment().snapshot)
    assert known is not None
    return sorted(change.number for change in known.merged[REPO_STORE])


def test_what_is_unreleased_is_counted_by_commit() -> None:
    """A stack that was written before the release and fast-forwarded after it is in it or not by
    its commits, whatever their days."""
    with room() as here:
        by_name = {name: here.merged(REPO_STORE, name).number for name in ("side", "s6", "old")}
        assert unreleased(here) == sorted([by_name["side"], by_name["s6"]])
        for change in here.gerrit.changes.values():
            change.submitted = "2026-06-30 10:00:00.000000000"  # all at once, later than written
        assert unreleased(here) == sorted([by_name["side"], by_name["s6"]])
        here.published["hibiscus/glance-store"] = store_file(*S, ("5.7.0", "s6"))
        here.gerrit.tags[REPO_STORE, "5.7.0"] = HEAD
        here.kept = None
        assert unreleased(here) == []


def test_before_its_tag_a_release_has_the_stack_that_was_submitted_with_it() -> None:
    with room() as here:
        del here.gerrit.tags[REPO_STORE, "5.6.0"]
        for name in ("old", "s4", "side"):
            here.merged(REPO_STORE, name).submitted = "2026-06-20 10:00:00.000000000"
        here.merged(REPO_STORE, "s6").submitted = "2026-06-21 10:00:00.000000000"
        assert unreleased(here) == [here.merged(REPO_STORE, "s6").number]


def test_beyond_two_thousand_changes_it_is_at_least_so_many() -> None:
    with room() as here:
        for number in range(2_300):
            here.gerrit.add(
                Stored(
                    10_000 + number, REPO_STORE, "S", status="MERGED", files={"x.py": ("", "y")},
                    submitted="2026-06-30 10:00:00.000000000",
                )
            )  # fmt: skip
        here.gerrit.limit = 400
        moment = here.moment()
        (line,) = render(answer(moment, "unreleased", Ask()).doc)[:1]
        number = re.search(r"glance-store since 5\.6\.0: at least ([\d,]+) changes merged", line)
        assert number is not None
        assert 1_900 < int(number[1].replace(",", "")) <= 2_000
        assert here.gerrit.count("S=1600") == 1
