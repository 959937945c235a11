"""What one submission opens, whom it tells, and that it happens once; on both databases."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.intake.service import Submission, submit
from service_desk.messaging.models import Message
from service_desk.service_requests.lifecycle import Channel, Nature, State, Urgency
from service_desk.service_requests.models import (
    ContactPreference,
    EntryKind,
    RequestClock,
    ServiceRequest,
    TimelineEntry,
)
from tests.intake.conftest import BEIMEN, LAMP, PREFECTURE

MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""10:00 in Diqing, on a working day."""
NIGHT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
PHONE = "+8613887700001"
TOGETHER = 20
BEATEN = "我老公打我,救命"

pytestmark = pytest.mark.both_databases


@pytest.fixture
def take(app):
    """Submits at a time, in a transaction of its own."""

    def taken(at: datetime = MORNING, **changes):
        with app.app_context(), unit_of_work():
            return submit(submission(**changes), at)

    return taken


@pytest.fixture
def one(app, take):
    """Submits and returns the request as it is stored."""

    def stored(at: datetime = MORNING, **changes):
        opened = take(at, **changes)
        with app.app_context():
            return session.get_one(ServiceRequest, opened.request_id)

    return stored


@pytest.fixture
def texts(app):
    """Every text in the outbox, oldest first."""

    def queued():
        with app.app_context():
            return session.scalars(sa.select(Message).order_by(Message.id)).all()

    return queued


def submission(**changes) -> Submission:
    given = {
        "channel": Channel.WEB,
        "external_id": "token-of-a-submission",
        "area_code": BEIMEN,
        "description": LAMP,
        "language": "zh_Hans_CN",
        "contact_preference": ContactPreference.PHONE,
        "phone": PHONE,
        **changes,
    }
    return Submission(**given)


def test_a_request_has_an_owner_two_clocks_and_a_timeline(app, one):
    request = one(category="ELDER")
    assert (request.state, request.category) == (State.ASSIGNED, "ELDER")
    assert (request.urgency, request.area_code) == (Urgency.P2, BEIMEN)
    assert request.owner_post_id is not None
    with app.app_context():
        kinds = session.scalars(sa.select(TimelineEntry.kind).order_by(TimelineEntry.id)).all()
        clocks = session.scalar(sa.select(sa.func.count()).select_from(RequestClock))
    assert kinds == [EntryKind.SUBMITTED, EntryKind.SUGGESTED, EntryKind.ASSIGNED]
    assert clocks == 2


def test_the_same_key_again_changes_nothing_and_gives_the_same_number_and_pin(take, counted):
    first = take()
    before = counted()
    again = take(description="something else", area_code=PREFECTURE)
    assert (again.reference, again.pin, again.created) == (first.reference, first.pin, False)
    assert counted() == before


def test_the_same_key_on_another_channel_is_another_request(take):
    assert take().reference != take(channel=Channel.PHONE).reference


def test_twenty_at_once_with_one_key_are_one_request(app, take, counted):
    with ThreadPoolExecutor(TOGETHER) as pool:
        opened = list(pool.map(lambda _: take(), range(TOGETHER)))
    assert len({(each.reference, each.pin) for each in opened}) == 1
    assert Counter(each.created for each in opened) == {True: 1, False: TOGETHER - 1}
    rows = counted()
    assert (rows["service_requests"], rows["request_clocks"]) == (1, 2)


def test_the_danger_question_counts_most_and_words_only_raise(one):
    assert one(danger=True, description="").urgency is Urgency.P0
    assert one(external_id="words-of-danger", description="着火了,快来").urgency is Urgency.P0
    told = one(external_id="words-of-fraud", description="骗子让我转账,钱已经转了")
    assert told.urgency is Urgency.P1


@pytest.mark.parametrize(
    "changes",
    [{"description": BEATEN}, {"contact_preference": ContactPreference.SAFE}],
    ids=["words", "safe"],
)
def test_what_must_not_be_known_is_restricted_and_dispatched_by_a_person(one, changes):
    request = one(**changes)
    assert request.restricted
    assert request.state is State.RECEIVED


