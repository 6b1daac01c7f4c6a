"""Once-ness and the ladder, whatever happens in whatever order."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import re
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from GlanceRelease.domain.calendar.lead_time import is_day_off
from GlanceRelease.domain.calendar.reminder_ladder import rungs
from GlanceRelease.domain.messages.notice import Notice
from GlanceRelease.domain.team import ALL_LEADS, Reminders
from GlanceRelease.service.storage.store import Store
from kit.delivery import LATER, LOST, REFUSED, Killed
from kit.outbox import DAY, HOUR, MINUTE, NOW, OutboxBot, notice

NAME = re.compile(r"(\(perhaps a repeat\) )?(d\d+v\d+) at")
STEPS = st.one_of(
    st.tuples(st.just("tick"), st.integers(0, 20)),
    st.tuples(st.just("tick"), st.integers(20, 120)),
    st.tuples(st.just("back"), st.integers(1, 300)),
    st.tuples(st.just("refuse"), st.integers(1, 3)),
    st.tuples(st.just("lose"), st.integers(1, 2)),
    st.tuples(st.just("die"), st.just(0)),
    st.tuples(st.just("die early"), st.just(0)),
    st.tuples(st.just("wait"), st.integers(1, 3)),
    st.tuples(st.just("restart"), st.just(0)),
    st.tuples(st.just("shut"), st.just(0)),
    st.tuples(st.just("open"), st.just(0)),
    st.tuples(st.just("move"), st.integers(0, 5)),
    st.tuples(st.just("mute"), st.just(0)),
    st.tuples(st.just("unmute"), st.just(0)),
)


class Story:
    """Six deadlines that may move, each with a notice that is due at its own time."""

    def __init__(self, bot: OutboxBot) -> None:
        self.bot = bot
        self.versions = [0] * 6

    def notices(self) -> list[Notice]:
        return [
            notice(f"d{n}v{version}", NOW + n * HOUR + version * 2 * HOUR, 30 * DAY)
            for n, version in enumerate(self.versions)
        ]

    async def do(self, what: str, much: int) -> None:
        bot = self.bot
        if what in ("tick", "back"):
            await self.tick((much if what == "tick" else -much) * MINUTE)
        elif what == "refuse":
            bot.delivery.outcomes += [REFUSED] * much
        elif what == "lose":
            bot.delivery.arrives = bool(much % 2)
            bot.delivery.outcomes += [LOST] * much
        elif what == "die":
            bot.delivery.outcomes.append(Killed)
        elif what == "die early":
            bot.delivery.waits.append(Killed)
        elif what == "wait":
            bot.delivery.waits += [LATER] * much
        elif what == "restart":
            bot.restart()
        elif what in ("shut", "open"):
            bot.delivery.open = what == "open"
        elif what == "move":
            self.versions[much] += 1
        else:
            bot.muted = {"#openstack-glance"} if what == "mute" else set()

    async def tick(self, after: dt.timedelta) -> None:
        try:
            await self.bot.tick(*self.notices(), after=after, revocable={"reminder"})
        except* Killed:
            self.bot.restart()

    async def calm(self) -> None:
        """Everything works again, until nothing can be waiting any more."""
        self.bot.delivery.outcomes.clear()
        self.bot.delivery.waits.clear()
        self.bot.delivery.open, self.bot.muted = True, set()
        last = NOW + 40 * HOUR
        await self.tick(max(last - self.bot.now, MINUTE))
        for _ in range(40):
            await self.tick(31 * MINUTE)


@settings(max_examples=80, deadline=None)
@given(st.lists(STEPS, min_size=6, max_size=40))
def test_each_notice_is_said_at_least_once_and_twice_only_with_the_mark(
    steps: list[tuple[str, int]],
) -> None:
    async def tell(folder: str) -> tuple[Story, dict[str, str]]:
        store = await Store.open(f"sqlite+aiosqlite:///{Path(folder, 'state.sqlite')}")
        story = Story(OutboxBot(store))
        for what, much in steps:
            await story.do(what, much)
        await story.calm()
        states = await story.bot.states()
        await store.close()
        return story, states

    with TemporaryDirectory() as folder:
        story, states = asyncio.run(tell(folder))
    said = [match for line in story.bot.delivery.heard for match in NAME.findall(line)]
    unmarked = Counter(name for mark, name in said if not mark)
    assert [name for name, times in unmarked.items() if times > 1] == []
    handed: set[str] = set()
    for line, _ in story.bot.delivery.handed:
        for mark, name in NAME.findall(line):
            assert not mark or name in handed, "marked, and never handed out before"
            handed.add(name)
    names = {name for _, name in said}
    for number, version in enumerate(story.versions):
        current = f"d{number}v{version}"
        assert current in names, (states, story.bot.delivery.heard)
        assert states[current] == "said"
    for name, state in states.items():
        assert state in ("said", "missed"), (name, state)
        assert state == "missed" or name in names


@pytest.mark.asyncio
async def test_targets_that_are_served_at_once_keep_what_was_said() -> None:
    store = await Store.in_memory()
    bot = OutboxBot(store)
    several = [notice(f"m{n}", target=f"#room{n % 6}") for n in range(18)]
    for _ in range(12):
        await bot.tick(*several, after=MINUTE)
    assert set((await bot.states()).values()) == {"said"}
    assert len(bot.delivery.heard) == 18
    await store.close()


DAYS = st.dates(dt.date(2021, 10, 1), dt.date(2029, 12, 31))


@settings(max_examples=400, deadline=None)
@given(DAYS, st.sets(st.integers(1, 40)), st.one_of(st.none(), st.integers(-5, 45)))
def test_the_ladder_of_any_day(day: dt.date, off: set[int], born: int | None) -> None:
    holidays = tuple(day - dt.timedelta(days=back) for back in off)
    reminders = Reminders(holidays=holidays)
    start = None
    if born is not None:
        start = dt.datetime.combine(day - dt.timedelta(days=born), dt.time(15), dt.UTC)
    ladder = rungs(day, ALL_LEADS, reminders, start)
    dues = [rung.due for rung in ladder]
    assert dues == sorted(set(dues))
    assert len(ladder) <= 5
    for rung in ladder:
        assert not is_day_off(rung.due.date(), holidays)
        assert rung.due.time() == reminders.hour
        assert rung.due.date() <= day
        assert rung.until > rung.due
    for rung, following in itertools.pairwise(ladder):
        assert rung.until == following.due
    if start is None:
        first, last = dues[0].date(), dues[-1].date()
        assert (day - first).days >= 28
        assert last == day or is_day_off(day, holidays)
