"""One poll's rows of builds: which are ours, and whether enough of them can be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from ...domain.ci.builds import Build, Lane, UnreadRow
from ..http import Trouble
from .build_ledger import Ledger
from .rows import build, is_of_a_branch, what_is_left


class Reading:
    """Takes rows into the ledger and counts those that can't be read.

    `odd` are the lanes with a job that is not among the expected, `highest` is the highest number
    that was shown, `again` says that a build was shown that had been before.
    """

    def __init__(self, ledger: Ledger, projects: Iterable[str], now: dt.datetime) -> None:
        self.odd: set[Lane] = set()
        self.highest = 0
        self.again = False
        self._ledger = ledger
        self._projects = frozenset(projects)
        self._now = now
        self._before: dict[str, frozenset[str]] = {}
        self._rows = self._read = 0
        self._seen: set[tuple[str, str, dt.date]] = set()
        self._marks: set[UnreadRow] = set()

    def take(self, rows: Iterable[Any], floor: dt.datetime | None = None) -> list[Build]:
        """The builds of these rows that are ours, kept where they are not older than `floor`."""
        builds = []
        for row in rows:
            self._rows += 1
            run = build(row)
            if run is None:
                self._note(row)
                continue
            self._read += 1
            self.highest = max(self.highest, run.number)
            self._seen.add((run.lane.project, run.job, run.event.date()))
            if run.lane.project in self._projects and run.lane.branch and is_of_a_branch(row):
                builds.append(run)
                if floor is None or run.event >= floor:
                    self._keep(run)
        return builds

    def _keep(self, run: Build) -> None:
        self.again = self.again or run.uuid in self._known(run)
        expected = self._ledger.expected.get(run.lane)
        if self._ledger.put(run) and expected and run.job not in expected.jobs:
            self.odd.add(run.lane)

    def _known(self, run: Build) -> frozenset[str]:
        """The builds of its repository that were known before this poll."""
        project = run.lane.project
        if project not in self._before:
            self._before[project] = frozenset(self._ledger.builds(project))
        return self._before[project]

    def _note(self, row: Any) -> None:
        project, job, event = what_is_left(row)
        mark = UnreadRow(project, job, (event or self._now).date())
        self._marks.add(mark)

    def check(self) -> None:
        """Trouble where less than half of the rows could be read: then nothing is taken. Else what
        could not be is remembered until it can."""
        if self._read * 2 < self._rows:
            lost = self._rows - self._read
            raise Trouble(f"{lost} of {self._rows} builds that can't be read")
        kept = [mark for mark in self._ledger.unread if not self._can_be_read(mark)]
        self._ledger.unread = list(dict.fromkeys((*kept, *sorted(self._marks))))

    def _can_be_read(self, mark: UnreadRow) -> bool:
        """Whether the job's build was shown now, or, of a row that does not tell its job, the whole
        night: builds of it and of one before, and none that can't be read."""
        if mark in self._marks:
            return False
        rows = [row for row in self._seen if mark.project in (row[0], "")]
        if mark.job:
            return any(row[1:] == (mark.job, mark.night) for row in rows)
        nights = {night for _, _, night in rows}
        return mark.night in nights and min(nights) < mark.night
