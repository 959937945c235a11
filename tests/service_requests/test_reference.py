"""References survive how people type them, and a wrong digit is noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.service_requests.reference import (
    new_reference,
    parse_reference,
    pin_for,
    show_reference,
)

REFERENCES = st.builds(lambda _n: new_reference(), st.integers())
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
TIBETAN = str.maketrans("0123456789", "༠༡༢༣༤༥༦༧༨༩")


@given(REFERENCES)
def test_ten_digits_and_the_first_is_not_zero(reference):
    assert len(reference) == 10
    assert reference.isdecimal()
    assert reference[0] != "0"


@given(REFERENCES, st.sampled_from([None, FULL_WIDTH, TIBETAN]))
def test_as_people_type_them(reference, digits):
    shown = show_reference(reference)
    for text in (reference, shown, f" {shown}\n", shown.replace("-", " "), "－".join(shown)):
        assert parse_reference(text.translate(digits) if digits else text) == reference


@given(REFERENCES, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(reference, place, shift):
    wrong = (int(reference[place]) + shift) % 10
    assert parse_reference(f"{reference[:place]}{wrong}{reference[place + 1 :]}") is None


@given(st.text(max_size=14))
def test_whatever_is_typed_gets_an_answer(text):
    found = parse_reference(text)
    assert found is None or parse_reference(found) == found


@pytest.mark.parametrize(
    "text", ["", "123", "31245678901", "3124-567-89x", "½124567890", "0000000000"]
)
def test_what_is_none(text):
    assert parse_reference(text) is None


def test_references_are_not_in_a_row():
    drawn = {new_reference()[:9] for _ in range(300)}
    assert len(drawn) > 295
    assert len({reference[0] for reference in drawn}) > 5


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_pin_is_six_digits_and_the_same_for_the_same_form(secret, form):
    pin = pin_for(secret, form)
    assert len(pin) == 6
    assert pin.isdecimal()
    assert pin == pin_for(secret, form)


def test_another_secret_gives_another_pin():
    assert len({pin_for(f"secret {n}", "web:1") for n in range(50)}) > 45
