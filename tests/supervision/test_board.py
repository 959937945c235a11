"""The board: what it counts, whom it names, what it keeps to itself."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import User
from service_desk.accounts.reach import AreaReach
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests.lifecycle import Urgency
from service_desk.service_requests.models import ServiceRequest
from service_desk.service_requests.queries import by_reference
from service_desk.supervision.figures import Load, folded, lists_villages, sorted_by
from service_desk.triage.alerts import page_on_call
from tests.service_clock.worlds import local
from workers.reminders import remind_all

LEAD = "lead.jiantang"
FIGURE = re.compile(r'desk-figure__number">(\d+)<')


def figures(page):
    """Due within an hour, overdue, not signed for, waiting for a decision."""
    return [int(number) for number in FIGURE.findall(page.text)]


def due(app, reference, moment):
    with app.app_context(), unit_of_work():
        session.execute(
            sa.update(ServiceRequest)
            .where(ServiceRequest.reference == reference)
            .values(due_at=moment)
        )


def test_four_figures_are_links(db_app, open_one, as_):
    late, soon, later = open_one(), open_one(), open_one()
    elsewhere = open_one(area_code="533422102201")
    at = now()
    due(db_app, late, at - timedelta(hours=2))
    due(db_app, elsewhere, at - timedelta(hours=2))
    due(db_app, soon, at + timedelta(minutes=30))
    due(db_app, later, at + timedelta(days=3))
    owner = as_("grid.beimen")
    owner.send(f"/queue/{soon}/claim", f"/queue/{soon}")
    due(db_app, soon, at + timedelta(minutes=30))
    owner.send(
        f"/queue/{soon}/return", f"/queue/{soon}?do=return",
        reason="不归我", proposed_owner="civil_officer@533401101000",
    )  # fmt: skip
    due(db_app, soon, at + timedelta(minutes=30))
    page = as_(LEAD).get("/board")
    assert figures(page) == [1, 1, 2, 1]
    for link in ("due=hour", "due=overdue", "state=unclaimed"):
        assert f"/queue?scope=area&amp;{link}" in page.text
    overdue = as_(LEAD).get("/queue?scope=area&due=overdue").text
    assert late in overdue
    assert elsewhere not in overdue


def test_overdue_names_the_owner_and_why(app, open_one, as_):
    late = open_one(at=now() - timedelta(days=40))
    page = as_(LEAD).get("/board").text
    assert f'href="/queue/{late}?scope=area"' in page
    with app.app_context():
        assert by_reference(late).owner_user_id
    assert as_("lead.benzilan").get("/board").text.count(late) == 0


def test_overdue_names_whom_the_desk_told_and_when(app, open_one, as_):
    reference = open_one(at=local("11-23 10:00"))
    with app.app_context():
        remind_all(local("11-25 18:00"))
        lead = session.scalar(sa.select(User.display_name).where(User.username == LEAD))
        county = session.scalar(sa.select(User.display_name).where(User.username == "county.xgll"))
    line = re.search(
        rf'data-reference="{reference}".*?</li>', as_(LEAD).get("/board").text, re.DOTALL
    )[0]
    assert "11-25 18:00" in line
    assert lead in line
    assert county in line
    history = as_(LEAD).get(f"/queue/{reference}").text
    assert history.count(county) >= 1


def test_danger_names_who_was_called(app, open_one, as_):
    reference = open_one(urgency=Urgency.P0)
    assert "desk-card--bad" in as_(LEAD).get("/board").text
    with app.app_context(), unit_of_work():
        page_on_call(by_reference(reference), now())
        lead = session.scalar(sa.select(User.display_name).where(User.username == LEAD))
    page = as_(LEAD).get("/board").text
    assert lead in re.search(r"desk-card--bad.*?</section>", page, re.DOTALL)[0]


def test_the_board_is_for_supervisors(app, as_):
    for who in ("grid.beimen", "analyst", "auditor", "admin"):
        assert as_(who).get("/board").status_code == 403
    for who in ("dispatch.jiantang", "county.xgll", "dispatch.diqing"):
        assert as_(who).get("/board").status_code == 200


def test_a_restricted_matter_is_on_no_board_but_of_those_who_need_to_know(app, open_one, as_):
    reference = open_one(category="SAFE-01", restricted=True, urgency=Urgency.P0)
    assert reference not in as_(LEAD).get("/board").text
    assert reference not in as_("county.xgll").get("/board").text
    assert reference in as_("dispatch.diqing").get("/board").text


def test_danger_stays_on_top_until_somebody_acts(db_app, open_one, as_, stored):
    reference = open_one(urgency=Urgency.P0)
    lead = as_(LEAD)
    assert "desk-card--bad" in lead.get("/board?fragment=board").text
    answer = lead.send(f"/board/acknowledge/{reference}", "/board")
    assert answer.status_code == 303
    assert "desk-card--bad" not in lead.get("/board").text
    assert stored(reference).acknowledged_by is not None
    assert lead.send(f"/board/acknowledge/{reference}", "/board").status_code == 409


def test_who_was_called_acknowledges_and_a_stranger_does_not(app, open_one, as_, stored):
    reference = open_one(urgency=Urgency.P0)
    for who, status in (("lead.benzilan", 404), ("legal.jiantang", 404)):
        answer = as_(who).send(f"/board/acknowledge/{reference}", "/account")
        assert answer.status_code == status
    assert stored(reference).acknowledged_at is None
    with app.app_context(), unit_of_work():
        page_on_call(by_reference(reference), now())
    answer = as_("lead.jiantang").send(f"/board/acknowledge/{reference}", f"/queue/{reference}")
    assert answer.status_code == 303


def test_who_only_entered_it_does_not_acknowledge(app, open_one, as_, stored):
    with app.app_context():
        clerk = session.scalar(sa.text("SELECT id FROM users WHERE username = 'legal.jiantang'"))
    reference = open_one(urgency=Urgency.P0, entered_by=clerk)
    answer = as_("legal.jiantang").send(f"/board/acknowledge/{reference}", "/account")
    assert answer.status_code == 403


def test_a_vacancy_is_seen(app, open_one, as_):
    reference = open_one()
    with app.app_context(), unit_of_work():
        session.execute(
            sa.update(ServiceRequest)
            .where(ServiceRequest.reference == reference)
            .values(vacancy=True, owner_user_id=None)
        )
    page = as_(LEAD).get("/board").text
    assert "vacancy=y" in page


@pytest.mark.parametrize("sort", ["overdue", "-open", "place", "-place", "nonsense", "<b>"])
def test_the_table_sorts(app, open_one, as_, sort):
    open_one()
    open_one(area_code="533401101001")
    page = as_(LEAD).get("/board", query_string={"sort": sort})
    assert page.status_code == 200
    assert "<b>&" not in page.text
    places = re.findall(r"scope=area&amp;area=(\d{12})\"", page.text)
    assert set(places) == {"533401101001", "533401101003"}
    if sort == "-place":
        assert places == sorted(places, reverse=True)


def test_an_empty_area_says_so_kindly(app, as_):
    page = as_("lead.benzilan").get("/board")
    assert figures(page) == [0, 0, 0, 0]
    assert page.text.count("desk-empty") >= 3


def area(code_low, code_high):
    return AreaReach(code_low, code_high, None, restricted=False)


def test_villages_are_the_rows_of_a_township_and_townships_of_a_county():
    assert lists_villages([area("533401101000", "533401101999")])
    assert not lists_villages([area("533401000000", "533401999999")])
    loads = [
        Load("533401101003", 2, 1, 0, 1),
        Load("533401101001", 1, 0, 0, 0),
        Load("533401102201", 4, 0, 0, 3),
        Load("533401000000", 1, 1, 1, 1),
    ]
    assert folded(loads, villages=False) == [
        Load("533401000000", 1, 1, 1, 1),
        Load("533401101000", 3, 1, 0, 1),
        Load("533401102000", 4, 0, 0, 3),
    ]
    assert [load.key for load in folded(loads, villages=True)] == sorted(x.key for x in loads)
    assert [load.overdue for load in sorted_by(loads, "overdue", falling=True)] == [3, 1, 1, 0]
    assert [load.key for load in sorted_by(loads, "nonsense", falling=False)] == sorted(
        load.key for load in loads
    )
