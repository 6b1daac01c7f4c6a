"""How periodic jobs are told: days, links that still show what was counted, marks, phrases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import quote, urlencode

from ...domain.calendar.day_names import MONTHS
from ...domain.ci.builds import Build, History, Outcome, Verdict
from ...domain.messages.clauses import Clause, Link, Span, clause
from ...domain.messages.counts import counted
from .facts import RETRIED, JobStanding
from .streaks import last_good, since_last_pass
from .suspects import Suspected, few

_BY_NUMBER = 7


def day(at: dt.datetime | dt.date) -> str:
    """ "21 Nov", the same in every locale."""
    return f"{at.day} {MONTHS[at.month - 1][:3].capitalize()}"


def build_link(history: History, build: Build) -> str:
    """The page of one build, by its id."""
    return f"{history.web}/build/{quote(build.uuid)}"


def builds_link(history: History, builds: Iterable[Build]) -> str:
    """A page of exactly these builds; a page by job and date would show others tomorrow."""
    return f"{history.web}/builds?{urlencode([('uuid', build.uuid) for build in builds])}"


def night_link(history: History, builds: Iterable[Build]) -> str:
    """The buildsets of these builds: the page shows the same night for ever."""
    sets = list(dict.fromkeys(build.buildset for build in builds if build.buildset))
    if len(sets) == 1:
        return f"{history.web}/buildset/{quote(sets[0])}"
    return f"{history.web}/buildsets?{urlencode([('uuid', buildset) for buildset in sets[:5]])}"


def trouble(build: Build) -> str:
    """What an infrastructure trouble is called: a time-out by its name, the rest by Zuul's."""
    return "timed out" if build.result == "TIMED_OUT" else f"{build.result}"


def run_word(run: Build) -> str:
    """What a run came to, by its one name: "timed out" is not also "infrastructure"."""
    if run.outcome is Outcome.TROUBLE and run.result == "TIMED_OUT":
        return trouble(run)
    return "cut short" if run.outcome is Outcome.CUT else run.outcome.value


def verdict_word(standing: JobStanding, verdict: Verdict) -> str:
    """A job's verdict; of one whose runs are in trouble what its last run was."""
    if verdict is Verdict.INFRASTRUCTURE and standing.last is not None:
        return run_word(standing.last)
    return verdict.value


def marked(standing: JobStanding) -> str:
    """The job's name, with the mark of one that does not count for its buildset."""
    return standing.name if standing.voting else f"{standing.name} (non-voting)"


def since(standing: JobStanding) -> str:
    """ " since 21 Nov", where it is known."""
    return f" since {day(standing.since)}" if standing.since else ""


def phrase(history: History, standing: JobStanding, suspects: Suspected | None) -> Clause:
    """One job's trouble: what, for how long, how many suspects, and a link where there is room."""
    told = _TROUBLES.get(standing.verdict, _failing)
    text, build = told(standing, suspects)
    return with_build(history, f"{marked(standing)}{text}", build)


def with_build(history: History, text: str, build: Build | None) -> Clause:
    """What is told of a build, with its page where there is room."""
    if build is None:
        return clause(text)
    return clause(text, " ", Link("build", build_link(history, build)), shorter=[text])


Trouble = tuple[str, Build | None]  # what is told of a job, and the build that shows it


def with_reason(text: str, reason: str) -> Clause:
    """What is broken, with Zuul's reason where there is room."""
    return clause(f"{text} ({reason})", shorter=[text]) if reason else clause(text)


def hour(at: dt.datetime) -> str:
    """ "02:00", as nights are told."""
    return f"{at:%H:%M}"


def underway(standing: JobStanding) -> str:
    """How a job that has no end yet waits or runs, and since when."""
    at = f" since {hour(standing.since)} on {day(standing.since)}" if standing.since else ""
    if standing.verdict is Verdict.QUEUED:
        return f"{marked(standing)} queued{at}"
    if standing.verdict is Verdict.RETRYING:
        return f"{marked(standing)} waiting for a retry{at}"
    return f"{marked(standing)} is running"


def _broken(standing: JobStanding, _: Suspected | None) -> Trouble:
    why = f" ({standing.reason})" if standing.reason else ""
    return f" is broken{since(standing)}{why}", None


def no_pass(standing: JobStanding) -> str:
    """ "no pass since 15 Nov, 4 of 5 runs failed", of a job whose last run that ended was bad."""
    bad = since_last_pass([run for run in standing.row if run.outcome.decides])
    if not bad:
        return ""
    good = last_good(standing.row)
    failed = sum(run.outcome is Outcome.FAILED for run in bad)
    told = f", {failed} of {counted(len(bad), 'run')} failed" if failed else ""
    return f"no pass{f' since {day(good.event)}' if good else ''}{told}"


