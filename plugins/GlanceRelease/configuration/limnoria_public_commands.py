"""Which of Limnoria's commands are everybody's, and what a registry opens beyond them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

OURS = "GlanceRelease"
# What the bot needs to be asked by whom it does not know; everything else is the owner's.
LIMNORIAS: Mapping[str, tuple[str, ...]] = {
    "Misc": ("help", "list", "more", "ping"),
    "User": ("identify", "whoami"),
}
# In front of what a capability allows, this denies it.
ANTI = "-"
DEFAULT = "supybot.capabilities.default"
CAPABILITIES = "supybot.capabilities"
REGISTERED = "supybot.capabilities.registeredUsers"
# Without these lines Limnoria's own defaults hold: everything is allowed.
_LIMNORIAS_DEFAULT = "True"
_FALSE = ("false", "off", "disable", "disabled", "0")


def everybodys(ours: Collection[str]) -> dict[str, Collection[str]]:
    """The allow-list: plugin by plugin, the commands that anybody may give."""
    return {OURS: ours, **LIMNORIAS}


def is_everybodys(
    plugin: str, command: Sequence[str], words: Sequence[str], ours: Collection[str]
) -> bool:
    """Whether anybody may give this command of this plugin with these words behind it.

    `list`, `help` and `more` tell of the allow-list only: what an owner named and nested, and
    what the bot has left to say to somebody else, is nobody else's.
    """
    open_to_all = everybodys(ours)
    name = command[-1]
    if name not in open_to_all.get(plugin, ()):
        return False
    if list(command[:-1]) not in ([], [plugin.lower()]):
        return False
    if plugin == "Misc" and name == "more":
        return not words
    if plugin == "Misc" and name == "list":
        return not words or (len(words) == 1 and _plugin(words[0], open_to_all) is not None)
    if plugin == "Misc" and name == "help":
        return not words or sounds_open(words, ours)
    return True


def sounds_open(words: Sequence[str], ours: Collection[str]) -> bool:
    """Whether these words begin with the name of a command that is everybody's, alone or behind
    its plugin's; the words are in Limnoria's form, without "-" and "_" and in small letters."""
    open_to_all = everybodys(ours)
    if not words:
        return False
    if any(words[0] in names for names in open_to_all.values()):
        return True
    plugin = _plugin(words[0], open_to_all)
    return plugin is not None and len(words) > 1 and words[1] in open_to_all[plugin]


def _plugin(word: str, plugins: Collection[str]) -> str | None:
    return next((plugin for plugin in plugins if plugin.lower() == word.lower()), None)


def capabilities(ours: Collection[str]) -> list[str]:
    """What a registry that denies by default has to allow, for the allow-list to be answered:
    Limnoria asks for the command's name, for the plugin's, and for both together."""
    opened = []
    for plugin, names in everybodys(ours).items():
        opened.append(plugin.lower())
        for name in names:
            opened += [name, f"{plugin.lower()}.{name}"]
    return opened


def opened(values: Mapping[str, str], ours: Collection[str]) -> Iterator[str]:
    """What a registry opens beyond the allow-list, a line each; none for one that denies by
    default. `values` are its lines, as they stand in a limnoria.conf."""
    if values.get(DEFAULT, _LIMNORIAS_DEFAULT).strip().lower() not in _FALSE:
        yield f"{DEFAULT} is not False, so Limnoria's own commands are open to everybody"
    known = {*capabilities(ours)}
    for name in (CAPABILITIES, REGISTERED):
        more = sorted(
            capability
            for capability in values.get(name, "").lower().split()
            if not capability.startswith(ANTI) and capability not in known
        )
        if more:
            whom = "everybody" if name == CAPABILITIES else "every registered user"
            yield f"{name} gives {whom} {', '.join(more)}"
