"""What the strict reader keeps, and what it refuses in one short line."""

import datetime as dt
from collections.abc import Callable

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from GlanceRelease.sources import strict_yaml
from GlanceRelease.sources.strict_yaml import Unreadable, load, load_merging, load_with_lines


def test_scalars_stay_as_written() -> None:
    body = b"id: 2026.10\nday: 2026-10-05\nquoted: '2026-10-05'\nslurp: yes\nnumber: 0x10\n"
    assert load(body) == {
        "id": "2026.10",
        "day": "2026-10-05",
        "quoted": "2026-10-05",
        "slurp": "yes",
        "number": "0x10",
    }


def test_a_plain_null_is_none_and_a_quoted_one_is_text() -> None:
    assert load(b"a: null\nb:\nc: ~\nd: 'null'\ne: ''\n") == {
        "a": None,
        "b": None,
        "c": None,
        "d": "null",
        "e": "",
    }


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "expected a mapping at the top, got nothing"),
        (b"- 1\n", "expected a mapping at the top, got a list"),
        (b"just words", "expected a mapping at the top, got plain text"),
        (b"\n <!DOCTYPE html>\n<html>", "an HTML page, not YAML"),
        (b"a: 1\nb: 2\na: 3\n", "line 3: key 'a' is there twice"),
        (b"a: &x [1]\nb: *x\n", "line 2: aliases are refused"),
        (b"a: 1\n---\nb: 2\n", "line 2: a second document begins"),
        (b"a: !!python/name:os.system\n", "line 1: tag"),
        (b"? [a]\n: b\n", "line 1: a key must be plain text"),
        (b"\xff\xfe\x00", "not UTF-8 at byte 0"),
        (b"a:\n\tb: 1\n", "line 2: a tab where only blanks can stand"),
        (b"a: [1\n", "line 2: it ends inside a bracket, a quote or a value"),
        (b"a: 'x\n", "line 2: it ends inside a bracket, a quote or a value"),
        (b"a: @x\n", "line 1: a value can't begin with @; put it in quotes"),
        (b"a: b\nc: d: e\n", "line 2: a colon where no key can stand"),
        (b"- a\nb: 1\n", "line 2: not YAML ("),
        (b"{a: 1}}", "line 1: not YAML ("),
        (b"a: 1\nb: \x07\n", "line 2: a character that YAML forbids (U+0007)"),
        (b"[" * 5000, "line 1: nested deeper than 40 levels"),
        (b"a: " + b"[" * 41 + b"]" * 41, "line 1: nested deeper than 40 levels"),
        (b"a: '" + b"[" * 50 + b"'\nb: 'x", "line 2: it ends inside"),
        (b"a: 1 # " + b"[" * 50 + b"\nb: 'x", "line 2: it ends inside"),
    ],
)
@pytest.mark.parametrize("parser", [yaml.SafeLoader, yaml.CSafeLoader])
def test_refused(body: bytes, reason: str, parser: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict_yaml, "_PARSER", parser)
    with pytest.raises(Unreadable) as caught:
        load(body)
    assert caught.value.reason.startswith(reason)


def test_a_flood_is_refused_before_it_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict_yaml, "MAX_NODES", 100)
    with pytest.raises(Unreadable, match="more than 100 values"):
        load(b"a: [" + b"1," * 200 + b"]")
    monkeypatch.setattr(strict_yaml, "MAX_BYTES", 10)
    with pytest.raises(Unreadable, match="larger than 10 bytes"):
        load(b"a: 34567890")


def test_a_reason_is_one_short_printable_line() -> None:
    reason = Unreadable("bad\x1b[31m\nthing\x00 " + "x" * 500).reason
    assert reason.startswith("bad [31m thing x")
    assert len(reason) == 200
    assert reason.isprintable()


def test_a_repeated_list_is_merged_with_a_remark() -> None:
    body = b"cycle:\n- x-project: [a]\n  name: R-1\n  x-project: [b]\n"
    value, remarks = load_merging(body)
    assert value == {"cycle": [{"x-project": ["a", "b"], "name": "R-1"}]}
    assert remarks == ("line 4: key 'x-project' is there twice; both lists count",)


def test_a_repeated_scalar_is_refused_unless_it_says_the_same() -> None:
    assert load_merging(b"a: 1\na: 1\n") == (
        {"a": "1"},
        ("line 2: key 'a' is there twice, with one value",),
    )
    with pytest.raises(Unreadable, match="line 2: key 'a' is there twice, with two values"):
        load_merging(b"a: 1\na: 2\n")


def test_lines_lead_to_each_key_and_values_have_types() -> None:
    value, lines = load_with_lines(
        "bot: x\nmeeting:\n  hour: 14\n  at: 14:00\n  days:\n  - 2026-10-05\n  - {on: yes}\n"
    )
    assert value == {
        "bot": "x",
        "meeting": {"hour": 14, "at": "14:00", "days": [dt.date(2026, 10, 5), {True: True}]},
    }
    assert lines[("meeting",)] == 2
    assert lines[("meeting", "hour")] == 3
    assert lines[("meeting", "days", 0)] == 6
    assert lines[("meeting", "days", 1)] == 7
    assert lines[()] == 1


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("030", '030 is 24 in YAML; write 30, or "030"'),
        ("-010", '-010 is -8 in YAML; write 10, or "-010"'),
        ("0x1F", '0x1F is 31 in YAML; write a decimal number, or "0x1F"'),
        ("0b11", '0b11 is 3 in YAML; write a decimal number, or "0b11"'),
        ("1_000", '1_000 is 1000 in YAML; write 1000, or "1_000"'),
    ],
)
def test_a_number_that_is_not_what_it_looks_like_is_refused(written: str, said: str) -> None:
    with pytest.raises(Unreadable) as error:
        load_with_lines(f"bot: x\nweb: {{port: {written}}}\n")
    assert error.value.reason == f"line 2: {said}"
    assert load_with_lines(f"port: '{written}'\n")[0] == {"port": written}


def test_plain_numbers_are_numbers() -> None:
    body = "a: 0\nb: 30\nc: -5\nd: 1.5\ne: 08\nf: 2026.10\n"
    assert load_with_lines(body)[0] == {
        "a": 0, "b": 30, "c": -5, "d": 1.5, "e": "08", "f": 2026.1
    }  # fmt: skip


def test_a_day_that_no_calendar_has_stays_text() -> None:
    assert load_with_lines("day: 2026-02-30\n")[0] == {"day": "2026-02-30"}


def test_the_pure_python_parser_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b"a: {b: [1, 2]}\nc: '3'\n"
    fast = load(body)
    monkeypatch.setattr(strict_yaml, "_PARSER", yaml.SafeLoader)
    assert load(body) == fast


@given(st.binary(max_size=60) | st.text("ab:-[]{}&*!|>'\"#%@ \n\t", max_size=60))
def test_nothing_but_unreadable_comes_out(body: bytes | str) -> None:
    for read in (load, load_merging, load_with_lines):
        reason = _reason(read, body)
        assert reason is None or (reason.isprintable() and 0 < len(reason) <= 200)


def _reason(read: Callable[[bytes | str], object], body: bytes | str) -> str | None:
    try:
        read(body)
    except Unreadable as error:
        return error.reason
    return None
