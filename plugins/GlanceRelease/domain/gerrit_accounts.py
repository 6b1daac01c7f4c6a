"""Who is who in Gerrit: the release team, the release bot, Zuul, and the people of governance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from .config_types import Words
from .model import Person
from .team import STRICT


@dataclass(frozen=True)
class Account:
    """An account as Gerrit shows it: the `number` and the `username` are its own for ever and the
    address was confirmed, but the `name` is what anybody calls themselves."""

    name: str = ""
    username: str = ""
    email: str = ""
    number: int = 0

    @property
    def identity(self) -> str:
        """What stays the account's: its number, else what Gerrit tells instead."""
        return str(self.number) if self.number else self.username or self.email or self.name

    def is_listed(self, accounts: Iterable[str]) -> bool:
        """Whether its number, its username or its address is one of these; what is digits alone is
        a number, though somebody may have chosen such a username."""
        listed = {account.casefold() for account in accounts}
        words = {self.username.casefold(), self.email.casefold()} - {""}
        own = {word for word in words if not word.isdecimal()}
        return bool(listed & own) or (self.number > 0 and str(self.number) in listed)

    def is_named(self, names: Iterable[str]) -> bool:
        """Whether it calls itself one of these, which makes it nobody."""
        return bool(self.name) and _plain(self.name) in {_plain(name) for name in names}

    def is_one_of(self, people: Iterable[Person]) -> bool:
        """Whether it is one of these people, by the address that governance has. Of whom governance
        has none, nobody is known to be."""
        return any(
            bool(person.email) and self.email.casefold() == person.email.casefold()
            for person in people
        )


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


# What the accounts of roles call themselves on review.opendev.org, by which nobody is known.
NAMES_OF_ROLES = ("OpenStack Release Bot", "Zuul")


@dataclass(frozen=True)
class ChosenName:
    """What an account calls itself, and whether that is the name of somebody else."""

    name: str
    is_anothers: bool = False


@dataclass(frozen=True)
class GerritAccounts:
    """Accounts by username, address or number. `release_team` are those who propose for the release
    team besides the liaisons that governance has of it; `release_bot` is who proposes what follows
    a new branch (openstack-infra/system-config, signing_node.pp: user "release",
    infra-root@openstack.org); `zuul` is who sets PTL-Approved where the team has said yes
    (openstack/project-config, check_approval.py)."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    release_team: tuple[Words, ...] = ()
    release_bot: tuple[Words, ...] = ("release", "infra-root@openstack.org")
    zuul: tuple[Words, ...] = ("zuul",)

    def is_zuul(self, account: Account) -> bool:
        """Whether it is Zuul's."""
        return account.is_listed(self.zuul)

    def is_release_bot(self, account: Account) -> bool:
        """Whether it is the release bot's."""
        return account.is_listed(self.release_bot)

    def has_role(self, account: Account) -> bool:
        """Whether it is one of these."""
        return account.is_listed((*self.release_team, *self.release_bot, *self.zuul))
