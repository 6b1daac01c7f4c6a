"""How much is answered, what shares an answer, and in which order lines leave."""

from __future__ import annotations

import threading

import pytest

from GlanceRelease.frontends.irc import command_flood
from GlanceRelease.frontends.irc.command_flood import (
    A_HOST,
    A_PLACE,
    LINES_EVERYWHERE,
    LINES_HERE,
    REMEMBERED,
    TOLD_A_HOST,
    Flood,
    Waiting,
)
from GlanceRelease.frontends.irc.fair_queueing import LineOrder, Rank, Recipient

NONE = Waiting()
NOW = 1_800_000_000.0


def admitted(
    limits: Flood, times: int, *, place: str = "#a", host: str = "h", now: float = NOW
) -> int:
    """How many of so many questions at once are answered."""
    return sum(limits.admits(now, place, host, NONE) for _ in range(times))


def test_a_place_has_so_many_questions_a_minute_whoever_asks() -> None:
    limits = Flood()
    hosts = [f"h{number}" for number in range(A_PLACE + 5)]
    assert sum(limits.admits(NOW, "#a", host, NONE) for host in hosts) == A_PLACE
    assert limits.admits(NOW, "#b", hosts[-1], NONE)  # another place has its own
    assert not limits.admits(NOW + command_flood.MINUTE - 1, "#a", "h", NONE)
    assert limits.admits(NOW + command_flood.MINUTE, "#a", "h", NONE)


def test_a_host_has_so_many_questions_a_minute_wherever_it_asks() -> None:
    limits = Flood()
    places = [f"nick{number}" for number in range(A_HOST + 5)]
    assert sum(limits.admits(NOW, place, "h", NONE) for place in places) == A_HOST
    assert limits.admits(NOW, places[-1], "another", NONE)


def new(limits: Flood, person: str, place: str = "#a", host: str = "h", now: float = NOW) -> bool:
    return limits.is_new(now, person, person, place, host)


def test_who_asks_the_first_time_in_a_minute_is_over_no_limit_of_others() -> None:
    limits = Flood()
    assert admitted(limits, A_HOST) == A_PLACE
    assert new(limits, "alice@h")
    assert not new(limits, "alice@h")
    assert not new(limits, "alice@h", now=NOW + 59)  # nor who goes on to ask
    assert not new(limits, "alice@h", now=NOW + 118)
    assert new(limits, "alice@h", now=NOW + 178)


@pytest.mark.parametrize(("place", "host"), [("#a", ""), ("", "h")])
def test_under_however_many_nicks_only_so_many_are_new(place: str, host: str) -> None:
    limits = Flood()
    are_new = [new(limits, str(n), place or str(n), host or str(n)) for n in range(100)]
    assert sum(are_new) == command_flood.NEW_A_HOST == command_flood.NEW_A_PLACE
    assert new(limits, "alice", "#b", "another")


def test_who_changes_nicks_is_not_new_under_each_of_them() -> None:
    limits = Flood()
    nicks = [limits.is_new(NOW, f"nick{n}@h", "user@h", f"nick{n}", "h") for n in range(100)]
    assert sum(nicks) == command_flood.NEW_A_USER
    assert limits.is_new(NOW, "alice@h", "alice@h", "alice", "h")


def test_new_ones_are_counted_with_the_others() -> None:
    limits = Flood()
    assert sum(new(limits, str(number)) for number in range(A_PLACE)) == A_PLACE
    assert admitted(limits, 1) == 0


def test_what_is_refused_is_not_counted() -> None:
    limits = Flood()
    assert admitted(limits, A_PLACE) == A_PLACE
    assert admitted(limits, 500, now=NOW + 59) == 0
    assert admitted(limits, 1, now=NOW + 60) == 1


@pytest.mark.parametrize(
    ("waiting", "is_admitted"),
    [
        (Waiting(LINES_HERE - 1, LINES_EVERYWHERE - 1), True),
        (Waiting(LINES_HERE, LINES_HERE), False),
        (Waiting(0, LINES_EVERYWHERE, 1), False),
        (Waiting(0, LINES_EVERYWHERE - 1, 1), True),
        (Waiting(0, LINES_EVERYWHERE), True),  # of whom nothing waits
    ],
)
def test_where_lines_wait_already_nothing_more_is_answered(
    waiting: Waiting, is_admitted: bool
) -> None:
    assert Flood().admits(NOW, "#a", "h", waiting) is is_admitted


