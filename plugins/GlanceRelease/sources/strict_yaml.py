"""Reads YAML that nobody vouches for: upstream's files as text, the operator's with line numbers.

PyYAML's own loaders keep the last of two equal keys, read release-id 2026.10 as 2026.1 and follow
aliases without end; this one builds its values from the parser's events, so it can refuse all that.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import yaml
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from .yaml_errors import fault

MAX_BYTES = 5_000_000
MAX_NODES = 200_000
MAX_DEPTH = 40
REASON_LENGTH = 200

Path = tuple[str | int, ...]
Expected = Literal["mapping", "list"]

_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class Unreadable(Exception):  # noqa: N818 - it names a state of the data, as its callers say it
    """A body that isn't what its name promises; `reason` is one printable line of 200 at most."""

    def __init__(self, reason: str) -> None:
        printable = "".join(c if c.isprintable() else " " for c in reason)
        self.reason = " ".join(printable.split())[:REASON_LENGTH]
        super().__init__(self.reason)


def load(body: bytes | str, expect: Expected = "mapping") -> Any:
    """The document as dicts, lists and text: every scalar stays as written, so "2026.10" keeps its
    zero and a date is "2026-10-05", quoted or not; a plain null or nothing is None.

    Raises Unreadable, with the line, for what isn't YAML, isn't a `expect`, repeats a key, or has
    aliases, tags, a second document, or more size or depth than any real file.
    """
    return _Builder(_text_scalar).build(body, expect)


def load_merging(body: bytes | str, expect: Expected = "mapping") -> tuple[Any, tuple[str, ...]]:
    """Like `load`, but a repeated key whose values are lists gets both lists, with a remark.

    Upstream has committed such files (bobcat's week had "x-project" twice), and PyYAML loses the
    first list without a word. A repeated key with two different scalars is still refused.
    """
    builder = _Builder(_text_scalar, merge=True)
    return builder.build(body, expect), tuple(builder.remarks)


def load_with_lines(body: bytes | str, expect: Expected = "mapping") -> tuple[Any, dict[Path, int]]:
    """The document with YAML's own types, and the line (from 1) on which each path's key stands.

    ("meeting", "hour") is the line of `hour:` under `meeting:`; an int in a path is an index; ()
    is the document. "14:00" stays text: YAML 1.1 would read it as 840. Raises Unreadable like
    `load`, and for a number that YAML 1.1 reads as another than it looks like (030 is 24).
    """
    builder = _Builder(_typed_scalar)
    return builder.build(body, expect), builder.lines


def _text_scalar(value: str, plain: bool) -> str | None:
    return None if plain and value in _NULLS else value


_INT = "tag:yaml.org,2002:int"
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_RESOLVER: Any = Resolver()
_CONSTRUCTOR: Any = SafeConstructor()


def _typed_scalar(value: str, plain: bool) -> Any:
    if not plain or (":" in value and value.replace(":", "").isdigit()):
        return value
    tag = _RESOLVER.resolve(yaml.ScalarNode, value, (True, False))
    if tag == _INT and not _DECIMAL.fullmatch(value):
        means = _CONSTRUCTOR.construct_object(yaml.ScalarNode(tag, value))
        raise Unreadable(f'{value} is {means} in YAML; write {_looks_like(value)}, or "{value}"')
    try:
        return _CONSTRUCTOR.construct_object(yaml.ScalarNode(tag, value))
    except (yaml.YAMLError, ValueError):  # 2026-02-30 looks like a date to YAML; "=" has no type
        return value


def _looks_like(value: str) -> str:
    """The decimal number for which somebody may have meant it."""
    digits = value.replace("_", "").lstrip("+-0") or "0"
    return digits if digits.isdecimal() else "a decimal number"


@dataclass
class _Frame:
    """A collection that is being filled; `key` waits for its value in a mapping."""

    value: dict[Any, Any] | list[Any]
    path: Path
    key: Any = None
    has_key: bool = False


