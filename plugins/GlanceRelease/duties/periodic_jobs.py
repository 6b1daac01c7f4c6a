"""The periodic jobs, to which nobody else looks: `jobs`, `job`, and the line after a night."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..commands import Ask, Reply, UserError, command, reply, rule
from ..domain.age import age_of
from ..domain.builds import NIGHTS, SUSPECTS, Build, History, Lane, Outcome, Verdict, stem
from ..domain.doc import doc
from ..domain.nights import last_night
from ..domain.notice import Notice
from ..domain.snapshot import Snapshot
from .job_changes import LOOK_BACK, Change, changes, unsaid
from .job_verdicts import BAD, Standing, standings, watched
from .job_words import (
    LINE_BYTES,
    build_link,
    builds_link,
    counted,
    day,
    fill,
    marks,
    night_link,
    phrase,
    suspects_phrase,
    trouble,
    where,
)
from .suspects import Suspected, suspected

RULE = "jobs"
MEMORY = "jobs said"
REMEMBERED = 300
SUSPECTS_WITHIN = dt.timedelta(hours=1)  # how long a line waits for its suspects
_CANDIDATES = 6


@dataclass(frozen=True)
class View:
    """What the answers look at: the history, the repositories meant, their jobs judged."""

    snapshot: Snapshot
    history: History
    projects: tuple[str, ...]
    judged: tuple[Standing, ...]
    now: dt.datetime

    def suspects_of(self, standing: Standing) -> Suspected | None:
        """Who may have broken a job; None while it is not known."""
        return suspected(standing, self.snapshot[SUSPECTS].value, self.judged)

    @property
    def age(self) -> str:
        """Where the builds are not fresh: how old they are, and why."""
        age = age_of(self.snapshot[NIGHTS], self.now)
        return f" {age}" if age else ""


def view_of(snapshot: Snapshot, now: dt.datetime, repository: str = "") -> View:
    """The view of all the team's repositories, or of the one that was named; UserError with the
    names that are possible, or with why nothing is known."""
    fact = snapshot[NIGHTS]
    if fact.value is None:
        raise UserError(f"I have no builds from Zuul: {fact.problem or 'it was not asked yet'}.")
    projects = watched(snapshot, now)
    if repository:
        wanted = _plain(repository)
        named = tuple(p for p in projects if _plain(p) == wanted)
        if not named:
            names = ", ".join(p.removeprefix("openstack/") for p in projects)
            raise UserError(f'"{repository[:40]}" is none of our repositories: {names}.')
        projects = named
    return View(snapshot, fact.value, projects, standings(fact.value, snapshot.team.jobs, projects),
                now)


def _plain(repository: str) -> str:
    return repository.lower().removeprefix("openstack/").replace("_", "-").strip("- ")


@command("jobs", "[REPOSITORY]", "the periodic jobs of last night: what is wrong, or that all is "
         "well", "jobs")
def jobs(snapshot: Snapshot, ask: Ask, now: dt.datetime) -> Reply:
    """One line when all is well, else what is wrong first, each with how long and a link.

    "All passed" is said only of jobs that are known to be expected and whose run was seen; from
    old data it comes with its age.
    """
    view = view_of(snapshot, now, ask.text)
    told = tuple(s for s in view.judged if s.verdict is not Verdict.GONE)
    summary = _summary(view, [s for s in told if s.voting])
    if not told:
        return reply(f"{_nothing_known(view)}{view.age}")
    parts = [*_empty_lanes(view), *_wrong(view)]
    parts += [f"{s.job} is new, no run yet" for s in told if s.verdict is Verdict.NEW]
    parts += [f"{s.job} is gone" for s in view.judged if s.verdict is Verdict.GONE]
    details = [_detail(view, standing) for standing in view.judged]
    if not parts:
        return reply(f"{summary}{view.age}", details=details)
    first, taken = fill(parts, LINE_BYTES)
    rest = parts[taken:]
    end = f"{summary}{view.age}"
    if not rest:
        one = f"{first}. {end}"
        lines = [one] if len(one.encode()) <= LINE_BYTES else [f"{first}.", end]
        return reply(*lines, details=details)
    second, more = fill(rest, LINE_BYTES - len(end.encode()) - 30)
    left = f"; and {len(rest) - more} more" if len(rest) > more else ""
    return reply(f"{first};", f"{second}{left}. {end}", details=details)


def _wrong(view: View) -> list[str]:
    empty = {lane for lane, _ in _lanes_without_builds(view)}
    wrong = [s for s in view.judged if s.verdict in BAD and s.voting
             and not (s.verdict is Verdict.DID_NOT_RUN and s.lane in empty)]
    wrong += [s for s in view.judged if s.verdict is Verdict.RUNNING and s.failing and s.voting]
    wrong.sort(key=lambda s: (_order(s), s.lane.branch != "master", not s.tips, s.job))
    return [_phrase(view, standing) for standing in wrong]


def _order(standing: Standing) -> int:
    return BAD.index(standing.verdict) if standing.verdict in BAD else len(BAD)


def _phrase(view: View, standing: Standing) -> str:
    if standing.verdict is Verdict.RUNNING and standing.first_bad is not None:
        bad = standing.first_bad
        return (f"{standing.job}{where(standing.lane)} is running; it failed since "
                f"{day(bad.event)} {build_link(view.history, bad)}")
    return phrase(view.history, standing, view.suspects_of(standing))


def _lanes_without_builds(view: View) -> Iterator[tuple[Lane, list[Standing]]]:
    """The lanes whose jobs all came to nothing in their newest night that can be judged."""
    lanes: dict[Lane, list[Standing]] = {}
    for standing in view.judged:
        if standing.verdict is not Verdict.GONE:
            lanes.setdefault(standing.lane, []).append(standing)
    for lane, all_ in lanes.items():
        if len(all_) > 1 and all(
            s.verdict is Verdict.DID_NOT_RUN and s.tonight is None for s in all_
        ):
            yield lane, all_


def _empty_lanes(view: View) -> list[str]:
    found = []
    for lane, all_ in _lanes_without_builds(view):
        since = min((s.since for s in all_ if s.since), default=None)
        ago = f" since {day(since)}" if since else ""
        found.append(f"{lane.project}{where(lane)}: none of its {len(all_)} {lane.pipeline} jobs "
                     f"ran{ago}{_because(view.history, lane)}")
    return found


def _because(history: History, lane: Lane) -> str:
    """Why a lane had no builds, as far as Zuul tells: ": its configuration is broken (...)"."""
    broken = next((e for e in history.broken if e.project == lane.project
                   and e.branch in (lane.branch, "")), None)
    if broken is not None:
        text = f": {broken.text[:80]}" if broken.text else ""
        return f": its configuration is broken ({broken.path}{text})"
    empty = next((e for e in history.empty if e.lane == lane), None)
    if empty is not None:
        return f": {empty.result} without a build {history.web}/buildset/{empty.uuid}"
    return ""


def _summary(view: View, told: list[Standing]) -> str:
    """How many of the expected jobs passed in which night, of those that can be counted."""
    master = [s for s in told if s.tips]
    others = [s for s in told if not s.tips]
    main = master or others
    pipeline = view.snapshot.team.jobs.pipelines[0]
    last = last_night(pipeline, view.snapshot.team.jobs.late_hours, view.history.until)
    seen = max((s.row[-1].night for s in main if s.row), default=None)
    if last is None or seen is None:
        return f"{counted(len(main), 'periodic job')} expected, no run seen yet."
    builds = [b for s in main if (b := _of_night(s, seen)) is not None]
    passed = sum(b.outcome is Outcome.PASSED for b in builds)
    running = sum(b.outcome is Outcome.RUNNING for b in builds)
    kind = "tips job" if master else "periodic job"
    when = "last night" if seen == view.now.date() else f"in the night of {day(seen)}"
    text = f"{passed} of {counted(len(main), kind)} passed {when} ({pipeline.start:%H:%M} UTC)"
    text += f", {running} still running" if running else ""
    if others and master:
        good = sum(s.verdict is Verdict.PASSING for s in others)
        text += f", {good} of {counted(len(others), 'other periodic job')} passing"
    if last.day > seen:
        hours = int((view.history.until - last.start).total_seconds() // 3600)
        text += (f"; the run of {day(last.day)} has not begun after {hours} h"
                 if view.history.until < last.late else f"; nothing ran on {day(last.day)}")
    return f"{text}. {night_link(view.history, builds)}"


def _of_night(standing: Standing, night: dt.date) -> Build | None:
    return next((run for run in reversed(standing.row) if run.night == night), None)


def _nothing_known(view: View) -> str:
    unknown = [p for p in view.projects if p in view.history.unknown]
    if unknown:
        return f"Zuul knows no periodic jobs of {', '.join(unknown)[:200]}."
    return "No periodic job is known."


def _detail(view: View, standing: Standing) -> str:
    text = f"{standing.lane.project} {standing.lane.branch} {standing.job}: {standing.verdict}"
    text += f", {counted(standing.runs, 'run')}" if standing.runs else ""
    text += f" since {day(standing.since)}" if standing.since else ""
    text += f", formerly {standing.former}" if standing.former else ""
    text += "" if standing.voting else " (non-voting)"
    last = standing.first_bad if standing.failing else standing.last
    return f"{text} {build_link(view.history, last)}" if last else text


@command("job", "NAME", "one job's last runs, since when, who may have broken it",
         "job glance-tox-py313-keystone-tips")
def job(snapshot: Snapshot, ask: Ask, now: dt.datetime) -> Reply:
    """One job by its name, a part of it, or its name with another Python version."""
    if not ask.text:
        raise UserError("Which job? Say: job NAME, or a part of the name.")
    view = view_of(snapshot, now)
    standing = _find(view, ask.text)
    head = phrase(view.history, standing, None) if standing.verdict in BAD else (
        f"{standing.job}{where(standing.lane)}: {standing.verdict}"
        + (f", {counted(standing.runs, 'run')}" if standing.runs else "")
        + (f" since {day(standing.since)}" if standing.since else "")
    )
    former = f", formerly {standing.former}" if standing.former else ""
    good, bad = standing.last_good, standing.first_bad
    text = f"{head}{former}; {marks(view.history, snapshot.team.jobs, standing)}"
    links = []
    if good is not None:
        links.append(f"last good {day(good.event)} {build_link(view.history, good)}")
    if bad is not None and standing.verdict not in BAD:
        links.append(f"first bad {day(bad.event)} {build_link(view.history, bad)}")
    suspects = view.suspects_of(standing)
    if suspects is not None:
        links.append(suspects_phrase(suspects, 3))
    newest = standing.last
    if newest is not None and newest.detail and newest.outcome is not Outcome.PASSED:
        links.append(f'Zuul says "{newest.detail[:100]}"')
    details = [
        f"suspect {c.number} in {c.project}, merged {c.merged:%Y-%m-%d %H:%M} UTC: {c.subject}"
        for c in (suspects.changes if suspects else ())
    ]
    details += [f"{day(run.event)}: {run.result or 'running'} {build_link(view.history, run)}"
                for run in reversed(standing.row[-14:])]
    second = "; ".join(links)
    lines = [f"{text}.{view.age}", f"{second[:1].upper()}{second[1:]}."] if links else [
        f"{text}.{view.age}"
    ]
    return reply(*lines, details=details)


def _find(view: View, text: str) -> Standing:
    name, _, branch = text.lower().partition(" ")
    branch = branch.removeprefix("on ").strip()
    shown = [s for s in view.judged if not branch or branch in s.lane.branch]
    for found in (
        [s for s in shown if s.job.lower() == name],
        [s for s in shown if stem(s.job.lower()) == stem(name)],
        [s for s in shown if name in s.job.lower()],
    ):
        if len(found) == 1 or (found and found[0].lane.branch == "master"
                               and all(s.job == found[0].job for s in found)):
            return found[0]
        if found:
            names = list(dict.fromkeys(f"{s.job}{where(s.lane)}" for s in found))
            more = f" and {len(names) - _CANDIDATES} more" if len(names) > _CANDIDATES else ""
            raise UserError(f'"{text[:40]}" may be: {", ".join(names[:_CANDIDATES])}{more}.')
    raise UserError(f'No periodic job of ours has "{text[:60]}" in its name.')


def rows(view: View) -> list[dict[str, Any]]:
    """One row for each job, for scripts: instants are ISO, UTC."""
    return [_row(view, standing) for standing in view.judged]


def _row(view: View, standing: Standing) -> dict[str, Any]:
    suspects = view.suspects_of(standing)
    gerrit = suspects.answer.url.partition("/q/")[0] if suspects else ""
    return {
        "project": standing.lane.project,
        "branch": standing.lane.branch,
        "pipeline": standing.lane.pipeline,
        "job": standing.job,
        "former": standing.former,
        "voting": standing.voting,
        "verdict": str(standing.verdict),
        "since": _iso(standing.since),
        "runs": standing.runs,
        "last_good": _run(view.history, standing.last_good),
        "first_bad": _run(view.history, standing.first_bad),
        "suspects": [
            {"number": c.number, "project": c.project, "subject": c.subject,
             "merged": _iso(c.merged), "url": f"{gerrit}/c/{c.project}/+/{c.number}"}
            for c in (suspects.changes if suspects else ())
        ],
    }


def _run(history: History, build: Build | None) -> dict[str, Any] | None:
    if build is None:
        return None
    return {"uuid": build.uuid, "job": build.job, "result": build.result,
            "at": _iso(build.event), "url": build_link(history, build)}


def _iso(at: dt.datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


# -- unasked ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class News:
    """What is to be said now, and the idents of all that is settled by saying it."""

    told: tuple[Change, ...] = ()
    idents: tuple[str, ...] = ()


def _news(snapshot: Snapshot, now: dt.datetime) -> News:
    """What changed and was not said; nothing while a failure's suspects are still being asked."""
    history = snapshot[NIGHTS].value
    if history is None:
        return News()
    said = frozenset(snapshot.memory.get(MEMORY, "").split())
    found = changes(history, snapshot.team.jobs, watched(snapshot, now))
    fresh = [change for change in found if change.ident not in said]
    born = snapshot.born
    told = unsaid((c for c in fresh if born is None or c.settled >= born), said)
    if any(_waits(snapshot, change, now) for change in told):
        return News()
    return News(told, tuple(change.ident for change in fresh))


