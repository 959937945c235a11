"""The hours of many places at once are those of each place alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from service_desk.directory.areas import PREFECTURE
from service_desk.directory.queries import places
from service_desk.service_clock.calendar_queries import hours_of, opening_on
from service_desk.service_clock.in_force import CURRENT, Versions
from service_desk.service_clock.policies import Matter
from service_desk.service_clock.queries import Kept, measures, promises

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


@pytest.mark.both_databases
def test_a_promise_is_measured_by_what_it_was_given_under(db_session):
    start = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    matters = [Matter(kind, "P2", "help", "ELDER-05") for kind in ("first_response", "resolution")]
    wanted = {}
    for code in ("533401101003", "533422102201"):
        for each in promises(matters, code, start).steps:
            shipped = Versions(each.policy_version, each.calendar_version)
            for versions in (CURRENT, shipped):
                wanted[Kept(code, each.policy_id, versions)] = (each.hours.days, each.clock)
    found = measures(wanted)
    assert {kept: (each.hours.days, each.clock) for kept, each in found.items()} == wanted
    assert measures([]) == {}
