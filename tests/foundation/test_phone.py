"""Numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.foundation.phone import can_text, national, to_e164

MOBILES = st.builds(
    lambda a, b: f"{a}{b:08d}",
    st.sampled_from(["138", "139", "150", "188"]),
    st.integers(0, 99_999_999),
)


@pytest.mark.parametrize(
    "text",
    ["13800001234", "138 0000 1234", "138-0000-1234", "+86 13800001234", "１３８００００１２３４"],
)
def test_a_mobile_however_it_is_written(text):
    assert to_e164(text) == "+8613800001234"


@given(MOBILES)
def test_there_and_back(number):
    e164 = to_e164(number)
    assert e164 == f"+86{number}"
    assert national(e164) == number
    assert can_text(e164)


@pytest.mark.parametrize("text", ["", "x", "12345", "110", "1380000", "138000012345678", "电话"])
def test_what_is_no_number(text):
    assert to_e164(text) is None


@given(st.text(max_size=30))
def test_whatever_is_typed_gets_an_answer(text):
    found = to_e164(text)
    assert found is None or to_e164(found) == found


def test_a_landline_gets_no_text():
    landline = to_e164("0887-8222345")
    assert landline is not None
    assert not can_text(landline)


def test_a_number_from_abroad_stays_as_it_is():
    assert national("+85291234567") == "+85291234567"
