"""Keeps a handful of processes running: restarts the ones that die, stops them all cleanly."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event

POLL_SECONDS = 0.1
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
"""A process that ran this long has recovered: its next pause is short again."""


@dataclass(frozen=True)
class Program:
    """What to start, and how long it may take to stop (seconds) before it is killed."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    grace_seconds: float = 6.0


def pause_before_restart(failures: int) -> float:
    """Seconds to wait after so many failures in a row: 0.5, 1, 2, ... 30."""
    return float(min(FIRST_PAUSE_SECONDS * 2 ** (failures - 1), LONGEST_PAUSE_SECONDS))


def _bound_to_us(command: Sequence[str]) -> list[str]:
    """The same command, ended by the kernel should we be killed without a chance to end it."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--", *command] if setpriv else list(command)


@dataclass
class Child:
    """One program and the process that runs it now, if any."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started_at: float = 0.0
    retry_at: float = 0.0

    def start(self) -> None:
        """In a session of its own, so that Ctrl-C reaches only us and a stop reaches all of it."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            _bound_to_us(self.program.command),
            env=dict(self.program.environment),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def look_after(self, say: Callable[[str], None]) -> None:
        """Restarts the process when it is down and its pause is over."""
        if self.alive():
            return
        if self.process is not None:
            self._note_death(say)
        elif time.monotonic() >= self.retry_at:
            self.start()

    def _note_death(self, say: Callable[[str], None]) -> None:
        code = self.process.returncode if self.process else None
        self.kill()
        now = time.monotonic()
        steady = now - self.started_at >= STEADY_SECONDS
        self.failures = 1 if steady else self.failures + 1
        pause = pause_before_restart(self.failures)
        self.retry_at = now + pause
        say(f"{self.program.name} ended ({code}); starting it again in {pause:g} s.")

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def kill(self) -> None:
        """Ends whatever is left of the process and of what it started."""
        if self.process is None:
            return
        _signal_group(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None


def _signal_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


@dataclass
class Supervisor:
    """Starts programs in order and stops them in the opposite order."""

    say: Callable[[str], None] = _say
    children: list[Child] = field(default_factory=list)

    def start(self, program: Program) -> Child:
        child = Child(program)
        child.start()
        self.children.append(child)
        return child

    def watch(self, stop: Event, until: Callable[[], bool] = lambda: False) -> None:
        """Looks after every child; returns when `stop` is set or `until` holds."""
        while not stop.wait(POLL_SECONDS) and not until():
            for child in self.children:
                child.look_after(self.say)

    def stop_all(self) -> None:
        """Everything but the first program at once, then the first, which the others need."""
        _stop(self.children[1:], self.say)
        _stop(self.children[:1], self.say)
        self.children.clear()


def _stop(children: Sequence[Child], say: Callable[[str], None]) -> None:
    for child in children:
        child.ask_to_stop()
    asked_at = time.monotonic()
    for child in children:
        _wait_or_kill(child, asked_at + child.program.grace_seconds, say)


def _wait_or_kill(child: Child, deadline: float, say: Callable[[str], None]) -> None:
    if child.process is None:
        return
    try:
        child.process.wait(timeout=max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        say(f"{child.program.name} did not stop when asked; ending it.")
    child.kill()
