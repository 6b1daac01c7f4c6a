"""Where an SQLite database lies: which file its address means, and whether it is that one still."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sqlalchemy.engine import URL

from .errors import Unfit, is_in_memory

_BESIDE = ("-wal", "-shm")


def file_of(where: URL) -> Path:
    """The file of an SQLite database, by whatever name it is reached."""
    named = str(where.database)
    if named.startswith("file:"):
        named = named.removeprefix("file:").partition("?")[0]
    return Path(os.path.realpath(named))


def place_in(where: URL) -> DatabaseFile | None:
    """The place of a database that is a file."""
    is_file = where.get_backend_name() == "sqlite" and not is_in_memory(where)
    return DatabaseFile(file_of(where)) if is_file else None


class DatabaseFile:
    """SQLite goes on in a file that was removed or replaced, as if nothing had happened; and what
    has two names has two logs beside it, of which each tears the other's pages."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._opened: os.stat_result | None = None
        self._beside: dict[str, os.stat_result | None] | None = None
        self._settled: tuple[int, int] | None = None  # None while the bot itself writes to it

    def look(self) -> None:
        """Raise Unfit, or an OSError, for what must not be opened; it need not be there yet."""
        try:
            there = os.stat(self.file)
        except FileNotFoundError:
            return
        if not stat.S_ISREG(there.st_mode) and not stat.S_ISDIR(there.st_mode):
            raise Unfit(f"the file is no regular one ({self.file})")
        if stat.S_ISREG(there.st_mode) and there.st_nlink > 1:
            raise Unfit(
                f"the file has {there.st_nlink} names, and another bot may speak by another name:"
                " remove its other hard links"
            )

    def opened(self) -> None:
        """The database was opened just now: it is this file from now on."""
        self._opened = os.stat(self.file)
        self.settled()
        self.connected()

    def connected(self) -> None:
        """It was opened once more, which may have made the files beside it anew."""
        self._beside = None

    def check(self) -> None:
        """Raise Unfit where the file that was opened is not the one that has the name now, or
        somebody else wrote to it: what they wrote and what SQLite has beside it do not fit."""
        if self._opened is None:
            return
        now = _see(self.file, self._opened, "the file", "another file is in its place")
        if self._settled not in (None, _written(now)):
            raise Unfit("another program changed the file")
        if self._beside is None:
            self._beside = {end: _stat(self._with(end)) for end in _BESIDE}
        for end, before in self._beside.items():
            if before is not None:
                name = self.file.name + end
                _see(
                    self._with(end),
                    before,
                    f"its file {name}",
                    f"another file is in the place of {name}",
                )

    def settling(self) -> None:
        """The bot itself is about to write to the file; others' checks come in between."""
        self._settled = None

    def settled(self) -> None:
        """The bot wrote to the file itself just now, which it does at certain times alone."""
        self._settled = _written(os.stat(self.file))

    def leave(self) -> None:
        """The database was closed. What is beside a file that has another's place is of no use to
        that: SQLite would take it for the other's own."""
        now = _stat(self.file)
        if self._opened is None or (now is not None and os.path.samestat(now, self._opened)):
            return
        for end, before in (self._beside or {}).items():
            stat = _stat(self._with(end))
            if before is not None and stat is not None and os.path.samestat(stat, before):
                self._with(end).unlink(missing_ok=True)

    def _with(self, end: str) -> Path:
        return self.file.with_name(self.file.name + end)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _written(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_size, stat.st_mtime_ns


def _see(path: Path, before: os.stat_result, name: str, replaced: str) -> os.stat_result:
    now = _stat(path)
    if now is None:
        raise Unfit(f"{name} was removed while it was in use")
    if not os.path.samestat(now, before):
        raise Unfit(replaced)
    return now
