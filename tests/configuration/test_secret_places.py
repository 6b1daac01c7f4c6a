"""Where passwords are kept: what is read, and what is refused, without a word of it being told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from GlanceRelease.configuration import secret_places

WORD = "s3cret of mine"


def written(path: Path, text: bytes = WORD.encode(), mode: int = 0o600) -> Path:
    path.write_bytes(text)
    path.chmod(mode)
    return path


@pytest.mark.parametrize("mode", [0o600, 0o400])
@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_a_file_of_the_bots_own_is_read(tmp_path: Path, mode: int, end: bytes) -> None:
    path = written(tmp_path / "word", WORD.encode() + end, mode)
    assert secret_places.read(f"file:{path}", {}) == WORD


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o606, 0o666, 0o601])
def test_a_file_that_others_may_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path / "word", mode=mode)
    with pytest.raises(secret_places.NotRead) as error:
        secret_places.read(f"file:{path}", {})
    assert str(error.value) == (f"{path} may be read by others (mode {mode:03o}); it has to be 600")


@pytest.mark.parametrize(("mode", "fits"), [(0o400, True), (0o440, True), (0o444, False)])
def test_a_credential_shows_the_acl_of_systemd(tmp_path: Path, mode: int, fits: bool) -> None:
    written(tmp_path / "nickserv", mode=mode)
    environment = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    if fits:
        assert secret_places.read("credential:nickserv", environment) == WORD
    else:
        with pytest.raises(secret_places.NotRead, match="may be read by others"):
            secret_places.read("credential:nickserv", environment)


def test_a_variable_is_read() -> None:
    assert secret_places.read("env:WORD", {"WORD": WORD}) == WORD


@pytest.mark.parametrize(
    "place",
    [
        "",
        WORD,
        "file:word",
        "file:",
        "env:",
        "credential:",
        "credential:../x",
        "credential:..",
        "x:y",
    ],
)
def test_what_is_no_place_is_not_repeated(place: str) -> None:
    with pytest.raises(secret_places.NotRead) as error:
        secret_places.read(place, {"CREDENTIALS_DIRECTORY": "/"})
    assert str(error.value) == f"what is written there is none of {secret_places.FORMS}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"one\ntwo\n", "is more than one line of text"),
        (b"one\0two", "is more than one line of text"),
        (b"one\rJOIN #x", "is more than one line of text"),
        (b"\xff\xfe", "is not in UTF-8"),
        (b"x" * 1025, "is longer than 1024 characters"),
    ],
)
def test_what_is_no_password_is_refused(tmp_path: Path, text: bytes, why: str) -> None:
    path = written(tmp_path / "word", text)
    with pytest.raises(secret_places.NotRead) as error:
        secret_places.read(f"file:{path}", {})
    assert str(error.value) == f"{path} {why}"


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("pipe", "."):
        with pytest.raises(secret_places.NotRead, match="is no file"):
            secret_places.read(f"file:{tmp_path / name}", {})
