"""The configuration and the clock for Limnoria, with what is wrong in its log."""

from __future__ import annotations

import os

from supybot import callbacks
from supybot import log as supybot_log

from ...clock import Clock, clock_of
from ...configuration import settings as settings_file
from ...configuration.settings import BadConfiguration, Settings


def configured(folder: str) -> tuple[Settings, Clock]:
    """The configuration and the clock; what is wrong is logged line by line, and once."""
    try:
        return settings_file.load(settings_file.find_folder(folder or None)), clock_of(os.environ)
    except BadConfiguration as error:
        for problem in error.problems:
            supybot_log.error("GlanceRelease: %s", problem)
        wrong = "its configuration can't be used; the log says why"
        raise callbacks.Error(f"Failed to load GlanceRelease: {wrong}") from None
    except ValueError as error:
        raise callbacks.Error(f"Failed to load GlanceRelease: {error}") from None
