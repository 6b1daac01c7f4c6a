"""A draft of a deliverable file, before it is made: what is wanted, where it belongs, and what it
stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..model import Deliverable
from .proposal import GerritFacts


@dataclass(frozen=True)
class DraftOrder:
    """What is to be drafted; `sha` "" is the branch's head, for a final the last candidate's;
    `series` "" is the one in development."""

    deliverable: str
    kind: str
    sha: str = ""
    series: str = ""


@dataclass(frozen=True)
class DraftPlan:
    """Where a draft belongs: the file's path, and the `branch` whose head is released in each
    repository whose commit is not given. `stable` is the branch that the series has or gets,
    `previous` the deliverable in the series that was released last."""

    order: DraftOrder
    series: str
    path: str
    branch: str
    repositories: tuple[str, ...]
    stable: str = ""
    previous: Deliverable | None = None

    @property
    def page_name(self) -> str:
        """The draft's name on the page: "glance-rc.yaml", "glance-gazpacho-bugfix.yaml"."""
        order = self.order
        return "-".join(filter(None, (order.deliverable, order.series, order.kind))) + ".yaml"


@dataclass(frozen=True)
class DraftBase:
    """What a draft stands on: the file as it is (None: there is none), and each repository's
    commit, with what Gerrit says of it; where there is no file, `model` is the text of the series
    before, if there is one."""

    text: str | None
    file: Deliverable | None
    heads: Mapping[str, str] = field(default_factory=dict)
    facts: GerritFacts = field(default_factory=GerritFacts)
    model: str | None = None
