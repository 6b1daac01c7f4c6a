"""A file system with little room, as root may make one."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def small_disk(folder: Path, size: int) -> Iterator[None]:
    """A file system of so many bytes at the folder."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "small", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount).returncode:
        pytest.skip("a small file system needs root's rights")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)
