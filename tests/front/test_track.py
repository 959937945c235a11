"""Opening one's own request: what opens it, what does not, and that guessing teaches nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine

from service_desk.casework.rules import Outcome
from service_desk.service_requests.lifecycle import State
from service_desk.service_requests.models import ContactPreference
from service_desk.service_requests.reference import show_reference
from tests.front.conftest import AT, PHONE

UNKNOWN = "1234567895"
"""A well-formed reference that nobody has."""


def full_width(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if char.isdecimal() else char for char in text)


def without_token(page: str, typed: str) -> str:
    return re.sub(r'value="[^"]*"', "", page.replace(typed, ""))


@pytest.mark.both_databases
def test_the_pin_opens_it(arrive, client):
    opened = arrive()
    answer = client.send("/track", reference=opened.reference, pin=opened.pin)
    assert (answer.status_code, answer.location) == (303, "/track")
    page = client.get("/track")
    assert page.status_code == 200
    assert f'data-reference="{opened.reference}"' in page.text
    assert show_reference(opened.reference) in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "typed", [show_reference, full_width, lambda text: f" {text[:5]} {text[5:]}"]
)
def test_numbers_may_be_typed_on_any_keypad(arrive, client, typed):
    opened = arrive()
    answer = client.send("/track", reference=typed(opened.reference), pin=full_width(opened.pin))
    assert answer.status_code == 303


def test_the_last_four_digits_of_the_phone_open_it_too(arrive, client):
    opened = arrive()
    answer = client.send("/track", reference=opened.reference, phone_last4=full_width(PHONE[-4:]))
    assert answer.status_code == 303
    assert opened.reference in client.get("/track").text


def test_a_wrong_pin_is_not_saved_by_a_right_phone(arrive, client):
    opened = arrive()
    wrong = {"pin": "000000", "phone_last4": PHONE[-4:]}
    assert client.send("/track", reference=opened.reference, **wrong).status_code == 422


def test_no_phone_no_four_digits(arrive, client):
    opened = arrive(phone=None, contact_preference=ContactPreference.VISIT, anonymous=True)
    for digits in ("0000", "None", "----"):
        answer = client.send("/track", reference=opened.reference, phone_last4=digits)
        assert answer.status_code == 422


def test_a_restricted_request_opens_with_the_pin_only(arrive, client):
    opened = arrive(contact_preference=ContactPreference.SAFE)
    by_phone = client.send("/track", reference=opened.reference, phone_last4=PHONE[-4:])
    assert by_phone.status_code == 422
    by_pin = client.send("/track", reference=opened.reference, pin=opened.pin)
    assert by_pin.status_code == 303


@pytest.mark.both_databases
def test_what_becomes_restricted_closes_for_who_came_by_phone(app, arrive, client, restrict):
    opened = arrive()
    client.send("/track", reference=opened.reference, phone_last4=PHONE[-4:])
    restrict(opened)
    assert opened.reference not in client.get("/track").text


@pytest.mark.parametrize("unknown", [UNKNOWN, "1234567890", "77", "not a number"])
def test_unknown_and_wrong_look_the_same(arrive, client, unknown):
    opened = arrive()
    wrong = client.send("/track", reference=opened.reference, pin="000000")
    other = client.send("/track", reference=unknown, pin="000000")
    assert (wrong.status_code, other.status_code) == (422, 422)
    assert without_token(wrong.text, opened.reference) == without_token(other.text, unknown)
    assert {*wrong.headers.keys()} == {*other.headers.keys()}


def test_nothing_typed_is_said_at_the_field_and_counts_for_nothing(client, rows):
    client.get("/track")
    before = rows()
    assert 'href="#reference"' in client.send("/track", pin="123456").text
    answer = client.send("/track", reference=UNKNOWN)
    assert answer.status_code == 422
    assert 'href="#pin"' in answer.text
    assert f'value="{UNKNOWN}"' in answer.text
    assert rows() == before


@pytest.mark.both_databases
def test_guessing_ends_in_a_pause(arrive, client):
    opened = arrive(AT)
    with time_machine.travel(AT, tick=False) as clock:
        for guess in range(5):
            answer = client.send("/track", reference=opened.reference, pin=f"00000{guess}")
            assert answer.status_code == 422
        refused = client.send("/track", reference=opened.reference, pin=opened.pin)
        assert refused.status_code == 429
        assert 0 < int(refused.headers["Retry-After"]) <= 900
        clock.shift(timedelta(minutes=16))
        right = client.send("/track", reference=opened.reference, pin=opened.pin)
        assert right.status_code == 303


def test_the_pause_comes_for_what_does_not_exist_as_well(client):
    codes = [client.send("/track", reference=UNKNOWN, pin="1").status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]


def test_one_address_guesses_many_numbers_for_an_hour_at_most(client):
    found = set()
    for number in range(61):
        found.add(client.send("/track", reference=f"1{number:09d}", pin="1").status_code)
    assert found == {422, 429}


def test_who_is_right_is_never_paused(arrive, client):
    opened = arrive()
    for _ in range(8):
        answer = client.send("/track", reference=opened.reference, pin=opened.pin)
        assert answer.status_code == 303
        client.send("/track/leave", page="/track")


def test_it_closes_by_itself_and_by_hand(arrive, tracked):
    with time_machine.travel(AT, tick=False) as clock:
        opened = arrive(AT)
        client = tracked(opened)
        clock.shift(timedelta(minutes=29))
        assert opened.reference in client.get("/track").text
        clock.shift(timedelta(minutes=29))
        assert opened.reference in client.get("/track").text
        clock.shift(timedelta(minutes=31))
        assert opened.reference not in client.get("/track").text
    client = tracked(opened)
    assert client.send("/track/leave", page="/track").status_code == 303
    assert opened.reference not in client.get("/track").text


def test_the_cookie_holds_nothing_secret(arrive, tracked):
    opened = arrive()
    client = tracked(opened)
    with client.session_transaction() as cookie:
        assert cookie["tracked"].keys() == {"reference", "proof", "until"}
        assert opened.pin not in str(dict(cookie))
        assert PHONE[-4:] not in str(dict(cookie))


def test_a_forged_cookie_opens_nothing(arrive, client, app):
    opened = arrive()
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], f"e30.{opened.reference}.forged")
    assert opened.reference not in client.get("/track").text


def test_the_page_tells_by_when_and_names_nobody(arrive, tracked, step, staff_names):
    opened = arrive()
    page = tracked(opened).get("/track?lang=en").text
    assert re.search(r"By \d+ \w+ \d+:\d\d", page)
    assert "desk-timeline__entry--hollow" in page
    step(opened, State.ACCEPTED)
    page = tracked(opened).get("/track").text
    assert not [each for each in ("和阿奶", PHONE[3:], *staff_names) if each in page]


def test_numbers_in_words_are_hidden(arrive, tracked):
    opened = arrive(description="请打我儿子的电话13912345678")
    page = tracked(opened).get("/track").text
    assert "139******78" in page
    assert "13912345678" not in page


def test_late_is_said_and_not_hidden(arrive, tracked):
    opened = arrive(AT)
    with time_machine.travel(AT + timedelta(days=3)):
        page = tracked(opened).get("/track?lang=en").text
    assert "We are sorry" in page


def test_nothing_is_shown_of_what_colleagues_write(app, arrive, tracked, colleague_notes):
    opened = arrive()
    colleague_notes(opened, "他家儿子很难说话")
    assert "很难说话" not in tracked(opened).get("/track").text


@pytest.mark.parametrize("language", ["zh_Hans_CN", "bo", "en"])
def test_it_speaks_three_languages(arrive, tracked, language):
    client = tracked(arrive())
    client.send("/track/leave", page="/track")
    assert client.get(f"/track?lang={language}").status_code == 200
    assert tracked(arrive()).get(f"/track?lang={language}").status_code == 200


def test_looking_changes_nothing(arrive, tracked, rows):
    opened = arrive()
    client = tracked(opened)
    before = rows()
    for path in ("/track", "/", "/stations"):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    for path in ("rating?level=5", "withdraw", "follow-up?text=x", "leave"):
        assert client.get(f"/track/{path}").status_code == 405
        assert client.head(f"/track/{path}").status_code == 405
    assert rows() == before


def test_what_was_tried_and_who_was_reached_is_told(arrive, tracked, contacted):
    opened = arrive()
    client = tracked(opened)
    contacted(opened, Outcome.NOT_REACHED)
    page = client.get("/track?lang=en").text
    assert "We tried to reach you" in page
    assert "Somebody contacts you" in page
    contacted(opened, Outcome.REACHED)
    page = client.get("/track?lang=en").text
    assert "We reached you" in page
    assert "Telephone call" in page
    assert "You get an answer" in page
