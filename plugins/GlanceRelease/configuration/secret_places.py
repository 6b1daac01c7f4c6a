"""Where a password is kept outside the registry, and how it is read from there."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

FORMS = "env:NAME, file:/PATH or credential:NAME"
LONGEST = 1024
_GROUP, _OTHERS = stat.S_IRWXG, stat.S_IRWXO


class NotRead(Exception):  # noqa: N818  what the operator sees
    """The password can't be had; the text says why, and never what was read."""


def read(place: str, environment: Mapping[str, str] = os.environ) -> str:
    """The password that is kept there: `env:NAME`, a variable of the environment; `file:/PATH`, a
    file that only its owner may read; `credential:NAME`, what systemd's LoadCredential gave."""
    kind, _, name = place.strip().partition(":")
    if kind == "env" and name:
        return _checked(environment.get(name, ""), f"the variable {name}")
    if kind == "file" and name.startswith("/"):
        return _of_file(Path(name), _GROUP | _OTHERS)
    if kind == "credential" and name and "/" not in name and name not in (".", ".."):
        folder = environment.get("CREDENTIALS_DIRECTORY", "")
        if not folder:
            raise NotRead(f"no credential {name}: systemd gave none (LoadCredential)")
        # systemd lets the unit's user in by an ACL, which shows as a right of the group.
        return _of_file(Path(folder, name), _OTHERS)
    raise NotRead(f"what is written there is none of {FORMS}")  # perhaps the password itself


def _of_file(path: Path, too_open: int) -> str:
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no path"
        raise NotRead(f"{path}: {reason}") from None
    try:
        state = os.fstat(opened)
        mode = stat.S_IMODE(state.st_mode)
        if not stat.S_ISREG(state.st_mode):
            raise NotRead(f"{path} is no file")
        if mode & too_open:
            raise NotRead(f"{path} may be read by others (mode {mode:03o}); it has to be 600")
        written = os.read(opened, LONGEST + 2)
    except OSError as error:
        raise NotRead(f"{path}: {error.strerror}") from None
    finally:
        os.close(opened)
    try:
        return _checked(written.decode().removesuffix("\n").removesuffix("\r"), str(path))
    except UnicodeDecodeError:
        raise NotRead(f"{path} is not in UTF-8") from None


def _checked(password: str, where: str) -> str:
    """One line that IRC can carry."""
    if not password:
        raise NotRead(f"{where} is empty")
    if len(password) > LONGEST:
        raise NotRead(f"{where} is longer than {LONGEST} characters")
    if not password.isprintable():
        raise NotRead(f"{where} is more than one line of text")
    return password
