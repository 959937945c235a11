"""Rating, adding, withdrawing: from the tracked request only, once, and heard when it is danger."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from service_desk.feedback.models import Rating
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging.models import Message
from service_desk.service_requests.lifecycle import CloseReason, State, Urgency
from service_desk.service_requests.models import ContactPreference, ServiceRequest
from service_desk.service_requests.service import for_change
from tests.front.conftest import AT

FIRE = "家里着火了，快来救人"


@pytest.fixture
def ratings(app):
    def stored():
        with app.app_context():
            return [(each.level, each.comment) for each in session.scalars(sa.select(Rating))]

    return stored


@pytest.fixture
def pages(app):
    """How many texts called somebody to a danger."""

    def sent() -> int:
        with app.app_context():
            texts = session.scalars(sa.select(Message.purpose))
            return sum(purpose.startswith("page_danger") for purpose in texts)

    return sent


@pytest.fixture
def resolved(arrive, step, tracked):
    """A resolved request, and the client that has it open."""
    opened = arrive()
    step(opened, State.RESOLVED, text="路灯已修好")
    return opened, tracked(opened)


@pytest.mark.both_databases
def test_a_rating_is_kept_once_and_closes(resolved, read, ratings):
    opened, client = resolved
    page = client.get("/track").text
    assert page.count('name="level"') == 5
    assert "路灯已修好" in page
    answer = client.send("/track/rating", page="/track", level="5", comment="谢谢")
    assert (answer.status_code, answer.location) == (303, "/track")
    assert ratings() == [(5, "谢谢")]
    assert read(opened).close_reason is CloseReason.RATED
    assert 'name="level"' not in client.get("/track").text
    again = client.send("/track/rating", page="/track", level="1")
    assert again.status_code == 422
    assert ratings() == [(5, "谢谢")]


def test_a_bad_rating_sends_it_back(resolved, read):
    opened, client = resolved
    client.send("/track/rating", page="/track", level="１", comment="还是不亮")
    found = read(opened)
    assert (found.state, found.cycle) == (State.REWORK, 2)
    assert "还是不亮" in client.get("/track").text


def test_each_cycle_has_its_rating(resolved, step, ratings):
    opened, client = resolved
    client.send("/track/rating", page="/track", level="2")
    step(opened, State.RESOLVED)
    assert client.send("/track/rating", page="/track", level="4").status_code == 303
    assert ratings() == [(2, None), (4, None)]


@pytest.mark.parametrize("level", ["", "0", "6", "5.0", "-1", "x", "५x"])
def test_a_wrong_level_keeps_what_was_written(resolved, rows, level):
    _opened, client = resolved
    client.get("/track")
    before = rows()
    answer = client.send("/track/rating", page="/track", level=level, comment="路灯很亮")
    assert answer.status_code == 422
    assert 'href="#level"' in answer.text
    assert "路灯很亮" in answer.text
    assert rows() == before


def test_a_comment_has_a_limit_and_no_control_characters(resolved, rows):
    _opened, client = resolved
    before = rows()
    for comment in ("好" * 501, "好\x07"):
        answer = client.send("/track/rating", page="/track", level="5", comment=comment)
        assert answer.status_code == 422
        assert 'href="#comment"' in answer.text
    assert rows() == before


def test_nothing_is_rated_before_it_is_resolved(arrive, tracked, ratings):
    client = tracked(arrive())
    assert client.send("/track/rating", page="/track", level="5").status_code == 422
    assert ratings() == []


def test_the_last_moment_for_a_rating_is_named(arrive, step, tracked):
    with time_machine.travel(AT, tick=False):
        opened = arrive(AT)
        step(opened, State.RESOLVED)
        page = tracked(opened).get("/track?lang=en").text
    assert "By 1 Dec 18:00" in page


@pytest.mark.both_databases
def test_what_is_added_takes_waiting_back_to_work(arrive, step, tracked, read):
    opened = arrive()
    step(opened, State.WAITING, text="请带户口簿复印件")
    client = tracked(opened)
    assert client.get("/track").text.count("请带户口簿复印件") == 2
    answer = client.send("/track/follow-up", page="/track", text="周三上午带来")
    assert (answer.status_code, answer.location) == (303, "/track")
    assert read(opened).state is State.ACCEPTED
    assert "周三上午带来" in client.get("/track").text


@pytest.mark.parametrize("text", ["", " ", "x", "x" * 2001, "a\x00b"])
def test_words_that_cannot_be_kept_change_nothing(arrive, tracked, rows, text):
    client = tracked(arrive())
    before = rows()
    answer = client.send("/track/follow-up", page="/track", text=text)
    assert answer.status_code == 422
    assert 'href="#text"' in answer.text
    assert rows() == before


@pytest.mark.both_databases
def test_added_danger_pages_at_once(arrive, tracked, read, pages):
    opened = arrive()
    assert (read(opened).urgency, pages()) == (Urgency.P2, 0)
    client = tracked(opened)
    before = read(opened).due_at
    assert client.send("/track/follow-up", page="/track", text=FIRE).status_code == 303
    found = read(opened)
    assert found.urgency is Urgency.P0
    assert found.due_at < before
    called = pages()
    assert called > 0
    client.send("/track/follow-up", page="/track", text="火越来越大了，快来救人")
    assert pages() == called


def test_added_danger_that_nobody_may_know_of_restricts(app, arrive, tracked, read):
    """No page names the place, and the phone's last digits open it no more."""
    opened = arrive()
    client = tracked(opened)
    client.send("/track/follow-up", page="/track", text="他又打我了，我躲在厕所里")
    found = read(opened)
    assert (found.urgency, found.restricted) == (Urgency.P0, True)
    with app.app_context():
        called = session.scalars(sa.select(Message.purpose).filter_by(request_id=found.id))
        assert "page_danger_plain" in (purposes := set(called))
        assert "page_danger" not in purposes


