"""What libraries complain of stands in Limnoria's log, once, however often the plugin is loaded."""

from __future__ import annotations

import logging

import pytest

from GlanceRelease import logs


@pytest.mark.parametrize(
    "name", [*logs.LIBRARIES, "aiohttp.client", "apscheduler.executors", "GlanceRelease.app"]
)
def test_a_warning_reaches_limnorias_log_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    limnorias = logging.getLogger("supybot")
    handler = logging.Handler()
    handler.emit = lambda record: seen.append(record.getMessage())  # type: ignore[method-assign]
    monkeypatch.setattr(limnorias, "handlers", [handler])
    for _ in range(3):
        logs.attach()
    logging.getLogger(name).warning("%s is in trouble", name)
    logging.getLogger(name).debug("nobody asked")
    assert seen == [f"{name} is in trouble"]
    assert not logging.getLogger(name).handlers
