"""Writes the samples into a folder: releases, governance, history and replies of Zuul."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from kit.samples.cycles import (
    CLIENT,
    DEADLINES,
    GLANCE,
    HISTORY,
    PLACES,
    SERIES,
    STORE,
    WEEKS,
)
from kit.upstream.zuul import Row, ZuulServer

OTHERS = 30  # services, and libraries, of teams that are nobody's
WEEK = dt.timedelta(weeks=1)
NIGHT = dt.datetime(2026, 11, 22, 2, tzinfo=dt.UTC)
Versions = Iterable[tuple[str, str, str]]


def write(folder: Path) -> Path:
    """The samples below the folder, at the paths of the real files."""
    _put(folder / "releases/data/series_status.yaml", "".join(_series()))
    for name in WEEKS:
        pages = folder / "releases/doc/source" / name
        _put(pages / "schedule.yaml", "".join(_table(name)))
        _put(pages / "schedule.rst", "".join(_page(name)))
    for series, name, text in _files():
        _put(folder / "releases/deliverables" / series / f"{name}.yaml", text)
    _put(folder / "governance/reference/projects.yaml", "".join(_teams()))
    _put(folder / "history/glance-releases.json", json.dumps(list(_history())))
    for name, rows in _replies().items():
        _put(folder / "zuul-api" / name, json.dumps(rows))
    return folder


def _put(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def _series() -> Iterator[str]:
    for name, (release_id, status, released, phase, day) in SERIES.items():
        yield f"- name: {name}\n  status: {status}\n  initial-release: {released}\n"
        if release_id:
            yield f"  release-id: {release_id}\n"
        if phase:
            yield f"  next-phase: {{status: {phase}, date: {day}}}\n"


def _table(series: str) -> Iterator[str]:
    """The release of the cycle before, and a row a week."""
    first, number = dt.date.fromisoformat(WEEKS[series][0]), WEEKS[series][1]
    names = list(SERIES)
    before = names[names.index(series) + 1]
    yield f"start-week: '{first}'\nrelease-week: '{first + number * WEEK}'\ncycle:\n"
    yield _row(first - WEEK, "", [f"{before[0]}-final"])
    for left in range(number, -1, -1):
        here = [
            f"{series[0]}-{deadline}"
            for (deadline, *_), place in zip(DEADLINES, PLACES[series], strict=True)
            if place == left
        ]
        yield _row(first + (number - left) * WEEK, f"R{-left or '+0'}", here)


def _row(start: dt.date, name: str, events: list[str]) -> str:
    named = f"  name: {name}\n" if name else ""
    listed = f"  x-project: [{', '.join(events)}]\n" if events else ""
    return f"- start: '{start}'\n  end: '{start + dt.timedelta(4)}'\n{named}{listed}"


def day_of(series: str, deadline: str) -> dt.date:
    """A deadline's day: the Thursday of its week, the release's Wednesday."""
    first, number = dt.date.fromisoformat(WEEKS[series][0]), WEEKS[series][1]
    place = PLACES[series][[one for one, *_ in DEADLINES].index(deadline)]
    return first + (number - place) * WEEK + dt.timedelta(2 if deadline == "final" else 3)


def _page(series: str) -> Iterator[str]:
    name, release_id = series.title(), SERIES[series][0]
    heading = f"{release_id} {name} Release Schedule"
    yield f"{'=' * len(heading)}\n{heading}\n{'=' * len(heading)}\n\n"
    yield "Cross-project events\n====================\n"
    for deadline, title, prose in DEADLINES:
        day = day_of(series, deadline)
        told = {"name": name, "id": release_id, "day": f"{day.day} {day:%B}, {day.year}"}
        heading = title.format(**told)
        yield f"\n.. _{series[0]}-{deadline}:\n\n{heading}\n{'-' * len(heading)}\n\n"
        yield f"{prose.format(**told)}\n"


def _files() -> Iterator[tuple[str, str, str]]:
    """Series, name and text of each deliverable file."""
    for series, versions in GLANCE.items():
        cut = next((one for one, *_ in versions if one.endswith("rc1")), "")
        lit = "" if series == "gazpacho" else "cycle-highlights: [It is faster.]\n"
        yield series, "glance", _file("glance", "glance", "service", versions, cut, series, lit)
    for name, kind, all_versions in (
        ("glance-store", "library", STORE),
        ("python-glanceclient", "client-library", CLIENT),
    ):
        for series, versions in all_versions.items():
            cut = versions[-1][0] if series == "gazpacho" else ""
            yield series, name, _file("glance", name, kind, versions, cut, series)
    for number in range(OTHERS):
        yield from _others(number)
    vif = [(f"5.{minor}.0", f"{minor}" * 40, "") for minor in range(3)]
    yield "hibiscus", "os-vif", _file("nova", "os-vif", "library", vif, "", "hibiscus")


def _others(number: int) -> Iterator[tuple[str, str, str]]:
    """Another team's service, with a beta, two candidates and a release each cycle, and library."""
    service, library, major = f"weather{number:02}", f"weather{number:02}-lib", 10 + number
    for later, series in enumerate(("gazpacho", "hibiscus")):
        base = f"{major + later}.0.0"
        candidates = [(f"{base}.0b2", "1"), (f"{base}.0rc1", "2"), (f"{base}.0rc2", "3")]
        versions = [(version, sha * 40, "") for version, sha in candidates]
        versions.append((base, "3" * 40, f"{major + later - 1}.0.0"))
        lit = "cycle-highlights: [It rains less.]\n"
        cut = f"{base}.0rc1"
        yield series, service, _file("weather", service, "service", versions, cut, series, lit)
        one = [(f"{major}.{later + 1}.0", f"{4 + later}" * 40, "")]
        yield series, library, _file("weather", library, "library", one, "", series)