def test_added_words_of_harm_at_home_are_not_for_who_knows_the_phone(arrive, tracked, read, pages):
    """From then on the PIN opens it, the phone's last digits do not (domain.md §7)."""
    opened = arrive()
    text = "老公不让我出门，告诫书去哪里开"
    assert tracked(opened).send("/track/follow-up", page="/track", text=text).status_code == 303
    found = read(opened)
    assert (found.urgency, found.restricted, pages()) == (Urgency.P2, True, 0)


def test_danger_after_an_acknowledged_one_pages_again(arrive, tracked, pages, acknowledge):
    opened = arrive(danger=True)
    acknowledge(opened)
    called = pages()
    tracked(opened).send("/track/follow-up", page="/track", text=FIRE)
    assert pages() >= 2 * called


def test_danger_in_a_bad_rating_is_heard(resolved, read, pages):
    opened, client = resolved
    client.send("/track/rating", page="/track", level="1", comment=FIRE)
    assert read(opened).urgency is Urgency.P0
    assert pages() > 0


def test_danger_in_a_good_rating_is_a_new_request(app, resolved, read, pages):
    opened, client = resolved
    client.send("/track/rating", page="/track", level="5", comment=FIRE)
    assert read(opened).state is State.CLOSED
    with app.app_context():
        latest = session.scalars(sa.select(ServiceRequest).order_by(ServiceRequest.id.desc()))
        found = latest.first()
    assert (found.description, found.urgency) == (FIRE, Urgency.P0)
    assert found.id != opened.request_id
    assert pages() > 0


def test_a_closed_request_is_opened_again_once(resolved, read, step):
    opened, client = resolved
    client.send("/track/rating", page="/track", level="4")
    assert read(opened).state is State.CLOSED
    answer = client.send("/track/follow-up", page="/track", text="昨晚又不亮了")
    assert answer.status_code == 303
    assert (read(opened).state, read(opened).reopened) == (State.REWORK, True)
    step(opened, State.RESOLVED)
    client.send("/track/rating", page="/track", level="4")
    again = client.send("/track/follow-up", page="/track", text="又不亮了")
    assert again.status_code == 422
    assert "又不亮了" in again.text
    assert read(opened).state is State.CLOSED


def test_after_fifteen_days_it_stays_closed(arrive, step, tracked, read):
    with time_machine.travel(AT, tick=False) as clock:
        opened = arrive(AT)
        step(opened, State.RESOLVED)
        tracked(opened).send("/track/rating", page="/track", level="4")
        clock.shift(timedelta(days=15, seconds=1))
        client = tracked(opened)
        assert 'action="/track/follow-up"' not in client.get("/track").text
        answer = client.send("/track/follow-up", page="/track", text="又不亮了")
    assert answer.status_code == 422
    assert read(opened).state is State.CLOSED


