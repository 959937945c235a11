"""What one person may not say alone: earlier days, force majeure, over somebody else's word."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import User
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.faults import Forbidden, Refused
from service_desk.foundation.transaction import unit_of_work
from service_desk.stations import proposals, service
from service_desk.stations.models import StationDay, StationProposal
from service_desk.stations.rules import Kind, Said, Source
from service_desk.stations.service import By
from service_desk.stations.table_file import DayRow
from tests.stations.conftest import BEIMEN

WAITING = "/station-day/proposals"
DAY = ((510, 1080),)


@pytest.fixture
def waits(as_, proposed, today):
    """An earlier day that the clerk of Beimen proposed; gives its number."""
    client, day = as_("grid.beimen"), today - timedelta(days=5)
    fields = {"day": str(day), "hours": "8:30-18:00", "proof": "值班簿"}
    page = "/station-day"
    assert client.send(f"{page}/{BEIMEN}/hours", page=page, **fields).status_code == 303
    return proposed()[-1].id


def decides(client, number, answer="y"):
    return client.send(f"{WAITING}/{number}", page=WAITING, approve=answer)


def test_it_counts_once_the_lead_confirms(as_, waits, told, acts, id_of, today):
    lead = as_("lead.jiantang")
    assert "值班簿" in lead.get(WAITING).text
    assert decides(lead, waits).status_code == 303
    (row,) = told()
    assert (row.day, row.source, row.proposal_id) == (today - timedelta(days=5), "confirmed", waits)
    assert row.recorded_by == id_of("grid.beimen")
    assert acts("area:" + BEIMEN) == ["station_days_proposed", "station_days_confirmed"]
    assert decides(lead, waits).status_code == 422
    assert len(told()) == 1


def test_the_county_may_refuse_it(as_, waits, told, proposed):
    assert decides(as_("county.xgll"), waits, "n").status_code == 303
    assert told() == []
    assert proposed()[-1].approved is False


@pytest.mark.parametrize("answer", ["", "maybe"])
def test_an_answer_that_is_none_changes_nothing(as_, waits, told, proposed, answer):
    assert decides(as_("lead.jiantang"), waits, answer).status_code == 422
    assert proposed()[-1].approved is None


def test_a_lead_of_elsewhere_does_not_find_it(as_, waits, told):
    lead = as_("lead.benzilan")
    assert "值班簿" not in lead.get(WAITING).text
    assert decides(lead, waits).status_code == 404
    assert told() == []


@pytest.mark.parametrize("username", ["grid.beimen", "dispatch.jiantang", "analyst", "admin"])
def test_who_approves_nothing_is_refused(as_, waits, told, username):
    client = as_(username)
    assert client.get(WAITING).status_code == 403
    answer = client.send(f"{WAITING}/{waits}", page="/account", approve="y")
    assert answer.status_code == 403
    assert told() == []


@pytest.mark.both_databases
def test_nobody_decides_what_they_proposed(db_app, id_of, today):
    lead, row = id_of("lead.jiantang"), DayRow(0, BEIMEN, today - timedelta(days=5), DAY)
    with db_app.app_context():
        with unit_of_work():
            by = By(Source.CLERK, lead, now())
            number = proposals.propose(BEIMEN, Kind.OPENED, [row], "值班簿", by).id
        with pytest.raises(Forbidden), unit_of_work():
            proposals.decide(number, True, lead, now())
        alone = {"approved": True, "decided_by": lead, "decided_at": now()}
        with pytest.raises(sa.exc.IntegrityError), unit_of_work():
            session.execute(sa.update(StationProposal).values(**alone))
        assert session.scalar(sa.select(sa.func.count(StationDay.id))) == 0


@pytest.mark.both_databases
def test_words_are_only_added_and_each_replaces_the_one_before(db_app, id_of, today):
    clerk, by = id_of("grid.beimen"), By(Source.CLERK, id_of("grid.beimen"), now())
    with db_app.app_context():
        for hours in (DAY, ((540, 600),), DAY, DAY):
            with unit_of_work():
                service.tell_alone(BEIMEN, today, Said(Kind.OPENED, hours), by)
        rows = session.scalars(sa.select(StationDay).order_by(StationDay.id)).all()
        assert [row.number for row in rows] == [1, 2, 3]
        assert {row.recorded_by for row in rows} == {clerk}
        assert service.last_word(BEIMEN, today).said.hours == DAY


def test_what_two_people_said_one_does_not_change(as_, app, id_of, told, today):
    with app.app_context(), unit_of_work():
        by = By(Source.CLERK, id_of("grid.beimen"), now())
        number = proposals.excuse(BEIMEN, today, today, "大雪", by).id
    with app.app_context(), unit_of_work():
        proposals.decide(number, True, id_of("lead.jiantang"), now())
    with app.app_context(), pytest.raises(Refused), unit_of_work():
        service.open_now(BEIMEN, id_of("grid.beimen"), now())
    client = as_("grid.beimen")
    assert client.send(f"/station-day/{BEIMEN}/open", page="/station-day").status_code == 422
    assert [row.kind for row in told()] == ["excused"]


@pytest.fixture
def colleague(app, as_):
    """Another post of Beimen, whose holder gets a password here."""
    name = "job_officer.533401101003"
    with app.app_context(), unit_of_work():
        query = sa.select(User.password_hash).where(User.username == "grid.beimen")
        known = session.scalar(query)
        session.execute(sa.update(User).where(User.username == name).values(password_hash=known))
    return as_(name)


@pytest.mark.parametrize("ago", [0, 1])
def test_a_colleagues_word_is_corrected_with_a_proof_and_a_second_person(
    as_, colleague, told, proposed, today, ago
):
    page, path = "/station-day", f"/station-day/{BEIMEN}/hours"
    said = {"page": page, "day": str(today - timedelta(days=ago)), "hours": ""}
    assert as_("grid.beimen").send(path, **said).status_code == 303
    assert colleague.send(path, **said).status_code == 422
    assert colleague.send(path, **said, proof="值班簿").status_code == 303
    assert [row.number for row in told()] == [1]
    assert decides(as_("lead.jiantang"), proposed()[-1].id).status_code == 303
    assert [(row.number, row.source) for row in told()] == [(1, "clerk"), (2, "confirmed")]


def test_a_colleague_closes_what_another_opened_and_opens_again(as_, colleague, told):
    """That corrects nobody's word: it goes on from there."""
    clerk, page = as_("grid.beimen"), "/station-day"
    opens, closes = (f"{page}/{BEIMEN}/{act}" for act in ("open", "close"))
    assert clerk.send(opens, page=page).status_code == 303
    assert f'action="{closes}"' in clerk.get(page).text
    assert f'action="{closes}"' in colleague.get(page).text
    assert colleague.send(closes, page=page).status_code == 303
    assert colleague.send(opens, page=page).status_code == 303
    assert [row.number for row in told()] == [1, 2, 3]


def test_an_evening_closes_after_midnight(app, id_of):
    clerk, evening = id_of("grid.beimen"), now().replace(hour=13, minute=0)
    with app.app_context(), unit_of_work():
        service.open_now(BEIMEN, clerk, evening)
    with app.app_context(), unit_of_work():
        row = service.close_now(BEIMEN, clerk, evening + timedelta(hours=5))
        assert row.hours == [[1260, 1560]]


def test_a_forgotten_opening_has_to_be_typed(app, id_of, told):
    clerk, morning = id_of("grid.beimen"), now().replace(hour=1, minute=0)
    with app.app_context(), unit_of_work():
        service.open_now(BEIMEN, clerk, morning)
    with app.app_context(), pytest.raises(Refused), unit_of_work():
        service.close_now(BEIMEN, clerk, morning + timedelta(hours=23))
    with app.app_context(), unit_of_work():
        service.open_now(BEIMEN, clerk, morning + timedelta(hours=24))
    assert [row.open_since for row in told()] == [540, 540]
