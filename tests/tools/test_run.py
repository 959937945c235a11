"""`make run` refuses in plain words what cannot work, before it starts anything."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from redis import Redis, RedisError

from config import Settings
from tests.support import desk
from tests.support.live import free_port
from tests.support.waiting import eventually
from tools.machine import LONGEST_SOCKET_PATH, queue_in, queue_program
from tools.run import CannotStart, answers, lock_data, refuse_taken_port, start_queue
from tools.supervisor import Supervisor

ROOT = Path(__file__).parents[2]


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def run(**changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.run"],
        cwd=ROOT, env={**os.environ, **changes}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_taken_port_is_told_in_one_sentence_and_nothing_is_started(taken_port, tmp_path):
    done = run(PORT=str(taken_port), DATA_DIR=str(tmp_path / "data"))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"Cannot listen on 127.0.0.1:{taken_port} (Address already in use). Stop what uses it, "
        f"or choose another port: PORT={taken_port + 1} make run\n"
    )
    assert not (tmp_path / "data" / "queue").exists()


def test_a_wrong_setting_is_told_in_one_sentence(tmp_path):
    done = run(PORT="many", DATA_DIR=str(tmp_path))
    assert (done.returncode, done.stderr) == (1, "PORT is 'many': set a whole number.\n")


def test_production_without_secrets_does_not_start(tmp_path):
    done = run(DESK_ENV="production", DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("SECRET_KEY is missing")


def test_an_address_that_is_not_ours_is_refused():
    with pytest.raises(CannotStart, match=r"192\.0\.2\.1"):
        refuse_taken_port("192.0.2.1", 8000)


def test_two_desks_cannot_use_the_same_data(tmp_path):
    with lock_data(tmp_path), pytest.raises(CannotStart, match="already runs"), lock_data(tmp_path):
        pass
    with lock_data(tmp_path):
        assert (tmp_path / "run.lock").exists()


def test_nobody_answers_on_a_free_port():
    assert not answers("127.0.0.1", free_port())


@pytest.mark.parametrize("name", ["d", "d" * 120, "with a space"])
def test_the_queue_starts_wherever_the_data_lies(name, tmp_path):
    queue = queue_in(tmp_path / name)
    assert len(str(queue.socket)) <= LONGEST_SOCKET_PATH
    supervisor = Supervisor()
    try:
        supervisor.start(queue_program(queue, os.environ))
        eventually(lambda: ping(queue.url))
        assert configured(queue.url) == {"appendonly": "yes", "maxmemory-policy": "noeviction"}
    finally:
        supervisor.stop_all()


def ping(url: str) -> bool:
    try:
        with Redis.from_url(url) as connection:
            return bool(connection.ping())
    except RedisError:
        return False


def configured(url: str) -> dict[str, str]:
    with Redis.from_url(url, decode_responses=True) as connection:
        return dict(connection.config_get("appendonly", "maxmemory-policy"))


def test_a_given_queue_is_used_as_it_is(tmp_path):
    supervisor = Supervisor()
    address = "redis://queue.example/0"
    told = desk.environment("sqlite://", tmp_path, REDIS_URL=address)
    assert start_queue(Settings.from_env(told), supervisor) == address
    assert supervisor.children == []
