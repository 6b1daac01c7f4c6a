"""The page as a browser shows it, and every address of it as a client reads it."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from icalendar import Calendar

from GlanceRelease.domain.calendar.deadlines_from_chat import ChatDeadline
from GlanceRelease.domain.calendar.event_offsets import parse_when
from GlanceRelease.domain.model import Event, Kind, Week
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.people.note import Note
from GlanceRelease.domain.reports.kept_reports import to_json, told_json, told_of
from GlanceRelease.domain.snapshot import Fetched, Snapshot, deliverable_of
from GlanceRelease.domain.team import OwnDeadline
from GlanceRelease.duties.deadlines.calendar_feed import remember
from GlanceRelease.duties.meeting.report import KEPT
from GlanceRelease.duties.report_parts import MEMORY, report_of
from GlanceRelease.render.sanitize import plain
from kit.browser import CHROMIUM, Tab, chromium
from kit.browser import tab as tab_of
from kit.irc.fixtures import OUTPUT, absent
from kit.page_facts import HOSTILE, NOW, Served, served, snapshot

P, F = "SUCCESS", "FAILURE"
JOBS = {
    "glance-tox-py313-keystone-tips": [P] * 10 + [F] * 4,
    "glance-tox-py313-oslo-tips": [P] * 14,
    "glance-tox-functional-py313-oslo-tips": [P] * 9 + ["TIMED_OUT"] + [P] * 4,
    "glance-tox-py313-glance_store-tips": [P, P, F] + [P] * 11,
    "glance-multistore-cinder-import-periodic": [P] * 13 + [None],
}
NO_FILE = Fetched(None, NOW, "network", url="https://opendev.test", upstream="opendev")
LAST = NOW.date() - dt.timedelta(days=7)


def action(number: int, text: str) -> Note:
    body = {"text": text, "nick": "alice", "by": "bob", "at": "2026-11-19T14:20:00+00:00"}
    return Note("action", str(number), body, "bob", NOW, number)


def busy(page: str = "") -> Snapshot:
    """A team with a failing job, two actions and a report of last week."""
    notes = [action(1, "write the prelude of the release notes"), action(2, "release glance_store")]
    made = snapshot(JOBS, notes, page=page)
    files = {deliverable_of("indri", name).name for name in made.team.deliverables}
    made = replace(made, facts={**made.facts, **dict.fromkeys(files, NO_FILE)})
    report = report_of(Moment(made, NOW), LAST, "Glance, R-18 of 2027.1 Indri")
    memory = {MEMORY: json.dumps(told_json([replace(told_of(report), day=LAST)]))}
    return replace(made, memory=memory)


def hostile(page: str = "") -> Snapshot:
    """The same with other people's text at its worst, wherever they can put it."""
    made = snapshot({HOSTILE: [P, F, F]}, [action(1, HOSTILE)], page=page)
    own = OwnDeadline(HOSTILE, parse_when("2026-12-10"))
    told = ChatDeadline(f"told {HOSTILE}", "2026-12-11", "indri", HOSTILE, NOW).note()
    return replace(made, team=replace(made.team, deadlines=(own,)), notes=(*made.notes, told))


def bare(page: str = "") -> Snapshot:
    """A bot that has reached nothing yet."""
    return snapshot(page=page)


WORLDS = {"busy": busy, "hostile": hostile, "bare": bare}


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    if CHROMIUM is None:
        absent("chromium")
    with chromium(tmp_path_factory.mktemp("chromium")) as port:
        yield port


@pytest_asyncio.fixture
async def tab(browser: int) -> AsyncIterator[Tab]:
    async with tab_of(browser) as found:
        yield found


async def get(url: str) -> tuple[int, str, str]:
    """Status, kind and body."""
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, answer.content_type, await answer.text()


