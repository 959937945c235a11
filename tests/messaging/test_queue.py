"""Who gets a text, when, and how often."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging import service, wording
from service_desk.messaging.models import Message, MessageStatus
from service_desk.messaging.service import Queued
from tests.messaging.fakes import NOON, PHONE, row, write

pytestmark = pytest.mark.usefixtures("inside")

EVENING = NOON + timedelta(hours=9)
LANDLINE = "+868878222222"


def queue(**told):
    given = {"phone": PHONE, "dedupe_key": "k", "request_id": None, "at": NOON} | told
    with unit_of_work():
        return service.queue(wording.help_text("zh_Hans_CN"), **given)


def count():
    return session.scalar(sa.select(sa.func.count()).select_from(Message))


def test_one_text_a_cause():
    assert queue() is Queued.QUEUED
    assert queue() is Queued.ALREADY
    assert queue(dedupe_key="other") is Queued.QUEUED
    assert count() == 2


def test_the_row_says_what_a_gateway_of_templates_needs():
    with unit_of_work():
        text = wording.status("en", "3124567890", "being worked on")
        service.queue(text, phone=PHONE, dedupe_key="s", request_id=None, at=NOON)
    (message,) = session.scalars(sa.select(Message))
    assert (message.purpose, message.language) == ("status", "en")
    assert message.params == {"reference": "3124-567-890", "state": "being worked on"}
    assert message.body == text.body
    assert message.segments == 1


def test_a_landline_gets_no_text_unless_it_wrote_one():
    assert queue(phone=LANDLINE) is Queued.NO_TEXTS
    assert queue(phone=LANDLINE, answer=True) is Queued.QUEUED


@pytest.mark.parametrize("answer", [False, True])
@pytest.mark.parametrize("phone", ["+18765550123", "+881612345678", "+37120000000", "10086"])
def test_no_text_to_countries_that_are_not_served(phone, answer):
    """Whoever earns by every text to a number of theirs gets none from us."""
    assert queue(phone=phone, answer=answer) is Queued.NO_TEXTS
    assert count() == 0


@pytest.mark.parametrize(
    ("manner", "waits"), [({}, True), ({"urgent": True}, False), ({"answer": True}, False)]
)
def test_only_what_we_start_waits_through_the_night(manner, waits):
    queue(at=EVENING, **manner)
    (message,) = session.scalars(sa.select(Message))
    assert (message.not_before > EVENING) is waits


def test_after_stop_nothing_until_start():
    queue(dedupe_key="before")
    with unit_of_work():
        service.stop(PHONE, NOON)
        service.stop(PHONE, NOON)
    assert queue(dedupe_key="after", urgent=True, answer=True) is Queued.OPTED_OUT
    assert session.scalars(sa.select(Message.status)).all() == [MessageStatus.CANCELLED]
    with unit_of_work():
        service.start(PHONE)
    assert queue(dedupe_key="again") is Queued.QUEUED


def test_stop_leaves_other_phones_and_the_goodbye_alone():
    other = write(phone="+8613900000000")
    with unit_of_work():
        service.queue(
            wording.stopped("en"),
            phone=PHONE,
            dedupe_key="bye",
            request_id=None,
            at=NOON,
            answer=True,
        )
        service.stop(PHONE, NOON)
    assert row(other).status is MessageStatus.QUEUED
    assert session.scalars(sa.select(Message.status).filter_by(purpose="stopped")).all() == [
        MessageStatus.QUEUED
    ]


def test_nothing_of_the_text_or_the_number_is_readable_in_the_database():
    write("很私人的话")
    table = Message.__table__
    ((phone, body),) = session.execute(
        sa.select(
            sa.type_coerce(table.c.phone, sa.LargeBinary),
            sa.type_coerce(table.c.body, sa.LargeBinary),
        )
    )
    assert b"138" not in bytes(phone)
    assert "私人".encode() not in bytes(body)
