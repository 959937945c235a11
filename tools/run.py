"""`make run`: prepares the data, starts the whole desk on one machine, stops it cleanly."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event

from config import Settings, SettingsError
from tools.machine import (
    background_program,
    prepare_program,
    queue_in,
    queue_program,
    web_program,
    worker_program,
)
from tools.supervisor import Program, Supervisor

QUEUE_READY_SECONDS = 5.0
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to knock, not to listen


class CannotStart(Exception):
    """A sentence for whoever typed `make run`."""


def refuse_taken_port(host: str, port: int) -> None:
    """Raises CannotStart when somebody listens there or the address is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"Cannot listen on {host}:{port} ({error.strerror}). "
                f"Stop what uses it, or choose another port: PORT={port + 1} make run"
            ) from error


@contextmanager
def lock_data(data_dir: Path) -> Iterator[None]:
    """Holds the folder for us; raises CannotStart when another desk uses it."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data_dir / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotStart(f"The desk already runs on the data in {data_dir}.") from error
        yield


def stop_on_signals() -> Event:
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    return stop


def start_queue(settings: Settings, supervisor: Supervisor) -> str:
    """The address of the queue: the one given, or that of the embedded one, now starting."""
    if settings.redis_url:
        return settings.redis_url
    queue = queue_in(settings.data_dir)
    queue.socket.unlink(missing_ok=True)
    supervisor.start(queue_program(queue, os.environ))
    deadline = time.monotonic() + QUEUE_READY_SECONDS
    while not queue.socket.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    if not queue.socket.exists():
        supervisor.say(f"The queue does not start (see {queue.folder}/valkey.log); texts wait.")
    return queue.url


def prepare(program: Program, stop: Event) -> str:
    """Migrates and fills the database; returns what to tell whoever started the desk."""
    with subprocess.Popen(
        program.command, env=dict(program.environment), stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as process:  # fmt: skip
        while process.poll() is None and not stop.wait(0.05):
            pass
        if stop.is_set():
            process.terminate()
        words, _ = process.communicate()
    if process.returncode and not stop.is_set():
        raise CannotStart("The database could not be prepared: the lines above say why.")
    return words


def answers(host: str, port: int) -> bool:
    """Whether the web process serves requests."""
    connection = HTTPConnection(ANYWHERE.get(host, host), port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def serve(settings: Settings, supervisor: Supervisor, stop: Event) -> None:
    """Starts everything and returns when `stop` is set."""
    redis_url = start_queue(settings, supervisor)
    environment = {
        **os.environ,
        "REDIS_URL": redis_url,
        "DATA_DIR": str(settings.data_dir),
        "DEMO_PASSWORD": settings.demo_password,
    }
    words = prepare(prepare_program(environment), stop)
    if stop.is_set():
        return
    supervisor.start(web_program(settings, environment))
    supervisor.start(worker_program(environment))
    supervisor.start(background_program(environment))
    supervisor.watch(stop, until=lambda: answers(settings.host, settings.port))
    if not stop.is_set():
        print(words, flush=True)
        supervisor.watch(stop)


def main() -> int:
    supervisor = Supervisor()
    stop = stop_on_signals()
    try:
        settings = Settings.from_env()
        refuse_taken_port(settings.host, settings.port)
        with lock_data(settings.data_dir):
            try:
                serve(settings, supervisor, stop)
            finally:
                supervisor.stop_all()
    except (SettingsError, CannotStart) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