class _Builder:
    def __init__(self, scalar: Any, merge: bool = False) -> None:
        self.scalar = scalar
        self.merge = merge
        self.remarks: list[str] = []
        self.lines: dict[Path, int] = {}
        self._stack: list[_Frame] = []
        self._root: list[Any] = []

    def build(self, body: bytes | str, expect: Expected) -> Any:
        text = _decoded(body)
        try:
            for nodes, event in enumerate(_events(text)):
                if nodes > MAX_NODES:
                    raise Unreadable(f"more than {MAX_NODES} values: not a file we know")
                self._take(event)
        except yaml.YAMLError as error:
            raise Unreadable(fault(text, error, MAX_DEPTH)) from error
        value = self._root[0] if self._root else None
        if not isinstance(value, dict if expect == "mapping" else list):
            raise Unreadable(f"expected a {expect} at the top, got {_shape(value)}")
        return value

    def _take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        value: Any
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable(f"line {line}: aliases are refused")
        if isinstance(event, yaml.ScalarEvent):
            _refuse_tag(event, line)
            try:
                value = self.scalar(event.value, event.implicit[0])
            except Unreadable as odd:
                raise Unreadable(f"line {line}: {odd}") from None
            self._add(value, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            _refuse_tag(event, line)
            value = {} if isinstance(event, yaml.MappingStartEvent) else []
            path = self._next_path(line)
            if len(self._stack) >= MAX_DEPTH:
                raise Unreadable(f"line {line}: nested deeper than {MAX_DEPTH} levels")
            self._stack.append(_Frame(value, path))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            frame = self._stack.pop()
            self._add(frame.value, line, known_path=True)
        elif isinstance(event, yaml.DocumentStartEvent) and self._root:
            raise Unreadable(f"line {line}: a second document begins")

    def _next_path(self, line: int) -> Path:
        if not self._stack:
            self.lines.setdefault((), line)
            return ()
        frame = self._stack[-1]
        if isinstance(frame.value, list):
            path = (*frame.path, len(frame.value))
            self.lines.setdefault(path, line)
            return path
        if not frame.has_key:
            raise Unreadable(f"line {line}: a key must be plain text")
        return (*frame.path, frame.key)

    def _add(self, value: Any, line: int, known_path: bool = False) -> None:
        if not self._stack:
            self.lines.setdefault((), line)
            self._root.append(value)
            return
        frame = self._stack[-1]
        if isinstance(frame.value, list):
            if not known_path:
                self.lines.setdefault((*frame.path, len(frame.value)), line)
            frame.value.append(value)
        elif not frame.has_key:
            frame.key, frame.has_key = self._key(frame, value, line), True
        else:
            frame.has_key = False
            frame.value[frame.key] = self._joined(frame, value, line)

    def _key(self, frame: _Frame, key: Any, line: int) -> Hashable:
        assert isinstance(frame.value, dict)
        if not isinstance(key, Hashable) or key is None:
            raise Unreadable(f"line {line}: a key must be plain text")
        if key in frame.value and not self.merge:
            raise Unreadable(f"line {line}: key {key!r} is there twice")
        self.lines.setdefault((*frame.path, key), line)  # type: ignore[arg-type]
        return key

    def _joined(self, frame: _Frame, value: Any, line: int) -> Any:
        assert isinstance(frame.value, dict)
        if frame.key not in frame.value:
            return value
        old = frame.value[frame.key]
        if isinstance(old, list | None) and isinstance(value, list | None):
            self.remarks.append(f"line {line}: key {frame.key!r} is there twice; both lists count")
            return [*(old or []), *(value or [])]
        if old == value:
            self.remarks.append(f"line {line}: key {frame.key!r} is there twice, with one value")
            return value
        raise Unreadable(f"line {line}: key {frame.key!r} is there twice, with two values")


def _decoded(body: bytes | str) -> str:
    if len(body) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES} bytes: not a file we know")
    try:
        text = body.decode("utf-8-sig") if isinstance(body, bytes) else body
    except UnicodeDecodeError as error:
        raise Unreadable(f"not UTF-8 at byte {error.start}") from error
    start = text[:200].lstrip().lower()
    if start.startswith(("<!doctype", "<html", "<?xml", "<head", "<body")):
        raise Unreadable("an HTML page, not YAML")
    return text


def _events(text: str) -> Iterator[Any]:
    yield from yaml.parse(text, Loader=_PARSER)


def _refuse_tag(event: Any, line: int) -> None:
    if event.tag not in (None, "!"):
        raise Unreadable(f"line {line}: tag {event.tag} is refused")


def _shape(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else "plain text"
