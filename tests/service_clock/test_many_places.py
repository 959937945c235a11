"""The hours of many places at once are those of each place alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from service_desk.directory.areas import PREFECTURE
from service_desk.directory.queries import places
from service_desk.service_clock.queries import hours_of, opening_on

FIRST = date(2026, 9, 28)


@pytest.mark.both_databases
def test_many_places_are_open_as_each_alone(db_session):
    codes = [*places()][::20]
    together = hours_of(codes)
    for code in codes:
        for ahead in range(14):
            day = FIRST + timedelta(days=ahead)
            assert together[code].intervals_on(day) == opening_on(code, day)


def test_places_with_the_same_hours_share_them(db_session):
    together = hours_of(places())
    assert len({id(each) for each in together.values()}) < len(together) / 10
    assert PREFECTURE in together
    assert hours_of([]) == {}
