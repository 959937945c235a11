"""Fractions, percentiles and tallies are exact, whatever the numbers."""

from __future__ import annotations

import statistics
from decimal import Decimal
from fractions import Fraction as Exact

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from service_desk.foundation.database import session
from service_desk.reporting.figures import (
    LEVELS,
    MEDIAN,
    NINETY,
    Fraction,
    Tally,
    percentile,
    total,
)
from tests.reporting.worlds import ninetieth

COUNTS = st.integers(0, 10**6)
MINUTES = st.lists(st.integers(0, 10**6), max_size=60)


@st.composite
def tallies(draw):
    ratings = {level: draw(st.integers(0, 50)) for level in LEVELS}
    due = draw(st.integers(0, 500))
    return Tally(
        volume=draw(COUNTS),
        response_due=due,
        response_met=draw(st.integers(0, due)),
        resolved=draw(COUNTS),
        invited=draw(COUNTS),
        rated_of_invited=draw(COUNTS),
        ratings=ratings,
        service_minutes=draw(MINUTES),
        wall_minutes=draw(MINUTES),
    )


@pytest.mark.parametrize(
    ("n", "d", "shown"),
    [(149, 160, "93.13"), (0, 7, "0.00"), (7, 7, "100.00"), (1, 3, "33.33"), (2, 3, "66.67")],
)
def test_two_decimals_half_up_from_integers(n, d, shown):
    assert Fraction(n, d).percent == Decimal(shown)


def test_a_zero_denominator_is_no_figure():
    assert Fraction(0, 0).percent is None
    assert Fraction(0, 0).as_json() == {"n": 0, "d": 0}


@given(COUNTS, st.integers(1, 10**6))
def test_a_percent_is_never_further_off_than_half_of_its_last_digit(n, d):
    shown = Fraction(n, d).percent
    assert shown is not None
    assert abs(Exact(shown) - Exact(100 * n, d)) <= Exact(1, 200)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=400))
def test_percentiles_are_exact(values):
    ordered = sorted(values)
    assert percentile(ordered, MEDIAN) == statistics.median(ordered)
    assert percentile(ordered, NINETY) == ninetieth(ordered)
    assert percentile(ordered, Exact(0)) == ordered[0]
    assert percentile(ordered, Exact(1)) == ordered[-1]


def test_no_value_has_no_percentile():
    assert percentile([], MEDIAN) is None


@given(st.lists(tallies(), max_size=5))
def test_a_parent_is_the_sum_of_its_children(children):
    whole = total(children)
    for name in ("volume", "response_due", "response_met", "resolved", "invited", "rated"):
        assert getattr(whole, name) == sum(getattr(child, name) for child in children)
    assert sorted(whole.wall_minutes) == sorted(m for c in children for m in c.wall_minutes)
    assert whole.satisfaction.d == whole.praise.d == whole.rated
    assert whole.praise.n <= whole.satisfaction.n <= whole.rated


def test_adding_leaves_what_is_added_alone():
    one, other = Tally(volume=1, service_minutes=[5]), Tally(volume=2, service_minutes=[6])
    one.add(other)
    one.add(other)
    assert (other.volume, other.service_minutes) == (2, [6])
    assert one.figures()["volume"] == 5


@pytest.mark.both_databases
def test_the_same_as_postgresql(db_session, database):
    """The definition that the docstring promises, where there is one to compare with."""
    if database != "postgresql":
        assert percentile([1, 2], MEDIAN) == 1.5
        return
    for size in range(1, 40):
        values = sorted((n * 7919) % 1009 for n in range(size))
        rows = sa.select(sa.func.unnest(sa.literal(values, sa.ARRAY(sa.Integer))).label("v"))
        ordered = sa.func.percentile_cont(0.9).within_group(rows.subquery().c.v)
        assert percentile(values, NINETY) == pytest.approx(session.scalar(sa.select(ordered)))