def _waits(snapshot: Snapshot, change: Change, now: dt.datetime) -> bool:
    if change.sort != "failing" or now - change.settled > SUSPECTS_WITHIN:
        return False
    standing = _standing_of(snapshot, change, now)
    if standing is None or not standing.tips or standing.last_good is None:
        return False
    if change.first is None or change.first.outcome is not Outcome.FAILED:
        return False
    known, fact = snapshot[SUSPECTS].value, snapshot[SUSPECTS]
    answered = known is not None and change.first.uuid in known.answers
    return not answered and fact.problem is None


def _standing_of(snapshot: Snapshot, change: Change, now: dt.datetime) -> Standing | None:
    view = view_of(snapshot, now)
    return next(
        (s for s in view.judged if (s.lane, s.job) == (change.lane, change.job)), None
    )


def _remember(snapshot: Snapshot, now: dt.datetime) -> Mapping[str, str]:
    news = _news(snapshot, now)
    if not news.idents:
        return {}
    kept = snapshot.memory.get(MEMORY, "").split()
    return {MEMORY: " ".join([*kept, *news.idents][-REMEMBERED:])}


@rule(
    RULE,
    "a periodic job failed N nights running or recovered, or nothing ran",
    "jobs.nights in the team's file",
    remember=_remember,
)
def after_a_night(snapshot: Snapshot, now: dt.datetime) -> Iterator[Notice]:
    """One line for all that changed, when the night is over or what is missing is late."""
    told = _news(snapshot, now).told
    if not told:
        return
    words = doc(_line(view_of(snapshot, now), told))
    yield Notice(
        rule=RULE,
        subject=str(told[-1].night),
        target=snapshot.team.announce,
        facts=".".join(change.ident for change in told)[:300],
        due=max(change.settled for change in told),
        grace=LOOK_BACK,
        say=lambda at: words,
        why="the periodic jobs report to nobody; this changed in the night",
    )


