"""README's tables are the code's."""

from __future__ import annotations

from pathlib import Path

from GlanceRelease import app
from GlanceRelease.registry import COMMANDS, RULES

ROOT = Path(__file__).parents[1]
HINT = "README.rst is behind: run  python tests/test_readme.py"


def commands() -> str:
    """The table of commands as README has it."""
    rows = (
        f"``{' '.join(filter(None, (row.name, row.usage)))}``\n    {row.summary}; "
        f"``!{row.example}``"
        for row in sorted(COMMANDS.values(), key=lambda row: row.name)
    )
    return "\n".join(rows)


def rules() -> str:
    """The table of rules as README has it."""
    ordered = sorted(RULES.values(), key=lambda row: row.name)
    return "\n".join(f"{row.name}\n    {row.summary}. To stop it: {row.stop}." for row in ordered)


def filled(text: str) -> str:
    """README with both tables in their places."""
    for name, table in (("commands", commands()), ("rules", rules())):
        head, _, rest = text.partition(f".. {name}\n")
        _, _, tail = rest.partition(f".. end of {name}\n")
        text = f"{head}.. {name}\n\n{table}\n\n.. end of {name}\n{tail}"
    return text


def test_readme_has_every_command_and_rule() -> None:
    text = (ROOT / "README.rst").read_text()
    assert text == filled(text), HINT


def test_readme_names_the_two_commands_first() -> None:
    text = (ROOT / "README.rst").read_text()
    assert text.index("make run") < text.index("make test") < 400


if __name__ == "__main__":
    assert app
    path = ROOT / "README.rst"
    path.write_text(filled(path.read_text()))
