"""Which releases' tags are awaited, and what of that is kept: asked for from the merge until the
tag is there, and never of what was there when its file was first looked at."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...domain.gerrit_scope import Scope, newest_on_master
from ...domain.model import Deliverable, Release
from ...domain.releases.awaited import Awaited, Tag
from ...domain.releases.proposal import Proposal
from ...domain.releases.tagged_files import by_tags, merged_text, newest_text
from ..http import Http
from .tags import tag_of

MOST_AT_ONCE = 30  # tags in one refresh; the others wait for the next
Versions = Mapping[str, frozenset[str]]


async def await_tags(
    http: Http,
    base: str,
    scope: Scope,
    proposals: Sequence[Proposal],
    before: Mapping[str, Any],
    now: dt.datetime,
) -> tuple[list[Awaited], Versions]:
    """What is awaited for a team now, with its tags, and the versions of its files that nobody need
    ask about; `before` is what was kept of the team last."""
    known = {name: frozenset(map(str, rows)) for name, rows in before.get("versions", {}).items()}
    earlier = {one.key: one for one in map(read_awaited, before.get("awaited", ()))}
    wanted = list(_awaited(scope, proposals, known, earlier))
    wanted = [replace(one, since=one.since or now) for one in wanted]
    first = wanted[:MOST_AT_ONCE]
    told = list(await asyncio.gather(*(_with_tags(http, base, one, now) for one in first)))
    told += wanted[MOST_AT_ONCE:]
    return told, _versions(scope, known, told)


def _awaited(
    scope: Scope,
    proposals: Sequence[Proposal],
    known: Versions,
    earlier: Mapping[tuple[str, str, str], Awaited],
) -> Iterator[Awaited]:
    """What proposals brought that merged; what stands in a file since its first look; and what was
    awaited before, until it is tagged, or gone from its file."""
    found = {one.key: one for one in _merged(scope, proposals)}
    for place, file in scope.files.items():
        series, name = place.split("/")
        for release in file.releases if file and place in known else ():
            if release.version not in known[place]:
                one = Awaited(series, name, release)
                found.setdefault(one.key, one)
    for key, one in earlier.items():
        if key not in found and not one.is_tagged and _may_stand(scope, proposals, one):
            found[key] = one
    for key, one in found.items():
        old = earlier.get(key)
        if old is None:
            yield one
        else:
            is_same = old.release.hashes == one.release.hashes
            merged, change = one.merged or old.merged, one.change or old.change
            tags = old.tags if is_same else ()
            yield replace(one, merged=merged, change=change, tags=tags, since=old.since)


def _merged(scope: Scope, proposals: Sequence[Proposal]) -> Iterator[Awaited]:
    """The releases that merged proposals brought, as the newest text of their file has them; what
    was taken back since is none."""
    merged = [one for one in proposals if one.change.status == "MERGED"]
    for proposal in sorted(merged, key=lambda one: one.change.number):
        for row in proposal.files:
            if row.after is None or row.after.name not in scope.deliverables:
                continue
            series, name = row.after.series, row.after.name
            had = {release.version for release in _releases(row.before)}
            newest = merged_text(proposals, series, name)
            there = {release.version: release for release in (newest.releases if newest else ())}
            for release in _releases(row.after):
                if release.version not in had and release.version in there:
                    yield Awaited(
                        series,
                        name,
                        there[release.version],
                        proposal.change.submitted,
                        proposal.change.number,
                    )


def _releases(file: Any) -> tuple[Release, ...]:
    deliverable: Deliverable | None = file.deliverable if file else None
    return deliverable.releases if deliverable else ()


def _may_stand(scope: Scope, proposals: Sequence[Proposal], one: Awaited) -> bool:
    """Whether its file has it still, as merged last or as read, or was not read."""
    place = f"{one.series}/{one.deliverable}"
    file = merged_text(proposals, one.series, one.deliverable) or scope.files.get(place)
    if file is None and place not in scope.files:
        return True
    versions = [release.version for release in (file.releases if file else ())]
    return one.release.version in versions


async def _with_tags(http: Http, base: str, one: Awaited, now: dt.datetime) -> Awaited:
    """The release with its tags, of which those are asked for that were not there."""
    version = one.release.version
    repositories = [repository for repository, _ in one.release.hashes]
    missing = [each for each in repositories if not one.is_tagged_in(each)]
    fresh = await asyncio.gather(*(tag_of(http, base, each, version, now) for each in missing))
    tags = {tag.repository: tag for tag in (*one.tags, *fresh)}
    return replace(one, tags=tuple(tags[each] for each in repositories))


def _versions(scope: Scope, known: Versions, told: Iterable[Awaited]) -> Versions:
    """What was known, all of a file that is looked at for the first time, and what is tagged."""
    places: dict[str, set[str]] = {place: set(versions) for place, versions in known.items()}
    awaited = {one.key for one in told}
    for place, file in scope.files.items():
        if place not in known:
            series, name = place.split("/")
            versions = [release.version for release in (file.releases if file else ())]
            places[place] = {v for v in versions if (series, name, v) not in awaited}
    for one in told:
        place = f"{one.series}/{one.deliverable}"
        if one.is_tagged and place in places:
            places[place].add(one.release.version)
    return {place: frozenset(versions) for place, versions in places.items()}


def last_tagged(
    scope: Scope, proposals: Sequence[Proposal], told: Sequence[Awaited], versions: Versions
) -> dict[str, str]:
    """Each repository's commit that was last released from master, by the tags as they are told
    now, so that what is counted since is counted since that release."""
    last = dict(scope.last)
    for name in scope.deliverables:
        for series in scope.near:
            place = f"{series}/{name}"
            file = newest_text(scope.files.get(place), proposals, series, name)
            if file is None:
                continue
            everything = {release.version for release in file.releases}
            there = versions.get(place, everything)
            newest = newest_on_master(by_tags(file, told, there.__contains__))
            if newest is not None:
                last |= dict(newest.hashes)
                break
    return last


def as_json(told: Iterable[Awaited]) -> list[dict[str, Any]]:
    """What is awaited, as it is kept."""
    return [
        {
            "series": one.series,
            "deliverable": one.deliverable,
            "version": one.release.version,
            "hashes": [list(pair) for pair in one.release.hashes],
            "merged": one.merged.isoformat() if one.merged else None,
            "change": one.change,
            "since": one.since.isoformat() if one.since else None,
            "tags": [
                {
                    "repository": tag.repository,
                    "commit": tag.commit,
                    "made": tag.made.isoformat() if tag.made else None,
                    "problem": tag.problem,
                }
                for tag in one.tags
            ],
        }
        for one in told
    ]


def read_awaited(raw: Mapping[str, Any]) -> Awaited:
    """The release of `as_json`'s."""
    hashes = tuple((str(repository), str(sha)) for repository, sha in raw["hashes"])
    tags = tuple(
        Tag(row["repository"], row["commit"], _instant(row["made"]), row["problem"])
        for row in raw["tags"]
    )
    release = Release(raw["version"], hashes)
    place = raw["series"], raw["deliverable"]
    since = _instant(raw["since"])
    return Awaited(*place, release, _instant(raw["merged"]), raw["change"], tags, since)


def _instant(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