def _unseen(standing: JobStanding, _: Suspected | None) -> Trouble:
    text = f": whether it ran{since(standing)} is not known from Zuul"
    return f"{text}{_before(standing)}", standing.last


def _did_not_run(standing: JobStanding, _: Suspected | None) -> Trouble:
    text, build = _came_to_no_end(standing)
    return f"{text}{_before(standing)}", build


def _before(standing: JobStanding) -> str:
    """What the runs that ended came to, before the nights without an end, where they were bad."""
    told = no_pass(standing)
    return f" ({told})" if told else ""


def _came_to_no_end(standing: JobStanding) -> Trouble:
    cut = standing.tonight
    if cut is not None and cut.result == RETRIED:
        return f" was repeated in vain on {day(cut.event)}", cut
    if cut is not None and cut.outcome is Outcome.CUT:
        return f" was {(cut.result or '').lower()} on {day(cut.event)}", cut
    if cut is not None and cut.outcome is Outcome.RUNNING:
        return f" began on {day(cut.event)} and came to no end", cut
    back = f", Zuul would run it again since {day(standing.back)}" if standing.back else ""
    return f" did not run, {counted(standing.runs, 'night')}{since(standing)}{back}", None


def _flaky(standing: JobStanding, _: Suspected | None) -> Trouble:
    window = [run for run in standing.row if run.outcome.decides][-standing.runs :]
    passed = sum(run.outcome is Outcome.PASSED for run in window)
    return f" flaky ({passed} of its last {len(window)} runs passed)", standing.first_bad


def _in_trouble(standing: JobStanding, suspects: Suspected | None) -> Trouble:
    if standing.last is None:
        return _failing(standing, suspects)
    runs = counted(standing.runs, "run")
    return f": {trouble(standing.last)}, {runs}{since(standing)}", standing.first_bad


def _failing(standing: JobStanding, suspects: Suspected | None) -> Trouble:
    """A failure by its length; one among infrastructure failures by the last pass, and by what
    the last run was."""
    count = f" ({counted_suspects(suspects)})" if suspects else ""
    bad = since_last_pass([run for run in standing.row if run.outcome.decides])
    failed = sum(run.outcome is Outcome.FAILED for run in bad)
    if failed == len(bad):
        runs = counted(standing.runs, "run")
        return f" FAILING {runs}{since(standing)}{count}", standing.first_bad
    last = bad[-1]
    text = f": {no_pass(standing)}"
    if last.outcome is Outcome.TROUBLE:
        was = f"an infrastructure failure ({last.result})"
        was = "it timed out" if trouble(last) == run_word(last) else was
        text += f", on {day(last.event)} {was}"
    return f"{text}{count}", standing.first_bad


_TROUBLES: dict[Verdict, Callable[[JobStanding, Suspected | None], Trouble]] = {
    Verdict.BROKEN: _broken,
    Verdict.UNSEEN: _unseen,
    Verdict.DID_NOT_RUN: _did_not_run,
    Verdict.FLAKY: _flaky,
    Verdict.INFRASTRUCTURE: _in_trouble,
}


def capitalised(clauses: Sequence[Clause]) -> Iterator[Clause]:
    """The clauses of a sentence; each begins with a text."""
    for number, each in enumerate(clauses):
        forms = tuple((_upper(str(form[0])), *form[1:]) for form in each.forms)
        yield each if number else replace(each, spans=forms[0], shorter=forms[1:])


def _upper(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def counted_suspects(suspects: Suspected) -> str:
    """ "4 suspects", "no suspect": nothing merged into what the job tests."""
    if not suspects.changes:
        return "no suspect"
    return f"{suspects.count} suspect{'' if suspects.count == '1' else 's'}"


def suspects_phrase(suspects: Suspected, most: int) -> tuple[Span, ...]:
    """The count, the likeliest few, and a link to all of them."""
    if not suspects.changes:
        return (f"no suspect: nothing merged into {', '.join(suspects.answer.repositories[:4])}",)
    told = f"{counted_suspects(suspects)}: {few(suspects, most)} "
    return told, Link("all suspects", suspects_link(suspects))


def suspects_link(suspects: Suspected) -> str:
    """The suspects in Gerrit: a few by their numbers, more by the query."""
    if len(suspects.changes) > _BY_NUMBER:
        return suspects.answer.url
    web = suspects.answer.url.partition("/q/")[0]
    return f"{web}/q/{'+OR+'.join(f'change:{change.number}' for change in suspects.changes)}"
