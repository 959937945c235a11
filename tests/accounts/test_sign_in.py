"""Signing in and out: what is let in, what is never told, and how long it lasts."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from service_desk.accounts import service
from service_desk.accounts.models import Attempt, StaffSession, User
from service_desk.accounts.views import same_site
from service_desk.audit.models import AuditEntry
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example/x",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "http://evil.example",
    "https://evil.example/queue",
    "HTTPS://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "evil.example",
    "queue",
    "?next=/queue",
    "#queue",
    "",
    " ",
    " /queue",
    "/queue\r\nSet-Cookie: a=b",
    "/\t/evil.example",
    "/\n/evil.example",
    "/ /evil.example",
    "/queue\x00",
    "\t//evil.example",
    "/x\\..\\evil",
    "@evil.example",
    "/\x0b/evil.example",
]
HERE = ["/", "/queue", "/queue?state=waiting&after=1", "/queue/3124567890", "/account#x"]


def test_nobody_is_led_elsewhere():
    assert [target for target in ELSEWHERE if same_site(target)] == []
    assert [target for target in HERE if same_site(target) != target] == []


@pytest.mark.parametrize("target", ELSEWHERE[:16])
def test_signing_in_goes_on_here(client, password, target):
    fields = client.hidden("/login")
    answer = client.post(
        "/login",
        query_string={"next": target},
        data={**fields, "username": "auditor", "password": password},
    )
    assert (answer.status_code, answer.location) == (302, "/admin/audit")


def test_signing_in_goes_back_to_the_page_asked_for(client, password):
    asked = client.get("/queue?state=waiting")
    assert (asked.status_code, asked.location) == (302, "/login?next=/queue?state%3Dwaiting")
    answer = client.send(asked.location, username="grid.beimen", password=password)
    assert answer.location == "/queue?state=waiting"


@pytest.mark.parametrize(
    ("username", "start"),
    [
        ("grid.beimen", "/queue"),
        ("analyst", "/reports"),
        ("admin", "/admin/people"),
        ("auditor", "/admin/audit"),
    ],
)
def test_everybody_starts_from_their_own_page(client, password, username, start):
    assert client.sign_in(username, password).location == start
    assert client.get("/login").location == start


def test_a_name_in_any_case_and_with_spaces(client, password):
    assert client.sign_in("  Auditor ", password).status_code == 302


@pytest.mark.both_databases
def test_what_is_wrong_is_never_said(app, client, password, count):
    with app.app_context(), unit_of_work():
        session.execute(sa.update(User).where(User.username == "analyst").values(active=False))
    tries = [
        ("grid.beimen", "Wrong-Crane-Lake-1"),
        ("nobody.here", password),
        ("analyst", password),
        ("grid_worker.533401101001", password),
    ]
    before = count(StaffSession)
    answers = [client.sign_in(*each) for each in tries]
    assert {answer.status_code for answer in answers} == {422}
    pages = {
        answer.text.replace(name, "").split("<main")[1]
        for answer, (name, _) in zip(answers, tries, strict=True)
    }
    assert len({len(page) for page in pages}) == 1
    assert "desk-banner" not in pages.pop()
    assert count(StaffSession) == before
    assert not any("device" in (answer.headers.get("Set-Cookie") or "") for answer in answers)


def test_both_fields_are_needed(client, count):
    before = count(Attempt)
    answer = client.sign_in("", "")
    assert answer.status_code == 422
    assert 'href="#username"' in answer.text
    assert 'href="#password"' in answer.text
    assert client.sign_in("x" * 61, "y").status_code == 422
    assert count(Attempt) == before


@pytest.mark.both_databases
@pytest.mark.parametrize("name", ["lead.jiantang\x00", "\x00", "\ufffd", "x" * 5000])
def test_a_name_that_no_database_keeps_is_nobodys(client, password, name):
    assert client.sign_in(name, password).status_code == 422


def test_without_a_token_nobody_signs_in(client, password):
    answer = client.post("/login", data={"username": "admin", "password": password})
    assert answer.status_code == 400
    assert client.get("/account").status_code == 302


def cookie(client):
    found = client.get_cookie("desk")
    return found.value if found else None


@pytest.mark.both_databases
def test_the_session_is_new_and_dies_with_signing_out(app, client, password):
    client.get("/login")
    before = cookie(client)
    client.sign_in("grid.beimen", password)
    mine = cookie(client)
    assert mine not in (None, before)
    client.send("/logout", "/account")
    assert client.get("/queue").status_code == 302
    client.set_cookie("desk", mine)
    assert client.get("/queue").status_code == 302
    with app.app_context():
        acts = session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(2))
        assert list(acts) == ["signed_out", "signed_in"]


def test_every_sign_in_has_a_token_of_its_own(as_):
    assert cookie(as_("grid.beimen")) != cookie(as_("grid.beimen"))


def test_the_database_does_not_hold_what_the_cookie_holds(app, client, password):
    client.sign_in("grid.beimen", password)
    with client.session_transaction() as kept:
        token = kept["_user_id"]
    with app.app_context():
        stored = session.scalars(sa.select(StaffSession.token_hash)).all()
    assert token not in stored


@pytest.mark.both_databases
def test_who_is_switched_off_is_out_at_the_next_click(app, as_):
    client = as_("grid.beimen")
    assert client.get("/queue").status_code == 200
    with app.app_context(), unit_of_work():
        session.execute(sa.update(User).where(User.username == "grid.beimen").values(active=False))
    assert client.get("/queue").status_code == 302


@pytest.mark.parametrize(
    ("column", "age", "status"),
    [
        ("seen_at", service.IDLE - timedelta(minutes=1), 200),
        ("seen_at", service.IDLE + timedelta(minutes=1), 302),
        ("created_at", service.LONGEST - timedelta(minutes=1), 200),
        ("created_at", service.LONGEST + timedelta(minutes=1), 302),
    ],
)
def test_a_session_ends(app, as_, column, age, status):
    client = as_("grid.beimen")
    with app.app_context(), unit_of_work():
        session.execute(sa.update(StaffSession).values({column: now() - age}))
    assert client.get("/queue").status_code == status


def test_use_keeps_a_session_alive(app, as_):
    client = as_("grid.beimen")
    before = now() - service.TOUCH_AFTER * 2
    with app.app_context(), unit_of_work():
        session.execute(sa.update(StaffSession).values(seen_at=before))
    client.get("/account")
    with app.app_context():
        assert session.scalars(sa.select(StaffSession.seen_at)).one() > before


def test_the_sweep_takes_out_what_is_over(app, as_, count):
    as_("grid.beimen")
    as_("analyst")
    with app.app_context(), unit_of_work():
        service.sweep(now())
    assert count(StaffSession) == 2
    with app.app_context(), unit_of_work():
        service.sweep(now() + service.IDLE + timedelta(minutes=1))
    assert count(StaffSession) == 0


def test_the_page_of_a_fragment_is_loaded_anew(client):
    answer = client.get("/queue", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")


def test_a_form_sent_by_a_stranger_leads_to_the_start(client):
    token = client.hidden("/login")["csrf_token"]
    answer = client.post("/account", data={"csrf_token": token})
    assert (answer.status_code, answer.location) == (302, "/login")


def test_cookies_are_out_of_reach_of_scripts(client, password):
    answer = client.sign_in("grid.beimen", password)
    cookies = answer.headers.getlist("Set-Cookie")
    assert {each.split("=")[0] for each in cookies} >= {"desk", "device"}
    for each in cookies:
        assert "HttpOnly" in each
        assert "SameSite=Lax" in each


def test_cookies_are_for_https_only_where_there_is_https(make_app, password):
    app = make_app(PUBLIC_URL="https://desk.example")
    client = app.test_client()
    page = {"base_url": "https://desk.example", "headers": {"Referer": "https://desk.example/"}}
    form = client.get("/login", **page)
    token = form.text.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    data = {"csrf_token": token, "username": "auditor", "password": password}
    answer = client.post("/login", data=data, **page)
    assert answer.status_code == 302
    cookies = answer.headers.getlist("Set-Cookie")
    assert all("Secure" in each for each in cookies)
    assert any(each.startswith("__Host-desk=") for each in cookies)
