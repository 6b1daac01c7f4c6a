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
    """An account as Gerrit shows it: the `username` is its own for ever and the address was
    confirmed, but the `name` is what anybody calls themselves."""

    name: str = ""
    username: str = ""
    email: str = ""

    def is_listed(self, accounts: Iterable[str]) -> bool:
        """Whether its username or its address is one of these."""
        listed = {account.casefold() for account in accounts}
        return bool(listed & {self.username.casefold(), self.email.casefold()} - {""})

    def is_named(self, accounts: Iterable[str]) -> bool:
        """Whether it calls itself one of these."""
        return bool(self.name) and self.name.casefold() in {a.casefold() for a in accounts}

    def is_one_of(self, people: Iterable[Person]) -> bool:
        """Whether it is one of these people, by the address that governance has; by the name only
        where governance has no address."""
        return any(self._is(person) for person in people)

    def _is(self, person: Person) -> bool:
        if person.email:
            return self.email.casefold() == person.email.casefold()
        return bool(person.name) and self.name.casefold() == person.name.casefold()


@dataclass(frozen=True)
class GerritAccounts:
    """Accounts by username or address. `release_team` are those who propose for the release team
    besides the liaisons that governance has of it; `release_bot` is who proposes what follows a new
    branch (openstack-infra/system-config, signing_node.pp: user "release", infra-root@openstack.org
    ); `zuul` is who sets PTL-Approved where the team has said yes (openstack/project-config,
    check_approval.py). The last two are known by their display name, too."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    release_team: tuple[Words, ...] = ()
    release_bot: tuple[Words, ...] = (
        "release",
        "infra-root@openstack.org",
        "OpenStack Release Bot",
    )
    zuul: tuple[Words, ...] = ("zuul",)

    def is_zuul(self, account: Account) -> bool:
        """Whether it is Zuul's."""
        return account.is_listed(self.zuul) or account.is_named(self.zuul)

    def is_release_bot(self, account: Account, others: Iterable[Account] = ()) -> bool:
        """Whether it is the release bot's; one that only calls itself so is not where one of the
        `others` has the bot's username or address."""
        if account.is_listed(self.release_bot):
            return True
        impostor = any(other.is_listed(self.release_bot) for other in others)
        return account.is_named(self.release_bot) and not impostor
