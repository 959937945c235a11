"""Words, boxes, tokens and places on the earth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.intake.rules import has_control, is_token, location, tidy, yes_or_no


@given(st.text())
def test_tidying_twice_is_tidying_once_and_leaves_one_kind_of_break(text):
    once = tidy(text)
    assert tidy(once) == once
    assert "\r" not in once


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"]), max_size=200))
def test_whatever_people_type_is_no_control_character(text):
    assert not has_control(text, one_line=True)


@pytest.mark.parametrize("text", ["\x00", "a\x1b[0m", "\x7f", "\ud800", "\x85"])
def test_what_nobody_types_is_found(text):
    assert has_control(text)


def test_breaks_count_in_one_line_only():
    assert not has_control("a\n\tb")
    assert has_control("a\nb", one_line=True)


@pytest.mark.parametrize(
    ("text", "known"), [("y", True), (" YES ", True), ("", False), ("n", False), ("perhaps", None)]
)
def test_a_box_is_ticked_or_not_or_something_else(text, known):
    assert yes_or_no(text) is known


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_place_on_the_earth_is_kept_to_a_hands_breadth(north, east):
    told = location(f"{north:.7f}", f"{east:.7f}")
    assert told is not None
    kept = [float(each) for each in told.split(",")]
    assert kept == pytest.approx([north, east], abs=1e-6)


@pytest.mark.parametrize(("north", "east"), [("", "1"), ("1", ""), ("90.1", "0"), ("0", "-180.5")])
def test_half_a_place_or_none_on_the_earth_is_none(north, east):
    assert location(north, east) is None


def test_a_token_has_128_bits_or_more():
    assert is_token("a" * 16)
    assert not is_token("a" * 15)
    assert not is_token("a" * 16 + "\n")
