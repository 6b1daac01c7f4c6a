"""What is only polite is no part of a question, and what is nothing else is a greeting."""

from __future__ import annotations

import pytest

from GlanceRelease.domain.messages.courtesy import is_greeting, without_courtesy


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("rc1?", "rc1"),
        ("rc1 ?", "rc1"),
        ("rc1 please", "rc1"),
        ("rc1, please?", "rc1"),
        ("rc1 please, thanks!", "rc1"),
        ("please deadlines", "deadlines"),
        ("hi, when rc1 thank you", "when rc1"),
        ("2027.1.", "2027.1"),
        ("2027.1", "2027.1"),
        ("R-5", "R-5"),
        ("", ""),
        ("please", "please"),
        ("?", "?"),
    ],
)
def test_the_words_alone_are_left(typed: str, meant: str) -> None:
    assert without_courtesy(typed) == meant


@pytest.mark.parametrize("typed", ["hello", "Hi!", "hey there", "good morning", "thanks a lot"])
def test_greetings(typed: str) -> None:
    assert is_greeting(typed)


@pytest.mark.parametrize("typed", ["hello deadlines", "help", "historic", "", "thanksgiving"])
def test_no_greetings(typed: str) -> None:
    assert not is_greeting(typed)
