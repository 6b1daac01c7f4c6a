"""When the team meets, what is kept of a meeting, and what the report says when."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from GlanceRelease.domain.meetings.weekly_hour import next_occasion, occasions
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.people.note import Note
from GlanceRelease.domain.snapshot import Snapshot
from GlanceRelease.domain.team import Meeting
from GlanceRelease.duties.meeting import report as duty
from GlanceRelease.duties.meeting.report import keep, meeting_notices, remember, report_notices
from GlanceRelease.duties.meeting.session import ChannelLine, is_release_matter, listen, session_of
from GlanceRelease.registry import Ask, Reply, answer
from GlanceRelease.render.irc import MAX_BYTES, render
from kit.page_facts import HOSTILE, NOW, snapshot, team

PLACE = "#openstack-meeting"
CHANNEL = "#openstack-glance"
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
START = NOW + HOUR
ROME = Meeting("thursday", dt.time(16), "Europe/Rome")


def ask(
    one: Snapshot, text: str, now: dt.datetime = NOW, channel: str = "#openstack-glance"
) -> Reply:
    return answer(Moment(one, now), text, Ask(nick="alice", channel=channel))


def lines(reply: Reply) -> list[str]:
    return render(reply.doc)


def with_notes(one: Snapshot, notes: Iterable[Note]) -> Snapshot:
    """The snapshot after these notes were kept, numbered as the store does."""
    kept = {(note.kind, note.subject): note for note in one.notes}
    for note in notes:
        kept[note.kind, note.subject] = note
    return replace(one, notes=tuple(note for note in kept.values() if note.body is not None))


def hear(one: Snapshot, now: dt.datetime, *said: tuple[str, str]) -> Snapshot:
    for nick, text in said:
        one = with_notes(one, listen(Moment(one, now), ChannelLine(PLACE, nick, text, "glancebot")))
    return one


# -- the hour -----------------------------------------------------------------------------------


def test_the_hour_follows_summer_time() -> None:
    before, after = dt.datetime(2027, 3, 20, tzinfo=dt.UTC), dt.datetime(2027, 3, 27, tzinfo=dt.UTC)
    assert next_occasion(ROME, before).start == dt.datetime(2027, 3, 25, 15, tzinfo=dt.UTC)
    assert next_occasion(ROME, after).start == dt.datetime(2027, 4, 1, 14, tzinfo=dt.UTC)


def test_a_meeting_that_is_on_is_the_next_one_until_its_end() -> None:
    plan = team().meeting
    assert next_occasion(plan, START + 59 * MINUTE).start == START
    assert next_occasion(plan, START + HOUR).start == START + dt.timedelta(weeks=1)


def test_a_day_that_falls_out_is_left_out() -> None:
    plan = team().meeting
    days = [one.day for one in occasions(plan, dt.datetime(2026, 12, 15, tzinfo=dt.UTC))][:2]
    assert days == [dt.date(2026, 12, 17), dt.date(2027, 1, 7)]


@given(st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2035, 1, 1), timezones=st.just(dt.UTC)))
def test_there_is_always_one_within_eight_days_and_on_its_weekday(now: dt.datetime) -> None:
    one = next_occasion(ROME, now)
    assert one is not None
    assert now < one.end <= now + dt.timedelta(days=7, hours=3)
    assert one.day.weekday() == 3


def test_meeting_says_when_where_and_what_falls_out() -> None:
    assert lines(ask(snapshot(), "meeting", NOW - dt.timedelta(days=2))) == [
        "The Glance meeting is in 2 days, Thu 2026-11-26 14:00 UTC, in #openstack-meeting; agenda: "
        "https://etherpad.opendev.org/p/glance-team-meeting-agenda. "
        "No meeting on Thu 2026-12-24, Thu 2026-12-31."
    ]
    assert "in 60 minutes, at 14:00 UTC" in lines(ask(snapshot(), "meeting"))[0]
    assert "on now, until 15:00 UTC" in lines(ask(snapshot(), "meeting", START))[0]


def test_a_team_without_a_meeting_is_told_so() -> None:
    one = snapshot()
    one = replace(one, team=replace(one.team, meeting=None))
    assert lines(ask(one, "meeting")) == ["No meeting is in the team's file."]
    assert list(report_notices(Moment(one, NOW))) == list(meeting_notices(Moment(one, NOW))) == []


def test_it_is_announced_a_day_and_a_quarter_of_an_hour_before() -> None:
    one = snapshot()
    due = {notice.due for notice in meeting_notices(Moment(one, NOW - dt.timedelta(days=1)))}
    assert due >= {START - dt.timedelta(days=1), START - 15 * MINUTE}
    assert {notice.target for notice in meeting_notices(Moment(one, NOW))} == {"#openstack-glance"}


# -- what is heard ------------------------------------------------------------------------------

BEGINS = (("carol", "#startmeeting glance"), ("opendevmeet", "Meeting started at 14:03 UTC"))


def test_meetbots_lines_begin_and_end_a_meeting() -> None:
    late = START + 2 * HOUR
    one = hear(snapshot(), late, *BEGINS)
    session = session_of(Moment(one, late + MINUTE))
    assert session is not None
    assert session.start == late
    assert (
        session_of(Moment(hear(one, late + HOUR, ("opendevmeet", "Meeting ended at")), late + HOUR))
        is None
    )


def test_a_meeting_that_ended_early_is_over_though_its_hour_runs() -> None:
    one = hear(snapshot(), START, *BEGINS)
    one = hear(one, START + 20 * MINUTE, ("opendevmeet", "Meeting ended Thu Nov 26"))
    assert session_of(Moment(one, START + 30 * MINUTE)) is None
    assert session_of(Moment(snapshot(), START + 30 * MINUTE)) is not None, (
        "by the hour it would be on"
    )


@pytest.mark.parametrize(
    "said",
    [
        (("carol", "#startmeeting cinder"), ("opendevmeet", "Meeting started")),
        (("opendevmeet", "Meeting started"),),
        (("glancebot", "#startmeeting glance"), ("opendevmeet", "Meeting started")),
    ],
    ids=["another team's", "nobody asked for one", "the bot's own line"],
)
def test_other_lines_begin_nothing(said: tuple[tuple[str, str], ...]) -> None:
    late = START + 3 * HOUR
    assert session_of(Moment(hear(snapshot(), late, *said), late)) is None


def test_an_end_that_was_not_heard_does_not_last_for_ever() -> None:
    one = hear(snapshot(), START, *BEGINS)
    assert session_of(Moment(one, START + 7 * HOUR)) is None


def test_actions_are_kept_where_they_concern_releases_and_a_meeting_is_on() -> None:
    said = (("alice", "#action alice releases glance_store"), ("bob", "#action bob brings cake"))
    during = hear(snapshot(), START + MINUTE, *said)
    assert lines(ask(during, "action list")) == ["1 action open: 1 alice releases glance_store."]
    assert lines(ask(hear(snapshot(), NOW, *said), "action list")) == ["No action is open."]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("propose python-glanceclient 5.0", True),
        ("croelandt to write the RC1 prelude", True),
        ("look at the periodic tips failure", True),
        ("alice proposes 33.0.0.0rc1", True),
        ("bob asks for 5.8.0", True),
        ("carol cuts v5.8", True),
        ("propose 5.8 on Monday", True),
        ("backfill 32.0.x", True),
        ("somebody does the rc", True),
        ("RCs for all", True),
        ("ask about b1", True),
        ("the Final is alice's", True),
        ("another beta", True),
        ("our candidate", True),
        ("tidy up 2026.2", True),
        ("look after Hibiscus", True),
        ("mark it EOL", True),
        ("order pizza", False),
        ("drop python 3.10", False),
        ("call at 10:30", False),
        ("bring 2 cakes", False),
        ("talk to bob1 and rcook", False),
        ("finish issue 34", False),
        ("review the image import spec", False),
    ],
)
def test_what_a_release_matter_is(text: str, is_one: bool) -> None:
    assert is_release_matter(text, team(), ("hibiscus", "gazpacho")) is is_one


# -- actions ------------------------------------------------------------------------------------


def test_an_action_from_its_beginning_to_its_end() -> None:
    one = snapshot()
    for text, says in (
        ("action add write the prelude @alice", "Action 1 write the prelude (alice)."),
        ("action add propose RC1", "Action 2 propose RC1."),
        ("action done 1", "Done: 1 write the prelude (alice)."),
        ("action done 1", "Action 1 was done by alice on Thu 2026-11-26."),
        ("action undo 1", "Open again: 1 write the prelude (alice)."),
        ("action undo 1", "Taken back: 1 write the prelude (alice)."),
        ("action done 1", 'No action has the number "1"; open are: 2.'),
        ("action list", "1 action open: 2 propose RC1."),
        ("action frobnicate", "Say: action add TEXT"),
    ):
        reply = ask(one, text)
        assert lines(reply)[0].startswith(says), text
        one = with_notes(one, reply.notes)


def test_undo_is_for_a_day() -> None:
    one = snapshot()
    one = with_notes(one, ask(one, "action add release it").notes)
    assert ask(one, "action undo 1", NOW + 23 * HOUR).notes
    late = ask(one, "action undo 1", NOW + 24 * HOUR)
    assert not late.notes
    assert "too long ago" in lines(late)[0]


def test_a_bare_last_word_is_a_nick_only_where_it_is_one_of_the_teams() -> None:
    for text, says in (
        ("action add release glance_store pdeore", "Action 1 release glance_store (pdeore)."),
        ("action add release glance_store soon", "Action 1 release glance_store soon."),
    ):
        assert lines(ask(snapshot(), text))[0].startswith(says)


@pytest.mark.parametrize("text", ["action add x", "action done 1", "priority add m2 x"])
def test_what_changes_something_is_said_in_public(text: str) -> None:
    reply = answer(Moment(snapshot(), NOW), text, Ask(nick="alice"))
    assert not reply.notes
    assert "Say it where the team hears it" in lines(reply)[0]


def test_nobody_fills_the_store_with_actions() -> None:
    one = snapshot()
    for number in range(60):
        one = with_notes(one, ask(one, f"action add release {number}").notes)
        one = hear(one, START, ("mallory", f"#action release {number}"))
    assert lines(ask(one, "action list"))[0].startswith("50 actions open")


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_an_action_or_a_line(text: str) -> None:
    reply = ask(snapshot(), f"action add {text}")
    for line in lines(reply):
        assert len(line.encode()) <= MAX_BYTES
        assert not set(line) & set("\r\n\0")
    shown = lines(ask(with_notes(snapshot(), reply.notes), "action list"))
    assert len(shown) == 1


# -- the report ---------------------------------------------------------------------------------

P, F = "SUCCESS", "FAILURE"


def say(one: Snapshot, now: dt.datetime) -> list[str]:
    """What the rule gives at `now`, as the outbox would say it."""
    due = [notice for notice in report_notices(Moment(one, now)) if notice.is_due(now)]
    assert all(notice.target == PLACE for notice in due)
    return [render(notice.say(now))[0] for notice in due]


def tick(one: Snapshot, now: dt.datetime) -> Snapshot:
    """The snapshot after a tick."""
    return replace(one, memory={**one.memory, **remember(Moment(one, now))})


def test_it_is_said_at_its_minute_as_info_lines() -> None:
    one = snapshot({"tips": [P] * 5})
    assert say(one, START + 9 * MINUTE) == []
    said = say(one, START + 10 * MINUTE)
    assert len(said) <= 4
    assert said[0] == "#info Glance, R-17 of 2027.1 Indri: the first report."
    assert any("Periodic jobs: all 1 green" in line for line in said)
    assert all(line.startswith("#info ") for line in said)


def test_it_counts_from_the_start_that_meetbot_saw() -> None:
    one = hear(snapshot(), START + 5 * MINUTE, *BEGINS)
    assert say(one, START + 14 * MINUTE) == []
    assert say(one, START + 15 * MINUTE)


def test_a_late_line_is_plain_since_the_outbox_joins_it_to_others() -> None:
    one = tick(snapshot(), START + 10 * MINUTE)
    assert not any(line.startswith("#") for line in say(one, START + 21 * MINUTE))


def test_the_words_stay_those_of_the_first_tick() -> None:
    one = snapshot({"tips": [P] * 5})
    first = say(one, START + 10 * MINUTE)
    one = replace(snapshot({"tips": [F] * 5}), memory=tick(one, START + 10 * MINUTE).memory)
    assert say(one, START + 12 * MINUTE) == first


def test_with_a_page_the_last_line_links_to_what_was_counted() -> None:
    one = snapshot({"tips": [P] * 5}, page="http://127.0.0.1:1")
    said = say(one, START + 10 * MINUTE)
    assert said[-1] == "#link http://127.0.0.1:1/report/2026-11-26"
    assert len(said) == 4


def test_without_a_page_the_failing_builds_are_linked() -> None:
    said = " ".join(say(snapshot({"tips": [P, P, F, F, F]}), START + 10 * MINUTE))
    assert re.search(
        r"tips failing since 24 Nov https://zuul.test/t/openstack/builds\?uuid=\w+\.", said
    )


def test_a_topic_is_set_by_a_chair_alone() -> None:
    one = hear(snapshot(), START, *BEGINS)
    assert not any("#topic" in line for line in say(one, START + 10 * MINUTE))
    one = hear(one, START + MINUTE, ("opendevmeet", "Current chairs: carol, glancebot"))
    said = say(one, START + 10 * MINUTE)
    assert said[0] == "#topic Release and periodic jobs"
    assert len(said) <= 4


def test_asked_for_in_the_meeting_it_is_the_meetings_report() -> None:
    one = snapshot()
    reply = ask(one, "report", START + 3 * MINUTE, PLACE)
    assert all(line.startswith("#info ") for line in lines(reply))
    one = with_notes(one, reply.notes)
    assert say(one, START + 10 * MINUTE) == [], "it is not said twice"
    after = tick(one, START + 10 * MINUTE)
    assert json.loads(after.memory["report"])[0]["day"] == "2026-11-26"


@pytest.mark.parametrize("first", ["asked for", "said at its minute"])
def test_asked_for_again_it_is_what_was_said_whatever_came_in_between(first: str) -> None:
    one = snapshot()
    if first == "asked for":
        said = ask(one, "report", START + 3 * MINUTE, PLACE)
        one = with_notes(one, said.notes)
    else:
        said = ask(one, "report", START + 10 * MINUTE, PLACE)
        one = tick(one, START + 10 * MINUTE)
    changed = replace(snapshot({"tips": [P, P, F, F, F]}), notes=one.notes, memory=one.memory)
    again = ask(changed, "report", START + 20 * MINUTE, PLACE)
    assert lines(again) == lines(said)
    assert not again.notes


def test_asked_for_elsewhere_it_is_plain_and_counts_for_nothing() -> None:
    for channel, now in (("#openstack-glance", START), (PLACE, START + 2 * HOUR)):
        reply = ask(snapshot(), "report", now, channel)
        assert not reply.notes
        assert not any(line.startswith("#") for line in lines(reply))


def test_the_same_facts_a_week_later_are_no_change() -> None:
    week = dt.timedelta(weeks=1)
    one = tick(snapshot({"tips": [P] * 5}), START + 10 * MINUTE)
    later = replace(snapshot({"tips": [P] * 12}, now=NOW + week), memory=one.memory)
    told = say(later, START + week + 10 * MINUTE)[0]
    assert told.endswith("no change since last week's meeting.")
    fortnight = replace(snapshot({"tips": [P] * 12}, now=NOW + 2 * week), memory=one.memory)
    said = say(fortnight, START + 2 * week + 10 * MINUTE)[0]
    assert said.endswith("no change since Thu 2026-11-26."), "a week fell out"


def test_what_changed_stands_first() -> None:
    week = dt.timedelta(weeks=1)
    one = tick(snapshot({"a-tips": [P] * 5, "b-tips": [F] * 5}), START + 10 * MINUTE)
    later = replace(
        snapshot({"a-tips": [P] * 5 + [F] * 3, "b-tips": [F] * 5 + [P] * 3}, now=NOW + week),
        memory=one.memory,
    )
    later = with_notes(later, ask(later, "action add release it").notes)
    assert say(later, START + week + 10 * MINUTE)[0].endswith(
        "since last week's meeting: a-tips failing (was passing), b-tips passing (was failing), "
        "action 1 open."
    )


def test_what_was_said_is_kept_whole_and_once() -> None:
    one, due = snapshot(), START + 10 * MINUTE
    assert list(keep(Moment(one, due - MINUTE))) == []
    (note,) = keep(Moment(one, due))
    assert (note.kind, note.subject) == (duty.KEPT, "2026-11-26")
    assert list(keep(Moment(tick(one, due), due + MINUTE))) == []


def test_hostile_text_keeps_to_its_line() -> None:
    one = snapshot({HOSTILE: [P, F, F, F]})
    one = with_notes(one, ask(one, f"action add release {HOSTILE[:300]}").notes)
    for line in [
        *say(one, START + 10 * MINUTE),
        *lines(ask(one, "report")),
        *lines(ask(one, "agenda")),
    ]:
        assert len(line.encode()) <= MAX_BYTES
        assert line.isprintable()
        assert not set(line) & set("‮‬")


def test_the_agenda_is_one_line_with_a_link_where_there_is_a_page() -> None:
    one = snapshot(page="http://127.0.0.1:1")
    assert lines(ask(one, "agenda")) == [
        "The release part of the agenda, to paste: http://127.0.0.1:1/agenda.txt."
    ]
    assert lines(ask(snapshot(), "agenda"))[0].startswith("* Release and periodic jobs updates")
