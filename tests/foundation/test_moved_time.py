"""The demo's time goes forward for every process of one desk, and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service_desk.foundation import moved_time
from service_desk.foundation.clock import now
from service_desk.foundation.faults import NotFound, Refused
from service_desk.foundation.moved_time import FILE, LONGEST, NOTHING, MovedTime
from tests.support import desk
from tests.support.twilio import ENVIRONMENT

ROOT = Path(__file__).parents[2]
DAY = timedelta(days=1)
SOON = timedelta(minutes=2)
PRODUCTION = {
    **ENVIRONMENT,
    "DESK_ENV": "production",
    "DEMO": "0",
    "PUBLIC_URL": "https://desk.example",
}


def ahead_of_real(moment):
    return moment - datetime.now(UTC)


def is_near(found, wanted):
    return abs(found - wanted) < SOON


@pytest.fixture
def moved(tmp_path):
    return MovedTime(tmp_path / FILE)


def test_it_begins_with_the_real_time(moved, app):
    assert moved.ahead() == NOTHING
    with app.app_context():
        assert is_near(ahead_of_real(now()), NOTHING)


def test_it_only_grows(moved):
    moved.forward(DAY)
    moved.forward(timedelta(minutes=15))
    assert moved.ahead() == DAY + timedelta(minutes=15)
    with pytest.raises(ValueError, match="forward"):
        moved.forward(-DAY)
    assert moved.ahead() == DAY + timedelta(minutes=15)


def test_a_year_is_the_most(moved):
    moved.forward(LONGEST)
    with pytest.raises(Refused):
        moved.forward(timedelta(seconds=1))
    assert moved.ahead() == LONGEST


def test_of_many_at_once_each_counts(moved, tmp_path):
    def press(_number):
        MovedTime(tmp_path / FILE).forward(DAY)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(press, range(24)))
    assert moved.ahead() == 24 * DAY


@pytest.mark.parametrize("text", ["", "x", "-5", "1.5", "٣", "1e9"])
def test_a_file_that_holds_no_seconds_moves_nothing(moved, text):
    moved.path.write_text(text)
    assert moved.ahead() == NOTHING


def test_a_file_that_asks_for_more_than_a_year_is_not_believed(moved):
    moved.path.write_text("99999999")
    assert moved.ahead() == LONGEST


def test_what_one_process_moves_another_sees(make_app, database_url, tmp_path):
    """Another app, and another program, on the same data; outside an app the time is real."""
    first, second = make_app(), make_app()
    with first.app_context():
        moved_time.forward(DAY)
    with second.app_context():
        assert is_near(ahead_of_real(now()), DAY)
    told = desk.environment(database_url, tmp_path / "data")
    run_elsewhere(told, "--forward", "1w")
    for app in (first, second):
        with app.app_context():
            assert is_near(ahead_of_real(now()), 8 * DAY)
    assert is_near(ahead_of_real(now()), NOTHING)


def run_elsewhere(told, *options):
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "desk", "demo-time", *options]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **told}, check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.mark.parametrize(
    "told", [PRODUCTION, ENVIRONMENT, {"DEMO": "0"}, ENVIRONMENT | {"DEMO": "1"}]
)
def test_no_other_desk_ever_moves_even_with_the_file(make_app, tmp_path, told):
    demo = make_app()
    with demo.app_context():
        moved_time.forward(DAY)
    assert (tmp_path / "data" / FILE).exists()
    other = make_app(**told)
    with other.app_context():
        assert moved_time.switch() is None
        assert is_near(ahead_of_real(now()), NOTHING)
        with pytest.raises(NotFound):
            moved_time.forward(DAY)
    with demo.app_context():
        assert moved_time.ahead() == DAY
