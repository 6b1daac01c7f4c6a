"""The words of the release rules: each gap is filled, each fault is used, and what a file says
comes into none of them unseen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from GlanceRelease.duties.releases import rules
from GlanceRelease.duties.releases.rules import check_release
from GlanceRelease.duties.releases.rules.case import fault, wrong
from GlanceRelease.duties.releases.words import faults
from GlanceRelease.duties.releases.words.faults import FaultWords
from GlanceRelease.sources.opendev.proposed_file import read_proposed
from kit.release_cases import GLANCE, KNOWN, C, releases

RULES = Path(rules.__file__).parent
ALL = {name: words for name, words in vars(faults).items() if isinstance(words, FaultWords)}


def gaps(words: FaultWords) -> set[str]:
    parsed = [*Formatter().parse(words.why), *Formatter().parse(words.mend)]
    return {name for _, name, _, _ in parsed if name}


def named(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="faults"), attr=name) if name in ALL:
                yield name


def test_every_fault_is_found_by_a_rule() -> None:
    modules = [*RULES.glob("*.py"), RULES.parent / "proposal_check.py"]
    used = {name for path in modules for name in named(ast.parse(path.read_text()))}
    assert set(ALL) == used


def test_a_gap_without_a_value_is_an_error_and_no_odd_line() -> None:
    with pytest.raises(KeyError, match="right"):
        wrong(faults.OTHER_BASE, version="2", last="1")


@pytest.mark.parametrize("name", sorted(ALL))
def test_the_values_stand_in_the_words_and_beside_them(name: str) -> None:
    values = {gap: f"its {gap}" for gap in gaps(ALL[name])}
    found = fault(ALL[name], "warning", **values)
    assert found.values == values
    assert all(value in f"{found.why}; {found.mend}" for value in values.values())
    assert "{" not in (found.why + found.mend).replace(": {}", "")
    assert found.severity == "warning"


def test_what_a_file_says_is_cut_and_cleaned_and_fills_no_gap_of_its_own() -> None:
    odd = "{right}\x03,4red\u202e" + "x" * 200
    text = GLANCE + f'"{odd}": 1\n' + releases(("33.0.0.0b2", C))
    text = text.replace("\x03", "\\x03")
    (found,) = check_release(None, read_proposed("hibiscus/glance.yaml", text), KNOWN).findings
    assert found.why == 'unknown key "{right},4red' + "x" * 47 + '…"'
    assert found.values["key"] == "{right},4red" + "x" * 47 + "…"
