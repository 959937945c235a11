"""The card that moves the demo's time: what it does, and where there is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import StaffSession
from service_desk.foundation import moved_time
from service_desk.foundation.clock import local, now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging import delivery
from service_desk.messaging.models import MessageStatus
from service_desk.messaging.providers.console import ConsoleProvider
from service_desk.switchboard.moves import Move
from tests.messaging.fakes import row, write
from tests.support.twilio import ENVIRONMENT
from workers.sweep import sweep

NOTICE = "Demo time:"
WEEK = timedelta(weeks=1)


@pytest.fixture
def as_(app, password):
    """A client of somebody signed in."""

    def sign_in(username):
        client = app.test_client()
        assert client.sign_in(username, password).status_code == 302
        return client

    return sign_in


def moves(client, move):
    return client.send("/simulator/time", "/simulator", move=move)


def ahead(app):
    with app.app_context():
        return moved_time.ahead()


def test_the_card_offers_every_move(client):
    page = client.get("/simulator").text
    assert all(f'value="{move}"' in page for move in Move)


def test_a_press_moves_the_time_and_says_so(client, app):
    answer = moves(client, "1d")
    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/simulator")
    assert ahead(app) == timedelta(days=1)
    with app.app_context():
        assert f"{local(now()):%Y-%m-%d %H:}" in client.get("/simulator?lang=en").text


def test_to_tomorrow_and_to_the_next_opening(client, app):
    moves(client, "tomorrow")
    with app.app_context():
        assert (local(now()).hour, local(now()).minute) == (9, 0)
    moves(client, "opening")
    with app.app_context():
        assert local(now()).minute == 30


def test_the_footer_says_so_only_while_it_is_moved(client, as_):
    staff, pages = as_("lead.jiantang"), ("/board", "/queue", "/account")
    assert not any(NOTICE in staff.get(f"{path}?lang=en").text for path in pages)
    assert NOTICE not in client.get("/?lang=en").text
    moves(client, "1h")
    assert all(NOTICE in staff.get(path).text for path in pages)
    assert all(NOTICE in client.get(path).text for path in ("/", "/nowhere"))


@pytest.mark.both_databases
def test_a_week_signs_nobody_out_and_the_idle_still_go(client, app, as_):
    staff = as_("lead.jiantang")
    for _ in range(3):
        moves(client, "1w")
    assert staff.get("/board").status_code == 200
    with app.app_context():
        sweep(now())
    assert staff.get("/board").status_code == 200
    with app.app_context(), unit_of_work():
        session.execute(sa.update(StaffSession).values(seen_at=now() - timedelta(hours=13)))
    assert staff.get("/board").status_code == 302


@pytest.mark.both_databases
def test_a_text_that_is_under_way_leaves_once(client, app):
    """A jump ends its lease, so another takes it; what the first one did is then left alone."""
    with app.app_context():
        message = write(at=now())
        with unit_of_work():
            first = delivery.take(now(), 10)
            claims = delivery.claim(first, now())
    moves(client, "1w")
    with app.app_context():
        with unit_of_work():
            again = delivery.take(now(), 10)
        assert again == first == [message]
        assert delivery.deliver(again, ConsoleProvider(), now) == 1
        sent_at = row(message).sent_at
        assert claims[0].until < now()
        assert delivery.deliver(first, ConsoleProvider(), now) == 0
        assert (row(message).status, row(message).sent_at) == (MessageStatus.DELIVERED, sent_at)


@pytest.mark.both_databases
def test_a_text_that_waits_for_another_try_goes_when_its_time_has_come(client, app):
    with app.app_context():
        message = write(at=now() + timedelta(hours=6))
        with unit_of_work():
            assert delivery.take(now(), 10) == []
    moves(client, "1d")
    with app.app_context(), unit_of_work():
        assert delivery.take(now(), 10) == [message]


@pytest.mark.parametrize("move", ["", "-1d", "2d"])
def test_another_move_is_refused(client, app, move):
    assert moves(client, move).status_code == 422
    assert ahead(app) == timedelta(0)


def test_no_further_than_a_year(client, app):
    with app.app_context():
        moved_time.forward(timedelta(days=365))
    assert moves(client, "1w").status_code == 422
    assert ahead(app) == timedelta(days=365)


def test_a_press_from_another_site_moves_nothing(client, app):
    assert client.post("/simulator/time", data={"move": "1d"}).status_code == 400
    assert ahead(app) == timedelta(0)


@pytest.mark.parametrize("told", [ENVIRONMENT, {"DEMO": "0"}, ENVIRONMENT | {"DEMO": "0"}])
def test_elsewhere_there_is_no_switch(make_app, told):
    client = make_app(**told).test_client()
    token = client.hidden("/login")["csrf_token"]
    answer = client.post("/simulator/time", data={"csrf_token": token, "move": "1d"})
    assert answer.status_code == 404
    assert "/simulator/time" not in client.get("/simulator").text


def test_the_operator_can_move_it(app):
    run = app.test_cli_runner().invoke
    moved = run(args=["desk", "demo-time", "--forward", "1w"])
    assert moved.exit_code == 0
    said = datetime.fromisoformat(moved.output.strip() + "+08:00")
    assert abs(said - datetime.now(UTC) - WEEK) < timedelta(minutes=2)
    assert run(args=["desk", "demo-time"]).exit_code == 0
    assert ahead(app) == WEEK
    assert run(args=["desk", "demo-time", "--forward", "-1d"]).exit_code == 2


def test_the_operator_is_told_where_it_cannot_be_moved(app, make_app):
    with app.app_context():
        moved_time.forward(timedelta(days=365))
    beyond = app.test_cli_runner().invoke(args=["desk", "demo-time", "--forward", "1w"])
    assert beyond.exit_code == 1
    elsewhere = make_app(DEMO="0").test_cli_runner().invoke(args=["desk", "demo-time"])
    assert (elsewhere.exit_code, "development demo" in elsewhere.output) == (1, True)
