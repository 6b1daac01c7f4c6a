"""README and the pages of doc/ say what is: the tables are the code's, what they name is there,
and their markup can be read."""

from __future__ import annotations

import argparse
import re
import textwrap
from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path

import pytest

from GlanceRelease import __main__ as command_line
from GlanceRelease import app
from GlanceRelease.clock import instant_of
from GlanceRelease.configuration import settings
from GlanceRelease.configuration.settings import BotFile
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.people.roles import SELF
from GlanceRelease.domain.snapshot import Fetched, Snapshot, deliverable_of
from GlanceRelease.domain.team import Team
from GlanceRelease.registry import COMMANDS, RULES, Ask, Command, answer
from GlanceRelease.render.irc import render
from GlanceRelease.sources.bundled_facts import load_bundled

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "plugins" / "GlanceRelease"
DOC = ROOT / "doc"
README = ROOT / "README.rst"
PAGES = (README, *sorted(DOC.glob("*.rst")))
HINT = "a page is behind the code: run  .venv/bin/python tests/test_readme.py"

# The duties' folders, from the ground up; the pages have the commands in this order.
FOLDERS = (
    *("freeze", "jobs", "releases", "bugs", "plans", "deadlines", "meeting", "liaison", "people"),
    "bot",
)
SHOWN_AT = "2026-11-24T12:00:00+00:00"  # when README's transcript was taken


# -- the tables are the code's ----------------------------------------------------------------


def folder_of(row: Command) -> str:
    """The duty's folder in which a command stands."""
    return row.answer.__module__.split(".duties.")[1].split(".")[0]


def commands(folder: str) -> str:
    """A folder's rows of the table of commands, as doc/commands.rst has them."""
    rows = sorted((one for one in COMMANDS.values() if folder_of(one) == folder), key=_name)
    return "\n".join(_row(row) for row in rows)


def _name(row: Command) -> str:
    return row.name


def _row(row: Command) -> str:
    right = f"; right: ``{row.right}``" if row.right not in ("", SELF) else ""
    usage = " ".join(filter(None, (row.name, row.usage)))
    return f"``{usage}``\n{_indented(f'{row.summary}; ``!{row.example}``{right}')}"


def _indented(text: str) -> str:
    """A paragraph below its term, in which no literal is broken."""
    whole = re.sub(r"``.+?``", lambda match: match[0].replace(" ", "\0"), text)
    wrapped = textwrap.wrap(whole, 96, break_on_hyphens=False)
    return "\n".join(f"    {line}" for line in wrapped).replace("\0", " ")


def rules() -> str:
    """The table of rules as doc/unasked.rst has it."""
    ordered = sorted(RULES.values(), key=lambda row: row.name)
    rows = (
        f"{row.name}\n{_indented(f'{row.summary}. To stop it: {row.stop}.')}" for row in ordered
    )
    return "\n".join(rows)


def tables() -> Iterator[tuple[Path, str, str]]:
    """Every table that is made: its page, the name that marks its place, and what stands there."""
    for folder in FOLDERS:
        yield DOC / "commands.rst", f"commands of {folder}", commands(folder)
    yield DOC / "unasked.rst", "rules", rules()


def filled(text: str, name: str, table: str) -> str:
    """A page's text with a table in its place; ValueError where it has no such place."""
    start, end = f".. {name}\n", f".. end of {name}\n"
    if text.count(start) != 1 or text.count(end) != 1:
        raise ValueError(f"not one place for the {name}")
    head, tail = text.split(start)[0], text.split(end)[1]
    return f"{head}{start}\n{table}\n\n{end}{tail}"


@pytest.mark.parametrize(("page", "name", "table"), [*tables()], ids=lambda one: str(one)[-30:])
def test_the_pages_have_every_command_and_rule(page: Path, name: str, table: str) -> None:
    text = page.read_text()
    assert text == filled(text, name, table), HINT


def test_every_folder_of_duties_has_its_place_in_order() -> None:
    assert {folder_of(row) for row in COMMANDS.values()} == set(FOLDERS)
    text = (DOC / "commands.rst").read_text()
    assert re.findall(r"^\.\. commands of (\w+)$", text, re.MULTILINE) == [*FOLDERS]