def test_unclear_words_go_to_a_dispatcher_while_the_clock_runs(one):
    request = one(description="你好")
    assert (request.category, request.state) == (None, State.RECEIVED)
    assert request.due_at is not None


def test_what_the_resident_chose_is_kept_whatever_the_words_say(one):
    request = one(category="ELDER")
    assert (request.category, request.suggested_category) == ("ELDER", "INFRA")


def test_a_place_that_is_not_known_is_the_prefectures(one):
    assert one(area_code=None).area_code == PREFECTURE


def test_praise_owes_nothing(app, one):
    request = one(nature=Nature.PRAISE)
    with app.app_context():
        clocks = session.scalar(sa.select(sa.func.count()).select_from(RequestClock))
    assert clocks == 0
    assert request.due_at.year == 9999


@pytest.mark.parametrize(
    ("preference", "purposes"),
    [
        (ContactPreference.SMS, ["ack"]),
        (ContactPreference.PHONE, ["ack"]),
        (ContactPreference.VISIT, []),
        (ContactPreference.NONE, []),
        (ContactPreference.SAFE, []),
    ],
)
def test_a_receipt_goes_only_to_whom_it_is_welcome(take, texts, preference, purposes):
    take(contact_preference=preference)
    assert [each.purpose for each in texts() if each.phone == PHONE] == purposes


@pytest.mark.parametrize(
    ("preference", "purposes"),
    [
        (ContactPreference.SMS, ["neutral_danger"]),
        (ContactPreference.PHONE, []),
        (ContactPreference.SAFE, []),
    ],
)
def test_a_restricted_matter_is_texted_about_only_if_asked_and_says_nothing(
    take, texts, preference, purposes
):
    opened = take(description=BEATEN, contact_preference=preference)
    received = [each for each in texts() if each.phone == PHONE]
    assert [each.purpose for each in received] == purposes
    assert all(opened.reference[:4] not in each.body for each in received)


def test_a_text_is_answered_by_text_whatever_it_is_about(take, texts):
    take(channel=Channel.SMS, description=BEATEN, contact_preference=ContactPreference.PHONE)
    assert [each.purpose for each in texts() if each.phone == PHONE] == ["neutral_danger"]


@pytest.mark.parametrize("changes", [{"phone": None}, {"silent": True}, {"phone": "+868878222000"}])
def test_without_a_phone_that_takes_texts_or_when_silent_there_is_no_receipt(take, texts, changes):
    take(**changes)
    assert not [each for each in texts() if each.purpose == "ack"]


def test_a_phone_gets_few_receipts_an_hour_for_forms_that_anybody_can_send(take, texts):
    for number in range(7):
        take(external_id=f"token-of-form-number-{number}")
    assert [each.purpose for each in texts()].count("ack") == 5


def test_by_night_a_receipt_says_when_the_clock_starts_and_goes_at_once(take, texts):
    take(NIGHT)
    (receipt,) = [each for each in texts() if each.phone == PHONE]
    assert (receipt.purpose, receipt.not_before) == ("ack_offhours", NIGHT)


def test_the_worker_is_told_and_sleeps_until_morning(take, texts):
    take(NIGHT)
    (told,) = [each for each in texts() if each.purpose == "assigned"]
    assert told.not_before > NIGHT


def test_danger_pages_everybody_on_call_at_any_hour(app, take, texts):
    opened = take(NIGHT, danger=True, description="着火了,快来")
    pages = [each for each in texts() if each.purpose == "page_danger"]
    assert len({each.phone for each in pages}) > 1
    assert {each.not_before for each in texts()} == {NIGHT}
    with app.app_context():
        query = sa.select(TimelineEntry).where(TimelineEntry.kind == EntryKind.PAGED)
        paged = session.scalars(query).one()
    assert paged.request_id == opened.request_id
    assert len(paged.data["users"]) >= len(pages)


def test_a_page_of_a_restricted_danger_names_no_place(take, texts):
    take(danger=True, description=BEATEN)
    staff = [each for each in texts() if each.phone != PHONE]
    assert staff
    assert all("北门" not in each.body for each in staff)
