"""Error pages: staff stay among their own pages, residents among theirs."""

from __future__ import annotations

import pytest
from flask import abort

from service_desk.accounts.rules import home, permissions_of
from service_desk.directory.roles import Role

STATUSES = (400, 403, 404, 405, 409, 422, 429, 500)
HOMES = {"grid.beimen": "/queue", "analyst": "/reports", "auditor": "/admin/audit",
         "admin": "/admin/people"}  # fmt: skip


@pytest.fixture
def broken(app):
    """A client of a desk with a page that fails in every way."""
    app.add_url_rule("/broken/<int:code>", "broken", abort)
    return app.test_client()


@pytest.mark.parametrize("who", HOMES)
def test_staff_keep_their_frame_and_are_led_to_their_own_first_page(broken, password, who):
    broken.sign_in(who, password)
    for status in STATUSES:
        answer = broken.get(f"/broken/{status}")
        assert answer.status_code == status
        main = answer.text.partition("<main")[2].partition("</main>")[0]
        assert f'href="{HOMES[who]}"' in main
        assert "desk-header--staff" in answer.text
        assert 'action="/logout"' in answer.text


def test_residents_keep_theirs_with_the_emergency_numbers(broken):
    for status in STATUSES:
        answer = broken.get(f"/broken/{status}")
        assert answer.status_code == status
        main = answer.text.partition("<main")[2].partition("</main>")[0]
        assert 'href="/"' in main
        assert "desk-emergency" in answer.text
        assert "desk-header--staff" not in answer.text


def test_what_staff_run_into_themselves(app, password):
    client = app.test_client()
    client.sign_in("grid.beimen", password)
    for path, status in (("/board", 403), ("/queue/0000000000", 404), ("/nowhere", 404)):
        answer = client.get(path)
        assert answer.status_code == status
        assert "desk-header--staff" in answer.text
    refused = client.send("/account/language", page="/account", language="xx")
    assert refused.status_code == 422
    assert "desk-header--staff" in refused.text


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("lead.jiantang", "/admin/absences"),
        ("admin", "/admin/people"),
        ("auditor", "/admin/audit"),
        ("grid.beimen", None),
        ("analyst", None),
    ],
)
def test_admin_leads_to_the_first_page_one_may_open(app, password, who, path):
    client = app.test_client()
    client.sign_in(who, password)
    answer = client.get("/admin")
    assert (answer.status_code, answer.location) == ((302, path) if path else (404, None))
    if path:
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_first_page(role):
    assert home(permissions_of(role)).startswith("/")


def test_admin_is_for_who_is_signed_in(app):
    assert app.test_client().get("/admin").location.startswith("/login")