def test_the_folders_stand_as_their_contract_has_them() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    layers = setup["importlinter:contract:duties"]["layers"].split("\n")[::-1]
    ranks = {name.strip(): rank for rank, row in enumerate(layers) for name in row.split("|")}
    assert [ranks[folder] for folder in FOLDERS] == sorted(ranks[folder] for folder in FOLDERS)


# -- README is a page -------------------------------------------------------------------------


def test_readme_is_a_page_and_names_the_two_commands_first() -> None:
    text = README.read_text()
    assert len(text.splitlines()) <= 200
    assert text.index("make run") < text.index("make test") < 400
    assert ".. image:: doc/page.png" in text


def transcript() -> list[tuple[str, str]]:
    """What is asked in README's transcript, and the answer below it, as one line each."""
    said: list[list[str]] = []
    block, _, _ = README.read_text().partition("    <")[2].partition("\n\n")
    for line in f"    <{block}".splitlines():
        if match := re.fullmatch(r"    <(\w+)> +(.*)", line):
            said.append([match[1], match[2]])
        else:
            said[-1][1] += f" {line.strip()}"
    found: list[tuple[str, str]] = []
    for who, text in said:
        if who != "glancebot":
            found.append((text.removeprefix("!"), ""))
        else:
            asked, answered = found[-1]
            found[-1] = (asked, f"{answered} {text}".strip())
    return found


def test_the_bot_answers_as_in_the_transcript() -> None:
    now = instant_of(SHOWN_AT)
    team = settings.load(ROOT / "config").default_team
    facts = {
        name: replace(fact, origin="network", at=now) for name, fact in load_bundled().facts.items()
    }
    for name in team.deliverables:  # nothing is released in Indri yet
        facts[deliverable_of("indri", name).name] = Fetched(None, now, "network")
    snapshot = Snapshot(team, facts)
    assert [asked for asked, _ in transcript()] == ["deadlines", "freeze glance_store"]
    for asked, shown in transcript():
        said = " ".join(render(answer(Moment(snapshot, now), asked, Ask("pdeore")).doc))
        assert f"{said} ".startswith(f"{shown.removesuffix(' ...')} ")


# -- what is named is there -------------------------------------------------------------------


def literals(text: str) -> Iterator[str]:
    """What stands between double backticks, and each line of what is shown indented."""
    prose = []
    block: int | None = None
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        if block is not None and line.strip():
            if indent > block:
                yield line.strip()
                continue
            block = None
        if line.rstrip().endswith("::") and not line.lstrip().startswith(".."):
            block = indent
        prose.append(line)
    for one in re.findall(r"``(.+?)``", "\n".join(prose), re.DOTALL):
        yield " ".join(one.split())


# Files of other projects, and those that a running bot writes.
ELSEWHERE = {"schedule.yaml", "schedule.rst", "projects.yaml", "users.conf"}
PATH = re.compile(
    r"(?<![\w./:<~{-])(?:[\w.-]+/)*[\w-]+\.(?:py|rst|ya?ml|cfg|toml|txt|conf|service|png)(?![\w/])"
    r"|(?<![\w./:<~{-])(?:plugins|tests|config|doc|bench|domain|duties|service|sources|frontends"
    r"|render|answering|rehearsal|configuration|cli|\.ci)/[\w./-]*"
)


def named_paths(text: str) -> set[str]:
    """The project's files and folders that a text names; FOLDER, NAME and X stand for any."""
    found = {match.rstrip("./") for one in literals(text) for match in PATH.findall(one)}
    return {one for one in found if one.split("/")[-1] not in ELSEWHERE}


