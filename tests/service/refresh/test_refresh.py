"""Bad days of upstream: the last good value stays with its age, and nobody is stormed or bored."""

from __future__ import annotations

import datetime as dt
import gc
import logging
import random
import ssl
import tracemalloc
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import cycle
from pathlib import Path

import pytest
import pytest_asyncio

from GlanceRelease.domain.snapshot import SERIES, Fetched, deliverable_of, schedule_of
from GlanceRelease.service.refresh.refresher import A_MINUTE, Refresher
from GlanceRelease.service.storage.store import Store
from GlanceRelease.sources.bundled_facts import load_bundled
from GlanceRelease.sources.http import Http
from GlanceRelease.sources.opendev import client as opendev
from kit.upstream.raw_bytes import Answer, BadServer, half_a_body, megabytes, page, silence

ELSEWHERE = Path(__file__).parents[2] / "kit" / "upstream" / "elsewhere.pem"
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
EVERY = dt.timedelta(minutes=30)
GOOD = b"- {name: indri, release-id: 2027.1, status: development, initial-release: 2027-03-24}\n"
NEWER = GOOD.replace(b"03-24", b"03-31")
HTML = b"<!DOCTYPE html><html><body>Gitea: 500</body></html>"
TWO_RELEASES = b"""team: glance
type: service
release-model: cycle-with-rc
repository-settings: {openstack/glance: {}}
releases:
  - {version: 34.0.0.0b1, projects: [{repo: openstack/glance, hash: %s}]}
  - {version: 34.0.0.0b2, projects: [{repo: openstack/glance, hash: %s}]}
""" % (b"a" * 40, b"b" * 40)
SCHEDULE = b"""release-week: '2027-03-22'
cycle:
- {start: '2027-01-11', end: '2027-01-15', name: R-10, x-project: [i-2]}
- {start: '2027-03-22', end: '2027-03-26', name: R+0, x-project: [i-final]}
"""
BOMB = b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
MOST_POLLS = 20  # in six hours: 1, 2, 4, 8, 16 minutes, then every half hour, jitter included

FAULTS: dict[str, tuple[Answer, str]] = {
    "slow": (silence, "no answer in time"),
    "half a body": (half_a_body(GOOD), "half a body"),
    "a page with 200": (page(HTML, content_type="text/html"), "a web page instead of the file"),
    "a page that says it is text": (page(HTML), "a web page instead of the file"),
    "a 500 in HTML": (page(HTML, "500 Internal Server Error", "text/html"), "HTTP 500"),
    "a tab": (page(b"- name:\tindri\n\tstatus: x\n"), "line 2: "),
    "a bomb of anchors": (page(BOMB), "aliases are refused"),
    "50 MB": (page(b"#" * 50_000_000), "more than 8 MiB"),
    "50 MB of unknown length": (megabytes(50), "more than 8 MiB"),
    "another file's body": (page(GOOD, more=f'ETag: "{"0" * 40}"\r\n'), "not what its ETag names"),
    "sent elsewhere": (
        page(b"", "302 Found", more="Location: https://elsewhere.example/file\r\n"),
        "sent elsewhere (to elsewhere.example)",
    ),
    "sent in circles": (page(b"", "302 Found", more="Location: #\r\n"), "too many redirects"),
}


class Polls:
    """A refresher whose minutes pass as fast as its server answers."""

    def __init__(self, refresher: Refresher, server: BadServer) -> None:
        self.refresher = refresher
        self.server = server
        self.now = NOW

    @property
    def fact(self) -> Fetched[object]:
        return self.refresher.facts[SERIES.name]

    async def minutes(self, number: int) -> list[int]:
        """Let minutes pass; how many requests came in each."""
        counts = []
        for _ in range(number):
            before = self.server.asked
            await self.refresher.refresh(self.now, self.now, "opendev")
            counts.append(self.server.asked - before)
            self.now += MINUTE
        return counts


@pytest_asyncio.fixture
async def polls(request: pytest.FixtureRequest) -> AsyncIterator[Polls]:
    """Polls of one small file from a server that is well; what waits for a slow one waits 0.2 s,
    the others as long as a busy machine needs for 50 MB."""
    store = await Store.in_memory()
    slow = getattr(request.node, "callspec", None) and "slow" in request.node.callspec.id
    seconds = 0.2 if slow else 1.5
    async with BadServer(page(GOOD)) as server, Http("tests", timeout_seconds=seconds) as http:
        refresher = Refresher(http, store)
        await refresher.start({})
        refresher.watch([opendev.series_status(server.url, EVERY)])
        yield Polls(refresher, server)
    await store.close()


