"""The periodic jobs, to which nobody else looks: `jobs` and `job`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from ...domain.ci.builds import SUSPECTS, Build, Lane, Outcome, Verdict, stem
from ...domain.ci.conclusions import concluded
from ...domain.ci.nights import last_night
from ...domain.moment import Moment
from ...registry import Ask, Reply, UserError, command, reply
from .facts import BAD, JobStanding
from .selection import NO_REPOSITORIES, JobsView, because, view_of
from .words import (
    LINE_BYTES,
    build_link,
    counted,
    day,
    fill,
    marks,
    night_link,
    phrase,
    suspects_phrase,
    where,
)

NEEDS = ("zuul", "gerrit")
_CANDIDATES = 6


@command(
    "jobs",
    "[REPOSITORY]",
    "the periodic jobs of last night: what is wrong, or that all is well",
    "jobs",
    needs=NEEDS,
    basis="the builds of the periodic pipelines, night by night",
    sources=("builds", "liaison"),
)
def jobs(moment: Moment, ask: Ask) -> Reply:
    """One line when all is well, else what is wrong first, each with how long and a link.

    "All passed" is said only of jobs that are known to be expected and whose run was seen; from
    old data it comes with its age.
    """
    view = view_of(moment, ask.text)
    if view.age:
        return _jobs(view)
    asked = ("jobs", moment.team.jobs, view.projects, moment[SUSPECTS].value, moment.today)
    return concluded(view.history, asked, lambda: _jobs(view))


def _jobs(view: JobsView) -> Reply:
    told = tuple(s for s in view.judged if s.verdict is not Verdict.GONE)
    if not told:
        return reply(f"{_nothing_known(view)}{view.age}")
    parts = [*_unknown(view), *_empty_lanes(view), *_wrong(view)]
    parts += [f"{s.job} is new, no run yet" for s in told if s.verdict is Verdict.NEW]
    parts += [f"{s.job} is gone" for s in view.judged if s.verdict is Verdict.GONE]
    summary = _summary(view, [s for s in told if s.voting], link=not parts)
    lines = _two_lines(parts, f"{summary}{view.age}")
    return reply(*lines, details=[_detail(view, standing) for standing in view.judged])


def _unknown(view: JobsView) -> list[str]:
    """The repositories of the team's file of which Zuul knows nothing: perhaps a wrong name."""
    named = view.moment.team.jobs.repositories
    return [
        f"Zuul knows no periodic jobs of {project}"
        for project in view.projects
        if project in named and project in view.history.unknown
    ]


def _two_lines(parts: Sequence[str], end: str) -> list[str]:
    """What is wrong, then `end`, in two lines at most; what does not fit with its link is named
    without, and what does not fit at all is counted."""
    if not parts:
        return [end]
    first, taken = fill(parts, LINE_BYTES)
    rest = list(parts[taken:])
    if not rest:
        sentence = f"{first}. {end}"
        return [sentence] if len(sentence.encode()) <= LINE_BYTES else [f"{first}.", end]
    room = LINE_BYTES - len(end.encode()) - len("; and 99 more. ")
    if sum(len(part) + 2 for part in rest) > room:
        rest = [part.split(" http", 1)[0] for part in rest]
    second, more = fill(rest, room)
    if len(second.encode()) > room:
        second, more = "", 0
    left = f"and {len(rest) - more} more" if len(rest) > more else ""
    return [f"{first};", f"{'; '.join(filter(None, (second, left)))}. {end}"]


def _wrong(view: JobsView) -> list[str]:
    empty = {lane for lane, _ in _lanes_without_builds(view)}
    wrong = [
        s
        for s in view.judged
        if s.verdict in BAD
        and s.voting
        and not (s.verdict is Verdict.DID_NOT_RUN and s.lane in empty)
    ]
    wrong += [s for s in view.judged if s.verdict is Verdict.RUNNING and s.failing and s.voting]
    wrong.sort(key=lambda s: (_order(s), s.lane.branch != "master", not s.tips, s.job))
    return [_phrase(view, standing) for standing in wrong]


def _order(standing: JobStanding) -> int:
    return BAD.index(standing.verdict) if standing.verdict in BAD else len(BAD)


def _phrase(view: JobsView, standing: JobStanding) -> str:
    if standing.verdict is Verdict.RUNNING and standing.first_bad is not None:
        bad = standing.first_bad
        return (
            f"{standing.job}{where(standing.lane)} is running; it failed since "
            f"{day(bad.event)} {build_link(view.history, bad)}"
        )
    return phrase(view.history, standing, view.suspects_of(standing))


def _lanes_without_builds(view: JobsView) -> Iterator[tuple[Lane, list[JobStanding]]]:
    """The lanes whose jobs all came to nothing in their newest night that can be judged."""
    lanes: dict[Lane, list[JobStanding]] = {}
    for standing in view.judged:
        if standing.verdict is not Verdict.GONE:
            lanes.setdefault(standing.lane, []).append(standing)
    for lane, all_ in lanes.items():
        if len(all_) > 1 and all(
            s.verdict is Verdict.DID_NOT_RUN and s.tonight is None for s in all_
        ):
            yield lane, all_


def _empty_lanes(view: JobsView) -> list[str]:
    rows = []
    for lane, all_ in _lanes_without_builds(view):
        since = min((s.since for s in all_ if s.since), default=None)
        ago = f" since {day(since)}" if since else ""
        rows.append(
            f"{lane.project}{where(lane)}: none of its {len(all_)} {lane.pipeline} jobs "
            f"ran{ago}{because(view.history, lane)}"
        )
    return rows


