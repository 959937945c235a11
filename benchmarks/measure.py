"""CPU time of one request: ours from the process clock, the database's from its processes.

Works are done in turn, round after round, so that whatever else the machine does falls on all
of them alike; the median of many is what counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import process_time
from typing import Any

import psycopg
from flask import Flask

from benchmarks.postgres import backend_seconds

WARM_UP = 30


def _unused(_data: bytes) -> None:
    """WSGI's way to write before returning a body; Flask never does."""


@dataclass
class Work:
    """Something to ask an app for, many times. `status` is what a right answer has."""

    name: str
    app: Flask
    database: str
    make: Callable[[], dict[str, Any]]
    status: str
    ours: list[float] = field(default_factory=list)
    theirs: float = 0.0

    def once(self) -> float:
        """CPU seconds of our process. Raises RuntimeError for a wrong answer."""
        environ = self.make()
        answered: list[str] = []

        def start_response(status: str, *_rest: Any) -> Callable[[bytes], object]:
            answered.append(status)
            return _unused

        begun = process_time()
        body = self.app.wsgi_app(environ, start_response)
        size = sum(map(len, body))
        if hasattr(body, "close"):
            body.close()
        spent = process_time() - begun
        if not answered[0].startswith(self.status):
            raise RuntimeError(f"{self.name} answered {answered[0]} ({size} bytes)")
        return spent

    @property
    def app_ms(self) -> float:
        return median(self.ours) * 1000

    @property
    def database_ms(self) -> float:
        return self.theirs / len(self.ours) * 1000

    @property
    def total_ms(self) -> float:
        return self.app_ms + self.database_ms


def run(works: Sequence[Work], socket: str, rounds: int, each: int) -> None:
    """`rounds` times `each` requests of every work."""
    with psycopg.connect(f"host={socket} user=postgres", autocommit=True) as watcher:
        for work in works:
            for _ in range(WARM_UP):
                work.once()
        for _ in range(rounds):
            for work in works:
                _round(work, watcher, each)


def _round(work: Work, watcher: psycopg.Connection[Any], each: int) -> None:
    backends = _backends(work.database, watcher)
    before = backend_seconds(backends)
    work.ours.extend(work.once() for _ in range(each))
    work.theirs += backend_seconds(backends) - before


def _backends(database: str, watcher: psycopg.Connection[Any]) -> set[int]:
    query = "SELECT pid FROM pg_stat_activity WHERE datname = %s"
    return {row[0] for row in watcher.execute(query, [database])}