# -- in a browser -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "dark"), [(1200, False), (1200, True), (700, False), (360, False), (360, True)]
)
@pytest.mark.parametrize("what", sorted(WORLDS))
@pytest.mark.asyncio
async def test_it_is_whole_at_every_width(
    site: Served, tab: Tab, width: int, dark: bool, what: str
) -> None:
    site.show(
        {"busy": busy, "hostile": hostile, "bare": lambda url: snapshot(page=url)}[what](site.url)
    )
    await tab.open(f"{site.url}/", width, dark)
    OUTPUT.mkdir(exist_ok=True)
    name = f"page-{what}-{width}-{'dark' if dark else 'light'}.png"
    (OUTPUT / name).write_bytes(await tab.picture())
    assert tab.console == []
    assert await tab.evaluate("document.documentElement.scrollWidth") == width
    assert {url.startswith(f"{site.url}/") for url in tab.requested} == {True}


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.asyncio
async def test_the_mark_of_today_is_where_today_is(site: Served, tab: Tab, width: int) -> None:
    site.show(busy(site.url))
    await tab.open(f"{site.url}/", width)
    box = "document.querySelector('{}').getBoundingClientRect()"
    today = await tab.evaluate(f"{box.format('#today line')}.x")
    left = await tab.evaluate(f"{box.format('.timeline .axis')}.left")
    right = await tab.evaluate(f"{box.format('.timeline .axis')}.right")
    # Indri's table begins on Monday 2026-09-28 and ends in the week of Monday 2027-03-22.
    first, last = dt.date(2026, 9, 28), dt.date(2027, 3, 28)
    days = (last - first).days + 1
    wanted = left + (right - left) * ((NOW.date() - first).days + 0.5) / days
    assert today == pytest.approx(wanted, abs=(right - left) / days / 2)


@pytest.mark.asyncio
async def test_no_label_of_the_timeline_stands_on_another(site: Served, tab: Tab) -> None:
    site.show(busy(site.url))
    await tab.open(f"{site.url}/", 360)
    labels = "[...document.querySelectorAll('.timeline .mark text')]"
    box = "(({left, right, top, bottom}) => [left, right, top + 4, bottom])"
    boxes = await tab.evaluate(f"{labels}.map(t => {box}(t.getBoundingClientRect()))")
    assert len(boxes) > 5
    for number, (left, right, top, bottom) in enumerate(boxes):
        assert left >= 0
        assert right <= 360
        for other in boxes[:number]:
            beside = right <= other[0] or other[1] <= left
            assert beside or bottom <= other[2] or other[3] <= top, (boxes[number], other)


@pytest.mark.asyncio
async def test_hostile_text_runs_nothing(site: Served, tab: Tab) -> None:
    site.show(hostile(site.url))
    await tab.open(f"{site.url}/")
    assert await tab.evaluate("document.scripts.length") == 0
    text = await tab.evaluate("document.body.innerText")
    assert "<script>alert(1)</script>" in text
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text)
    assert len(text) < 30_000


# -- addresses ----------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_each_team_has_its_own_page_and_they_know_each_other(site: Served) -> None:
    site.show(busy(site.url))
    other = snapshot()
    site.show(replace(other, team=replace(other.team, name="cinder")))
    _, _, front = await get(f"{site.url}/")
    assert 'href="./team/cinder/"' in front
    status, _, page = await get(f"{site.url}/team/cinder/")
    assert status == 200
    assert "<h1>Cinder release</h1>" in page
    assert 'href="../../style.css"' in page
    assert (await get(f"{site.url}/team/cinder/calendar.ics"))[1] == "text/calendar"
    assert (await get(f"{site.url}/team/glance/agenda.txt"))[0] == 200


@pytest.mark.asyncio
async def test_every_answer_has_a_strict_policy(site: Served) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("/", "/calendar.ics", "/agenda.txt", "/status.json", "/healthz", "/nothing"):
            async with session.get(site.url + path) as answer:
                policy = answer.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy
                assert "unsafe" not in policy
                assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.asyncio
async def test_it_names_no_other_host_but_in_links(site: Served) -> None:
    site.show(busy(site.url))
    _, _, body = await get(f"{site.url}/")
    assert re.findall(r'(?:src|<link[^>]*href)="(?:https?:)?//', body) == []


@pytest.mark.parametrize("path", ["/nothing", "/report/2020-01-01", "/report/..%2f", "/team/no/"])
@pytest.mark.asyncio
async def test_what_is_not_there_is_our_own_page(site: Served, path: str) -> None:
    status, kind, body = await get(site.url + path)
    assert (status, kind) == (404, "text/html")
    assert "There is no such page." in body


