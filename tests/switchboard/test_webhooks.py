"""Signed or nothing; once or not at all; answered with an empty page."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from twilio.request_validator import RequestValidator

from service_desk.foundation.database import Base, session
from service_desk.messaging.models import InboundMessage, Message, MessageStatus
from service_desk.service_requests.models import ServiceRequest
from tests.support.twilio import ENVIRONMENT, NUMBER, TOKEN

INBOUND, STATUS = "/sms/twilio/inbound", "/sms/twilio/status"
FORM = {
    "MessageSid": "SM" + "1" * 32,
    "From": "+8613887700001",
    "To": NUMBER,
    "Body": "北门社区的路灯坏了",
    "NumMedia": "0",
}


@pytest.fixture
def desk(make_app, db_app):
    return make_app(**ENVIRONMENT, PUBLIC_URL="https://desk.example")


@pytest.fixture
def post(desk):
    def send(path, form=FORM, headers=None, signed_for=None, token=TOKEN):
        base = "https://desk.example"
        signature = RequestValidator(token).compute_signature(base + (signed_for or path), form)
        told = {"X-Twilio-Signature": signature} | (headers or {})
        return desk.test_client().post(path, data=form, headers=told)

    return send


@pytest.fixture
def rows(desk):
    """How many rows every table has."""

    def count():
        with desk.app_context():
            tables = Base.metadata.sorted_tables
            return {
                table.name: session.scalar(sa.select(sa.func.count()).select_from(table))
                for table in tables
            }

    return count


def test_a_text_is_taken_in_and_answered_later(post, desk):
    answer = post(INBOUND)
    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    assert answer.text.endswith("<Response></Response>")
    with desk.app_context():
        (request,) = session.scalars(sa.select(ServiceRequest))
        (queued,) = session.scalars(
            sa.select(Message)
            .where(Message.request_id == request.id)
            .where(Message.purpose.startswith("ack"))
        )
        assert queued.phone == FORM["From"]


@pytest.mark.parametrize("path", [INBOUND, STATUS])
@pytest.mark.parametrize(
    "forged",
    [
        {"headers": {"X-Twilio-Signature": ""}},
        {"headers": {"X-Twilio-Signature": "bm9wZQ=="}},
        {"token": "another"},
        {"signed_for": "/elsewhere"},
        {"headers": {"X-Twilio-Signature": "x", "X-Forwarded-Host": "evil.example"}},
    ],
)
def test_a_forged_signature_changes_no_row(post, rows, path, forged):
    before = rows()
    form = FORM | {"MessageStatus": "delivered"}
    assert post(path, form, **forged).status_code == 403
    assert rows() == before


def test_no_signature_changes_no_row(desk, rows):
    before = rows()
    assert desk.test_client().post(INBOUND, data=FORM).status_code == 403
    assert rows() == before


def test_what_a_header_says_of_our_address_is_not_believed(post):
    headers = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http",
        "Host": "evil.example",
    }
    assert post(INBOUND, headers=headers).status_code == 200


def test_the_query_is_signed_too(post):
    form = {"MessageSid": "SMx", "MessageStatus": "sent"}
    assert post(f"{STATUS}?message=5", form).status_code == 200
    assert post(f"{STATUS}?message=6", form, signed_for=f"{STATUS}?message=5").status_code == 403


def test_only_posts_are_heard(desk):
    for path in (INBOUND, STATUS):
        assert desk.test_client().get(path).status_code in (403, 405)


def test_the_same_text_again_changes_nothing(post, rows):
    post(INBOUND)
    before = rows()
    for _ in range(3):
        assert post(INBOUND).status_code == 200
    assert rows() == before


def test_twenty_at_once_are_one(post, desk):
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _number: post(INBOUND).status_code, range(20)))
    assert answers == [200] * 20
    with desk.app_context():
        for table in (InboundMessage, ServiceRequest):
            assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 1


@pytest.mark.parametrize(
    "form", [{}, {"MessageSid": "SM1"}, {"From": "+8613887700001"}, FORM | {"MessageSid": "a\x00"}]
)
def test_a_signed_post_that_says_nothing_changes_no_row(post, rows, form):
    before = rows()
    assert post(INBOUND, form).status_code == 200
    assert post(STATUS, form).status_code == 200
    assert rows() == before


def test_a_receipt_ends_a_text(post, desk):
    post(INBOUND)
    with desk.app_context():
        message = session.scalars(
            sa.select(Message.id).where(Message.purpose.startswith("ack"))
        ).one()
    form = {"MessageSid": "SMout", "MessageStatus": "delivered"}
    assert post(f"{STATUS}?message={message}", form).status_code == 200
    with desk.app_context():
        found = session.get_one(Message, message)
        assert (found.status, found.provider_id) == (MessageStatus.DELIVERED, "SMout")


def test_a_receipt_for_an_unknown_text_changes_nothing(post, rows):
    before = rows()
    for form in (
        {"MessageSid": "SMnobody", "MessageStatus": "delivered"},
        {"MessageSid": "SM\x00", "MessageStatus": "delivered"},
        {"MessageSid": "SMnobody", "MessageStatus": "strange"},
    ):
        assert post(STATUS, form).status_code == 200
        assert post(f"{STATUS}?message=12345", form).status_code == 200
    assert rows() == before


def test_nothing_is_heard_where_texts_do_not_come_by_twilio(client):
    assert client.post(INBOUND, data=FORM).status_code == 403