def is_there(path: str) -> bool:
    """Whether there is such a file or folder, in the repository, the package or its config."""
    if re.search(r"NAME|FOLDER", path):
        path = re.sub(r"[^/]*(NAME|FOLDER)[^/]*", "", path).split("//")[0]
    return any((base / path).exists() for base in (ROOT, PACKAGE, ROOT / "config"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_that_is_named_exists(page: Path) -> None:
    paths = named_paths(page.read_text())
    assert [path for path in sorted(paths) if not is_there(path)] == []


def test_a_path_that_is_gone_is_found() -> None:
    text = (
        "Read ``service/speaker.py`` and ``app.py``, in ``duties/FOLDER/rule.py``::\n\n    see a.py"
    )
    paths = named_paths(text)
    assert paths == {"service/speaker.py", "app.py", "duties/FOLDER/rule.py", "a.py"}
    assert {path for path in paths if not is_there(path)} == {"service/speaker.py", "a.py"}


def gone_names(text: str) -> list[str]:
    """Names that a text says are in a module, and are not: "``NAME`` of ``x.py``"."""
    pairs = re.findall(r"``(\w+)``\s+(?:of|in)\s+``([\w/]+\.py)``", text)
    return [
        f"{name} in {path}"
        for name, path in pairs
        if not re.search(rf"^(class |def |async def )?{name}\b", (PACKAGE / path).read_text(), re.M)
    ]


def test_every_name_that_is_said_to_be_in_a_module_is() -> None:
    assert gone_names((DOC / "developing.rst").read_text()) == []
    text = "``Wardrobe`` of\n   ``registry.py``, ``FROM_MEMORY`` in ``registry.py``"
    assert gone_names(text) == ["Wardrobe in registry.py"]


def subcommands() -> dict[str, set[str]]:
    """The options of each subcommand of `glance-release`."""
    (action,) = [
        one
        for one in command_line._parser()._actions
        if isinstance(one, argparse._SubParsersAction)
    ]
    return {name: {*parser._option_string_actions} for name, parser in action.choices.items()}


def unknown_commands(text: str) -> list[str]:
    """What a text tells people to type of `make` and `glance-release`, and is not there."""
    known, found = subcommands(), []
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for one in literals(text):
        found += [
            one for target in re.findall(r"(?:^|\s)make ([a-z]+)", one) if target not in targets
        ]
        for name, rest in re.findall(r"(?:^|\s|/bin/)glance-release ([a-z][a-z-]*)(.*)", one):
            options = set(re.findall(r"(?<!\S)--[a-z-]+", rest.partition(" -- ")[0]))
            if not options <= known.get(name, set()) or name not in known:
                found.append(one)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_and_subcommand_that_is_named_exists(page: Path) -> None:
    assert unknown_commands(page.read_text()) == []


@pytest.mark.parametrize(
    "text",
    [
        "``make tests``",
        "``glance-release verify``",
        "``/x/bin/glance-release freeze --notes F``",
        "So::\n\n    glance-release jbos\n",
    ],
)
def test_a_command_that_is_gone_is_found(text: str) -> None:
    assert unknown_commands(text)


def test_the_command_line_has_every_subcommand_with_its_options() -> None:
    text = (DOC / "command-line.rst").read_text()
    rows = dict(re.findall(r"^``([a-z-]+)(.*)``\n    ", text, re.MULTILINE))
    common = {"-h", "--help", "--config", "--team", "--now", "--offline"}
    shown = {name: {*re.findall(r"--[a-z-]+", rest)} for name, rest in rows.items()}
    assert shown == {name: options - common for name, options in subcommands().items()}


def test_every_key_of_the_configuration_is_named() -> None:
    text = (DOC / "configuration.rst").read_text()
    keys = re.findall(r"^``(\w+)``  ", text, re.MULTILINE)
    assert set(keys) >= {one.name for shape in (Team, BotFile) for one in fields(shape)}
    of_limnoria = set(re.findall(r'^    "(\w+)",$', (PACKAGE / "config.py").read_text(), re.M))
    assert set(keys) >= of_limnoria >= {"speak", "services"}


# -- the markup can be read -------------------------------------------------------------------


def faults(text: str) -> list[str]:
    """What is wrong with a page's markup, of what people get wrong: titles, literals, tables,
    directives, lines that are too long."""
    found = []
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        before = lines[number - 2] if number > 1 else ""
        if re.fullmatch(r"([=\-~])\1{3,}", line) and before and number > 1:
            over = number > 2 and lines[number - 3] == line
            if len(line) < len(before) or (over and len(line) != len(before)):
                found.append(f"{number}: the line below the title is not as long as it is")
        if line.startswith(".. ") and "::" in line:
            name = line[3:].partition("::")[0]
            if name not in ("image", "contents", "code-block", "note"):
                found.append(f"{number}: no directive {name}")
        if "\t" in line or line != line.rstrip():
            found.append(f"{number}: a tab, or blanks at the end")
        if len(line) > 100:
            found.append(f"{number}: {len(line)} columns")
    for paragraph in re.split(r"\n\s*\n", text):
        if len(re.findall(r"``", paragraph)) % 2:
            found.append(f"a literal without its end: {paragraph.strip()[:50]}")
    return [*found, *table_faults(lines)]


def table_faults(lines: list[str]) -> Iterator[str]:
    """Rows of simple tables in which a cell reaches into the gap before the next column."""
    columns: list[tuple[int, int]] = []
    for number, line in enumerate(lines, 1):
        if re.fullmatch(r"=+( +=+)+", line):
            spans = [match.span() for match in re.finditer(r"=+", line)]
            if columns and spans != columns:
                yield f"{number}: the table ends with other columns than it begins with"
            columns = [] if columns else spans
        elif columns:
            for (_, end), (start, _) in pairwise(columns):
                if line[end:start].strip():
                    yield f"{number}: a cell that is too long"
    if columns:
        yield "a table without its end"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_markup_can_be_read(page: Path) -> None:
    assert faults(page.read_text()) == []


@pytest.mark.parametrize(
    "text",
    [
        "A long title\n====\n\nText.\n",
        "=====\nTitle!\n=====\n",
        "An ``open literal.\n",
        ".. toctreee::\n",
        "===  ===\nabcd e\n===  ===\n",
        "===  ===\na    b\n",
        "x" * 101,
        "a \n",
    ],
)
def test_a_fault_of_the_markup_is_found(text: str) -> None:
    assert faults(text)


def anchors(text: str) -> set[str]:
    """The anchors of a page's titles, as docutils and the forges make them."""
    titles = re.findall(r"^(\S.*)\n([=\-~])\2{3,}$", text, re.MULTILINE)
    return {re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") for title, _ in titles}


def broken_links(page: Path, text: str) -> list[str]:
    """Links of a page that lead nowhere: to other pages, their titles, or titles of its own."""
    found = []
    for target in re.findall(r"`[^`<]+<([^>]+)>`_", text):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve()
        if not there.is_file() or (anchor and anchor not in anchors(there.read_text())):
            found.append(target)
    titles = set(re.findall(r"^(\S.*)\n[=\-~]{4,}$", text, re.MULTILINE))
    for name in re.findall(r"(?<!`)`([^`<>]+)`_(?!\w)", text):
        if " ".join(name.split()) not in titles:
            found.append(name)
    for target in re.findall(r"^\.\. image:: (\S+)$", text, re.MULTILINE):
        if not (page.parent / target).is_file():
            found.append(target)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken_links(page, page.read_text()) == []


def test_a_broken_link_is_found() -> None:
    links = "`Title`_, `Titel`_, `a <README.rst>`_, `b <doc/x.rst>`_, `c <doc/index.rst#x>`_"
    text = f"Title\n=====\n\n{links}\n"
    assert broken_links(README, text) == ["doc/x.rst", "doc/index.rst#x", "Titel"]


def test_readme_and_the_index_lead_to_every_page() -> None:
    pages = {page.name for page in DOC.glob("*.rst")}
    assert pages == {*re.findall(r"<doc/([\w-]+\.rst)>", README.read_text())}
    assert pages - {"index.rst"} == {
        *re.findall(r"<([\w-]+\.rst)>", (DOC / "index.rst").read_text())
    }


if __name__ == "__main__":
    assert app
    for page, name, table in tables():
        page.write_text(filled(page.read_text(), name, table))
