"""The pages of the stations: who may, what is kept, what is refused."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from service_desk.audit.models import AuditEntry
from service_desk.directory import queries
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work

BEIMEN = "533401101003"
PAGE = f"/admin/stations/{BEIMEN}"
DEFAULT_DAY = "08:30-12:00 13:30-18:00"


@pytest.fixture
def admin(client, password):
    client.sign_in("admin", password)
    return client


@pytest.fixture
def kept(app):
    def stored():
        with app.app_context():
            station = queries.station_of(BEIMEN)
            acts = session.scalars(
                sa.select(AuditEntry.action).where(AuditEntry.subject == f"station:{BEIMEN}")
            )
            return station.name, station.phone, queries.week_of(station), list(acts)

    return stored


def filled(**changes):
    days = {f"day_{number}": DEFAULT_DAY if number < 5 else "" for number in range(7)}
    return {"name": "北门综合服务站", "phone": "0887-8222222", "address": "", **days, **changes}


def test_every_station_is_listed_and_narrowed_by_place(admin):
    assert admin.get("/admin/stations").text.count('<th scope="row">') == 197
    page = admin.get("/admin/stations?area=533401501000").text
    assert page.count('<th scope="row">') == 3
    assert admin.get("/admin/stations?area=533499000000").status_code == 404
    assert admin.get("/admin/stations?area=x").status_code == 404


def test_the_page_shows_the_hours_that_hold(admin):
    fields = admin.get(PAGE).text
    assert fields.count(f'value="{DEFAULT_DAY}"') == 5
    assert admin.get("/admin/stations/533401101000").status_code == 404


@pytest.mark.both_databases
def test_new_hours_and_a_new_phone_are_kept_and_on_record(admin, kept):
    answer = admin.send(PAGE, **filled(day_5="９：00－12：00、14:00至17:00"))
    assert (answer.status_code, answer.location) == (303, PAGE)
    name, phone, week, acts = kept()
    assert (name, phone) == ("北门综合服务站", "0887-8222222")
    assert week[5] == ((540, 720), (840, 1020))
    assert acts == ["station_described", "station_hours_set"]
    page = admin.get(PAGE).text
    assert "desk-banner--warn" in page
    assert "09:00-12:00 14:00-17:00" in page


def test_the_same_again_changes_nothing(admin, kept):
    admin.send(PAGE, **filled())
    before = kept()
    assert admin.send(PAGE, **filled()).status_code == 303
    assert kept() == before


def test_the_page_says_who_changed_the_hours_and_what_it_did(app, admin):
    admin.send(PAGE, **filled(day_4="08:30-12:00 20:00-次日02:00"))
    newest, first = admin.get(f"{PAGE}?lang=en").text.split("data-version=")[1:]
    assert "Monday–Thursday 08:30-12:00 13:30-18:00; Friday 08:30-12:00 20:00-26:00" in newest
    assert "Open requests are still being looked through" in newest
    assert "the desk itself" in first
    with app.app_context(), unit_of_work():
        week = queries.week_versions(queries.station_of(BEIMEN))[0]
        week.moved, week.reached = 12, None
    assert "12 open requests gained time" in admin.get(f"{PAGE}?lang=en").text


def test_a_station_may_be_closed(admin, kept):
    admin.send(PAGE, **filled(**{f"day_{number}": "" for number in range(7)}))
    assert kept()[2] == {}
    assert admin.get("/admin/stations?area=533401101000").status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "a\x07b"}, "name"),
        ({"phone": "call me"}, "phone"),
        ({"address": "x" * 201}, "address"),
        ({"day_0": "morning"}, "day_0"),
        ({"day_0": "08:75-12:00"}, "day_0"),
        ({"day_0": "08:30-49:00"}, "day_0"),
        ({"day_0": "20:00-02:00"}, "day_0"),
        ({"day_0": "01:00-03:00", "day_6": "20:00-26:00"}, "day_0"),
        ({"day_0": "12:00-08:30"}, "day_0"),
        ({"day_6": "08:30-12:00 11:00-13:00"}, "day_6"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(admin, kept, changes, field):
    before = kept()
    answer = admin.send(PAGE, **filled(**changes))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert kept() == before


@pytest.mark.parametrize("username", ["dispatch.diqing", "lead.jiantang", "auditor", "analyst"])
def test_only_an_administrator(client, password, username):
    client.sign_in(username, password)
    assert client.get("/admin/stations").status_code == 403
    assert client.get(PAGE).status_code == 403
    token = client.hidden("/account")["csrf_token"]
    assert client.post(PAGE, data={"csrf_token": token, **filled()}).status_code == 403


def test_strangers_sign_in_first(client):
    assert client.get(PAGE).status_code == 302