def _summary(view: JobsView, told: list[JobStanding], link: bool) -> str:
    """How many of the expected jobs passed in which night, of those that can be counted."""
    master = [s for s in told if s.tips]
    others = [s for s in told if not s.tips]
    main = master or others
    pipeline = view.moment.team.jobs.pipelines[0]
    last = last_night(pipeline, view.moment.team.jobs.late_hours, view.history.until)
    seen = max((s.row[-1].night for s in main if s.row), default=None)
    if last is None or seen is None:
        return f"{counted(len(main), 'periodic job')} expected, no run seen yet."
    builds = [b for s in main if (b := _of_night(s, seen)) is not None]
    passed = sum(b.outcome is Outcome.PASSED for b in builds)
    running = sum(b.outcome is Outcome.RUNNING for b in builds)
    kind = "tips job" if master else "periodic job"
    when = "last night" if seen == view.moment.today else f"in the night of {day(seen)}"
    text = f"{passed} of {counted(len(main), kind)} passed {when} ({pipeline.start:%H:%M} UTC)"
    text += f", {running} still running" if running else ""
    if others and master:
        good = sum(s.verdict is Verdict.PASSING for s in others)
        text += f", {good} of {counted(len(others), 'other periodic job')} passing"
    if last.day > seen:
        hours = int((view.history.until - last.start).total_seconds() // 3600)
        text += (
            f"; the run of {day(last.day)} has not begun after {hours} h"
            if view.history.until < last.late
            else f"; nothing ran on {day(last.day)}"
        )
    return f"{text}. {night_link(view.history, builds)}" if link else f"{text}."


def _of_night(standing: JobStanding, night: dt.date) -> Build | None:
    return next((run for run in reversed(standing.row) if run.night == night), None)


def _nothing_known(view: JobsView) -> str:
    if not view.projects:
        return NO_REPOSITORIES
    unknown = [p for p in view.projects if p in view.history.unknown]
    if unknown:
        return f"Zuul knows no periodic jobs of {', '.join(unknown)[:200]}."
    return "No periodic job is known."


def _detail(view: JobsView, standing: JobStanding) -> str:
    text = f"{standing.lane.project} {standing.lane.branch} {standing.job}: {standing.verdict}"
    text += f", {counted(standing.runs, 'run')}" if standing.runs else ""
    text += f" since {day(standing.since)}" if standing.since else ""
    text += f", formerly {standing.former}" if standing.former else ""
    text += "" if standing.voting else " (non-voting)"
    last = standing.first_bad if standing.failing else standing.last
    return f"{text} {build_link(view.history, last)}" if last else text


@command(
    "job",
    "NAME",
    "one job's last runs, since when, who may have broken it",
    "job glance-tox-py313-keystone-tips",
    needs=NEEDS,
    basis="the builds of the periodic pipelines, night by night",
    sources=("builds", "liaison"),
)
def job(moment: Moment, ask: Ask) -> Reply:
    """One job by its name, a part of it, or its name with another Python version."""
    if not ask.text:
        raise UserError("Which job? Say: job NAME, or a part of the name.")
    view = view_of(moment)
    standing = _find(view, ask.text)
    head = (
        phrase(view.history, standing, None)
        if standing.verdict in BAD
        else (
            f"{standing.job}{where(standing.lane)}: {standing.verdict}"
            + (f", {counted(standing.runs, 'run')}" if standing.runs else "")
            + (f" since {day(standing.since)}" if standing.since else "")
        )
    )
    former = f", formerly {standing.former}" if standing.former else ""
    good, bad = standing.last_good, standing.first_bad
    text = f"{head}{former}; {marks(view.history, moment.team.jobs, standing)}"
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
    details += [
        f"{day(run.event)}: {run.result or 'running'} {build_link(view.history, run)}"
        for run in reversed(standing.row[-14:])
    ]
    second = "; ".join(links)
    lines = (
        [f"{text}.{view.age}", f"{second[:1].upper()}{second[1:]}."]
        if links
        else [f"{text}.{view.age}"]
    )
    return reply(*lines, details=details)


def _find(view: JobsView, text: str) -> JobStanding:
    name, _, branch = text.lower().partition(" ")
    branch = branch.removeprefix("on ").strip()
    shown = [s for s in view.judged if not branch or branch in s.lane.branch]
    for candidates in (
        [s for s in shown if s.job.lower() == name],
        [s for s in shown if stem(s.job.lower()) == stem(name)],
        [s for s in shown if name in s.job.lower()],
        [s for s in shown if stem(name) in stem(s.job.lower())],
    ):
        if len(candidates) == 1 or (
            candidates
            and candidates[0].lane.branch == "master"
            and all(s.job == candidates[0].job for s in candidates)
        ):
            return candidates[0]
        if candidates:
            names = list(dict.fromkeys(f"{s.job}{where(s.lane)}" for s in candidates))
            more = f" and {len(names) - _CANDIDATES} more" if len(names) > _CANDIDATES else ""
            raise UserError(f'"{text[:40]}" may be: {", ".join(names[:_CANDIDATES])}{more}.')
    raise UserError(f'No periodic job of ours has "{text[:60]}" in its name.')