@pytest.mark.asyncio
async def test_what_breaks_is_our_own_page_without_the_reason(site: Served) -> None:
    site.show(replace(busy(), memory={MEMORY: "secret rubbish"}))
    status, kind, body = await get(f"{site.url}/")
    assert (status, kind) == (500, "text/html")
    assert "the bot's log has the reason" in body.replace("&#39;", "'")
    assert "secret" not in body
    assert "Traceback" not in body


@pytest.mark.asyncio
async def test_nothing_can_be_changed_by_it(site: Served) -> None:
    async with aiohttp.ClientSession() as session:
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            async with session.request(method, f"{site.url}/") as answer:
                assert answer.status == 405


@pytest.mark.asyncio
async def test_health_is_tick_and_connection(site: Served) -> None:
    assert (await get(f"{site.url}/healthz"))[0] == 503, "it has not ticked yet"
    await site.app.tick()
    assert (await get(f"{site.url}/healthz"))[0] == 200
    site.delivery.open = False
    assert await get(f"{site.url}/healthz") == (
        503,
        "text/plain",
        "ticking: yes\nconnected: no\nremembering: yes\n",
    )
    site.delivery.open = True
    site.clock.instant += dt.timedelta(minutes=4)
    assert await get(f"{site.url}/healthz") == (
        503,
        "text/plain",
        "ticking: no\nconnected: yes\nremembering: yes\n",
    )
    await site.app.tick()
    assert (await get(f"{site.url}/healthz"))[0] == 200


@pytest.mark.asyncio
async def test_a_report_stays_as_it_was_said(site: Served) -> None:
    was = report_of(Moment(busy(), NOW), LAST, "Glance, R-18 of 2027.1 Indri")
    note = Note(KEPT, LAST.isoformat(), {"report": to_json(was)}, "", NOW)
    await site.app.parts.store.add_notes("glance", [note])
    site.show(snapshot({"other": [P]}))
    status, _, body = await get(f"{site.url}/report/{LAST}")
    assert status == 200
    assert "1 of 5 not green" in body
    assert "glance-tox-py313-keystone-tips" in body
    assert "other" not in re.findall(r'class="job">([^<]*)', body)


@pytest.mark.asyncio
async def test_the_agenda_is_ready_to_paste(site: Served) -> None:
    site.show(busy(site.url))
    status, kind, body = await get(f"{site.url}/agenda.txt")
    assert (status, kind) == (200, "text/plain")
    assert body.startswith("* Release and periodic jobs updates (Thu 2026-11-26)\n  - Overdue: ")
    assert "\n  - Indri-2" in body
    site.show(hostile(site.url))
    _, _, body = await get(f"{site.url}/agenda.txt")
    assert body.count("\n") == 5
    assert plain(body.replace("\n", " ")) == " ".join(body.split())


@pytest.mark.asyncio
async def test_a_draft_is_there_byte_for_byte_and_no_other(site: Served) -> None:
    site.show(busy(site.url))
    text = "---\nteam: glance # kept\n"
    site.app.drafts["glance", "glance-rc.yaml"] = text
    assert await get(f"{site.url}/draft/glance-rc.yaml") == (200, "text/plain", text)
    assert (await get(f"{site.url}/draft/glance-beta.yaml"))[0] == 404


@pytest.mark.asyncio
async def test_the_status_is_json_that_a_program_can_follow(site: Served) -> None:
    site.show(busy(site.url))
    status, kind, body = await get(f"{site.url}/status.json")
    assert (status, kind) == (200, "application/json")
    team = json.loads(body)["teams"]["glance"]
    assert team["cycle"] == "R-17 of 2027.1 Indri"
    assert team["last_report"] == "2026-11-19"


# -- the calendar -------------------------------------------------------------------------------


async def calendar(site: Served) -> dict[str, object]:
    """The events of the feed by uid, as icalendar reads them."""
    status, kind, body = await get(f"{site.url}/calendar.ics")
    assert (status, kind) == (200, "text/calendar")
    assert all(len(line.encode()) <= 75 for line in body.split("\r\n"))
    found = {str(one["uid"]): one for one in Calendar.from_ical(body).walk("VEVENT")}
    assert len(found) == body.count("BEGIN:VEVENT")
    return found


