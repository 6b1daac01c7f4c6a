"""What a bot without its store says, in the channel and by its page."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable


def told(reason: str) -> str:
    return (
        "I remember nothing, so I keep nothing and say nothing unasked: my database can't be used "
        f"({reason}). I try again each minute."
    )


def health(port: int) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def until(done: Callable[[], bool], what: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, what
        time.sleep(0.1)
