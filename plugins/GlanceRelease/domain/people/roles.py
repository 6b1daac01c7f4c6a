"""Who is who in a team, and who may do what: governance's people, the team's file over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any

from ..address import address
from ..address import fold as fold
from ..memo_by_facts import kept_by_facts
from ..snapshot import GOVERNANCE, Snapshot
from ..team import Member, Team

# What a person needs for their own affairs: to be the owner of the nick, where it is somebody's.
SELF = "self"
_NETWORK = {
    "operator": "an operator of the channel",
    "voice": "one with a voice in the channel",
    "admin": "the bot's owner or an admin",
}
_TITLES = {"ptl": "the PTL", "release": "the release liaison"}
_NAME = 40
_SHOWN = 4


@dataclass(frozen=True)
class Asker:
    """Who says something, as far as the network vouches for it.

    `account` is the services' account: None where the network doesn't tell accounts at all, empty
    where it does and the person has none. `verified` means that services know the nick as this
    person's own, which may be one of several that their account has. `standing` is "operator" or
    "voice" of the channel in question, and "admin" of the bot. The nick alone proves nothing, but
    for one's own affairs on a network that has no services, as the configuration says with
    `no_services`.
    """

    nick: str = ""
    account: str | None = None
    verified: bool = False
    standing: frozenset[str] = field(default_factory=frozenset)
    no_services: bool = False

    @property
    def name(self) -> str:
        """What stands beside what they said: the account, else the nick."""
        return self.account or self.nick

    @property
    def identity(self) -> str:
        """What services vouch for, folded: the account, else the nick that is their own; "" where
        they vouch for nothing."""
        return fold(self.account or (self.nick if self.verified else ""))


def roles_of(snapshot: Snapshot) -> Mapping[str, tuple[Member, ...]]:
    """Who holds which role: "ptl" and the liaisons' ("release", "security") of governance's
    projects.yaml as it was last read, a role of the team's file in the place of the same one."""
    return _roles_of(snapshot.facts, snapshot.team)


@kept_by_facts
def _roles_of(facts: Mapping[str, Any], team: Team) -> Mapping[str, tuple[Member, ...]]:
    snapshot = Snapshot(team, facts)
    name = team.governance
    theirs = next((row for row in snapshot[GOVERNANCE].value or () if row.name == name), None)
    by_role: dict[str, tuple[Member, ...]] = {}
    if theirs is not None:
        known = {"ptl": (theirs.ptl,) if theirs.ptl else (), **dict(theirs.liaisons)}
        for role, people in known.items():
            by_role[role] = tuple(
                _with_names(snapshot, Member(person.nick, "", person.name))
                for person in people
                if person.nick
            )
    return MappingProxyType({**by_role, **team.people})


def _with_names(snapshot: Snapshot, member: Member) -> Member:
    """Somebody of governance's with what the team's file says that they are called elsewhere."""
    known = (one for people in snapshot.team.people.values() for one in people)
    same = next((one for one in known if one.is_called(member.nick)), None)
    if same is None:
        return member
    return replace(same, nick=member.nick, account="", name=member.name or same.name)


def people_of_team(snapshot: Snapshot) -> tuple[Member, ...]:
    """All who have a role, each once."""
    by_nick: dict[str, Member] = {}
    for people in roles_of(snapshot).values():
        for member in people:
            by_nick.setdefault(fold(member.nick), member)
    return tuple(by_nick.values())


def names_of_person(snapshot: Snapshot, name: str) -> frozenset[str]:
    """What somebody of this name is called on each network, folded; this name is one of them."""
    theirs = (one.addresses for one in people_of_team(snapshot) if one.is_called(name))
    return frozenset(fold(each) for each in (name, *next(theirs, ())))


def holders(snapshot: Snapshot, *roles: str) -> tuple[Member, ...]:
    """The people with any of these roles, each once, in the roles' order."""
    known = roles_of(snapshot)
    by_nick: dict[str, Member] = {}
    for role in roles:
        for member in known.get(role, ()):
            by_nick.setdefault(fold(member.nick), member)
    return tuple(by_nick.values())


def proposers(snapshot: Snapshot) -> tuple[Member, ...]:
    """Those who propose the team's releases: its release liaisons and deputies, and the PTL, who
    "is the release liaison unless delegated" (Project Team Guide, release management)."""
    return holders(snapshot, "release", "deputy", "ptl")


def heirs_of(snapshot: Snapshot, nick: str) -> tuple[str, ...]:
    """Who is told what was for this liaison or PTL, where it does not reach them: the liaisons,
    deputies and PTL behind them, in this order; nobody for anybody else."""
    order = proposers(snapshot)
    at = next((number for number, one in enumerate(order) if one.is_called(nick)), len(order))
    return tuple(fold(one.nick) for one in order[at + 1 :])


def liaisons(snapshot: Snapshot) -> tuple[Member, ...]:
    """The release liaisons; the PTL where nobody was delegated."""
    return holders(snapshot, "release") or holders(snapshot, "ptl")