def _file(
    team: str, name: str, kind: str, versions: Versions, cut: str, series: str, more: str = ""
) -> str:
    repository = f"openstack/{name.replace('-store', '_store')}"
    model = "rc" if kind == "service" else "intermediary"
    text = f"team: {team}\ntype: {kind}\nrelease-model: cycle-with-{model}\n{more}"
    text += f"repository-settings:\n  {repository}: {{}}\nreleases:\n"
    for version, sha, since in versions:
        text += f"  - version: {version}\n    projects:\n      - repo: {repository}\n"
        text += f"        hash: {sha}\n" + (f"    diff-start: {since}\n" if since else "")
    if cut:
        text += f"branches:\n  - name: stable/{SERIES[series][0]}\n    location: {cut}\n"
    return text


def _teams() -> Iterator[str]:
    yield "glance:\n  irc-channel: openstack-glance\n"
    yield "  ptl: {name: Cyril Roelandt, irc: croelandt, email: cyril@example.org}\n"
    yield "  liaisons:\n    release:\n"
    yield "      - {name: Pranali Deore, irc: pdeore, email: pdeore@example.org}\n"
    yield "  deliverables:\n"
    for name in ("glance", "glance-store", "python-glanceclient"):
        yield f"    {name}: {{repos: [openstack/{name.replace('-store', '_store')}]}}\n"
    yield "nova:\n  irc-channel: openstack-nova\n  deliverables:\n"
    yield "    os-vif: {repos: [openstack/os-vif]}\n"
    yield "weather:\n  irc-channel: openstack-weather\n  deliverables:\n"
    for number in range(OTHERS):
        for name in (f"weather{number:02}", f"weather{number:02}-lib"):
            yield f"    {name}: {{repos: [openstack/{name}]}}\n"


def _history() -> Iterator[dict[str, object]]:
    files = {"glance": GLANCE, "glance-store": STORE, "python-glanceclient": CLIENT}
    for series, name, version, proposed, merged, branches in HISTORY:
        known = {one: sha for one, sha, _ in files[name][series]}
        yield {
            "series": series,
            "deliverable": name,
            "version": version,
            "hash": known.get(version, "01ead31b80b2973b2b196aad2fcde0a3947287d6"),
            "proposed": f"{proposed}+00:00",
            "merged": f"{merged}+00:00",
            "branches_added": list(branches),
        }


def _replies() -> dict[str, list[Row]]:
    """One night's builds as Zuul tells them: ended in each way, running, and tried again."""
    hour = dt.timedelta(hours=1)
    with ZuulServer() as zuul:
        night = zuul.add_buildset("openstack/glance", NIGHT, "FAILURE")
        rows = {
            result: zuul.add_build(night, f"job-{result.lower()}", result, end=NIGHT + hour)
            for result in ("SUCCESS", "FAILURE", "POST_FAILURE", "TIMED_OUT", "NODE_FAILURE")
        }
        rows["RETRY"] = zuul.add_build(night, "job-again", "RETRY", final=False)
        running = zuul.add_build(night, "job-running", None)
    replies = {f"builds-result-{result}.json": [row] for result, row in rows.items()}
    return replies | {"builds-in-progress.json": [running]}
