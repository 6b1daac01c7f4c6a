"""Reads openstack/governance's reference/projects.yaml: who leads a team, who is its liaison."""

from __future__ import annotations

from typing import Any

from ...domain.model import GovernanceTeam, Person
from .. import typed_fields
from ..strict_yaml import Unreadable, load


def parse_governance(body: bytes) -> tuple[GovernanceTeam, ...]:
    """The teams in the file's order.

    `ptl` is None for a team with distributed leadership, a person's `nick` is empty where
    governance has none, `channel` begins with no "#". Raises Unreadable naming team and field.
    """
    teams = tuple(_team(name, row) for name, row in load(body).items())
    if not teams:
        raise Unreadable("no team in the file")
    return teams


def _team(name: str, row: Any) -> GovernanceTeam:
    row = typed_fields.mapping(row, name)
    ptl = typed_fields.mapping(row.get("ptl"), f"{name}: ptl")
    liaisons = typed_fields.mapping(row.get("liaisons"), f"{name}: liaisons")
    deliverables = typed_fields.mapping(row.get("deliverables"), f"{name}: deliverables")
    return GovernanceTeam(
        name=name,
        ptl=_person(ptl, f"{name}: ptl") if ptl else None,
        liaisons=tuple(
            (role, _people(people, f"{name}: liaisons: {role}"))
            for role, people in liaisons.items()
        ),
        channel=typed_fields.text(row, "irc-channel", name, default="").lstrip("#"),
        deliverables=tuple(
            (deliverable, _repositories(value, f"{name}: {deliverable}"))
            for deliverable, value in deliverables.items()
        ),
    )


def _people(value: Any, what: str) -> tuple[Person, ...]:
    return tuple(_person(row, what) for row in typed_fields.mappings(value, what))


def _person(row: dict[str, Any], what: str) -> Person:
    return Person(
        name=typed_fields.text(row, "name", what, default=""),
        nick=typed_fields.text(row, "irc", what, default=""),
        email=typed_fields.text(row, "email", what, default=""),
    )


def _repositories(value: Any, what: str) -> tuple[str, ...]:
    repositories = typed_fields.mapping(value, what).get("repos") or []
    if not isinstance(repositories, list) or not all(isinstance(r, str) for r in repositories):
        raise Unreadable(f"{what}: repos is not a list of names")
    return tuple(repositories)
