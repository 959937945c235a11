"""Absences: who may enter them for whom, and what standing in gives and does not give."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from service_desk.accounts import absences, roster
from service_desk.accounts.absences import Days
from service_desk.accounts.models import Absence, Grant, User
from service_desk.accounts.page import today
from service_desk.accounts.queries import contacts, holders, names, post_name, reach_of, usernames
from service_desk.foundation.access import Permission
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.faults import Refused
from service_desk.foundation.transaction import unit_of_work

PATH = "/admin/absences"
BEIMEN = "533401101003"


@pytest.fixture
def lead(as_):
    return as_("lead.jiantang")


@pytest.fixture
def grid(id_of):
    return id_of("grid.beimen")


@pytest.fixture
def substitute(id_of):
    return id_of("job_officer.533401101003")


def days(first=0, last=2, substitute=""):
    return {
        "first_day": (today() + timedelta(days=first)).isoformat(),
        "last_day": (today() + timedelta(days=last)).isoformat(),
        "substitute": str(substitute),
    }


def send(client, path, **fields):
    token = client.hidden("/account")["csrf_token"]
    return client.post(path, data={"csrf_token": token, **fields})


@pytest.mark.both_databases
def test_a_lead_finds_somebody_and_enters_days(lead, grid, substitute, acts, count):
    found = lead.get(f"{PATH}?q=grid.beimen").text
    assert f'href="{PATH}/{grid}"' in found
    answer = lead.send(f"{PATH}/{grid}", **days(substitute=substitute))
    assert (answer.status_code, answer.location) == (303, f"{PATH}/{grid}")
    listed = lead.get(f"{PATH}?lang=en").text
    assert "Away today" in listed
    assert lead.get(f"{PATH}/{grid}").text.count(f"/{grid}/absences/") == 1
    assert acts(f"user:{grid}")[-1] == "absence_entered"
    assert count(Absence) == 1


@pytest.mark.both_databases
def test_back_again_today(app, lead, grid, count):
    lead.send(f"{PATH}/{grid}", **days(-3, 3))
    lead.send(f"{PATH}/{grid}", **days(10, 12))
    with app.app_context():
        ids = session.scalars(sa.select(Absence.id).order_by(Absence.first_day)).all()
    for absence_id in ids:
        assert send(lead, f"{PATH}/{grid}/absences/{absence_id}/end").status_code == 303
    with app.app_context():
        kept = session.scalars(sa.select(Absence.last_day)).all()
    assert kept == [today() - timedelta(days=1)]
    assert send(lead, f"{PATH}/{grid}/absences/{ids[0]}/end").status_code == 422
    assert send(lead, f"{PATH}/{grid}/absences/{ids[1]}/end").status_code == 404


@pytest.mark.parametrize("username", ["county.xgll", "dispatch.jiantang", "dispatch.diqing"])
def test_everybody_who_supervises_the_place(as_, grid, username):
    assert as_(username).send(f"{PATH}/{grid}", **days()).status_code == 303


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("username", "whose"),
    [
        ("lead.benzilan", "grid.beimen"),
        ("lead.jiantang", "lead.benzilan"),
        ("lead.jiantang", "county.xgll"),
        ("lead.jiantang", "analyst"),
        ("lead.jiantang", "admin"),
        ("county.xgll", "lead.benzilan"),
    ],
)
def test_out_of_the_area_is_as_if_nobody_were_there(as_, id_of, count, username, whose):
    client, user_id = as_(username), id_of(whose)
    assert f"{PATH}/{user_id}" not in client.get(f"{PATH}?q={whose}").text
    assert client.get(f"{PATH}/{user_id}").status_code == 404
    assert send(client, f"{PATH}/{user_id}", **days()).status_code == 404
    assert send(client, f"{PATH}/{user_id}/absences/1/end").status_code == 404
    assert count(Absence) == 0


def test_nobody_hands_on_powers_they_do_not_have(as_, id_of, count):
    """A dispatcher does not approve: so they do not send away a lead, who does."""
    client, lead = as_("dispatch.jiantang"), id_of("lead.jiantang")
    assert client.get(f"{PATH}/{lead}").status_code == 403
    assert send(client, f"{PATH}/{lead}", **days()).status_code == 403
    assert count(Absence) == 0


def test_a_lead_enters_their_own(lead, id_of, substitute):
    own = id_of("lead.jiantang")
    assert lead.send(f"{PATH}/{own}", **days(substitute=substitute)).status_code == 303


@pytest.mark.parametrize(
    "username", ["grid.beimen", "analyst", "auditor", "admin", "legal.jiantang"]
)
def test_others_may_not(as_, grid, username):
    client = as_(username)
    assert client.get(PATH).status_code == 403
    assert client.get(f"{PATH}/{grid}").status_code == 403
    assert send(client, f"{PATH}/{grid}", **days()).status_code == 403


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        (days(3, 1), "last_day"),
        (days(-5, -1), "last_day"),
        (days(0, 400), "last_day"),
        (days() | {"first_day": ""}, "first_day"),
        (days() | {"last_day": "soon"}, "last_day"),
        (days() | {"first_day": "0001-01-01"}, "first_day"),
        (days() | {"substitute": "999999"}, "substitute"),
        (days() | {"substitute": "x"}, "substitute"),
    ],
)
def test_a_wrong_field_is_named(lead, grid, count, fields, field):
    answer = lead.send(f"{PATH}/{grid}", **fields)
    assert answer.status_code == 422
    assert f'href="#absence-{field}"' in answer.text
    assert count(Absence) == 0


def test_two_absences_do_not_overlap(lead, grid, count):
    lead.send(f"{PATH}/{grid}", **days(2, 5))
    for first, last, status in ((5, 9, 422), (0, 2, 422), (3, 4, 422), (6, 7, 303), (0, 1, 303)):
        assert lead.send(f"{PATH}/{grid}", **days(first, last)).status_code == status
    assert count(Absence) == 3


def test_nobody_stands_in_for_themselves_or_takes_posts_for_themselves(app, id_of, grid):
    lead, far = id_of("lead.jiantang"), id_of("grid_worker.533401101001")
    with app.app_context():
        for chosen in (grid, lead, 999_999):
            with pytest.raises(Refused) as refusal, unit_of_work():
                absences.enter(grid, Days(today(), today(), chosen), lead, now())
            assert refusal.value.field == "substitute"
        with unit_of_work():
            absences.enter(far, Days(today(), today()), lead, now())
        with pytest.raises(Refused), unit_of_work():
            absences.enter(grid, Days(today(), today(), far), lead, now())


def test_the_one_who_enters_is_not_offered_powers(lead, grid, id_of):
    own = id_of("lead.jiantang")
    assert lead.send(f"{PATH}/{grid}", **days(substitute=own)).status_code == 422


def test_colleagues_of_the_township_or_the_office_may_stand_in(app, id_of):
    with app.app_context():
        village = roster.stand_ins(id_of("grid.beimen"), today())
        office = roster.stand_ins(id_of("county.xgll"), today())
        nobody = roster.stand_ins(id_of("analyst"), today())
    assert id_of("legal.jiantang") in village
    assert id_of("grid.beimen") not in village
    assert id_of("lead.benzilan") not in village
    assert id_of("labour_bureau.533401000000") in office
    assert id_of("lead.jiantang") not in office
    assert nobody == {}


@pytest.mark.both_databases
def test_standing_in_gives_posts_and_area_but_nothing_restricted(app, id_of):
    dispatcher, worker = id_of("dispatch.diqing"), id_of("grid.beimen")
    with app.app_context():
        with unit_of_work():
            absences.enter(dispatcher, Days(today(), today(), worker), id_of("admin"), now())
        before, during, after = (
            reach_of(worker, today() + timedelta(days=number)) for number in (-1, 0, 1)
        )
        own = reach_of(dispatcher, today())
    assert before == after
    assert during.post_ids == before.post_ids | own.post_ids
    assert during.may(Permission.DISPATCH)
    assert [area.restricted for area in own.areas] == [True]
    assert [area.restricted for area in during.areas] == [False]
    assert during.reads_figures_of(BEIMEN)


def test_standing_in_for_an_administrator_gives_nothing(app, id_of):
    with app.app_context():
        with unit_of_work():
            days_ = Days(today(), today(), id_of("grid.beimen"))
            absences.enter(id_of("admin"), days_, id_of("analyst"), now())
        assert not reach_of(id_of("grid.beimen"), today()).may(Permission.MANAGE_PEOPLE)


def test_who_is_switched_off_gives_nothing_on(app, id_of):
    dispatcher, worker = id_of("dispatch.diqing"), id_of("grid.beimen")
    with app.app_context():
        with unit_of_work():
            absences.enter(dispatcher, Days(today(), today(), worker), id_of("admin"), now())
            session.get_one(User, dispatcher).active = False
            session.flush()
        assert not reach_of(worker, today()).may(Permission.DISPATCH)


@pytest.mark.both_databases
def test_what_other_rooms_ask(app, id_of):
    worker, off = id_of("grid.beimen"), id_of("analyst")
    with app.app_context():
        with unit_of_work():
            session.get_one(User, off).active = False
            session.flush()
        post = session.scalars(sa.select(Grant.post_id).where(Grant.user_id == worker)).one()
        assert list(holders(post, today())) == [worker]
        assert post_name(post) == "北门社区居民委员会 网格员"
        assert post_name(0) == ""
        assert usernames([worker]) == {worker: "grid.beimen"}
        assert list(names([worker])) == [worker]
        found = contacts([off, worker, 0, worker])
        assert [each.id for each in found] == [worker]
        assert found[0].phone.startswith("+86")


def test_search_pages_stay_in_the_area(as_):
    """A county supervisor's search turns pages, and never leaves the county."""
    client = as_("county.xgll")
    page = client.get(f"{PATH}?q=5334").text
    assert 'rel="next"' in page
    assert "533422" not in page
    assert "desk-empty" in client.get(f"{PATH}?q=533422101").text