def _line(view: View, told: tuple[Change, ...]) -> str:
    """The line at its fullest that fits: with the likeliest suspects, with their count, bare."""
    nights_told = list(dict.fromkeys(change.night for change in told))
    night = f"night of {day(nights_told[-1])}" if len(nights_told) == 1 else (
        f"nights of {day(nights_told[0])} to {day(nights_told[-1])}"
    )
    text = ""
    for fullness in (3, 2, 1, 0):
        parts = [*_told_empty(view, told), *(_told(view, c, fullness) for c in told if c.job)]
        text = f"Periodic jobs, {night}: {'; '.join(parts)}. {_evidence(view, told)}".rstrip()
        if len(text.encode()) <= LINE_BYTES:
            return text
    failed = sum(change.sort == "failing" for change in told)
    well = sum(change.sort == "recovered" for change in told)
    counts = [f"{failed} now fail" if failed else "", f"{well} pass again" if well else "",
              *_told_empty(view, told)]
    return (f"Periodic jobs, {night}: {'; '.join(filter(None, counts))}. Ask: jobs. "
            f"{_evidence(view, told)}").rstrip()


def _told(view: View, change: Change, fullness: int) -> str:
    name = f"{change.job}{where(change.lane)}"
    if change.sort == "recovered":
        return f"{name} passes again after {counted(change.nights, 'bad night')}"
    running = f" {change.nights} nights running" if change.nights > 1 else ""
    if change.build is not None and change.build.outcome is Outcome.TROUBLE:
        return f"{name}: {trouble(change.build)}, bad{running}"
    standing = next((s for s in view.judged if (s.lane, s.job) == (change.lane, change.job)), None)
    suspects = view.suspects_of(standing) if standing else None
    if suspects is None or not fullness:
        return f"{name} failed{running}"
    if fullness > 1:
        return f"{name} failed{running}, {suspects_phrase(suspects, fullness)}"
    return f"{name} failed{running} ({suspects.count} suspects)"


def _told_empty(view: View, told: Iterable[Change]) -> list[str]:
    empty = [change for change in told if change.sort == "empty"]
    if not empty:
        return []
    lanes = {s.lane for s in view.judged if s.lane.pipeline == empty[0].lane.pipeline
             and s.verdict is not Verdict.GONE}
    if len(empty) > 1 and {change.lane for change in empty} >= lanes:
        return ["no periodic job ran at all"]
    return [f"no job of {c.lane.project}{where(c.lane)} ran{_because(view.history, c.lane)}"
            for c in empty]


def _evidence(view: View, told: Iterable[Change]) -> str:
    builds = [c.build for c in told if c.build is not None]
    if not builds:
        return ""
    if len(builds) == 1:
        return build_link(view.history, builds[0])
    if len(builds) <= 3:
        return builds_link(view.history, builds)
    return night_link(view.history, builds)
