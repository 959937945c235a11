"""The receipt: number, PIN and promise, once; the same for the same form."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context

import pytest

from service_desk.foundation.secrets import secret
from service_desk.service_requests.reference import pin_for, show_reference
from tests.intake.conftest import TOKEN, told

TOGETHER = 20


@pytest.fixture
def slip(client):
    """Number and PIN on the receipt; None where there is none."""

    def read():
        page = client.get("/requests/receipt?lang=en").text
        number = re.search(r'desk-ticket__reference">([\d-]+)<', page)
        pin = re.search(r'desk-ticket__pin">(\d{6})<', page)
        return (number[1], pin[1]) if number and pin else None

    return read


@pytest.mark.both_databases
def test_it_shows_number_and_pin_once(app, post, kept, slip):
    assert post().status_code == 303
    (reference,) = kept(lambda request: request.reference)
    with app.app_context():
        pin = pin_for(secret(), f"web:{TOKEN}")
    assert slip() == (show_reference(reference), pin)
    assert slip() is None


@pytest.mark.both_databases
def test_the_same_form_again_is_one_row_with_the_same_number_and_pin(post, slip, counted):
    assert post().status_code == 303
    first, before = slip(), counted()
    assert post(description="别的话也不改变什么").status_code == 303
    assert slip() == first
    assert counted() == before


@pytest.mark.both_databases
def test_the_same_form_twenty_times_at_once_is_one_row(app, client, kept, counted):
    token = client.hidden("/requests/new")["csrf_token"]
    cookies = {cookie.key: cookie.value for cookie in client._cookies.values()}

    def send(_):
        mine = app.test_client()
        for key, value in cookies.items():
            mine.set_cookie(key, value)
        answer = mine.post("/requests/new", data={"csrf_token": token, **told()})
        page = mine.get("/requests/receipt").text
        return answer.status_code, re.findall(r"desk-ticket__(?:reference|pin)\">([\d-]+)<", page)

    with ThreadPoolExecutor(TOGETHER) as pool:
        answers = [pool.submit(Context().run, send, each) for each in range(TOGETHER)]
        results = [each.result() for each in answers]
    assert {status for status, _ in results} == {303}
    assert len({tuple(shown) for _, shown in results}) == 1
    assert len(results[0][1]) == 2
    assert len(kept()) == 1
    assert counted()["request_clocks"] == 2


def test_a_look_at_the_head_shows_nothing_and_takes_nothing(client, post, slip):
    assert post().status_code == 303
    assert client.head("/requests/receipt").status_code == 200
    assert slip() is not None


def test_without_a_request_there_is_none(client, slip):
    assert slip() is None
    with client.session_transaction() as cookie:
        cookie["receipt"] = "a-token-that-opened-nothing"
    assert slip() is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, r"Somebody will contact you before \d+ \w{3} \d\d:\d\d"),
        ({"contact_preference": "visit"}, r"Somebody will visit or contact you before \d+ \w{3}"),
        ({"contact_preference": "safe"}, r"before \d+ \w{3} \d\d:\d\d, in the safe way"),
        ({"contact_preference": "none"}, r"You will find our first answer before \d+ \w{3}"),
        ({"danger": "yes"}, r"Somebody will contact you before \d+ \w{3} \d\d:\d\d"),
    ],
)
def test_it_says_by_when_somebody_answers(client, post, changes, sentence):
    assert post(**changes).status_code == 303
    assert re.search(sentence, client.get("/requests/receipt?lang=en").text)


def test_praise_is_promised_nothing_but_thanks(client, post):
    assert post(nature="praise").status_code == 303
    page = client.get("/requests/receipt?lang=en").text
    assert "desk-ticket__due" not in page
    assert "We pass your words on" in page


def test_after_danger_the_numbers_to_call_stand_above_the_receipt(client, post):
    assert post(danger="yes").status_code == 303
    page = client.get("/requests/receipt?lang=en").text
    assert page.index('class="desk-calls"') < page.index("desk-ticket__reference")
    assert "We do not call the police" in page


def test_whoever_must_be_reached_safely_is_told_how_to_leave_no_trace(client, post):
    assert post(contact_preference="safe").status_code == 303
    page = client.get("/requests/receipt?lang=en").text
    assert "We do not call and send no text" in page
    assert "data-desk-exit" in page


def test_too_many_from_one_address_have_to_wait(make_app, counted):
    client = make_app(INTAKE_LIMIT="2 per minute").test_client()
    token = client.hidden("/requests/new")["csrf_token"]
    pages = [
        client.post("/requests/new?page=danger", data={"csrf_token": token, "danger": "no"})
        for _ in range(4)
    ]
    assert {page.status_code for page in pages} == {200}
    sent = [
        client.post("/requests/new", data={"csrf_token": token, **told(form_token=None)})
        for _ in range(3)
    ]
    assert [answer.status_code for answer in sent] == [303, 303, 429]
    assert int(sent[-1].headers["Retry-After"]) > 0
    assert counted()["service_requests"] == 2
