"""The table of commands in words: `help`."""

from __future__ import annotations

from ...domain.moment import Moment
from ...registry import COMMANDS, Ask, Command, Reply, UserError, command, reply, unknown_command
from ..typed_names import nothing_more


@command(
    "help",
    "[COMMAND]",
    "the table of commands; with a name, that command",
    "help freeze",
    basis="the table of my commands",
)
def help_command(moment: Moment, ask: Ask) -> Reply:
    """All commands in one line, in private each with what it does; or one of them whole."""
    typed, _, rest = ask.text.lstrip("!").partition(" ")
    name = typed.lower()
    if not name:
        names = ", ".join(sorted(COMMANDS))
        more = "Say help COMMAND for one of them; in private, help tells all."
        return reply(
            f"I know {names}.{f' {more}' if ask.channel else ''}",
            details=[_row(COMMANDS[name]) for name in sorted(COMMANDS)],
        )
    if name not in COMMANDS:
        raise UserError(unknown_command(typed).replace("try help", "say help"))
    if rest and rest.lower().split()[0] not in COMMANDS[name].usage.split():
        nothing_more(moment, f"help {name}", rest)
    return reply(_row(COMMANDS[name]))


def _row(row: Command) -> str:
    return (
        f"{' '.join(filter(None, (row.name, row.usage)))}: {row.summary}. Example: !{row.example}"
    )