def test_a_place_is_told_once_a_minute_that_it_asks_too_much() -> None:
    limits = Flood()
    assert [limits.tells(NOW, "#a", f"h{number}") for number in range(3)] == [True, False, False]
    assert limits.tells(NOW, "#b", "h0")
    assert not limits.tells(NOW + 59, "#a", "h")
    assert limits.tells(NOW + 60, "#a", "h")


def test_who_changes_nicks_is_not_told_under_each_of_them() -> None:
    limits = Flood()
    told = [limits.tells(NOW, f"nick{number}", "h") for number in range(100)]
    assert sum(told) == TOLD_A_HOST


def test_an_equal_answer_is_given_once_in_ten_seconds() -> None:
    limits = Flood()
    seconds = (0, 5, 9.9, 10, 12, 20)
    given = [limits.is_given(NOW + second, ("#a", "next", "today")) for second in seconds]
    assert given == [False, True, True, False, True, False]
    for other in (("#b", "next", "today"), ("#a", "week", "today"), ("#a", "next", "tomorrow")):
        assert not limits.is_given(NOW + 20, other)


def test_who_has_anothers_nick_is_remembered_for_a_minute() -> None:
    limits = Flood()
    limits.in_vain(NOW, "mallory")
    assert limits.was_in_vain(NOW + 59, "mallory")
    assert not limits.was_in_vain(NOW + 60, "mallory")
    assert not limits.was_in_vain(NOW, "alice")


def test_a_clock_that_is_set_back_makes_nobody_wait() -> None:
    limits = Flood()
    admitted(limits, A_PLACE)
    limits.tells(NOW, "#a", "h")
    limits.is_given(NOW, "answer")
    limits.in_vain(NOW, "alice")
    before = NOW - 10_000
    assert admitted(limits, A_PLACE + 5, now=before) == A_PLACE
    assert limits.tells(before, "#a", "h")
    assert not limits.is_given(before, "answer")
    assert not limits.was_in_vain(before, "alice")


def test_what_it_remembers_is_bounded() -> None:
    limits = Flood()
    for number in range(3 * REMEMBERED):
        limits.admits(NOW, f"nick{number}", f"host{number}", NONE)
        limits.tells(NOW, f"nick{number}", f"host{number}")
        limits.is_given(NOW, number)
        limits.in_vain(NOW, number)
    kept = [limits._counted, limits._given, limits._in_vain]
    assert [len(one) for one in kept] == [REMEMBERED] * 3
    limits.is_given(NOW + 11, "later")
    assert len(limits._given) == 1


def test_a_busy_host_is_not_forgotten_among_many() -> None:
    limits = Flood()
    asked = [limits.admits(NOW, f"nick{number}", "h", NONE) for number in range(3 * REMEMBERED)]
    assert sum(asked) == A_HOST


def taken(turns: LineOrder[str]) -> list[str]:
    """All that waits, in the order in which it leaves."""
    return list(iter(turns.take, None))


def test_lines_leave_by_rank() -> None:
    turns = LineOrder[str]()
    for rank in reversed(Rank):
        turns.put(rank, Recipient("h"), rank.name)
    assert list(turns) == [rank.name for rank in Rank]
    assert taken(turns) == [rank.name for rank in Rank]
    assert not turns


def test_within_a_rank_everybody_has_a_turn_and_an_answer_stays_together() -> None:
    turns = LineOrder[str]()
    for answer in (1, 2, 3):
        for line in "ab":
            turns.put(Rank.CHANNEL, Recipient("busy"), f"busy {answer}{line}", "#a", answer)
    turns.put(Rank.CHANNEL, Recipient("once"), "once", "#a", 4)
    assert turns.take() == "busy 1a"
    turns.put(Rank.FIRST, Recipient(""), "the bot's own")
    assert taken(turns) == [
        "the bot's own", "busy 1b", "once", "busy 2a", "busy 2b", "busy 3a", "busy 3b",
    ]  # fmt: skip


