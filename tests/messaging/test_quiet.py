"""A text that we start waits through the night."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.foundation.clock import SHANGHAI, local
from service_desk.messaging.quiet import wake


def at(hour, minute, day=24):
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at(8, 30), at(8, 30)),
        (at(19, 59), at(19, 59)),
        (at(20, 0), at(8, 30, day=25)),
        (at(23, 59), at(8, 30, day=25)),
        (at(0, 0), at(8, 30)),
        (at(8, 29), at(8, 30)),
    ],
)
def test_the_edges_of_the_night(moment, expected):
    assert wake(moment) == expected


@given(st.integers(min_value=0, max_value=4_000_000_000))
def test_never_earlier_never_at_night_and_at_most_a_night_later(seconds):
    moment = datetime.fromtimestamp(seconds, UTC)
    woken = wake(moment)
    assert (woken - moment).total_seconds() <= 12.5 * 3600
    assert woken >= moment
    assert time(8, 30) <= local(woken).time() < time(20, 0)
    assert wake(woken) == woken
