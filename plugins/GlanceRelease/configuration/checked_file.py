"""One file of the configuration becomes a value, or lines that say all that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from ..sources.strict_yaml import Unreadable, load_with_lines

T = TypeVar("T")

_SHOWN = 40
_DETAIL = 80  # characters of pydantic's own words, which change with its version
_REASONS = {
    "extra_forbidden": "no such key",
    "unexpected_keyword_argument": "no such key",
    "invalid_key": "no such key",
    "missing": "is missing",
    "missing_argument": "is missing",
    "tuple_type": "a list is needed, such as [one, two]",
    "string_type": "text is needed; a number or a day goes in quotes",
    "int_type": "a whole number is needed, without quotes",
    "bool_type": "true or false is needed",
    "bool_parsing": "true or false is needed",
    "dataclass_type": "keys with their values are needed below it",
    "dict_type": "keys with their values are needed below it",
    "mapping_type": "keys with their values are needed below it",
}


@dataclass
class File(Generic[T]):
    """A file as it was read: what stands in it, on which lines, and what is wrong with it.

    `value` is None where anything is wrong by its shape; `written` is what could be read all the
    same, for rules that look at several keys or several files.
    """

    path: Path
    value: T | None = None
    written: Mapping[Any, Any] = field(default_factory=dict)
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict)
    readable: bool = False
    _wrong: list[tuple[int, str]] = field(default_factory=list)

    def blame(self, where: tuple[str | int, ...], reason: str) -> None:
        """Say what is wrong with a key."""
        key = ".".join(map(str, where)) or "the file"
        line = _line(where, self.lines)
        self._wrong.append((line, f"{self.path}:{line}: {key}: {reason}"))

    def blame_all(self, reason: str) -> None:
        """Say what is wrong with the whole file."""
        self._wrong.append((0, f"{self.path}: {reason}"))

    @property
    def problems(self) -> list[str]:
        """What is wrong, in the lines' order."""
        return [text for _, text in sorted(self._wrong, key=lambda problem: problem[0])]

    def listed(self, *where: str) -> Iterator[tuple[int, Any]]:
        """The entries of a list with their numbers; nothing where there is no list."""
        value: Any = self.written
        for key in where:
            value = value.get(key) if isinstance(value, dict) else None
        yield from enumerate(value if isinstance(value, list) else ())


def read(path: Path, shape: TypeAdapter[T]) -> File[T]:
    """Read a file; everything that is wrong with it by its shape is in its problems."""
    file: File[T] = File(path)
    try:
        text = path.read_text(encoding="utf-8")
        file.written, file.lines = ({}, {}) if _is_blank(text) else load_with_lines(text)
        file.readable = True
    except OSError as error:
        file.blame_all(error.strerror or str(error))
    except UnicodeDecodeError as error:
        file.blame_all(f"not UTF-8 at byte {error.start}")
    except Unreadable as error:
        file.blame_all(str(error))
    if file.readable:
        try:
            file.value = shape.validate_python(file.written)
        except ValidationError as invalid:
            for fault in invalid.errors(include_url=False):
                file.blame(fault["loc"], _reason(fault))
    return file


def _is_blank(text: str) -> bool:
    """A file of nothing but comments: every key has its default."""
    return all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines())


def _line(where: tuple[str | int, ...], lines: Mapping[tuple[str | int, ...], int]) -> int:
    """The line of the key, or of the nearest key around it that is written down."""
    for length in range(len(where), 0, -1):
        if where[:length] in lines:
            return lines[where[:length]]
    return 1


def _reason(error: Any) -> str:
    """What is wrong in an operator's words: pydantic's speak of Python's types."""
    kind, about = error["type"], error.get("ctx", {})
    shown = repr(error.get("input"))[:_SHOWN]
    if kind in _REASONS:
        return _REASONS[kind]
    if kind == "value_error":
        return str(about["error"])
    if kind == "literal_error":
        *most, last = re.findall(r"'([^']*)'", about["expected"])
        return (
            f"{shown} is none of {', '.join(most)} or {last}" if most else f"only {last} is taken"
        )
    if kind == "greater_than_equal":
        return f"{shown} is less than {about['ge']}"
    if kind == "less_than_equal":
        return f"{shown} is more than {about['le']}"
    return f"{shown} can't stand here ({error['msg'][:_DETAIL]})"
