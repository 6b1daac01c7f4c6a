"""One thing, one name: no two classes share one, the weekdays are listed once, and no module says
its folder's name again."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import GlanceRelease

PACKAGE = Path(GlanceRelease.__file__).parent
TREES = {
    path.relative_to(PACKAGE): ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")
}


def twice(places: Iterator[tuple[str, str]]) -> dict[str, list[str]]:
    """The names that stand in more than one place, each with its places."""
    by_name = defaultdict(list)
    for name, place in places:
        by_name[name].append(place)
    return {name: found for name, found in by_name.items() if len(found) > 1}


def classes(trees: dict[Path, ast.Module]) -> Iterator[tuple[str, str]]:
    """The top-level classes, an underscored one by its name without it."""
    for path, tree in trees.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                yield node.name.lstrip("_"), str(path)


def lists_of_names(trees: dict[Path, ast.Module], first: str, count: int) -> Iterator[str]:
    """Where so many texts stand side by side of which the first begins so: weekdays, months."""
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Tuple | ast.List):
                texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
                if len(texts) == count and str(texts[0]).lower().startswith(first):
                    yield str(path)


def stutters(paths: Iterator[Path]) -> list[str]:
    """The modules that are called as their folder is, in the singular or the plural too."""
    return [
        str(path) for path in paths if path.stem.rstrip("s") == path.parent.name.rstrip("s") != ""
    ]


def test_no_two_classes_share_a_name() -> None:
    assert twice(classes(TREES)) == {}


def test_weekdays_and_months_are_listed_once() -> None:
    assert list(lists_of_names(TREES, "mon", 7)) == ["domain/calendar/day_names.py"]
    assert list(lists_of_names(TREES, "jan", 12)) == ["domain/calendar/day_names.py"]


def test_no_module_stutters() -> None:
    assert stutters(iter(TREES)) == []


def test_the_looks_find_what_they_look_for() -> None:
    one, other = Path("page/page.py"), Path("reports/report.py")
    days = ", ".join(f'"{day}"' for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
    trees = {
        one: ast.parse(f"class Plan: pass\nx = ({days})"),
        other: ast.parse("class _Plan: pass"),
    }
    assert twice(classes(trees)) == {"Plan": [str(one), str(other)]}
    assert list(lists_of_names(trees, "mon", 7)) == [str(one)]
    assert stutters(iter(trees)) == [str(one), str(other)]
