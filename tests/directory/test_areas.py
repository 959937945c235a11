"""Codes of places: prefixes are parents, and a scope is one range."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service_desk.directory import areas

BEIMEN = "533401101003"
codes = st.from_regex(r"5334[0-9]{8}", fullmatch=True)


def test_a_village_lies_in_a_township_a_county_and_the_prefecture():
    assert areas.ancestors(BEIMEN) == ("533401101000", "533401000000", "533400000000")
    assert areas.township_of(BEIMEN) == "533401101000"
    assert areas.county_of(BEIMEN) == "533401000000"
    assert areas.parent_of("533400000000") is None
    assert areas.township_of("533401000000") is None
    assert areas.county_of("533400000000") is None


def test_a_scope_is_a_range_of_codes():
    assert areas.area_range("533401000000") == ("533401000000", "533401999999")
    assert areas.area_range(BEIMEN) == (BEIMEN, BEIMEN)


def test_committees_are_told_apart_by_their_digits():
    assert areas.is_community(BEIMEN)
    assert not areas.is_community("533401101200")
    assert not areas.is_community("533401101000")


def test_what_is_no_code():
    for text in (
        "53340110100",
        "5334011010033",
        "533401a01003",
        "110101001001",
        "",
        "５３３４０１１０１００３",
    ):
        assert not areas.is_code(text)


@given(codes)
def test_every_place_lies_in_itself_and_in_what_is_above(code):
    for above in (code, *areas.ancestors(code)):
        assert areas.contains(above, code)


@given(codes, codes)
def test_containing_is_having_the_same_prefix(scope, code):
    assert areas.contains(scope, code) == code.startswith(areas.prefix(scope))
