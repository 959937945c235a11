"""The strip of the last eight weeks: the report's rule, week by week, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from service_desk.accounts.reach import AreaReach, Reach
from service_desk.directory.areas import area_range
from service_desk.foundation.clock import local, now
from service_desk.supervision.figures import WEEKS, Week, mondays
from service_desk.supervision.trends import on_time
from tests.reporting.worlds import (
    BEIMEN,
    BENZILAN,
    COUNTY,
    DAY,
    END,
    HOUR,
    PREFECTURE,
    START,
    TOWNSHIP,
    Fact,
    invent,
    slow,
    store,
)

SEVEN = timedelta(weeks=1)


def weeks(*areas, at):
    reach = [AreaReach(*area_range(area), None, restricted=False) for area in areas]
    return on_time(Reach(1, frozenset(), tuple(reach), frozenset()), at)


@pytest.mark.both_databases
@pytest.mark.parametrize("seed", range(3))
def test_every_week_is_what_the_report_counts(db_session, seed):
    rng = Random(seed)
    at = rng.choice([START + 15 * DAY, END, END + 10 * DAY])
    facts = [invent(rng, at) for _ in range(120)]
    facts = [each for each in facts if each.due and START <= each.due < END]
    store(facts)
    for area in (PREFECTURE, COUNTY, TOWNSHIP, BENZILAN, BEIMEN):
        for week in weeks(area, at=at):
            due = [each for each in facts if week.start <= each.due < week.start + SEVEN]
            expected = slow(due, area, None, at)["first_response"]
            assert {"n": week.n, "d": week.d} == expected, (area, week.start)


@pytest.mark.both_databases
def test_restricted_matters_count_as_on_the_report(db_session):
    due = START + 10 * DAY
    store([Fact(due=due, met=due, restricted=True), Fact(due=due, met=due + HOUR)])
    found = weeks(TOWNSHIP, at=due + DAY)
    assert (found[-1].n, found[-1].d) == (1, 2)
    assert [week.d for week in found[:-1]] == [0] * (WEEKS - 1)


def test_weeks_begin_on_monday_in_diqing():
    sunday = datetime(2026, 11, 29, 15, 59, tzinfo=UTC)
    assert [f"{each:%m-%d}" for each in mondays(sunday)[-2:]] == ["11-23", "11-30"]
    later = mondays(sunday + timedelta(minutes=1))
    assert [f"{each:%m-%d %H:%M}" for each in later[-2:]] == ["11-30 00:00", "12-07 00:00"]
    assert len(later) == WEEKS + 1


@pytest.mark.parametrize(
    ("n", "d", "percent"), [(0, 0, None), (0, 3, 0), (199, 200, 99), (3, 3, 100)]
)
def test_only_all_of_them_are_a_hundred_percent(n, d, percent):
    assert Week(START, n, d).percent == percent


def test_the_strip_says_its_numbers_and_nothing_of_what_was_not_due(app, as_):
    at = now()
    monday = mondays(at)[-2]
    with app.app_context():
        store([Fact(due=monday - HOUR, met=monday - HOUR), Fact(due=monday - HOUR)])
    page = as_("lead.jiantang").get("/board?lang=en").text
    strip = page[page.index('class="desk-heat"') :].partition("</ol>")[0]
    day = f"{local(monday - SEVEN):%m-%d}"
    assert f"Week from {day}: 1 of 2 first responses on time, 50%" in strip
    assert strip.count("desk-heat__cell--low") == 1
    assert strip.count("desk-heat__cell--none") == strip.count("no first response was due") == 7
    assert strip.count("—") == 7