def with_event(event: Event, before: Snapshot | None, site: Served) -> Snapshot:
    """A schedule with this event in it, as it is shown after the tick that saw it."""
    made = snapshot(JOBS, page=site.url)
    fact = made.facts["schedule/indri"]
    others = [each for each in fact.value.events if each.id != event.id]
    changed = replace(fact, value=replace(fact.value, events=(*others, event)))
    made = replace(made, facts={**made.facts, "schedule/indri": changed})
    if before is not None:
        made = replace(made, memory=before.memory)
    return replace(made, memory=dict(remember(Moment(made, site.clock.now()))))


REVIEWS = Event(
    "indri",
    "i-glance-review-day",
    Kind.OTHER,
    "Glance Review Day",
    (dt.date(2026, 12, 15), dt.date(2027, 1, 19)),
    "prose",
    (Week("R-14", dt.date(2026, 12, 14), dt.date(2026, 12, 18)),),
)
REVIEW = "indri-i-glance-review-day-{}@glance.glance-release"


@pytest.mark.asyncio
async def test_an_earlier_occurrence_takes_nobodys_name(site: Served) -> None:
    first = with_event(REVIEWS, None, site)
    earlier = replace(REVIEWS, days=(dt.date(2026, 12, 8), *REVIEWS.days))
    site.show(with_event(earlier, first, site))
    found = await calendar(site)
    days = {number: found[REVIEW.format(number)]["dtstart"].dt for number in (1, 2, 3)}
    assert days == {
        1: dt.date(2026, 12, 15),
        2: dt.date(2027, 1, 19),
        3: dt.date(2026, 12, 8),
    }
    assert {found[REVIEW.format(number)]["sequence"] for number in days} == {0}


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Glance Reviews"},
        {"times": ("15:00 UTC",)},
        {"span": True},
        {"rule": "conflict", "prose_days": (dt.date(2026, 12, 22),)},
    ],
    ids=["title", "time", "end", "conflict"],
)
@pytest.mark.asyncio
async def test_whatever_a_reader_sees_counts_as_a_change(
    site: Served, change: dict[str, Any]
) -> None:
    first = with_event(REVIEWS, None, site)
    site.show(first)
    before = (await calendar(site))[REVIEW.format(1)]
    site.clock.instant += dt.timedelta(days=1)
    site.show(with_event(replace(REVIEWS, **change), first, site))
    after = (await calendar(site))[REVIEW.format(1)]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert after["dtstamp"].dt == after["last-modified"].dt > before["dtstamp"].dt


@pytest.mark.asyncio
async def test_days_that_contradict_are_tentative_and_both_are_named(site: Served) -> None:
    conflict = replace(REVIEWS, days=REVIEWS.days[:1], rule="conflict")
    conflict = replace(conflict, prose_days=(dt.date(2026, 12, 22),))
    site.show(with_event(conflict, None, site))
    event = (await calendar(site))[REVIEW.format(1)]
    assert (event["status"], event["dtstart"].dt) == ("TENTATIVE", dt.date(2026, 12, 15))
    assert str(event["description"]) == (
        "2027.1 Indri, R-14, conflict: by the week Tue 2026-12-15, by its text Tue 2026-12-22"
    )


@pytest.mark.asyncio
async def test_a_week_is_a_span_of_whole_days(site: Served) -> None:
    week = replace(REVIEWS, id="i-ptg", kind=Kind.GATHERING, rule="thursday", title="PTG")
    site.show(with_event(replace(week, days=(dt.date(2026, 12, 17),)), None, site))
    event = (await calendar(site))["indri-i-ptg-1@glance.glance-release"]
    days = (event["dtstart"].dt, event["dtend"].dt)
    assert days == (dt.date(2026, 12, 14), dt.date(2026, 12, 19)), "Monday to Friday"


@pytest.mark.asyncio
async def test_the_last_cycle_stays_in_the_calendar_for_half_a_year(site: Served) -> None:
    site.show(snapshot(JOBS, page=site.url))
    found = await calendar(site)
    oldest = site.clock.now().date() - dt.timedelta(days=180)
    last = {uid: event for uid, event in found.items() if uid.startswith("hibiscus-")}
    assert str(last["hibiscus-h-final-1@glance.glance-release"]["dtstart"].dt) == "2026-09-30"
    ends = (event.get("dtend", event["dtstart"]).dt for event in last.values())
    assert all(f"{end:%Y-%m-%d}" > str(oldest) for end in ends)
    assert "hibiscus-h-1-1@glance.glance-release" not in last, "14 May"