def test_what_is_still_wrong_is_said_with_the_rating(resolved, read):
    opened, client = resolved
    assert 'action="/track/follow-up"' not in client.get("/track").text
    answer = client.send("/track/follow-up", page="/track", text="还是不亮")
    assert answer.status_code == 422
    assert read(opened).state is State.RESOLVED


@pytest.mark.both_databases
def test_a_resident_takes_it_back(arrive, tracked, read):
    opened = arrive()
    client = tracked(opened)
    assert client.send("/track/withdraw", page="/track").status_code == 303
    assert read(opened).close_reason is CloseReason.WITHDRAWN
    assert 'action="/track/withdraw"' not in client.get("/track").text
    assert client.send("/track/withdraw", page="/track").status_code == 422


def test_a_danger_is_not_taken_back_by_a_click(arrive, tracked, read):
    opened = arrive(danger=True, contact_preference=ContactPreference.SMS)
    client = tracked(opened)
    assert 'action="/track/withdraw"' not in client.get("/track").text
    assert client.send("/track/withdraw", page="/track").status_code == 422
    assert read(opened).state is not State.CLOSED


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/track/rating", {"level": "5"}),
        ("/track/follow-up", {"text": "还是不亮"}),
        ("/track/withdraw", {}),
    ],
)
def test_only_of_the_request_that_is_open(client, arrive, step, rows, path, fields):
    step(arrive(), State.RESOLVED)
    client.get("/track")
    before = rows()
    answer = client.send(path, page="/track", **fields)
    assert (answer.status_code, answer.location) == (303, "/track")
    assert rows() == before
    assert "desk-banner--warn" in client.get("/track").text


@pytest.mark.parametrize("path", ["rating", "follow-up", "withdraw", "leave"])
def test_without_a_token_nothing_happens(arrive, tracked, rows, path):
    client = tracked(arrive())
    before = rows()
    assert client.post(f"/track/{path}", data={"level": "5", "text": "xx"}).status_code == 400
    assert rows() == before


def test_what_was_declined_takes_no_more_words(arrive, tracked, decline, read):
    opened = arrive()
    decline(opened, "法院已经受理，请向法院查询")
    client = tracked(opened)
    assert "法院已经受理" in client.get("/track").text
    answer = client.send("/track/follow-up", page="/track", text="为什么不受理")
    assert answer.status_code == 422
    assert read(opened).state is State.DECLINED


@pytest.fixture
def told(app):
    """How many texts told the worker that there is something new."""

    def sent() -> int:
        with app.app_context():
            return list(session.scalars(sa.select(Message.purpose))).count("added")

    return sent


@pytest.fixture
def looked(app):
    """A person has looked at it."""

    def mark(opened) -> None:
        with app.app_context(), unit_of_work():
            request = for_change(opened.request_id)
            request.looked_at, request.looked_by = AT, 1

    return mark


@pytest.mark.both_databases
@pytest.mark.parametrize("state", [State.ASSIGNED, State.CLOSED])
def test_what_is_added_waits_for_a_persons_look(arrive, step, tracked, read, looked, told, state):
    opened = arrive(category="ELDER-05")
    if state is State.CLOSED:
        step(opened, State.RESOLVED, text="好了")
        tracked(opened).send("/track/rating", page="/track", level="5", comment="")
    looked(opened)
    client = tracked(opened)
    client.send("/track/follow-up", page="/track", text="老人家还是不肯出门")
    assert read(opened).looked_at is None
    assert told() == 1


@pytest.mark.both_databases
@pytest.mark.parametrize(("comment", "waits"), [("没人来,门打不开", True), ("", False)])
def test_the_words_of_a_bad_rating_wait_for_a_look(resolved, read, looked, told, comment, waits):
    opened, client = resolved
    looked(opened)
    client.send("/track/rating", page="/track", level="1", comment=comment)
    assert read(opened).state is State.REWORK
    assert (read(opened).looked_at is None) is waits
    assert told() == waits
