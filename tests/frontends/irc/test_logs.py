"""What libraries complain of stands in Limnoria's log, once, however often the plugin is loaded."""

from __future__ import annotations

import base64
import logging

import pytest
from supybot import conf

from GlanceRelease.frontends.irc import limnoria_log


@pytest.mark.parametrize(
    "name",
    [*limnoria_log.LIBRARIES, "aiohttp.client", "apscheduler.executors", "GlanceRelease.app"],
)
def test_a_warning_reaches_limnorias_log_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    limnorias = logging.getLogger("supybot")
    handler = logging.Handler()
    handler.emit = lambda record: seen.append(record.getMessage())  # type: ignore[method-assign]
    monkeypatch.setattr(limnorias, "handlers", [handler])
    for _ in range(3):
        limnoria_log.attach()
    logging.getLogger(name).warning("%s is in trouble", name)
    logging.getLogger(name).debug("nobody asked")
    assert seen == [f"{name} is in trouble"]
    assert not logging.getLogger(name).handlers


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What Limnoria's log gets, as it writes it."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(handler.format(record))  # type: ignore[method-assign]
    monkeypatch.setattr(logging.getLogger("supybot"), "handlers", [handler])
    return lines


@pytest.mark.parametrize(
    "name", ["aiohttp.server", "apscheduler.scheduler", "apscheduler.executors.default", "asyncio"]
)
def test_libraries_log_as_they_are_used_to(name: str, seen: list[str]) -> None:
    logging.getLogger(name)  # as Limnoria makes it
    limnoria_log.attach()
    logging.getLogger(name).error("number of instances reached (%d)", 1)
    try:
        raise RuntimeError("a page fails")
    except RuntimeError as error:
        logging.getLogger(name).exception("Error handling request", exc_info=error)
    assert seen[0] == "number of instances reached (1)"
    assert seen[1].startswith("Error handling request\nTraceback")


def test_a_logger_of_theirs_that_comes_later_is_plain() -> None:
    limnoria_log.attach()
    for name in limnoria_log.SPEAKERS:
        assert type(logging.getLogger(name)) is logging.Logger, name


def test_no_password_is_written(seen: list[str]) -> None:
    network = conf.registerNetwork("secretive", password="of-the-door", sasl_username="bot")
    network.sasl.password.setValue("of-sasl")
    try:
        for _ in range(3):
            limnoria_log.hide_passwords()
        (handler,) = logging.getLogger("supybot").handlers
        assert len(handler.filters) == 1
        sent = base64.b64encode(b"bot\0bot\0of-sasl").decode()
        log = logging.getLogger("supybot")
        log.warning("PASS %s, then %s, then AUTHENTICATE %s", "of-the-door", "of-sasl", sent)
        network.sasl.password.setValue("")
        try:
            raise ValueError("it was of-sasl")
        except ValueError:
            logging.Logger.exception(log, "trouble")
    finally:
        conf.supybot.networks.unregister("secretive")
    assert seen[0] == "PASS (a password), then (a password), then AUTHENTICATE (a password)"
    assert seen[1].endswith("ValueError: it was (a password)")
