"""Days of the calendar that may give time: who sees them, who decides, and what is told."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa

from service_desk.foundation.database import session
from service_desk.service_clock import calendar_queries
from service_desk.service_clock.models import CalendarProposal

PAGE, BEIMEN = "/admin/calendar", "533401101003"
LEAD, COUNTY, ADMIN = "lead.jiantang", "county.xgll", "admin"
DAY = date(2026, 12, 1)
SNOW = {
    "place": BEIMEN,
    "first_day": "2026-12-01",
    "last_day": "2026-12-03",
    "act": "closure",
    "open_hours": "",
    "reason": "大雪封山",
}
HOLIDAY = {"area_code": "533401000000", "day": "2026-12-01", "kind": "holiday", "name": "州庆"}
YES, NO = {"approve": "y", "reason": "路确实断了"}, {"approve": "n", "reason": "路已经通了"}


@pytest.fixture
def proposed(app):
    """The address of the newest proposal."""

    def read():
        with app.app_context():
            return f"{PAGE}/proposals/{session.scalar(sa.select(sa.func.max(CalendarProposal.id)))}"

    return read


@pytest.fixture
def closed(app):
    """Whether the station does not open on the day."""

    def read():
        with app.app_context():
            return calendar_queries.opening_on(BEIMEN, DAY) == ()

    return read


def close(client, **changes):
    return client.send(f"{PAGE}/closure?lang=en", page=PAGE, **SNOW | changes)


def test_a_lead_proposes_and_the_county_decides(as_, proposed, closed):
    lead, county = as_(LEAD), as_(COUNTY)
    assert close(lead).status_code == 303
    assert not closed()
    told = lead.get(f"{PAGE}?lang=en").text
    assert "Proposed. It comes in force when a second person has agreed" in told
    path = proposed()
    for page in (told, county.get(PAGE).text, county.get("/board").text, as_(ADMIN).get(PAGE).text):
        assert path in page
    assert path not in lead.get("/board").text
    assert county.send(path, **YES).status_code == 303
    assert closed()
    assert path not in county.get("/board").text
    assert path in lead.get(PAGE).text, "whoever proposed it sees what became of it"
    assert path not in county.get(PAGE).text
    assert YES["reason"] in lead.get(path).text


def test_the_history_names_both_and_the_reason(as_, proposed):
    close(as_(LEAD))
    county = as_(COUNTY)
    county.send(proposed(), **YES)
    newest = county.get(f"{PAGE}?lang=en").text.split("data-version=")[1]
    assert "proposed by " in newest
    assert f": {YES['reason']}" in newest


def test_the_proposer_has_no_button_and_others_see_nothing(as_, proposed, closed):
    lead = as_(LEAD)
    close(lead)
    path = proposed()
    own = lead.get(path)
    assert own.status_code == 200
    assert 'name="approve"' not in own.text
    assert lead.send(path, PAGE, **YES).status_code == 403
    stranger = as_("lead.benzilan")
    assert stranger.get(path).status_code == 404
    assert stranger.send(path, PAGE, **YES).status_code == 404
    assert path not in stranger.get(PAGE).text
    for name in ("grid.beimen", "dispatch.diqing", "analyst", "auditor"):
        assert as_(name).get(path).status_code == 403
        assert as_(name).send(path, "/account", **YES).status_code == 403
    assert not closed()


def test_a_county_does_not_decide_on_its_own_holiday(as_, proposed, closed):
    county = as_(COUNTY)
    assert county.send(f"{PAGE}/day", page=PAGE, **HOLIDAY).status_code == 303
    path = proposed()
    assert county.send(path, PAGE, **YES).status_code == 403
    assert as_(LEAD).get(path).status_code == 404
    assert not closed()
    assert as_(ADMIN).send(path, **YES).status_code == 303
    assert closed()


def test_a_table_waits_whole(as_, proposed, closed):
    text = f"area_code,day,kind,name\n{BEIMEN},2026-12-05,working,\n{BEIMEN},{DAY},closure,雪\n"
    county = as_(COUNTY)
    assert county.send(PAGE, file=(BytesIO(text.encode()), "days.csv")).status_code == 303
    page = as_(ADMIN).get(proposed()).text
    assert 'data-day="2026-12-05"' in page
    assert f'data-day="{DAY}"' in page
    assert not closed()


@pytest.mark.parametrize("sent", [{"approve": "y"}, {"reason": "好"}, YES | {"reason": " "}, {}])
def test_a_decision_needs_a_word_and_a_reason(as_, proposed, closed, sent):
    close(as_(LEAD))
    county = as_(COUNTY)
    assert county.send(proposed(), **sent).status_code == 422
    assert not closed()
    assert county.send(proposed(), **NO).status_code == 303
    assert not closed()
    assert county.send(proposed(), PAGE, **YES).status_code == 409
    assert not closed()


def test_what_no_longer_fits_is_refused_with_a_sentence(as_, proposed, closed):
    close(as_(LEAD))
    path, county, admin = proposed(), as_(COUNTY), as_(ADMIN)
    holiday = HOLIDAY | {"area_code": "533401101000", "day": "2026-12-02"}
    row = f"{BEIMEN},2026-12-02,holiday,节"
    table = (BytesIO(f"area_code,day,kind,name\n{row}\n".encode()), "days.csv")
    assert admin.send(f"{PAGE}/day", page=PAGE, **holiday).status_code == 303
    assert county.send(path, PAGE, **YES | {"reason": ""}).status_code == 422
    assert admin.send(PAGE, file=table).status_code == 303
    page = county.get(f"{path}?lang=en").text
    assert "It can no longer be approved" in page
    assert "2026-12-02: This place has another entry on this day" in page
    assert county.send(path, **YES).status_code == 422
    assert not closed()
    assert county.send(path, **NO).status_code == 303


def test_the_same_days_are_proposed_once(as_, proposed):
    lead = as_(LEAD)
    close(lead)
    path = proposed()
    again = close(lead)
    assert again.status_code == 422
    assert "The same days wait for a decision already." in again.text
    assert proposed() == path


def test_what_takes_time_away_is_in_force_at_once(as_, closed):
    close(as_(ADMIN))
    assert closed()
    assert close(as_(LEAD), act="default").status_code == 303
    assert not closed()
