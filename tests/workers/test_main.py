"""Relay and schedule share a process: told to stop both end, and one that fails ends both."""

from __future__ import annotations

from threading import Event

from workers.__main__ import run


def patient(stop):
    assert stop.wait(20)


def test_told_to_stop_both_end():
    stop = Event()
    stop.set()
    assert run({"relay": patient, "schedule": patient}, stop) == 0


def test_one_that_fails_ends_the_other(capsys):
    def failing(_stop):
        raise ValueError("13800001234")

    assert run({"relay": patient, "schedule": failing}, Event()) == 1
    assert "13800001234" not in "".join(capsys.readouterr())


def test_one_that_ends_by_itself_ends_the_other():
    assert run({"relay": patient, "schedule": lambda _stop: None}, Event()) == 0
