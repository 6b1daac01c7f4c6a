"""What the page and the report cost: a page from a snapshot, commands while the page is asked for a
hundred times a second, the report for sixty teams."""

from __future__ import annotations

import http.client
import multiprocessing
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.snapshot import Snapshot
from GlanceRelease.duties.meeting.page import page_of
from GlanceRelease.duties.report_parts import report_of
from GlanceRelease.frontends.trial_room.ports import free_port
from GlanceRelease.render import html
from kit.irc.bot import Bot
from kit.irc.servers import RELAXED, hybrid
from kit.page_facts import NOW, snapshot

from .round_trip import Asker
from .table import Table

JOBS, NIGHTS, TEAMS = 40, 60, 60
PAGES = 200
ROUNDS, ASKED = 5, 400
PER_SECOND = 100
PAGE_AIM, REPORT_AIM, RATIO_AIM = 10, 100, 2


def main() -> Table:
    """Time all three; in milliseconds, but for the ratio."""
    one = team(0)
    cold = _milliseconds(lambda: html.page(page_of(Moment(one, NOW)), "", {}))
    warm = sorted(
        _milliseconds(lambda: html.page(page_of(Moment(one, NOW)), "", {})) for _ in range(PAGES)
    )
    teams = [team(number) for number in range(TEAMS)]
    reports = _milliseconds(
        lambda: [report_of(Moment(t, NOW), NOW.date(), t.team.name) for t in teams]
    )
    again = _milliseconds(
        lambda: [report_of(Moment(t, NOW), NOW.date(), t.team.name) for t in teams]
    )
    alone, beside, served = commands()
    ratio = _p99(beside) / _p99(alone)
    rows = [
        (
            f"page, {JOBS} jobs, the first: templates read, jobs judged",
            f"{cold:.2f}",
            "-",
            f"{PAGE_AIM}",
        ),
        (f"page, {JOBS} jobs", f"{median(warm):.2f}", f"{_p99(warm):.2f}", f"{PAGE_AIM}"),
        (
            f"report for {TEAMS} teams, the first: jobs judged",
            f"{reports:.1f}",
            "-",
            f"{REPORT_AIM}",
        ),
        (f"report for {TEAMS} teams", f"{again:.1f}", "-", f"{REPORT_AIM}"),
        ("!deadlines", f"{median(alone):.2f}", f"{_p99(alone):.2f}", "-"),
        (
            f"!deadlines, {served:.0f} pages a second",
            f"{median(beside):.2f}",
            f"{_p99(beside):.2f}",
            "-",
        ),
        ("the two p99, as a ratio", "-", f"{ratio:.2f}", f"{RATIO_AIM}"),
    ]
    return Table("Page and report, in ms", ("", "p50", "p99", "aim"), rows)


def team(number: int) -> Snapshot:
    """A team of its own name, whose jobs fail now and then."""
    results = {
        f"team{number}-job-{job}-tips": [
            "FAILURE" if (night + job) % 11 == 0 else "SUCCESS" for night in range(NIGHTS)
        ]
        for job in range(JOBS)
    }
    made = snapshot(results)
    return replace(made, team=replace(made.team, name=f"team{number}"))


def commands() -> tuple[list[float], list[float], float]:
    """The round trips of a command in ms, without and with readers of the page, in turn; and how
    many pages a second were read."""
    with TemporaryDirectory() as folder, hybrid(RELAXED) as server:
        port = free_port()
        bot = Bot(server, Path(folder) / "bot")
        with (bot.config / "bot.yaml").open("a") as file:
            file.write(f"web:\n  port: {port}\n")
        try:
            bot.start()
            asker = Asker(server)
            lines = len(asker.answer("!deadlines"))
            times: tuple[list[float], list[float]] = ([], [])
            read, took = 0, 0.0
            for number in range(ROUNDS):
                times[0].extend(_ask(asker, lines))
                counter = multiprocessing.Value("i", 0)
                reader = multiprocessing.Process(target=_read, args=(port, counter), daemon=True)
                reader.start()
                time.sleep(0.5)
                began = time.perf_counter()
                before = counter.value
                times[1].extend(_ask(asker, lines))
                read += counter.value - before
                took += time.perf_counter() - began
                reader.terminate()
                reader.join()
                if number == 0:  # the first round warms up
                    times[0].clear()
                    times[1].clear()
        finally:
            bot.kill()
    return times[0], times[1], read / took


def _ask(asker: Asker, lines: int) -> list[float]:
    return [1000 * asker.ask("!deadlines", lines)[1] for _ in range(ASKED)]


def _read(port: int, counter: object) -> None:
    """Ask for the page so often, in a process of its own; the loop is closed, so it never asks
    for more than one at a time."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    due = time.perf_counter()
    while True:
        connection.request("GET", "/")
        assert connection.getresponse().read()
        counter.value += 1  # type: ignore[attr-defined]
        due += 1 / PER_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def _p99(times: list[float]) -> float:
    return quantiles(times, n=100)[98]
