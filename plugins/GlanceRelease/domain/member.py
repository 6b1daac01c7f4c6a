"""Somebody of a team's file: what they are called on each network, and who is one person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, make_dataclass
from typing import Annotated, Any, ClassVar

from ..networks.known import NETWORKS
from .address import address, fold
from .config_types import After, Nick, Words

STRICT: dict[str, Any] = {"extra": "forbid"}
_NICK = "nick"  # the key of the network on which a team's people have an account beside their name


def _is_one_of(network: Any) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not network.is_person(value):
            raise ValueError(f"{value[:40]!r} is no {network.shown} id, such as @NAME:SERVER")
        return value

    return check


_Elsewhere: Any = make_dataclass(
    "_Elsewhere",
    [
        (network.person_key, Annotated[str, After(_is_one_of(network))], field(default=""))
        for network in NETWORKS
        if network.person_key != _NICK
    ],
    frozen=True,
    kw_only=True,
)


@dataclass(frozen=True)
class Member(_Elsewhere):  # type: ignore[misc]
    """Somebody with a role: `nick`, the services' `account` (empty: called as the nick), and the
    `name` that a channel reads where a nick would call them; further a key for each other network,
    the `launchpad` id whose bugs are theirs, and what they are called in Gerrit. Who has no nick is
    known by their name on another network.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    nick: Nick = ""
    account: str = ""
    name: str = ""
    launchpad: Words = ""
    gerrit: Words = ""

    def __post_init__(self) -> None:
        elsewhere = tuple(self._elsewhere())
        if not self.nick:
            if not elsewhere or self.account:
                raise ValueError("nick is missing")
            object.__setattr__(self, "nick", elsewhere[0])

    def _elsewhere(self) -> Iterator[str]:
        for network in NETWORKS:
            if network.person_key != _NICK and (name := getattr(self, network.person_key)):
                yield name

    @property
    def addresses(self) -> tuple[str, ...]:
        """What they are called, where they are told things first in front; the nick comes last."""
        return tuple(dict.fromkeys((*self._elsewhere(), self.nick)))

    def on(self, network: str) -> str:
        """What they are called on a network; "" where they are not on it."""
        return next((name for name in self.addresses if address(name).network == network), "")

    def is_called(self, name: str) -> bool:
        """Whether it is their name on its network."""
        return any(fold(each) == fold(name) for each in self.addresses)

    def vouched_by(self, network: str) -> str:
        """What a network says of them that it knows to be who they are: the account, else the
        name; "" where they are not on it."""
        name = self.on(network)
        return self.account if self.account and name == self.nick else name