@pytest.mark.asyncio
async def test_a_calendar_rings_where_its_address_asks_for_it(site: Served) -> None:
    site.show(snapshot(JOBS, page=site.url))
    _, _, silent = await get(f"{site.url}/calendar.ics")
    _, _, ringing = await get(f"{site.url}/calendar.ics?alarm")
    assert "VALARM" not in silent
    assert "METHOD" not in silent
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in silent
    assert 0 < ringing.count("BEGIN:VALARM") < ringing.count("BEGIN:VEVENT")
    assert "TRIGGER;VALUE=DATE-TIME:20261217T100000Z" in ringing


@pytest.mark.parametrize("path", ["/", "/calendar.ics", "/agenda.txt", "/style.css"])
@pytest.mark.asyncio
async def test_who_has_it_already_gets_no_bytes(site: Served, path: str) -> None:
    site.show(snapshot(JOBS, page=site.url))
    async with aiohttp.ClientSession() as session:
        async with session.get(site.url + path) as answer:
            tag = answer.headers["ETag"]
        for known, status in ((tag, 304), (f'W/{tag}, "other"', 304), ('"other"', 200)):
            asked = {"If-None-Match": known}
            async with session.get(site.url + path, headers=asked) as answer:
                assert (answer.status, answer.headers["ETag"]) == (status, tag)
                assert (await answer.read() == b"") == (status == 304)
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.asyncio
async def test_a_moved_deadline_keeps_its_name_and_counts_on(site: Served) -> None:
    def with_freeze(day: str | None, before: Snapshot | None) -> Snapshot:
        """As it is shown after the tick that saw the new day."""
        made = snapshot(JOBS, page=site.url)
        own = (OwnDeadline("spec freeze", parse_when(day)),) if day else ()
        made = replace(made, team=replace(made.team, deadlines=own))
        if before is not None:
            made = replace(made, memory=before.memory)
        return replace(made, memory=dict(remember(Moment(made, site.clock.now()))))

    uid = "indri-own/spec freeze-1@glance.glance-release"
    first = with_freeze("2026-12-10", None)
    site.show(first)
    one = (await calendar(site))[uid]
    assert (one["dtstart"].dt, one["dtend"].dt) == (dt.date(2026, 12, 10), dt.date(2026, 12, 11))
    assert one["sequence"] == 0

    site.clock.instant += dt.timedelta(days=1)
    moved = with_freeze("2026-12-17", first)
    site.show(moved)
    two = (await calendar(site))[uid]
    assert (two["dtstart"].dt, two["sequence"]) == (dt.date(2026, 12, 17), 1)
    assert two["dtstamp"].dt > one["dtstamp"].dt

    site.clock.instant += dt.timedelta(days=1)
    same = with_freeze("2026-12-17", moved)
    site.show(same)
    assert (await calendar(site))[uid] == two, "what did not move is the same"

    site.show(with_freeze(None, same))
    last = (await calendar(site))[uid]
    assert (last["status"], last["sequence"]) == ("CANCELLED", 2)


@pytest.mark.asyncio
async def test_each_deadline_is_one_event(site: Served) -> None:
    site.show(busy(site.url))
    found = await calendar(site)
    names = [str(one["summary"]) for one in found.values()]
    assert "Indri-2 milestone" in names
    assert all("dtend" not in one or one["dtend"].dt > one["dtstart"].dt for one in found.values())
    assert all(one["sequence"] == 0 for one in found.values())


@pytest.mark.asyncio
async def test_a_calendar_of_hostile_names_is_a_calendar(site: Served) -> None:
    site.show(hostile(site.url))
    found = await calendar(site)
    mine = [str(one["summary"]) for one in found.values() if "alert" in str(one["summary"])]
    assert len(mine) == 2, "the file's and the one that was told in chat"
    for name in mine:
        assert len(name.encode()) <= 300
        assert plain(name) == name