def test_hosts_take_turns_and_their_people_in_them() -> None:
    turns = LineOrder[str]()
    for number in range(2):
        for person in "abc":
            turns.put(Rank.PRIVATE, Recipient("crowd", person), f"{person}{number}")
    turns.put(Rank.PRIVATE, Recipient("away", "x"), "x0")
    turns.put(Rank.PRIVATE, Recipient("away", "x"), "x1")
    assert taken(turns) == ["a0", "x0", "b0", "x1", "c0", "a1", "b1", "c1"]


def test_who_has_had_no_turn_goes_before_all_who_have() -> None:
    turns = LineOrder[str]()
    for host in "abc":
        turns.put(Rank.NEW, Recipient(host, "x"), f"{host}x")
    assert taken(turns) == ["ax", "bx", "cx"]
    for person in "xy":
        for host in "abc":
            turns.put(Rank.NEW, Recipient(host, person), f"{host}{person}")
    turns.put(Rank.NEW, Recipient("d", "x"), "dx")
    assert taken(turns) == ["dx", "ay", "by", "cy", "ax", "bx", "cx"]


def test_of_an_answer_that_is_dropped_in_the_middle_nothing_stays() -> None:
    turns = LineOrder[str]()
    for line in "abc":
        turns.put(Rank.PRIVATE, Recipient("h", "alice"), line, "alice", 1)
    turns.put(Rank.PRIVATE, Recipient("h", "bob"), "bob", "bob", 2)
    assert turns.take() == "a"
    turns.drop(range(Rank.NEW, Rank.REST + 1), "alice")
    assert taken(turns) == ["bob"]
    assert not turns


def test_no_crowd_of_one_rank_keeps_that_of_another_back() -> None:
    turns = LineOrder[str]()
    for number in range(3):
        for rank in (Rank.CHANNEL, Rank.PRIVATE, Rank.WHOIS):
            for line in "ab" if rank == Rank.CHANNEL else "a":
                turns.put(rank, Recipient("h"), f"{rank.name[0]}{number}{line}", "", (rank, number))
    assert taken(turns) == [
        *("W0a", "P0a", "C0a", "C0b"), *("W1a", "P1a", "C1a", "C1b"),
        *("W2a", "P2a", "C2a", "C2b"),
    ]  # fmt: skip
    turns.put(Rank.CHANNEL, Recipient("h"), "channel")
    turns.put(Rank.PRIVATE, Recipient("h"), "private")
    assert taken(turns) == ["private", "channel"]


def test_the_rest_of_long_answers_takes_turns_line_by_line() -> None:
    turns = LineOrder[str]()
    for line in ("a1", "a2", "a3", "b1"):
        turns.put(Rank.REST, Recipient(line[0]), line)
    assert taken(turns) == ["a1", "b1", "a2", "a3"]


def test_what_waits_is_counted_and_dropped_by_rank_and_target() -> None:
    turns = LineOrder[str]()
    for rank in (Rank.PRIVATE, Rank.REST):
        for target in ("alice", "bob"):
            turns.put(rank, Recipient("one host"), f"{rank.name} {target}", target)
    answers = range(Rank.WHOIS, Rank.CHANNEL + 1)
    assert (turns.waiting(answers), turns.waiting(answers, "alice"), len(turns)) == (2, 1, 4)
    turns.drop(range(Rank.REST, Rank.REST + 1), "alice")
    turns.drop(range(Rank.FIRST, Rank.REST), "nobody")
    assert (turns.waiting(answers, "alice"), len(turns)) == (1, 3)
    assert taken(turns) == ["PRIVATE alice", "PRIVATE bob", "REST bob"]
    assert (len(turns), turns.waiting(answers, "bob")) == (0, 0)


def test_no_line_is_lost_between_two_threads() -> None:
    turns, lines = LineOrder[int](), 20_000
    heard: list[int] = []
    is_put = threading.Event()

    def put() -> None:
        for number in range(lines):
            turns.put(Rank.FIRST, Recipient(""), number)
        is_put.set()

    thread = threading.Thread(target=put)
    thread.start()
    while not is_put.is_set() or turns:
        list(turns)
        line = turns.take()
        if line is not None:
            heard.append(line)
    thread.join()
    assert heard == list(range(lines))
    assert len(turns) == 0
