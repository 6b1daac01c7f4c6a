"""What can't be read of Zuul's builds is a trouble: no absence, and no other past."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from GlanceRelease.domain.ci.builds import History, Lane
from GlanceRelease.domain.team import Jobs
from GlanceRelease.sources.http import Http, Trouble
from GlanceRelease.sources.protocols import Kept
from GlanceRelease.sources.zuul.builds import PeriodicBuilds
from GlanceRelease.sources.zuul.client import ZuulApi
from GlanceRelease.sources.zuul.rows import build, is_of_a_branch
from GlanceRelease.sources.zuul.times import instant
from kit.upstream.zuul import Row, ZuulServer

GLANCE = "openstack/glance"
ONE, TWO, THREE = "glance-one-tips", "glance-two-tips", "glance-three-tips"
LANE = Lane(GLANCE, "master", "periodic")
NIGHT = dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC)
MORNING = dt.datetime(2026, 11, 21, 8, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
QUARTER = dt.timedelta(minutes=15)
Change = Callable[[Row], Any]


@pytest.fixture
def zuul() -> Iterator[ZuulServer]:
    with ZuulServer() as server:
        server.expected[GLANCE, "master", "periodic"] = [ONE, TWO, THREE]
        for back in (1, 0):
            night(server, NIGHT - back * DAY)
        yield server


def night(zuul: ZuulServer, event: dt.datetime, result: str = "SUCCESS") -> None:
    zuul.night(GLANCE, event, dict.fromkeys((ONE, TWO, THREE), result))


class Poller:
    def __init__(self, zuul: ZuulServer) -> None:
        self.source = PeriodicBuilds(ZuulApi(zuul.api), (GLANCE,), Jobs().pipelines, QUARTER)
        self.kept: Kept | None = None

    def poll(self, now: dt.datetime) -> History:
        async def once() -> Kept:
            async with Http("test", 5) as http:
                return await self.source.fetch(http, self.kept, now)

        self.kept = asyncio.run(once())
        return self.source.read(self.kept)


def forged(change: Change, which: Callable[[Row], bool] = lambda row: True) -> Any:
    """Answers of `builds` in which these rows are changed."""

    def answer(path: str, value: Any) -> Any:
        if path != "builds":
            return value
        return [change(dict(row)) if which(row) else row for row in value]

    return answer


def without(name: str) -> Change:
    return lambda row: {key: value for key, value in row.items() if key != name}


def with_(**values: Any) -> Change:
    return lambda row: {**row, **values}


UNREADABLE: dict[str, Change] = {
    "no _id": without("_id"),
    "an _id that is text": with_(_id="x"),
    "an _id that is true": with_(_id=True),
    "no uuid": without("uuid"),
    "a null uuid": with_(uuid=None),
    "no job_name": without("job_name"),
    "no ref": without("ref"),
    "a null ref": with_(ref=None),
    "no pipeline": without("pipeline"),
    "no branch and no ref's name": lambda row: {
        **row,
        "ref": {**row["ref"], "branch": None, "ref": None},
    },
    "no times": with_(event_timestamp=None, start_time=None),
    "times in words": with_(event_timestamp="yesterday", start_time="at two"),
    "no result": without("result"),
    "a result that is a number": with_(result=7),
    "an empty result": with_(result=""),
    "null": lambda row: None,
    "a list": lambda row: [row],
}


@pytest.mark.parametrize("change", UNREADABLE.values(), ids=list(UNREADABLE))
def test_an_answer_that_cannot_be_read_is_trouble_and_changes_nothing(
    zuul: ZuulServer, change: Change
) -> None:
    poller = Poller(zuul)
    poller.poll(MORNING)
    before = poller.kept
    night(zuul, NIGHT + DAY)
    zuul.changed = forged(change)
    for later in (MORNING + QUARTER, NIGHT + DAY + 6 * QUARTER, MORNING + DAY):
        with pytest.raises(Trouble, match=r"^\d+ of \d+ builds that can't be read$"):
            poller.poll(later)
        assert poller.kept is before
    zuul.changed = lambda path, value: value
    assert len(poller.poll(MORNING + DAY).lanes[LANE]) == 9


@pytest.mark.parametrize("change", UNREADABLE.values(), ids=list(UNREADABLE))
def test_a_row_that_cannot_be_read_among_others_is_remembered(
    zuul: ZuulServer, change: Change
) -> None:
    poller = Poller(zuul)
    poller.poll(MORNING)
    night(zuul, NIGHT + DAY)
    event = (NIGHT + DAY).strftime("%Y-%m-%dT%H:%M:%S")
    zuul.changed = forged(
        change, lambda row: row["job_name"] == TWO and row["event_timestamp"] == event
    )
    history = poller.poll(MORNING + DAY)
    assert len(history.lanes[LANE]) == 8
    (mark,) = history.unread
    assert mark.night == (NIGHT + DAY).date()
    assert (mark.project in (GLANCE, ""), mark.job in (TWO, "")) == (True, True)


@pytest.mark.parametrize("change", [without("uuid"), without("job_name")])
def test_a_night_that_can_be_read_again_is_not_remembered_as_unread(
    zuul: ZuulServer, change: Change
) -> None:
    poller = Poller(zuul)
    poller.poll(MORNING)
    night(zuul, NIGHT + DAY)
    event = (NIGHT + DAY).strftime("%Y-%m-%dT%H:%M:%S")
    zuul.changed = forged(change, lambda row: row["event_timestamp"] == event)
    for later in (QUARTER, 2 * QUARTER):
        assert poller.poll(MORNING + DAY + later).unread
    zuul.changed = lambda path, value: value
    assert not poller.poll(MORNING + DAY + 3 * QUARTER).unread


def test_half_of_a_poll_is_enough(zuul: ZuulServer) -> None:
    poller = Poller(zuul)
    zuul.changed = forged(without("uuid"), lambda row: row["event_timestamp"] < "2026-11-21")
    assert len(poller.poll(MORNING).lanes[LANE]) == 3
    one_more = [ONE, TWO, THREE]
    zuul.changed = forged(
        without("uuid"),
        lambda row: row["event_timestamp"] < "2026-11-21" or row["job_name"] in one_more[:1],
    )
    with pytest.raises(Trouble, match="4 of 6 builds"):
        poller.poll(MORNING + QUARTER)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-21T02:00:00",
        "2026-11-21T02:00:00Z",
        "2026-11-21T02:00:00.123456",
        "2026-11-21 02:00:00",
        "2026-11-21T02:00:00+00:00",
        "2026-11-21T04:00:00+02:00",
        "20261121T020000",
        "Sat, 21 Nov 2026 02:00:00 GMT",
        1795226400,
        1795226400.75,
        1795226400123,
        "1795226400",
    ],
)
def test_an_instant_is_read_however_it_is_written(written: Any) -> None:
    assert instant(written) == NIGHT


@pytest.mark.parametrize(
    "written",
    [None, "", "x", "2026-13-40T02:00:00", True, [], {}, "0", -5, 1e300, "1e400", "9" * 70, "nan"],
)
def test_what_is_no_instant_is_none(written: Any) -> None:
    assert instant(written) is None


def test_other_time_formats_are_the_same_nights(zuul: ZuulServer) -> None:
    plain = Poller(zuul).poll(MORNING)
    for change in (
        lambda row: {**row, "event_timestamp": row["event_timestamp"] + "+00:00"},
        lambda row: {**row, "event_timestamp": row["event_timestamp"].replace("T", " ")},
        lambda row: {**row, "event_timestamp": instant(row["event_timestamp"]).timestamp()},  # type: ignore[union-attr]
    ):
        zuul.changed = forged(change)
        assert Poller(zuul).poll(MORNING).lanes == plain.lanes


def test_a_null_branch_is_that_of_the_refs_name(zuul: ZuulServer) -> None:
    plain = Poller(zuul).poll(MORNING)
    zuul.changed = forged(lambda row: {**row, "ref": {**row["ref"], "branch": None}})
    assert Poller(zuul).poll(MORNING).lanes == plain.lanes
    zuul.night(GLANCE, NIGHT, {ONE: "SUCCESS"}, branch="stable/2025.2")
    assert Lane(GLANCE, "stable/2025.2", "periodic") in Poller(zuul).poll(MORNING).lanes


def test_a_canonical_project_is_the_repository(zuul: ZuulServer) -> None:
    plain = Poller(zuul).poll(MORNING)
    zuul.changed = forged(
        lambda row: {**row, "ref": {**row["ref"], "project": f"opendev.org/{GLANCE}"}}
    )
    assert Poller(zuul).poll(MORNING).lanes == plain.lanes


def test_no_build_of_what_ran_yesterday_is_no_answer(zuul: ZuulServer) -> None:
    poller = Poller(zuul)
    poller.poll(MORNING)
    zuul.changed = lambda path, value: [] if path == "builds" else value
    for later in (MORNING + QUARTER, MORNING + DAY, MORNING + 3 * DAY):
        with pytest.raises(Trouble, match="no build of ours, though it had some on 2026-11-21"):
            poller.poll(later)
    assert poller.poll(MORNING + 20 * DAY).lanes[LANE]  # so long nothing need have run


def test_where_nothing_ever_ran_no_build_is_an_answer(zuul: ZuulServer) -> None:
    zuul.builds.clear()
    poller = Poller(zuul)
    for later in (MORNING, MORNING + QUARTER):
        assert not poller.poll(later).lanes


def test_numbers_that_start_anew_are_noticed(
    zuul: ZuulServer, caplog: pytest.LogCaptureFixture
) -> None:
    poller = Poller(zuul)
    assert poller.poll(MORNING).anew is None
    zuul.builds.clear()
    zuul.buildsets.clear()
    zuul._number = 0  # a new database
    night(zuul, NIGHT + DAY, "FAILURE")
    history = poller.poll(MORNING + DAY - QUARTER)
    assert [run.result for run in history.lanes[LANE] if run.job == ONE] == [
        "SUCCESS",
        "SUCCESS",
        "FAILURE",
    ]
    assert "count anew" in caplog.text
    assert history.anew == MORNING + DAY - QUARTER
    night(zuul, NIGHT + 2 * DAY)
    zuul.seen.clear()
    history = poller.poll(MORNING + 2 * DAY - 2 * QUARTER)
    assert len(history.lanes[LANE]) == 12
    assert [seen.target.split("?")[0][-7:] for seen in zuul.seen].count("/builds") == 1


def test_what_ended_does_not_run_again_and_stays_in_its_night(zuul: ZuulServer) -> None:
    poller = Poller(zuul)
    before = poller.poll(MORNING)
    zuul.changed = forged(with_(result=None, end_time=None, final=None))
    assert poller.poll(MORNING + QUARTER).lanes == before.lanes
    zuul.changed = forged(with_(event_timestamp="2026-11-10T02:00:00"))
    assert poller.poll(MORNING + 2 * QUARTER).lanes == before.lanes
    assert poller.poll(MORNING + DAY).lanes == before.lanes


def test_a_change_or_tag_in_a_periodic_pipeline_is_no_night_of_the_branch(
    zuul: ZuulServer,
) -> None:
    poller = Poller(zuul)
    before = poller.poll(MORNING)
    for ref in (
        {"branch": "master", "change": 987654, "ref": "refs/changes/54/987654/1"},
        {"branch": "master", "change": 987654, "ref": None},
        {"branch": "", "change": None, "ref": "refs/tags/30.0.0"},
    ):
        for row in zuul.night(GLANCE, NIGHT + 8 * QUARTER, {ONE: "FAILURE"}).values():
            row["ref"].update(ref)
            assert not is_of_a_branch(row)
    assert poller.poll(MORNING + QUARTER).lanes == before.lanes


def test_a_result_in_small_letters_is_the_same(zuul: ZuulServer) -> None:
    row = {**zuul.builds[0], "result": " success "}
    read = build(row)
    assert read is not None
    assert read.result == "SUCCESS"
