"""A phone on the screen: without scripts, and only where no text really goes out."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging import delivery
from service_desk.messaging.models import InboundMessage, Message
from service_desk.messaging.providers.console import ConsoleProvider
from tests.messaging.fakes import write
from tests.support.twilio import ENVIRONMENT

NUMBER = "+8613887700001"
PAGE = "/simulator?phone=%2B8613887700001"
TEXT = {"id": "t-1", "from": "13887700001", "body": "北门社区的路灯坏了"}


@pytest.fixture
def texts(app):
    def count():
        with app.app_context():
            return session.scalar(sa.select(sa.func.count()).select_from(InboundMessage))

    return count


def carry_out(app):
    with app.app_context():
        with unit_of_work():
            ids = delivery.take(now(), 100)
        delivery.deliver(ids, ConsoleProvider(), now)


def test_a_text_and_its_answer_show_on_the_phone(client, app):
    sent = client.send("/simulator", phone="138 8770 0001", text="北门社区的路灯坏了")
    assert (sent.status_code, sent.location) == (303, PAGE)
    assert "北门社区的路灯坏了" in client.get(PAGE).text
    assert "3124" not in client.get(PAGE).text
    carry_out(app)
    with app.app_context():
        answer = session.scalars(sa.select(Message).where(Message.purpose.startswith("ack"))).one()
        reference = answer.params["reference"]
    page = client.get(PAGE).text
    assert reference in page
    assert page.index("北门社区的路灯坏了") < page.index(reference)
    assert reference not in client.get("/simulator?phone=13900000009").text


def test_the_screen_alone_is_for_refreshing(client):
    client.send("/simulator", phone=NUMBER, text="路灯坏了")
    screen = client.get(PAGE + "&fragment=screen").text
    assert "路灯坏了" in screen
    assert "<html" not in screen


def test_no_script_or_style_stands_in_the_page(client):
    page = client.get("/simulator").text
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick" not in page
    assert page.count("<script") == page.count("<script src=")


@pytest.mark.parametrize(
    "typed",
    [
        {"phone": NUMBER, "text": ""},
        {"phone": "123", "text": "路灯坏了"},
        {"phone": "", "text": "路灯坏了"},
        {"phone": NUMBER, "text": "长" * 1601},
    ],
)
def test_what_cannot_be_sent_is_told_and_kept_in_the_field(client, texts, typed):
    answer = client.send("/simulator", **typed)
    assert answer.status_code == 422
    assert typed["text"] in answer.text
    assert "govuk-error-summary" in answer.text
    assert texts() == 0


def test_a_form_from_elsewhere_is_refused(client, texts):
    assert client.post("/simulator", data={"phone": NUMBER, "text": "路灯坏了"}).status_code == 400
    assert texts() == 0


def test_what_is_written_is_shown_as_text(client):
    client.send("/simulator", phone=NUMBER, text="<b>路灯</b> & co")
    assert "&lt;b&gt;路灯&lt;/b&gt; &amp; co" in client.get(PAGE).text


def test_a_text_that_waits_for_the_morning_is_announced(client, app):
    with app.app_context():
        far = now().replace(year=now().year + 1, hour=14)
        write("一", phone=NUMBER, at=far, answer=False)
    assert "08:30" in client.get(PAGE).text


def test_staff_phones_can_be_picked_up_in_the_demo_only(client, make_app):
    assert "grid.beimen" in client.get("/simulator").text
    assert "grid.beimen" not in make_app(DEMO="0").test_client().get("/simulator").text


def test_a_program_can_text_too_once_for_each_id(client, texts):
    first = client.post("/simulator/inbound", json=TEXT)
    assert (first.status_code, first.json) == (200, {"id": "t-1", "new": True, "taken_for": "new"})
    again = client.post("/simulator/inbound", json=TEXT)
    assert (again.status_code, again.json["new"]) == (200, False)
    assert client.post("/simulator/inbound", json=TEXT | {"id": 7}).status_code == 200
    assert texts() == 2


@pytest.mark.parametrize(
    "told",
    [
        [],
        {},
        TEXT | {"id": ""},
        TEXT | {"id": "x" * 65},
        TEXT | {"id": None},
        TEXT | {"id": "a\x00"},
        TEXT | {"id": "\ud800"},
        TEXT | {"body": "路灯坏了\ud800"},
        TEXT | {"from": "12"},
        TEXT | {"from": 5},
        TEXT | {"body": None},
        TEXT | {"body": "x" * 1601},
    ],
)
def test_a_program_is_told_what_is_wrong(client, texts, told):
    answer = client.post("/simulator/inbound", json=told)
    assert (answer.status_code, answer.mimetype) == (422, "application/json")
    assert answer.json["error"]
    assert texts() == 0


def test_what_is_no_json_is_refused(client, texts):
    for sent in ({"data": "{"}, {"data": "{", "content_type": "application/json"}):
        assert client.post("/simulator/inbound", **sent).status_code in (400, 415)
    assert texts() == 0


@pytest.mark.parametrize("depth", [2_000, 100_000])
def test_brackets_without_end_are_refused(client, texts, depth):
    sent = {"data": "[" * depth + "]" * depth, "content_type": "application/json"}
    answer = client.post("/simulator/inbound", **sent)
    assert (answer.status_code, answer.mimetype) == (422, "application/json")
    assert texts() == 0


@pytest.mark.parametrize("path", ["/simulator", "/simulator/inbound"])
def test_there_is_no_simulator_where_texts_really_go_out(make_app, path):
    client = make_app(**ENVIRONMENT).test_client()
    answer = client.get(path) if path == "/simulator" else client.post(path, json=TEXT)
    assert answer.status_code == 404
