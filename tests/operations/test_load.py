"""What every desk begins with, and what only a demo has."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask_migrate import upgrade

from service_desk.accounts.models import DutyTurn, Grant, Post, User
from service_desk.accounts.passwords import hash_password
from service_desk.directory.areas import PREFECTURE
from service_desk.directory.categories import all_categories
from service_desk.directory.models import Area, Station
from service_desk.foundation.clock import now
from service_desk.foundation.database import Base, session
from service_desk.foundation.transaction import unit_of_work
from service_desk.operations.demo_load import full_hour
from service_desk.operations.demo_people import ACCOUNTS
from service_desk.operations.demo_today import SAMPLE, load_sample
from service_desk.operations.load import load
from service_desk.routing.queries import place
from service_desk.service_requests.lifecycle import OPEN, Urgency
from service_desk.service_requests.models import ServiceRequest

BEIMEN, JIANTANG, BENZILAN = "533401101003", "533401101", "533422102"
OTHER_PASSWORD = "Another-Lake-Barley-78"


def counts():
    return {
        table.name: session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in Base.metadata.sorted_tables
    }


@pytest.mark.both_databases
def test_it_can_be_repeated(db_session, password):
    before = counts()
    with unit_of_work():
        load(True, password, now())
    assert counts() == before
    assert before["areas"] == 1 + 3 + 29 + 1 + 197
    assert before["stations"] == 197
    assert before["service_requests"] == 0


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.username)
def test_demo_accounts_sign_in_and_land_on_a_page_that_opens(client, password, account):
    answer = client.sign_in(account.username, password)
    assert answer.status_code in (302, 303)
    assert client.get(answer.location).status_code == 200


def test_holders_of_other_posts_cannot_sign_in(db_session, client, password):
    names = session.scalars(sa.select(User.username).where(User.password_hash.is_(None))).all()
    assert len(names) > 1000
    assert client.sign_in(names[0], password).status_code == 422
    assert session.scalar(sa.select(sa.func.count(DutyTurn.id))) > 1000


def test_every_category_in_every_village_has_somebody(db_session):
    at = now()
    villages = session.scalars(sa.select(Area.code).join(Station, Station.area_code == Area.code))
    for number, code in enumerate(villages.all()):
        for category in list(all_categories())[number % 7 :: 7]:
            found = place(category.code, code, Urgency.P2, category.restricted, at)
            assert found.user_id is not None, (category.code, code)
            assert not found.vacancy


def test_a_new_demo_password_replaces_the_shared_one_only(db_session, client, password):
    chosen = hash_password(OTHER_PASSWORD + "x")
    with unit_of_work():
        own = sa.update(User).where(User.username == "analyst").values(password_hash=chosen)
        session.execute(own)
        load(True, OTHER_PASSWORD, now())
    assert client.sign_in("grid.beimen", OTHER_PASSWORD).status_code in (302, 303)
    shared = sa.select(User.password_hash).where(User.username == "analyst")
    assert session.scalar(shared) == chosen


@pytest.fixture
def bare(make_app, empty_database_url):
    """A desk without a demo, migrated and loaded."""
    app = make_app(DATABASE_URL=empty_database_url, DEMO="0")
    with app.app_context():
        upgrade()
        with unit_of_work():
            load(False, "", now())
        yield app


@pytest.mark.both_databases
def test_without_a_demo_there_is_nobody_but_every_place_and_one_post(bare):
    found = counts()
    assert (found["areas"], found["stations"]) == (231, 197)
    assert (found["users"], found["grants"], found["service_requests"]) == (0, 0, 0)
    posts = session.execute(sa.select(Post.role, Post.area_code)).all()
    assert posts == [("dispatcher", PREFECTURE)]


def test_without_a_demo_nothing_is_invented(bare):
    result = bare.test_cli_runner().invoke(args=["desk", "demo", "--requests", "5"])
    assert result.exit_code == 1
    assert "set DEMO=1" in result.output
    assert counts()["service_requests"] == 0


def test_the_command_adds_what_is_asked_for(run, db_session):
    status, printed = run("demo", "--requests", "40", "--months", "2", "--seed", "5")
    assert (status, printed) == (0, "40 of 40\n")
    assert session.scalar(sa.select(sa.func.count(ServiceRequest.id))) == 40
    assert run("load")[0] == 0


@pytest.mark.both_databases
def test_a_first_visitor_finds_something_for_every_account(db_session):
    with unit_of_work():
        assert load_sample(now())
    with unit_of_work():
        assert not load_sample(now())
    is_open = ServiceRequest.state.in_(OPEN)
    found = session.scalars(sa.select(ServiceRequest).where(is_open)).all()
    assert session.scalar(sa.select(sa.func.count(ServiceRequest.id))) > SAMPLE
    assert any(each.urgency == "P0" and not each.acknowledged_at for each in found)
    assert any(each.vacancy and each.area_code == BEIMEN for each in found)
    assert any(each.due_at < now() for each in found)
    assert any(each.restricted for each in found)
    assert {each.area_code[:9] for each in found} >= {JIANTANG, BENZILAN}
    holders = sa.select(User.username).join(Grant).where(User.password_hash.is_not(None))
    loaded = holders.join(ServiceRequest, ServiceRequest.owner_user_id == User.id).where(is_open)
    assert {"grid.beimen", "legal.jiantang", "dispatch.jiantang"} <= set(session.scalars(loaded))


def test_a_load_goes_up_to_the_hour_that_has_begun():
    at = datetime(2026, 3, 18, 7, 42, 11, 5, tzinfo=UTC)
    assert full_hour(at) == datetime(2026, 3, 18, 7, tzinfo=UTC)
