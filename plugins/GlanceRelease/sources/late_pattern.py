"""A regular expression that is compiled when it is first used: the bot's start does not wait for
what the first schedule from upstream needs, a second later."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any


class LatePattern:
    """Stands for `re.compile(pattern, flags)`. What is wrong in a pattern is found at its first
    use; tests use each."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._source = pattern, flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(*self._source)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._compiled, name)


if TYPE_CHECKING:
    late_pattern = re.compile
else:
    late_pattern = LatePattern