def names_of(snapshot: Snapshot) -> Mapping[str, str]:
    """What stands for each nick where it should call nobody: the name, else the role."""
    names: dict[str, str] = {}
    for role, people in roles_of(snapshot).items():
        for person in people:
            calls = not person.name or fold(person.nick) in fold(person.name)
            for name in person.addresses:
                names.setdefault(name, _titled(role, ()) if calls else person.name)
    return names


def is_member(member: Member, asker: Asker) -> bool:
    """Whether the asker is this person, by what they are called on the asker's network: by account
    where it tells accounts, else by a name that it verified."""
    network = address(asker.nick).network
    if asker.account is not None:
        known = member.vouched_by(network)
        return bool(asker.account and known) and fold(asker.account) == fold(known)
    name = member.on(network)
    return asker.verified and bool(name) and fold(asker.nick) == fold(name)


def is_theirs(snapshot: Snapshot, nick: str, asker: Asker) -> bool:
    """Whether the asker is the person for whom the team has this nick: its member, where it is
    one's, else the one whom services know by it."""
    if asker.no_services:
        return fold(asker.nick) == fold(nick)
    if members := _with_nick(snapshot, nick):
        return any(is_member(member, asker) for member in members)
    is_verified = asker.verified and fold(asker.nick) == fold(nick)
    return is_verified or (bool(asker.identity) and asker.identity == fold(nick))


def _with_nick(snapshot: Snapshot, nick: str) -> list[Member]:
    """The team's people of this nick; where one role names the account and another does not, the
    one that does."""
    members = [
        member
        for people in roles_of(snapshot).values()
        for member in people
        if member.is_called(nick)
    ]
    return [member for member in members if member.account] or members


def owner_in(asker: Asker) -> dict[str, str]:
    """What a note of somebody's own affairs has beside them: for which nick, and who that is as far
    as services vouch for it; `owners_of` reads it."""
    return {"of": fold(asker.nick), "owner": asker.identity}


def owners_of(snapshot: Snapshot, nick: str) -> frozenset[str]:
    """The identities under which somebody asked for what a nick gets in private; without those
    who asked unidentified."""
    return frozenset(
        note.body["owner"]
        for note in snapshot.notes
        if note.body and note.body.get("owner") and note.body.get("of", "") == fold(nick)
    )


def may(snapshot: Snapshot, right: str, asker: Asker) -> bool:
    """Whether the asker has the right, by the roles that the team's file gives it.

    The right to one's own affairs is anybody's, except under a nick that has a role, or under
    which somebody identified asked for things: then only theirs.
    """
    if right == SELF:
        if is_theirs(snapshot, asker.nick, asker):
            return True
        owners = owners_of(snapshot, asker.nick)
        is_taken = bool(_with_nick(snapshot, asker.nick))
        return not is_taken and (not owners or asker.identity in owners)
    roles = roles_with(snapshot, right)
    if asker.standing.intersection(roles):
        return True
    return any(is_member(member, asker) for member in holders(snapshot, *roles))


def has_any_right(snapshot: Snapshot, asker: Asker) -> bool:
    """Whether the asker may change anything of the team's."""
    return any(may(snapshot, field.name, asker) for field in fields(snapshot.team.rights))


def roles_with(snapshot: Snapshot, right: str) -> tuple[str, ...]:
    """The roles that have a right, as the team's file has them."""
    names: tuple[str, ...] = getattr(snapshot.team.rights, right)
    return names


def goes_by_account(snapshot: Snapshot, right: str) -> bool:
    """Whether somebody has the right by an account that is named, under whatever nick."""
    return any(member.account for member in holders(snapshot, *roles_with(snapshot, right)))


def refusal(snapshot: Snapshot, right: str, asker: Asker) -> str:
    """What somebody is told who lacks a right: who has it; where it is theirs under their nick, or
    may be by their account, and only services do not know them, that they are to identify."""
    if right == SELF:
        return f"{who_may(snapshot, right)}."
    is_unknown = not asker.identity and not asker.no_services
    owner = replace(asker, verified=True, account=None)
    if is_unknown and may(snapshot, right, owner):
        return f"{who_may(snapshot, right)}. If that nick is yours, identify to services first."
    if is_unknown and goes_by_account(snapshot, right):
        return f"{who_may(snapshot, right)}. If you are one of them, identify to services first."
    return f"{who_may(snapshot, right)}."


def who_may(snapshot: Snapshot, right: str) -> str:
    """A refusal in one sentence, without its full stop; by names, since a nick would call its
    owner for another's sake."""
    if right == SELF:
        return "That nick is somebody's: identify to services, so that I know it is yours"
    known = roles_of(snapshot)
    parts = [
        _NETWORK.get(role) or _titled(role, known[role])
        for role in roles_with(snapshot, right)
        if role in _NETWORK or known.get(role)
    ]
    return f"That is for {_either(parts)}" if parts else "The team's file gives that to nobody"


def _titled(role: str, people: Iterable[Member]) -> str:
    title = _TITLES.get(role, f"the {role.replace('_', ' ')[:_NAME]}")
    names = [person.name[:_NAME] for person in people if person.name][:_SHOWN]
    return f"{title} ({', '.join(names)})" if names else title


def _either(parts: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
