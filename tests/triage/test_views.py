"""`/triage` over HTTP: what is shown, who may, what a stale or wrong form gets."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service_desk.audit.models import AuditEntry
from service_desk.foundation.actor import RESIDENT
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests.lifecycle import Urgency
from service_desk.service_requests.models import ServiceRequest
from service_desk.service_requests.service import follow_up, for_change
from service_desk.triage import queries
from tests.triage.conftest import BEIMEN

OTHER_COUNTY = "533422102001"


@pytest.fixture
def sign_in(client, password):
    def signed_in(username):
        assert client.sign_in(username, password).status_code == 302
        return client

    return signed_in


@pytest.fixture
def reference(read):
    return lambda request_id: read(request_id, lambda request: request.reference)


def seen(**changes):
    return {
        "urgency": "P2",
        "category": "INFRA-03",
        "area": BEIMEN,
        "nature": "complaint",
        **changes,
    }


@pytest.mark.both_databases
def test_the_room_lists_danger_first_then_the_oldest(sign_in, arrive, reference):
    at = now()
    old = reference(arrive(at - timedelta(minutes=50)))
    new = reference(arrive(at - timedelta(minutes=1)))
    danger = reference(arrive(at, urgency=Urgency.P0, category="SAFE-02"))
    page = sign_in("dispatch.jiantang").get("/triage").text
    assert page.index(danger) < page.index(old) < page.index(new)
    assert f'action="/triage/{danger}/acknowledge"' in page
    assert "路灯坏了三天" in page
    assert re.search(r'data-urgency="P2"\s+data-due="\d{4}-\d\d-\d\dT[\d:]{8}\+08:00"', page)


@pytest.mark.both_databases
def test_a_look_takes_it_off_the_list(sign_in, arrive, read, reference):
    request_id = arrive()
    one = reference(request_id)
    client = sign_in("dispatch.jiantang")
    answer = client.send(f"/triage/{one}/look", page=f"/triage/{one}", **seen())
    assert (answer.status_code, answer.location) == (303, "/triage")
    assert read(request_id, lambda request: request.category) == "INFRA-03"
    assert f'data-reference="{one}"' not in client.get("/triage").text


@pytest.fixture
def add(app):
    """The resident says more, after a look."""

    def said(request_id, words, at):
        with app.app_context(), unit_of_work():
            follow_up(for_change(request_id), words, RESIDENT, at)

    return said


@pytest.mark.both_databases
def test_later_words_are_on_the_list_again_with_the_time_they_came(sign_in, arrive, reference, add):
    request_id = arrive(now() - timedelta(days=2))
    one, younger = reference(request_id), reference(arrive(now() - timedelta(minutes=15)))
    client = sign_in("dispatch.jiantang")
    client.send(f"/triage/{one}/look", page=f"/triage/{one}", **seen())
    add(request_id, "水淹到屋里,电话13812345678", now() - timedelta(minutes=10))
    page = client.get("/triage").text
    assert page.index(younger) < page.index(one)
    line = page[page.index(f'data-reference="{one}"') :]
    assert "desk-due--due" in line[:400]
    assert "水淹到屋里" in line
    assert "13812345678" not in page
    page = client.get(f"/triage/{one}").text
    assert "水淹到屋里" in page
    assert "13812345678" not in page
    client.send(f"/triage/{one}/look", page=f"/triage/{one}", **seen())
    assert f'data-reference="{one}"' not in client.get("/triage").text


def test_later_words_on_a_restricted_request_are_not_told_in_the_list(
    sign_in, arrive, reference, add
):
    request_id = arrive(now(), restricted=True, category="SAFE-01")
    one = reference(request_id)
    add(request_id, "他在砸门", now())
    client = sign_in("dispatch.diqing")
    page = client.get("/triage").text
    assert one in page
    assert "他在砸门" not in page
    assert "他在砸门" in client.get(f"/triage/{one}").text


@pytest.mark.both_databases
def test_acknowledging_takes_it_off_the_top(sign_in, arrive, read, reference):
    request_id = arrive(now(), urgency=Urgency.P0, category="SAFE-02")
    one = reference(request_id)
    client = sign_in("lead.jiantang")
    page = f"/triage/{one}"
    assert client.send(f"{page}/acknowledge", page=page).status_code == 303
    assert read(request_id, lambda request: request.acknowledged_at) is not None
    assert "acknowledge" not in client.get("/triage").text
    assert client.send(f"{page}/acknowledge", page=page).status_code == 409


def test_the_page_of_one_shows_words_machine_values_and_history(sign_in, arrive, reference):
    one = reference(arrive(now(), description="孩子被打,电话13812345678"))
    client = sign_in("dispatch.jiantang")
    client.send(f"/triage/{one}/look", page=f"/triage/{one}", **seen(reason="先看路"))
    page = client.get(f"/triage/{one}").text
    assert f'data-reference="{one}" data-version="' in page
    assert 'data-category="INFRA-03"' in page
    assert "13812345678" not in page
    assert "先看路" in page


def test_a_restricted_request_does_not_tell_its_words_in_the_list(sign_in, arrive, reference):
    one = reference(arrive(now(), restricted=True, description="丈夫打我", category="SAFE-01"))
    page = sign_in("dispatch.diqing").get("/triage").text
    assert one in page
    assert "丈夫打我" not in page


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"urgency": ""}, "urgency"),
        ({"urgency": "P9"}, "urgency"),
        ({"category": "ELDER-99"}, "category"),
        ({"category": ""}, "category"),
        ({"area": "533401101999"}, "area"),
        ({"nature": "rant"}, "nature"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": "a\x00b"}, "reason"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_saved(
    sign_in, arrive, read, reference, changes, field
):
    request_id = arrive()
    one = reference(request_id)
    answer = sign_in("dispatch.jiantang").send(
        f"/triage/{one}/look", page=f"/triage/{one}", **seen(**changes)
    )
    assert answer.status_code == 422
    assert f'href="#{field}' in answer.text
    assert read(request_id, lambda request: request.looked_at) is None


def test_calling_off_a_danger_asks_for_a_reason(sign_in, arrive, read, reference):
    request_id = arrive(now(), urgency=Urgency.P0, category="SAFE-02")
    one = reference(request_id)
    client = sign_in("dispatch.jiantang")
    answer = client.send(f"/triage/{one}/look", page=f"/triage/{one}", **seen())
    assert answer.status_code == 422
    assert 'href="#reason' in answer.text
    assert read(request_id, lambda request: request.urgency) is Urgency.P0


def test_a_stale_page_is_told(sign_in, arrive, reference):
    one = reference(arrive())
    client = sign_in("dispatch.jiantang")
    page = f"/triage/{one}"
    old = client.hidden(page)
    assert client.send(f"{page}/look", page=page, **seen()).status_code == 303
    answer = client.post(f"{page}/look", data={**old, **seen(category="ENV-01")})
    assert answer.status_code == 409


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("username", "expected"),
    [
        ("dispatch.diqing", 200),
        ("dispatch.jiantang", 200),
        ("lead.jiantang", 200),
        ("county.xgll", 200),
        ("lead.benzilan", 404),
        ("grid.beimen", 403),
        ("legal.jiantang", 403),
        ("analyst", 403),
        ("auditor", 403),
        ("admin", 403),
    ],
)
def test_who_sees_one(sign_in, arrive, reference, username, expected):
    one = reference(arrive())
    client = sign_in(username)
    assert client.get(f"/triage/{one}").status_code == expected
    token = client.hidden("/account")["csrf_token"]
    for action in ("look", "acknowledge"):
        answer = client.post(f"/triage/{one}/{action}", data={"csrf_token": token})
        assert answer.status_code == (expected if expected != 200 else answer.status_code)
        assert expected != 200 or answer.status_code in (409, 422)


def test_who_looks_out_of_scope_is_on_record(app, sign_in, arrive, reference):
    one = reference(arrive())
    client = sign_in("lead.benzilan")
    assert one not in client.get("/triage").text
    assert client.get(f"/triage/{one}").status_code == 404
    assert client.get("/triage/1234567890").status_code == 404
    with app.app_context():
        query = sa.select(AuditEntry).where(AuditEntry.action == "out_of_scope")
        assert [entry.subject for entry in session.scalars(query)] == [f"request:{one}"]


def test_an_uncleared_dispatcher_does_not_see_restricted_requests(sign_in, arrive, reference):
    one = reference(arrive(now(), restricted=True, category="SAFE-01"))
    client = sign_in("dispatch.jiantang")
    assert one not in client.get("/triage").text
    assert client.get(f"/triage/{one}").status_code == 404


def test_strangers_sign_in_first_and_forms_carry_a_token(client, arrive, reference):
    one = reference(arrive())
    answer = client.get(f"/triage/{one}")
    assert answer.status_code == 302
    assert answer.location == f"/login?next=/triage/{one}"


def test_a_form_without_a_token_is_refused(sign_in, arrive, reference, read):
    request_id = arrive()
    one = reference(request_id)
    client = sign_in("dispatch.jiantang")
    assert client.post(f"/triage/{one}/look", data=seen(version="1")).status_code == 400
    assert read(request_id, lambda request: request.looked_at) is None


@pytest.mark.both_databases
def test_long_lists_go_on_where_they_stopped(app, sign_in, arrive, monkeypatch):
    at = now()
    for minutes in range(5):
        arrive(at - timedelta(minutes=minutes))
    monkeypatch.setattr(queries, "PAGE", 2)
    client = sign_in("dispatch.jiantang")
    found, address = [], "/triage"
    while address:
        page = client.get(address).text
        found += [part[:10] for part in page.split('data-reference="')[1:]]
        rest = page.split('href="/triage?after=')
        address = f"/triage?after={rest[1].split(chr(34))[0]}" if len(rest) > 1 else None
    with app.app_context():
        oldest = sa.select(ServiceRequest.reference).order_by(ServiceRequest.created_at)
        assert found == list(session.scalars(oldest))


def test_a_made_up_cursor_is_the_first_page(sign_in, arrive, reference):
    one = reference(arrive(now()))
    client = sign_in("dispatch.jiantang")
    for cursor in ("x", "1-", "99999999999999999-1", "1-2-3"):
        assert client.get(f"/triage?after={cursor}").status_code == 200
    assert one in client.get("/triage?after=nonsense").text


def test_the_list_alone_for_a_refresh(sign_in, arrive):
    arrive(now())
    page = sign_in("dispatch.jiantang").get("/triage?fragment=list").text
    assert "<html" not in page
    assert "data-reference" in page


def test_an_empty_room_says_so_kindly(sign_in):
    assert "data-reference" not in sign_in("lead.benzilan").get("/triage").text
