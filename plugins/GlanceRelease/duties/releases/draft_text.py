"""Edits a deliverable file's text: adds a release and a branch, and leaves all else as it stands.

Lines are added, none is rewritten, so comments, order and the file's own indentation stay.
"""

from __future__ import annotations

import re

from ...domain.model import Branch, Release

_ITEM = re.compile(r"^( *)- ")
_TOP = re.compile(r"^([A-Za-z][A-Za-z-]*):(.*)$")


OF_A_CYCLE = ("releases", "branches", "cycle-highlights", "release-notes", "stable-status")


def head_of(text: str) -> str:
    """The part of a cycle's file that the next cycle's begins with: every key as it stands, except
    those that tell of the cycle itself."""
    kept: list[str] = []
    skipped = False
    for row in text.splitlines():
        match = _TOP.match(row)
        if match:
            skipped = match[1] in OF_A_CYCLE
        if not skipped:
            kept.append(row)
    return "\n".join(kept).rstrip() + "\n"


def with_release(text: str, release: Release, branch: Branch | None = None) -> str:
    """The text with the release as the last of `releases` and the branch as the last of
    `branches`; either key is added where it is missing. Raises ValueError where a key's value
    is not a block list ("releases: []" is taken as empty)."""
    lines = text.splitlines()
    lines = _append(lines, "releases", _release_lines(release), before="branches")
    if branch is not None:
        item = [f"- name: {branch.name}", f"  location: {branch.location}"]
        lines = _append(lines, "branches", item, before="release-notes")
    return "\n".join(lines) + "\n"


def _release_lines(release: Release) -> list[str]:
    lines = [f"- version: {release.version}", "  projects:"]
    for repository, sha in release.hashes:
        lines += [f"    - repo: {repository}", f"      hash: {sha}"]
    if release.diff_start:
        lines.append(f"  diff-start: {release.diff_start}")
    return lines


def _append(lines: list[str], key: str, item: list[str], before: str) -> list[str]:
    start = _find(lines, key)
    if start is None:
        at = _find(lines, before)
        at = len(lines) if at is None else at
        return [*lines[:at], f"{key}:", *(f"  {row}" for row in item), *lines[at:]]
    value = _TOP.match(lines[start])
    rest = value[2].partition("#")[0].strip() if value else ""
    if rest not in ("", "[]", "null", "~"):
        raise ValueError(f"{key} is no list of lines")
    end = _end(lines, start)
    items = [match for row in lines[start + 1 : end] if (match := _ITEM.match(row))]
    indent = items[0][1] if items else "  "
    head = lines[start] if items else f"{key}:"
    rows = [f"{indent}{row}" for row in item]
    return [*lines[:start], head, *lines[start + 1 : end], *rows, *lines[end:]]


def _find(lines: list[str], key: str) -> int | None:
    for number, row in enumerate(lines):
        match = _TOP.match(row)
        if match and match[1] == key:
            return number
    return None


def _end(lines: list[str], start: int) -> int:
    """The line behind the block's last one; comments and blanks before the next key are not its."""
    end = start + 1
    for number in range(start + 1, len(lines)):
        row = lines[number]
        if row.strip() and not row.startswith((" ", "-", "#")):
            break
        if row.strip() and not row.startswith("#"):
            end = number + 1
    return end
