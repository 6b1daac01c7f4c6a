"""Has Limnoria's driver of a network wait before it connects again."""

from __future__ import annotations

from typing import Any


def wait_next_time(driver: Any) -> None:
    """Have the driver wait when next told to make a new connection, unless it has waited: what
    Limnoria does with an ERROR comes before any plugin hears of it."""

    def reconnect(wait: bool = False, **more: Any) -> None:
        has_waited = driver.nextReconnectTime is not None
        wait_no_more(driver)
        driver.reconnect(wait=wait or not has_waited, **more)

    driver.reconnect = reconnect


def wait_no_more(driver: Any) -> None:
    """Have the driver do as Limnoria has it again."""
    if driver is not None:  # as that of a network which was left for good
        vars(driver).pop("reconnect", None)
