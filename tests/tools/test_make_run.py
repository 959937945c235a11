"""`make run`: one command starts the whole desk, and a signal stops all of it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import desk
from tests.support.live import free_port
from tests.support.waiting import eventually
from tools.run import answers

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0


@pytest.fixture
def told(tmp_path):
    """An environment in which everything is embedded, as on a fresh machine."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if name not in desk.ENVIRONMENT}
    data = str(tmp_path / "data")
    return {**kept, "DATA_DIR": data, "PORT": str(port), "LOG_LEVEL": "ERROR", "WEB_WORKERS": "1"}


@contextmanager
def running(told: dict[str, str], words: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The runner, once the desk answers and has said so; ended whatever happens."""
    with words.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tools.run"], cwd=ROOT, env=told, stdout=output
        )
    try:
        eventually(lambda: process.poll() is not None or words.read_text(), START_SECONDS)
        assert process.poll() is None
        assert answers("127.0.0.1", int(told["PORT"]))
        yield process
    finally:
        process.terminate()
        process.wait()


def of_this_desk(told: dict[str, str]) -> dict[int, str]:
    """The processes that were told of our data folder, with their command lines."""
    mark = f"DATA_DIR={told['DATA_DIR']}".encode()
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found[int(folder.name)] = (folder / "cmdline").read_bytes().decode()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found


def pid_of(told: dict[str, str], part: str) -> int:
    """The first process of the desk whose command line holds the part."""
    return min(pid for pid, command in of_this_desk(told).items() if part in command)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_everything_and_the_next_start_keeps_the_data(number, told, tmp_path):
    words = tmp_path / "words"
    with running(told, words) as process:
        first = words.read_text()
        process.send_signal(number)
        assert process.wait() == 0
    assert of_this_desk(told) == {}
    with running(told, words):
        assert words.read_text() == first


def test_the_first_start_says_where_to_go_and_who_can_sign_in(told, tmp_path):
    words = tmp_path / "words"
    with running(told, words):
        said = words.read_text()
    address = f"http://127.0.0.1:{told['PORT']}"
    assert f"{address}/\n" in said
    assert f"{address}/simulator" in said
    kept = Path(told["DATA_DIR"]) / "demo-password"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert f"Demo password:     {kept.read_text().strip()}\n" in said
    for name in ("dispatch.diqing", "grid.beimen", "lead.jiantang", "auditor", "admin"):
        assert re.search(rf"^ +{name} +\w", said, re.MULTILINE), name


def test_a_killed_process_comes_back(told, tmp_path):
    with running(told, tmp_path / "words"):
        for part in ("valkey-server", "granian", "workers.consumer"):
            killed = pid_of(told, part)
            os.kill(killed, signal.SIGKILL)
            eventually(lambda part=part, killed=killed: newcomer(told, part, killed), 30)
        eventually(lambda: answers("127.0.0.1", int(told["PORT"])), 30)
    assert of_this_desk(told) == {}


def newcomer(told: dict[str, str], part: str, killed: int) -> bool:
    """Whether another process than the killed one does its work."""
    return any(part in line and pid != killed for pid, line in of_this_desk(told).items())


def test_stopping_while_the_database_is_prepared_leaves_nothing(told, tmp_path):
    process = subprocess.Popen([sys.executable, "-m", "tools.run"], cwd=ROOT, env=told)
    eventually(lambda: any("tools.prepare" in line for line in of_this_desk(told).values()))
    process.terminate()
    assert process.wait() == 0
    assert of_this_desk(told) == {}
