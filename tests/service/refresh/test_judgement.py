"""What is made of an upstream's answers, one after the other: lives of a file as tables."""

from __future__ import annotations

import datetime as dt

import pytest

from GlanceRelease.service.refresh.judgement import (
    CUT_SHORT,
    Belief,
    Judgement,
    KnownSoFar,
    judge,
)
from GlanceRelease.sources.protocols import GONE, Kept

NOON = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)
OLD, NEW, ODD = (b"releases:\n- version: 5.7.0\n", b"releases:\n- 5.7.0\n- 5.8.0\n", b"<html>")


def told(*answers: tuple[float, bytes | None], confirm: bool = True) -> list[str]:
    """What becomes of a source that had OLD, by the hours at which it says something."""
    kept, belief, said = Kept((OLD,)), Belief(), []
    for hours, body in answers:
        now = NOON + dt.timedelta(hours=hours)
        standing = KnownSoFar(kept, True, dt.timedelta(hours=hours), confirm)
        judgement, belief, loss = judge(belief, standing, Kept((body,)), now)
        if judgement is Judgement.BELIEVED:
            kept = Kept((body,))
        said.append(f"{judgement.name.lower()}{f': {loss}' if loss else ''}")
    return said


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([(0, OLD)], ["believed"]),
        ([(0, NEW), (0.1, NEW)], ["unconfirmed", "believed"]),
        ([(0, NEW), (0.1, ODD), (0.2, ODD)], ["unconfirmed", "unconfirmed", "believed"]),
        ([(0, NEW), (0.1, OLD), (0.2, NEW)], ["unconfirmed", "believed", "unconfirmed"]),
        ([(0, NEW), (0.1, NEW), (1, OLD)], ["unconfirmed", "believed", "older"]),
        (
            [(0, NEW), (0.1, NEW), (1, OLD), (24, OLD), (25.1, OLD)],
            ["unconfirmed", "believed", "older", "older", "believed"],
        ),
        (
            [(0, NEW), (0.1, NEW), (1, OLD), (20, NEW), (26, OLD)],
            ["unconfirmed", "believed", "older", "believed", "older"],
        ),
        ([(0, None)], [f"less: {GONE}"]),
        ([(0, None), (23, None), (24, None)], [f"less: {GONE}", f"less: {GONE}", "believed"]),
        ([(0, None), (12, OLD), (25, None)], [f"less: {GONE}", "believed", f"less: {GONE}"]),
        ([(0, b"releases:\n")], [f"less: {CUT_SHORT}"]),
        ([(0, b"")], [f"less: {CUT_SHORT}"]),
        ([(0, OLD.rstrip())], ["unconfirmed"]),  # a newline at its end is no loss
    ],
)
def test_the_life_of_a_file(answers: list[tuple[float, bytes | None]], said: list[str]) -> None:
    assert told(*answers) == said


def test_a_source_that_asks_for_no_second_poll_is_believed_at_once() -> None:
    assert told((0, NEW), (1, OLD), (2, None), confirm=False) == ["believed"] * 3


@pytest.mark.parametrize(
    ("hours", "body", "said"),
    [
        (1, NEW, Judgement.BELIEVED),
        (1, None, Judgement.LESS),
        (25, None, Judgement.BELIEVED),
        (25, b"releases:", Judgement.BELIEVED),
    ],
)
def test_a_one_shot_command_believes_a_loss_of_what_is_a_day_old(
    hours: float, body: bytes | None, said: Judgement
) -> None:
    standing = KnownSoFar(Kept((OLD,)), True, dt.timedelta(hours=hours), True, at_once=True)
    assert judge(Belief(), standing, Kept((body,)), NOON)[0] is said


def test_what_shipped_with_the_project_does_not_vanish_at_once() -> None:
    shipped = KnownSoFar(None, True, dt.timedelta(days=30), True)
    judgement, belief, loss = judge(Belief(), shipped, Kept((None,)), NOON)
    assert (judgement, loss) == (Judgement.LESS, GONE)
    later = NOON + dt.timedelta(days=1)
    assert judge(belief, shipped, Kept((None,)), later)[0] is Judgement.BELIEVED
    unknown = KnownSoFar(None, False, dt.timedelta(), True)
    assert judge(Belief(), unknown, Kept((None,)), NOON)[0] is Judgement.BELIEVED


def test_eight_replaced_values_are_remembered() -> None:
    belief, kept = Belief(), Kept((b"0;",))
    for number in range(1, 11):
        fresh = Kept((b"%d;" % number,))
        standing = KnownSoFar(kept, True, dt.timedelta(), True, at_once=True)
        judgement, belief, _ = judge(belief, standing, fresh, NOON)
        assert judgement is Judgement.BELIEVED
        kept = fresh
    standing = KnownSoFar(kept, True, dt.timedelta(), True)
    said = [judge(belief, standing, Kept((b"%d;" % n,)), NOON)[0].name for n in (1, 2, 9)]
    assert said == ["UNCONFIRMED", "OLDER", "OLDER"]
