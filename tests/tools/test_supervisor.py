"""The supervisor restarts what dies and leaves nothing behind when it stops."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.waiting import eventually
from tools import supervisor as module
from tools.supervisor import Program, Supervisor, pause_before_restart

OBEDIENT = """
import os, pathlib, signal
pathlib.Path({note!r}).write_text(str(os.getpid()))
signal.pause()
"""
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)" + OBEDIENT
CURIOUS = """
import os, pathlib, signal
note = pathlib.Path({note!r})
def look(*_):
    note.with_suffix(".saw").write_text(str(os.path.exists("/proc/" + {other!r})))
    os._exit(0)
signal.signal(signal.SIGTERM, look)
note.write_text(str(os.getpid()))
signal.pause()
"""
PARENT = (
    "import signal, subprocess, sys; subprocess.Popen([sys.executable, '-c', {child!r}]); "
    "signal.pause()"
)


def program(code: str, note: Path, grace_seconds: float = 5.0, other: str = "") -> Program:
    """A sample process: it writes its id into the note and waits for a signal."""
    command = [sys.executable, "-c", code.format(note=str(note), other=other)]
    return Program("sample", command, os.environ, grace_seconds)


def written_pid(note: Path) -> int:
    """The process that wrote its id into the note."""
    text = eventually(lambda: note.exists() and note.read_text())
    return int(str(text))


def gone(pid: int) -> bool:
    """Whether the process has ended (one that only waits to be reaped has)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(said):
    supervisor = Supervisor(say=said.append)
    yield supervisor
    supervisor.stop_all()


@pytest.fixture
def watching(supervisor):
    """The supervisor's watch in a thread, for as long as the test lasts."""
    stop = Event()
    thread = Thread(target=supervisor.watch, args=(stop,))
    thread.start()
    yield stop
    stop.set()
    thread.join()


def test_a_process_that_dies_is_started_again(supervisor, watching, said, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "FIRST_PAUSE_SECONDS", 0.05)
    note = tmp_path / "pid"
    supervisor.start(program(OBEDIENT, note))
    first = written_pid(note)
    note.unlink()
    os.kill(first, signal.SIGKILL)
    assert written_pid(note) != first
    assert said == ["sample ended (-9); starting it again in 0.05 s."]


def test_stopping_ends_an_obedient_process_without_force(supervisor, said, tmp_path):
    note = tmp_path / "pid"
    supervisor.start(program(OBEDIENT, note))
    pid = written_pid(note)
    supervisor.stop_all()
    assert gone(pid)
    assert said == []


def test_stopping_ends_a_process_that_does_not_listen(supervisor, said, tmp_path):
    note = tmp_path / "pid"
    supervisor.start(program(DEAF, note, grace_seconds=0.2))
    pid = written_pid(note)
    supervisor.stop_all()
    assert gone(pid)
    assert said == ["sample did not stop when asked; ending it."]


def test_stopping_ends_what_the_process_itself_started(supervisor, tmp_path):
    note = tmp_path / "pid"
    child = DEAF.format(note=str(note))
    command = [sys.executable, "-c", PARENT.format(child=child)]
    supervisor.start(Program("parent", command, os.environ))
    pid = written_pid(note)
    supervisor.stop_all()
    eventually(lambda: gone(pid))


def test_the_first_program_outlives_the_others(supervisor, tmp_path):
    """The queue is stopped last: a worker finishes its job with it."""
    first, second = tmp_path / "first", tmp_path / "second"
    supervisor.start(program(OBEDIENT, first))
    keeper = written_pid(first)
    supervisor.start(program(CURIOUS, second, other=str(keeper)))
    written_pid(second)
    supervisor.stop_all()
    assert second.with_suffix(".saw").read_text() == "True"
    assert gone(keeper)


@given(st.integers(min_value=1, max_value=200))
def test_pauses_grow_and_stay_within_half_a_minute(failures):
    assert 0.5 <= pause_before_restart(failures) <= pause_before_restart(failures + 1) <= 30


def test_watching_ends_when_the_condition_holds(supervisor):
    answers = iter([False, False, True])
    supervisor.watch(Event(), until=lambda: next(answers))
    assert next(answers, None) is None
