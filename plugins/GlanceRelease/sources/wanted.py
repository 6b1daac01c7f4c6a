"""What is read from which upstream, by the table of upstreams."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any, Protocol, cast

from ..domain.upstreams import READ, UPSTREAMS
from .protocols import PollScope, Source


class _Folder(Protocol):
    """What the module `wanted` of an upstream's folder offers."""

    def wanted(self, scope: PollScope) -> Iterable[Source[Any]]: ...


# At once, so that a row without its folder is found at the start.
_FOLDERS = {
    name: cast(_Folder, import_module(f"{__package__}.{UPSTREAMS[name].folder}.wanted"))
    for name in READ
}


def wanted_sources(scope: PollScope) -> list[Source[Any]]:
    """All that is to be read for these teams, each shared document once."""
    return [source for folder in _FOLDERS.values() for source in folder.wanted(scope)]
