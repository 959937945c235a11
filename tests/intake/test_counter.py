"""`/desk/new`: staff enter a request for somebody at the counter, on the telephone, by letter."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import User
from service_desk.foundation.database import session
from service_desk.service_requests.lifecycle import Channel
from tests.intake.conftest import BEIMEN, LAMP, TOKEN, picture, told, upload

NEW, RECEIPT = "/desk/new", "/desk/new/receipt"


@pytest.fixture
def worker(client, password):
    """Signed in as a grid worker."""
    assert client.sign_in("grid.beimen", password).status_code == 302
    return client


@pytest.fixture
def worker_id(app):
    with app.app_context():
        return session.scalar(sa.select(User.id).where(User.username == "grid.beimen"))


@pytest.mark.both_databases
@pytest.mark.parametrize("channel", ["phone", "walk_in", "paper"])
def test_what_is_entered_says_how_it_came_and_by_whom(worker, worker_id, post, kept, channel):
    answer = post(NEW, channel=channel, name="扎西")
    assert (answer.status_code, answer.location) == (303, RECEIPT)
    (request,) = kept()
    assert (request.channel, request.entered_by) == (Channel(channel), worker_id)
    assert (request.external_id, request.area_code) == (TOKEN, BEIMEN)
    assert (request.description, request.name) == (LAMP, "扎西")


@pytest.mark.both_databases
def test_the_same_form_again_is_one_row_with_the_same_number_and_pin(worker, post, counted):
    def shown():
        return re.findall(r"desk-ticket__(?:reference|pin)\">([\d-]+)<", worker.get(RECEIPT).text)

    post(NEW, channel="phone")
    first, before = shown(), counted()
    assert len(first) == 2
    post(NEW, channel="phone", description="别的话")
    assert shown() == first
    assert {**counted(), "user_sessions": 0} == {**before, "user_sessions": 0}
    assert shown() == []


def test_the_receipt_leads_to_the_request_which_its_writer_may_see(worker, post, kept):
    post(NEW, channel="walk_in", area="533422102001")
    (reference,) = kept(lambda request: request.reference)
    page = worker.get(RECEIPT).text
    assert f'href="/queue/{reference}"' in page
    assert worker.get(f"/queue/{reference}").status_code == 200


def test_a_head_request_leaves_the_receipt(worker, post):
    post(NEW, channel="phone", danger="yes", contact_preference="safe")
    assert worker.head(RECEIPT).status_code == 200
    page = worker.get(f"{RECEIPT}?lang=en").text
    assert "call 110, 119 or 120 now" in page
    assert "only if it is safe" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("channel", None),
        ("channel", "web"),
        ("channel", "sms"),
        ("channel", "\x00"),
        ("danger", None),
        ("area", "533401999999"),
        ("category", "NOTHING"),
        ("description", ""),
        ("phone", "12"),
        ("notice_seen", None),
        ("latitude", "27"),
        ("form_token", "short"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    worker, post, counted, field, value
):
    before = counted()
    answer = post(NEW, **{"channel": "phone", field: value})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text
    assert (LAMP in answer.text) is (field != "description")
    assert counted() == before


def test_a_bad_photo_is_refused_and_a_good_one_kept(worker, post, counted):
    assert post(NEW, channel="paper", photos=upload(b"bad")).status_code == 422
    assert counted()["attachments"] == 0
    assert post(NEW, channel="paper", photos=upload(picture())).status_code == 303
    assert counted()["attachments"] == 1


@pytest.mark.parametrize(
    ("username", "status"), [(None, 302), ("analyst", 403), ("auditor", 403), ("admin", 403)]
)
def test_only_staff_who_enter_requests_may(client, password, counted, username, status):
    if username:
        client.sign_in(username, password)
    before = counted()["service_requests"]
    token = client.hidden("/requests/new")["csrf_token"]
    fields = {"csrf_token": token, **told(channel="phone")}
    answers = [client.get(NEW), client.get(RECEIPT), client.post(NEW, data=fields)]
    assert [answer.status_code for answer in answers] == [status] * 3
    assert counted()["service_requests"] == before


def test_without_csrf_nothing_is_entered(worker, counted):
    before = counted()
    assert worker.post(NEW, data=told(channel="phone")).status_code == 400
    assert counted() == before
