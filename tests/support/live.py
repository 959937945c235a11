"""The whole desk in processes of its own: web, worker, relay and schedule, real queue."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from config import Settings
from tests.support import desk
from tests.support.waiting import eventually
from tools.machine import background_program, web_program, worker_program
from tools.run import answers
from tools.supervisor import Supervisor

START_SECONDS = 60.0


@dataclass(frozen=True)
class LiveDesk:
    """Where it answers, and what its processes were told."""

    url: str
    environment: dict[str, str]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def started(told: dict[str, str]) -> Iterator[LiveDesk]:
    """The desk's processes, all answering; stopped at the end."""
    settings = Settings.from_env(told)
    environment = {**os.environ, **told}
    supervisor = Supervisor()
    try:
        for program in (
            web_program(settings, environment),
            worker_program(environment),
            background_program(environment),
        ):
            supervisor.start(program)
        eventually(lambda: answers(settings.host, settings.port), START_SECONDS)
        yield LiveDesk(settings.public_url, told)
    finally:
        supervisor.stop_all()


@pytest.fixture
def make_live(
    database_url: str, real_queue: str, tmp_path: Path
) -> Iterator[Callable[..., LiveDesk]]:
    """Starts the whole desk on the test's database; arguments are environment variables."""
    with ExitStack() as stack:

        def make(**changes: str) -> LiveDesk:
            port = free_port()
            told = desk.environment(
                database_url,
                tmp_path / "data",
                **{
                    "REDIS_URL": real_queue,
                    "PORT": str(port),
                    "PUBLIC_URL": f"http://127.0.0.1:{port}",
                    "WEB_WORKERS": "1",
                    **changes,
                },
            )
            return stack.enter_context(started(told))

        yield make


@pytest.fixture
def live_server(make_live: Callable[..., LiveDesk]) -> LiveDesk:
    """The whole desk, as `make run` would start it."""
    return make_live()
