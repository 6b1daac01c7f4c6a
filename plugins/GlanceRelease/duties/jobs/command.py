"""The periodic jobs, to which nobody else looks: `jobs` and `job`."""

from __future__ import annotations

from collections.abc import Iterator

from ...domain.ci.builds import SUSPECTS, Outcome, Verdict
from ...domain.ci.conclusions import concluded
from ...domain.messages.clauses import Clause, clause, listing
from ...domain.messages.counts import counted
from ...domain.messages.doc import Line, doc, line
from ...domain.moment import Moment
from ...registry import Ask, Reply, UserError, command, reply
from .facts import BAD, JobStanding, is_bad
from .lane_words import absent_clause, lane_clause, lane_troubles
from .marks import marks
from .moved_words import comings_and_goings, told_new
from .night_summary import summary
from .selection import NO_REPOSITORIES, JobsView, view_of
from .which_job import find_job
from .words import (
    capitalised,
    counted_suspects,
    day,
    marked,
    phrase,
    since,
    suspects_phrase,
    underway,
    verdict_word,
    with_build,
)

NEEDS = ("zuul", "gerrit")
_RUNS = 14


@command(
    "jobs",
    "[REPOSITORY] [BRANCH]",
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
    asked = (
        "jobs",
        moment.team.jobs,
        view.projects,
        view.place,
        moment[SUSPECTS].value,
        moment.today,
    )
    return concluded(view.history, asked, lambda: _jobs(view))


def _jobs(view: JobsView) -> Reply:
    told = tuple(s for s in view.judged if s.verdict is not Verdict.GONE)
    if not told:
        return _none_left(view) if view.judged else reply(f"{_nothing_known(view)}{view.age}")
    parts = [*map(clause, _unknown(view)), *_wrong(view)]
    parts += map(clause, comings_and_goings(view.judged))
    voting = [s for s in told if s.voting] or told
    end = clause(*summary(view, voting, link=not parts), view.age)
    details = [_detail(view, standing) for standing in view.judged]
    if not parts:
        return Reply(doc(line(end), details=details))
    wrong = listing(parts, weight=1, between="; ", at_break=";")
    return Reply(doc(line(wrong, ". ", end, most=2), details=details))


def _none_left(view: JobsView) -> Reply:
    """All jobs that were known are gone."""
    left = [*map(clause, _unknown(view)), *map(clause, comings_and_goings(view.judged))]
    end = f". No other periodic job is known.{view.age}"
    details = [_detail(view, standing) for standing in view.judged]
    each = listing(left, weight=1, between="; ", at_break=";")
    return Reply(doc(line(each, end, most=2), details=details))


def _unknown(view: JobsView) -> list[str]:
    """The repositories of the team's file of which Zuul knows nothing: perhaps a wrong name."""
    ours = view.moment.team.jobs.repositories
    return [
        f"Zuul knows no periodic jobs of {project}"
        for project in view.projects
        if project in ours and project in view.history.unknown
    ]


def _wrong(view: JobsView) -> list[Clause]:
    """What is wrong, the worst first; a job that does not vote comes last, with its mark."""
    lanes = lane_troubles(view.judged)
    told = {standing.key for lane in lanes for standing in lane.jobs}
    wrong = [s for s in view.judged if _is_told(view, s) and s.key not in told]
    wrong.sort(
        key=lambda s: (not s.voting, _order(s), s.lane.branch != "master", not s.tips, s.job)
    )
    return [*(lane_clause(view, lane) for lane in lanes), *(_phrase(view, s) for s in wrong)]


def _is_told(view: JobsView, standing: JobStanding) -> bool:
    """Whether a job is told of: one that is bad, or waits so long that it is late."""
    waits = standing.verdict in (Verdict.QUEUED, Verdict.RETRYING)
    night, since = standing.night, standing.since
    late = night is not None and (
        view.history.until >= night.late or (since is not None and since.date() < night.day)
    )
    return is_bad(standing) or (waits and late)


def _order(standing: JobStanding) -> int:
    return BAD.index(standing.verdict) if standing.verdict in BAD else len(BAD)


def _phrase(view: JobsView, standing: JobStanding) -> Clause:
    bad = standing.first_bad
    if standing.verdict is Verdict.DID_NOT_RUN:
        return absent_clause(view, standing)
    if standing.verdict in BAD:
        return phrase(view.history, standing, view.suspects_of(standing))
    if bad is None or not standing.failing:
        return clause(underway(standing))
    text = f"{underway(standing)}; it failed since {day(bad.event)}"
    return with_build(view.history, text, bad)


def _nothing_known(view: JobsView) -> str:
    if not view.projects:
        return NO_REPOSITORIES
    unknown = [p for p in view.projects if p in view.history.unknown]
    if unknown:
        return f"Zuul knows no periodic jobs of {', '.join(unknown)}."
    return "No periodic job is known."


def _detail(view: JobsView, standing: JobStanding) -> Line:
    text = f"{standing.lane.project} {standing.lane.branch} {standing.job}: "
    text += verdict_word(standing, standing.verdict)
    text += f", {counted(standing.runs, 'run')}" if standing.runs else ""
    text += since(standing)
    text += f", formerly {standing.former}" if standing.former else ""
    text += "" if standing.voting else " (non-voting)"
    last = standing.first_bad if standing.failing else standing.last
    return line(with_build(view.history, text, last))


@command(
    "job",
    "NAME [REPOSITORY] [on BRANCH]",
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
    standing = find_job(view, ask.text)
    former = f", formerly {standing.former}" if standing.former else ""
    row = marks(view.history, moment.team.jobs, standing)
    first = line(_head(view, standing), f"{former}; {row}.{view.age}")
    more = [*_evidence(view, standing), *_beside(view, standing, ask.text)]
    second = [line(listing(capitalised(more), weight=1, between="; "), ".")] if more else []
    return Reply(doc(first, *second, details=_history(view, standing)))


def _head(view: JobsView, standing: JobStanding) -> Clause:
    if standing.verdict is Verdict.DID_NOT_RUN:
        return absent_clause(view, standing)
    if standing.verdict in BAD:
        return phrase(view.history, standing, None)
    if standing.verdict in (Verdict.QUEUED, Verdict.RETRYING):
        return clause(underway(standing))
    if standing.moved is not None and standing.verdict is Verdict.NEW:
        return clause(told_new(standing))
    runs = f", {counted(standing.runs, 'run')}" if standing.runs else ""
    return clause(f"{marked(standing)}: {standing.verdict}{runs}{since(standing)}")


def _evidence(view: JobsView, standing: JobStanding) -> Iterator[Clause]:
    """The builds between which it broke, who may have broken it, and what Zuul says of it."""
    good, bad, newest = standing.last_good, standing.first_bad, standing.last
    if good is not None:
        yield with_build(view.history, f"last good {day(good.event)}", good)
    if bad is not None and standing.verdict not in BAD:
        yield with_build(view.history, f"first bad {day(bad.event)}", bad)
    suspects = view.suspects_of(standing)
    if suspects is not None:
        shorter = [suspects_phrase(suspects, 2), (counted_suspects(suspects),)]
        yield clause(*suspects_phrase(suspects, 3), shorter=shorter)
    if newest is not None and newest.detail and newest.outcome is not Outcome.PASSED:
        yield clause(f'Zuul says "{newest.detail[:100]}"')


def _beside(view: JobsView, standing: JobStanding, text: str) -> Iterator[Clause]:
    """What is bad of the same job elsewhere in its repository, where no place was named: a job on
    master does not hide the one on a branch."""
    if len(text.split()) > 1:
        return
    for each in view.judged:
        same = each.job == standing.job and each.lane.project == standing.lane.project
        if same and each.key != standing.key and is_bad(each):
            word = verdict_word(each, each.verdict).replace("-", " ")
            yield clause(f"not so {each.name}: {word}{since(each)}")


def _history(view: JobsView, standing: JobStanding) -> Iterator[Line]:
    suspects = view.suspects_of(standing)
    for c in suspects.changes if suspects else ():
        merged = f"merged {c.merged:%Y-%m-%d %H:%M} UTC"
        yield line(f"suspect {c.number} in {c.project}, {merged}: {c.subject}")
    for run in reversed(standing.row[-_RUNS:]):
        text = f"{day(run.event)}: {run.result or 'running'}"
        yield line(with_build(view.history, text, run))
