"""The stated priorities of a milestone as a task of its deadline."""

from __future__ import annotations

from dataclasses import dataclass

from ...domain.messages.clauses import Clause, clause
from ..releases.asked import Basis, TaskState, basis
from ..releases.task import Task

BASIS = basis(
    "the liaison reminds of the stated priorities and their progress",
    "each priority's change is merged",
    "liaison",
)


@dataclass(frozen=True)
class PrioritiesTask(Task):
    """So many of the stated priorities are `left`."""

    left: int
    stated: int

    @property
    def basis(self) -> Basis:
        """The rule that asks for it."""
        return BASIS

    @property
    def clause(self) -> Clause:
        """ "1 of 2 priorities", "all 2 priorities"."""
        if self.state is TaskState.LEFT:
            return clause(f"{self.left} of {self.stated} priorities")
        return clause(f"all {self.stated} priorities")
