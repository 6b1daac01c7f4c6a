"""opendev.org: the raw files of openstack/releases and openstack/governance."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from ...domain.model import Deliverable, GovernanceTeam, Schedule, Series
from ...domain.snapshot import GOVERNANCE, SERIES, Key, deliverable_of, schedule_of
from ..http import Http, Trouble
from ..protocols import GONE, Kept
from ..strict_yaml import Unreadable
from .deliverable_file import parse_deliverable
from .governance import parse_governance
from .schedule import parse_schedule
from .series_status import parse_series_status

T = TypeVar("T")

RELEASES = "openstack/releases/raw/branch/master"
PAGES = ("text/html", "application/xhtml+xml")
_HTML = re.compile(rb"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
GOVERNANCE_FILES = "openstack/governance/raw/branch/master"


@dataclass(frozen=True)
class RawFiles(Generic[T]):
    """One fact out of one or more raw files, asked for with conditional GETs.

    The first file decides whether there is a fact: without it the value is None, or where the
    file is `always` there, it is a trouble. One that is `lasting` never goes away again: the
    schedule of a cycle is kept for good. HTML is refused, since Gitea and the proxies before it
    show their errors as pages. One that is wanted `while_known` is read on only as long as its
    last value is so.
    """

    key: Key[T]
    urls: tuple[str, ...]
    parse: Callable[[tuple[bytes | None, ...]], T]
    every: dt.timedelta
    always: bool = False
    lasting: bool = False
    upstream: str = "opendev"
    confirm: bool = True
    while_known: Callable[[T | None], bool] | None = None

    @property
    def url(self) -> str:
        """The address of the first file, for people."""
        return self.urls[0]

    async def fetch(self, http: Http, last: Kept | None, now: dt.datetime) -> Kept:
        """All files at once; an unchanged one keeps its last body."""
        known = last or Kept((None,) * len(self.urls))
        etags = known.etags or (None,) * len(self.urls)
        files = await asyncio.gather(
            *(
                _file(http, url, body, etag)
                for url, body, etag in zip(self.urls, known.bodies, etags, strict=True)
            )
        )
        if self.always and files[0][0] is None:
            raise Trouble("the file is not there (404)")
        if self.lasting and known.bodies[0] is not None and files[0][0] is None:
            raise Trouble(GONE)
        return Kept(tuple(body for body, _ in files), tuple(etag for _, etag in files))

    def read(self, kept: Kept) -> T | None:
        """The parsed files; None where the first is not there."""
        if kept.bodies[0] is None:
            return None
        try:
            return self.parse(kept.bodies)
        except Unreadable as error:
            raise Unreadable(f"{'/'.join(self.url.split('/')[-2:])}: {error.reason}") from error


async def _file(
    http: Http, url: str, body: bytes | None, etag: str | None
) -> tuple[bytes | None, str | None]:
    answer = await http.get(url, etag=etag if body is not None else None)
    if answer.unchanged:
        return body, etag
    if answer.missing:
        return None, None
    if answer.content_type in PAGES or _HTML.match(answer.body or b""):
        raise Trouble("a web page instead of the file")
    return answer.body, answer.etag


def series_status(base: str, every: dt.timedelta) -> RawFiles[tuple[Series, ...]]:
    """Every series with its status and phases."""
    return RawFiles(
        SERIES,
        (f"{base}/{RELEASES}/data/series_status.yaml",),
        lambda bodies: parse_series_status(_there(bodies[0])),
        every,
        always=True,
    )


def governance(base: str, every: dt.timedelta) -> RawFiles[tuple[GovernanceTeam, ...]]:
    """Every team with its people and deliverables."""
    return RawFiles(
        GOVERNANCE,
        (f"{base}/{GOVERNANCE_FILES}/reference/projects.yaml",),
        lambda bodies: parse_governance(_there(bodies[0])),
        every,
        always=True,
    )


def schedule(base: str, series: str, every: dt.timedelta) -> RawFiles[Schedule]:
    """A cycle's schedule: the weeks are in schedule.yaml, titles and exact days in schedule.rst."""
    folder = f"{base}/{RELEASES}/doc/source/{series}"
    return RawFiles(
        schedule_of(series),
        (f"{folder}/schedule.yaml", f"{folder}/schedule.rst"),
        lambda bodies: parse_schedule(series, _there(bodies[0]), bodies[1]),
        every,
        lasting=True,
    )


def deliverable(base: str, series: str, name: str, every: dt.timedelta) -> RawFiles[Deliverable]:
    """A deliverable's releases in one series."""
    return RawFiles(
        deliverable_of(series, name),
        (f"{base}/{RELEASES}/deliverables/{series}/{name}.yaml",),
        lambda bodies: parse_deliverable(series, name, _there(bodies[0])),
        every,
    )


def files_of_series(
    base: str, series: Iterable[str], deliverables: Iterable[str], every: dt.timedelta
) -> Iterator[RawFiles[Schedule] | RawFiles[Deliverable]]:
    """The schedules of these series, and these deliverables in each."""
    names = tuple(deliverables)
    for each in series:
        yield schedule(base, each, every)
        for name in names:
            yield deliverable(base, each, name, every)


def _there(body: bytes | None) -> bytes:
    assert body is not None, "RawFiles.read parses only files that are there"
    return body