@pytest.fixture
def warnings(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """The lines that an operator reads, from a warning on."""
    caplog.set_level(logging.WARNING, "GlanceRelease")
    logging.getLogger("GlanceRelease").parent = logging.getLogger()
    return lambda: [record.getMessage() for record in caplog.records]


@pytest.mark.parametrize("fault", ["down", *FAULTS])
@pytest.mark.asyncio
async def test_six_bad_hours(polls: Polls, warnings: Callable[[], list[str]], fault: str) -> None:
    await polls.minutes(1)
    good = polls.fact
    if fault == "down":
        await polls.server.down()
        trouble = "no connection: connection refused"
    else:
        polls.server.says, trouble = FAULTS[fault]
    requests = sum(await polls.minutes(6 * 60))
    assert good.value
    assert (polls.fact.value, polls.fact.at) == (good.value, NOW)
    assert trouble in (polls.fact.problem or "")
    assert requests <= MOST_POLLS * (4 if fault == "sent in circles" else 1)
    (warning,) = warnings()
    assert trouble in warning
    assert warning.endswith("; its last good value stays")

    polls.server.says = page(GOOD)
    if fault == "down":
        await polls.server.up()
    before = polls.now
    await polls.minutes(40)
    assert polls.fact.problem is None
    assert (polls.fact.at or NOW) >= before
    assert warnings()[1:] == ["opendev is back"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.asyncio
async def test_a_bot_that_never_had_a_value_says_so(polls: Polls, fault: str) -> None:
    polls.server.says, trouble = FAULTS[fault]
    await polls.minutes(1)
    assert not polls.fact.known
    assert trouble in (polls.fact.problem or "")


@pytest.mark.asyncio
async def test_a_certificate_that_does_not_fit_leaves_what_is_bundled(
    warnings: Callable[[], list[str]],
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(ELSEWHERE)
    store, bundled = await Store.in_memory(), load_bundled().facts
    async with BadServer(page(GOOD), tls) as server, Http("tests") as http:
        refresher = Refresher(http, store)
        await refresher.start(bundled)
        refresher.watch([opendev.series_status(server.url, EVERY)])
        await Polls(refresher, server).minutes(6 * 60)
        fact = refresher.facts[SERIES.name]
        assert server.asked == 0
    await store.close()
    assert (fact.value, fact.at) == (bundled[SERIES.name].value, bundled[SERIES.name].at)
    assert fact.problem == "its certificate does not fit"
    assert len(warnings()) == 1


@pytest.mark.asyncio
async def test_what_befalls_all_files_at_once_is_one_warning(
    polls: Polls, warnings: Callable[[], list[str]]
) -> None:
    polls.refresher.watch(
        opendev.deliverable(polls.server.url, "indri", name, EVERY) for name in ("a", "b", "c")
    )
    polls.server.says, _ = FAULTS["a page that says it is text"]
    await polls.minutes(30)
    (warning,) = warnings()
    assert warning.startswith("opendev: a web page instead of the file (http://127.0.0.1:")
    assert warning.endswith("; nothing of it was ever had")


@pytest.mark.parametrize("fault", ["50 MB of unknown length", "a bomb of anchors", "half a body"])
@pytest.mark.asyncio
async def test_no_memory_is_left_behind(polls: Polls, fault: str) -> None:
    await polls.minutes(1)
    polls.server.says, _ = FAULTS[fault]
    await polls.minutes(60)
    tracemalloc.start()
    try:
        await polls.minutes(60)
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        await polls.minutes(6 * 60)
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 1_000_000  # a kept body would be 8 MiB; a reset connection in the log is 0.1


@pytest.mark.asyncio
async def test_back_ends_that_disagree_change_nothing(polls: Polls) -> None:
    await polls.minutes(1)
    good = polls.fact.value
    bodies = cycle([NEWER, GOOD])
    polls.server.says = lambda: page(next(bodies))()
    await polls.minutes(6 * 60)
    assert polls.fact.value == good
    polls.server.says = page(NEWER)
    await polls.minutes(40)
    assert polls.fact.value != good


@pytest.mark.asyncio
async def test_what_one_fault_does_to_each_file_is_one_warning(
    polls: Polls, warnings: Callable[[], list[str]]
) -> None:
    url = polls.server.url
    files = [opendev.deliverable(url, "indri", name, EVERY) for name in ("a", "b")]
    polls.refresher.watch([opendev.series_status(url, EVERY), *files])
    polls.server.says = page(b"[]")
    await polls.minutes(30)
    (warning,) = warnings()
    assert warning.startswith("opendev: no series in the file (http://127.0.0.1:")
    assert warning.endswith(
        "; also expected a mapping at the top, got a list; nothing of it was ever had"
    )


@pytest.mark.parametrize("fault", ["404, though it was there", "only the beginning of what"])
@pytest.mark.asyncio
async def test_a_file_that_loses_what_it_had_is_believed_after_a_day(
    polls: Polls, warnings: Callable[[], list[str]], fault: str
) -> None:
    url, key = polls.server.url, deliverable_of("indri", "glance").name
    two = TWO_RELEASES
    polls.refresher.watch([opendev.deliverable(url, "indri", "glance", EVERY)])
    polls.server.says = page(two)
    await polls.minutes(1)
    good = polls.refresher.facts[key]
    one = page(two[: two.index(b"  - {version: 34.0.0.0b2")])
    polls.server.says = page(b"", "404 Not Found") if fault.startswith("404") else one
    await polls.minutes(23 * 60)
    late = polls.refresher.facts[key]
    assert (late.value, late.at) == (good.value, good.at)
    assert (late.problem or "").startswith(fault)
    (warning,) = warnings()
    assert f"opendev: {fault}" in warning
    await polls.minutes(3 * 60)
    believed = polls.refresher.facts[key]
    assert (believed.value is None) is fault.startswith("404")
    assert believed.value != good.value
    assert believed.problem is None
    polls.server.says = page(two)  # what comes back after that is as any other news
    await polls.minutes(40)
    assert polls.refresher.facts[key].value == good.value


@pytest.mark.asyncio
async def test_a_schedule_never_goes_away_again(polls: Polls) -> None:
    url, key = polls.server.url, schedule_of("indri").name
    polls.refresher.watch([opendev.schedule(url, "indri", EVERY)])
    polls.server.says = page(SCHEDULE)
    await polls.minutes(1)
    good = polls.refresher.facts[key].value
    assert good is not None
    polls.server.says = page(b"", "404 Not Found")
    await polls.minutes(3 * 24 * 60)
    assert polls.refresher.facts[key].value == good
    assert polls.refresher.facts[key].problem == "404, though it was there"


@pytest.mark.asyncio
async def test_what_shipped_with_the_project_is_not_gone_by_one_404(polls: Polls) -> None:
    bundled, key = load_bundled().facts, schedule_of("indri").name
    refresher = Refresher(polls.refresher._http, await Store.in_memory())
    await refresher.start(bundled)
    refresher.watch([opendev.schedule(polls.server.url, "indri", EVERY)])
    polls.server.says = page(b"", "404 Not Found")
    for minute in range(60):
        await refresher.refresh(NOW + minute * MINUTE, NOW, "opendev")
    assert refresher.facts[key].value == bundled[key].value
    assert refresher.facts[key].problem == "404, though it was there"


@pytest.mark.asyncio
async def test_an_older_file_of_a_back_end_that_lags_is_let_pass(
    polls: Polls, warnings: Callable[[], list[str]]
) -> None:
    await polls.minutes(1)
    polls.server.says = page(NEWER)
    await polls.minutes(40)
    newer = polls.fact.value
    for _ in range(3):  # an hour and a half the old one, then the new one again
        polls.server.says = page(GOOD)
        await polls.minutes(90)
        assert (polls.fact.value, polls.fact.problem) == (newer, None)
        polls.server.says = page(NEWER)
        await polls.minutes(30)
    assert warnings() == []
    polls.server.says = page(GOOD)  # and a revert that is meant
    await polls.minutes(25 * 60)
    assert polls.fact.value != newer
    assert (polls.now - polls.fact.at) <= EVERY + MINUTE if polls.fact.at else False


@pytest.mark.asyncio
async def test_a_release_that_a_lagging_back_end_does_not_have_yet_is_no_trouble(
    polls: Polls, warnings: Callable[[], list[str]]
) -> None:
    """The older file is the beginning of the newer one, as releases are appended."""
    url, key = polls.server.url, deliverable_of("indri", "glance").name
    polls.refresher.watch([opendev.deliverable(url, "indri", "glance", EVERY)])
    polls.server.says = page(b"", "404 Not Found")
    await polls.minutes(40)
    one = TWO_RELEASES[: TWO_RELEASES.index(b"  - {version: 34.0.0.0b2")]
    for older, newer in ((None, one), (one, TWO_RELEASES)):
        polls.server.says = page(newer)
        await polls.minutes(40)
        good = polls.refresher.facts[key].value
        polls.server.says = page(older) if older else page(b"", "404 Not Found")
        await polls.minutes(90)
        assert polls.refresher.facts[key].value == good
        assert polls.refresher.facts[key].problem is None
    assert warnings() == []


@pytest.mark.asyncio
async def test_a_trouble_that_lasts_hides_no_later_outage(
    polls: Polls, warnings: Callable[[], list[str]]
) -> None:
    url = polls.server.url
    files = [opendev.deliverable(url, "indri", name, EVERY) for name in ("a", "b")]
    polls.refresher.watch(files)
    broken = "a.yaml"

    def well() -> Iterator[bytes]:
        tab = polls.server.path.endswith(broken)
        return page(b"- name:\tindri\n\tstatus: x\n" if tab else TWO_RELEASES)()

    for _ in range(2):
        polls.server.says = well
        await polls.minutes(120)
        polls.server.says = page(b"busy", "503 Service Unavailable")
        await polls.minutes(120)
    assert sum("HTTP 503" in line for line in warnings()) == 2


@pytest.mark.asyncio
async def test_the_first_fact_that_comes_again_wakes_the_others(
    polls: Polls, warnings: Callable[[], list[str]]
) -> None:
    """After a long outage the way back takes minutes, and what was rightly a 404 is one."""
    url = polls.server.url
    sources = [opendev.series_status(url, EVERY), opendev.governance(url, 4 * EVERY)]
    files = [opendev.deliverable(url, "indri", name, EVERY) for name in ("a", "b", "c")]
    polls.refresher.watch([*sources, *files])
    polls.server.says = page(b"busy", "503 Service Unavailable")
    await polls.minutes(4 * 60)
    lists = {"series_status.yaml": GOOD, "projects.yaml": b"Image service: {}\n"}

    def well() -> Iterator[bytes]:
        body = lists.get(polls.server.path.rpartition("/")[2])
        return page(body)() if body else page(b"", "404 Not Found")()

    polls.server.says = well
    await polls.minutes(40)
    facts = polls.refresher.facts
    assert [facts[one.key.name].problem for one in (*sources, *files)] == [None] * 5
    assert [facts[one.key.name].origin for one in files] == ["network"] * 3
    assert [line.split(" (")[0] for line in warnings()] == [
        "opendev: HTTP 503",
        "opendev is back",
    ]


@pytest.mark.asyncio
async def test_a_304_to_what_was_never_had_is_no_answer(polls: Polls) -> None:
    key = deliverable_of("indri", "glance").name
    polls.refresher.watch([opendev.deliverable(polls.server.url, "indri", "glance", EVERY)])
    polls.server.says = page(b"", "304 Not Modified")
    await polls.minutes(10)
    assert not polls.refresher.facts[key].known
    assert polls.refresher.facts[key].problem == "304, though it was not asked for"


@pytest.mark.asyncio
async def test_nobody_is_stormed_and_the_tries_spread(polls: Polls) -> None:
    polls.server.says, _ = FAULTS["a 500 in HTML"]
    url, names = polls.server.url, [f"part-{number}" for number in range(3 * A_MINUTE)]
    polls.refresher.watch(opendev.deliverable(url, "indri", name, EVERY) for name in names)
    counts = await polls.minutes(4 * 60)
    assert max(counts) == A_MINUTE
    assert not polls.refresher.facts[deliverable_of("indri", names[-1]).name].known
    assert max(counts[120:]) < A_MINUTE  # jitter has spread what failed in the same minute


@pytest.mark.parametrize("days", [1, pytest.param(30, marks=pytest.mark.soak)])
@pytest.mark.asyncio
async def test_days_with_every_fault_in_them(
    polls: Polls, warnings: Callable[[], list[str]], days: int
) -> None:
    """Every hour of a day something else; what is known stays true, and the counts are told."""
    chance = random.Random(days)
    counts: Counter[str] = Counter()
    await polls.minutes(1)
    true = polls.fact.value
    memory: list[int] = []
    tracemalloc.start()
    try:
        for _ in range(days):
            hours = [*FAULTS, *["well"] * (24 - len(FAULTS))]
            chance.shuffle(hours)
            for hour in hours:
                polls.server.says = FAULTS[hour][0] if hour != "well" else page(GOOD)
                counts["requests"] += sum(await polls.minutes(60))
                counts["hours of trouble"] += polls.fact.problem is not None
                assert polls.fact.value == true
                assert hour == "well" or polls.fact.problem
            gc.collect()
            memory.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    counts["warnings"] = len(warnings())
    print(f"{days} days: {dict(counts)}; bytes in use at night: {memory[0]} .. {memory[-1]}")
    assert counts["requests"] <= 24 * 8 * 4 * days
    assert counts["warnings"] <= 2 * 24 * days
    assert memory[-1] - memory[0] < 300_000 + 2_000 * counts["warnings"]  # pytest keeps the log
