"""A release between its merge and its tag: what is awaited, and what Gerrit says of the tags."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from ..model import Release

PENDING = "tag pending"


@dataclass(frozen=True)
class Tag:
    """What Gerrit says of a release's tag in one repository: the `commit` on which it stands (""
    where it is not there), when it was made, and why that is not known, where it is not."""

    repository: str
    commit: str = ""
    made: dt.datetime | None = None
    problem: str = ""


@dataclass(frozen=True)
class Awaited:
    """A release that was not there when its file was first looked at: the change that brought it
    and when that merged, as far as Gerrit told, its tags as they were last asked for, and since
    when they are."""

    series: str
    deliverable: str
    release: Release
    merged: dt.datetime | None = None
    change: int = 0
    tags: tuple[Tag, ...] = ()
    since: dt.datetime | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """The file and the version, by which there is one."""
        return self.series, self.deliverable, self.release.version

    def tag_in(self, repository: str) -> Tag | None:
        """What was last said of its tag in a repository."""
        return next((tag for tag in self.tags if tag.repository == repository), None)

    def is_tagged_in(self, repository: str) -> bool:
        """Whether its tag stands there, on the commit that its file names."""
        tag = self.tag_in(repository)
        return tag is not None and tag.commit == dict(self.release.hashes)[repository]

    @property
    def is_tagged(self) -> bool:
        """Whether it has its tag in every repository."""
        return all(self.is_tagged_in(repository) for repository, _ in self.release.hashes)

    @property
    def problem(self) -> str:
        """Why Gerrit does not tell whether it is tagged; empty where it tells, or nobody asked."""
        return next((tag.problem for tag in self.tags if tag.problem), "")

    @property
    def astray(self) -> Tag | None:
        """The tag that stands on another commit than its file names."""
        strays = (t for t in self.tags if t.commit and not self.is_tagged_in(t.repository))
        return next(strays, None)

    @property
    def standing(self) -> str:
        """How far its tag is, in words."""
        if self.problem:
            return f"whether it is tagged is not known: {self.problem}"
        return "tag on another commit" if self.astray else PENDING

    @property
    def released(self) -> Release:
        """The release with its instant: that of the last of its tags, else of its merge."""
        made = [tag.made for tag in self.tags]
        known = [instant for instant in made if instant is not None]
        if known and len(known) == len(made):
            return replace(self.release, tagged=max(known), merged=self.merged)
        by_merge = self.merged is not None
        return replace(self.release, tagged=self.merged, merged=self.merged, by_merge=by_merge)
