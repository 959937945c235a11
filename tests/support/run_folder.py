"""One folder for a whole test run, shared by its processes; what is made once lies there."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fasteners import InterProcessLock

VARIABLE = "DESK_TEST_RUN"
MEMORY = Path("/dev/shm")  # noqa: S108 - folders below are made by mkdtemp
ROOM_NEEDED = 2 * 1024**3


def make() -> Path:
    """In memory where there is room, else in the folder for temporary files."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK)
    roomy = roomy and shutil.disk_usage(MEMORY).free > ROOM_NEEDED
    folder = Path(tempfile.mkdtemp(prefix="desk-", dir=MEMORY if roomy else None))
    os.environ[VARIABLE] = str(folder)
    runtime = folder / "runtime"  # the run's folder itself is opened to PostgreSQL's own user
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    return folder


def current() -> Path:
    return Path(os.environ[VARIABLE])


@contextmanager
def only_one(name: str) -> Iterator[Path]:
    """The path of a thing to make, held by one process at a time."""
    path = current() / name
    with InterProcessLock(f"{path}.lock"):
        yield path
