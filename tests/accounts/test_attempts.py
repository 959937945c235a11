"""Limits on guessing: for a pair, a name, an address and a device; never against the victim."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service_desk.accounts import attempts, service, tokens
from service_desk.accounts.attempts import Guarded, Limit
from service_desk.accounts.models import Attempt
from service_desk.accounts.service import Caller
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.faults import TooMany
from service_desk.foundation.transaction import unit_of_work

PAIR = service.LIMITS.pair
SHORT = Limit("test", 3, timedelta(minutes=10))


def knock(caller, at, times=1):
    for _ in range(times):
        with unit_of_work():
            service.begin_sign_in(caller, at, service.LIMITS)


def guesses(client, username, times, address="203.0.113.9"):
    return [
        client.post(
            "/login",
            data={**client.hidden("/login"), "username": username, "password": "Wrong-Guess-12"},
            environ_overrides={"REMOTE_ADDR": address},
        ).status_code
        for _ in range(times)
    ]


@pytest.mark.both_databases
def test_ten_guesses_then_a_pause(client, count):
    assert guesses(client, "grid.beimen", PAIR.count + 2) == [422] * PAIR.count + [429] * 2
    assert count(Attempt) == PAIR.count * 3


def test_the_pause_is_said_and_ends(app, client):
    guesses(client, "grid.beimen", PAIR.count)
    form = {**client.hidden("/login"), "username": "grid.beimen", "password": "x"}
    answer = client.post("/login", data=form, environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= PAIR.window.total_seconds()
    with app.app_context():
        caller = Caller("grid.beimen", "203.0.113.9")
        with pytest.raises(TooMany):
            knock(caller, now())
        knock(caller, now() + PAIR.window)


def test_the_victim_signs_in_from_elsewhere(client, app, password):
    guesses(client, "grid.beimen", PAIR.count)
    assert app.test_client().sign_in("grid.beimen", password).status_code == 302


@pytest.mark.parametrize("limit", ["name", "address"])
def test_the_victim_signs_in_from_a_known_device(app, client, password, limit):
    """A hundred addresses guess at one name, or one address at a hundred names."""
    client.sign_in("grid.beimen", password)
    client.send("/logout", "/account")
    with app.app_context():
        for number in range(service.LIMITS.name.count):
            named = limit == "name"
            stranger = Caller(
                "grid.beimen" if named else f"somebody{number}",
                f"198.51.100.{number}" if named else "127.0.0.1",
            )
            knock(stranger, now())
        with pytest.raises(TooMany):
            knock(Caller("grid.beimen", "127.0.0.1"), now())
    assert app.test_client().sign_in("grid.beimen", password).status_code == 429
    assert client.sign_in("grid.beimen", password).status_code == 302


def test_a_known_device_has_a_limit_of_its_own(client, password):
    client.sign_in("grid.beimen", password)
    client.send("/logout", "/account")
    limit = service.LIMITS.device.count
    tried = [client.sign_in("grid.beimen", "Wrong-Guess-12").status_code for _ in range(limit + 1)]
    assert tried == [422] * limit + [429]


def test_a_right_password_is_not_counted(client, password, count):
    for _ in range(3):
        assert client.sign_in("grid.beimen", password).status_code == 302
        client.send("/logout", "/account")
    assert count(Attempt) == 0


def test_a_device_mark_is_for_one_person_and_one_secret():
    mark = tokens.device_mark("a-secret", "grid.beimen")
    assert tokens.known_device("a-secret", mark, "grid.beimen")
    assert tokens.known_device("a-secret", mark, "admin") is None
    assert tokens.known_device("another", mark, "grid.beimen") is None
    assert tokens.known_device("a-secret", "made.up", "grid.beimen") is None
    assert tokens.known_device("a-secret", "", "grid.beimen") is None


def test_names_and_addresses_are_not_stored(app, client):
    guesses(client, "grid.beimen", 1)
    with app.app_context():
        subjects = session.scalars(sa.select(Attempt.subject)).all()
    assert subjects
    assert not any("beimen" in each or "203" in each for each in subjects)


def test_old_failures_are_forgotten(app, count):
    with app.app_context():
        knock(Caller("grid.beimen", "203.0.113.9"), now() - timedelta(days=2))
        with unit_of_work():
            attempts.forget_before(now())
    assert count(Attempt) == 0


def test_tries_in_parallel_do_not_slip_through(db_app, count):
    """Twelve at once, three let through: each is on record before it is looked at."""
    at = now()

    def one(_number):
        with db_app.app_context():
            try:
                with unit_of_work():
                    attempts.begin([Guarded(SHORT, "grid.beimen")], at)
            except TooMany:
                return False
            finally:
                session.remove()
        return True

    with ThreadPoolExecutor(12) as pool:
        let_through = sum(pool.map(one, range(12)))
    assert let_through == SHORT.count
    assert count(Attempt) == SHORT.count
