"""What the charts are drawn from: ages, hours of arrival, medians; and their tables."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median

import pytest

from service_desk.accounts.reach import AreaReach, Reach
from service_desk.directory.areas import area_range
from service_desk.foundation.clock import local, now
from service_desk.supervision.figures import Load, by_group, mondays
from service_desk.supervision.trends import AGES, ages, hours, on_time, standard_hours
from tests.reporting.worlds import BEIMEN, BENZILAN_VILLAGE, DAY, END, HOUR, TOWNSHIP, Fact, store

LABELS = re.compile(r'<th scope="row">(\S+?)</th>\s*<td class="desk-num" data-value="(\d*)"')


def reach(area=TOWNSHIP):
    areas = (AreaReach(*area_range(area), None, restricted=False),)
    return Reach(1, frozenset(), areas, frozenset())


@pytest.mark.both_databases
def test_the_age_of_what_is_open_in_days(db_session):
    at, step = END, timedelta(minutes=1)
    old = [at - edge * DAY for edge in AGES]
    facts = [Fact(created=each) for each in old] + [Fact(created=each + step) for each in old]
    facts += [Fact(created=at - 2 * DAY, place=BENZILAN_VILLAGE)]
    facts += [Fact(created=at - 2 * DAY, restricted=True)]
    facts += [Fact(created=at - 2 * DAY, resolved=at - DAY)]
    store(facts)
    assert ages(reach(), at) == [1, 2, 2, 2, 2, 1]


@pytest.mark.both_databases
@pytest.mark.parametrize("seed", range(2))
def test_the_hour_of_arrival_is_the_hour_in_diqing(db_session, seed):
    rng, at = Random(seed), END
    first = mondays(at)[0]
    minutes = [rng.randrange(-3000, 8 * 7 * 24 * 60) for _ in range(80)]
    edges = [datetime(2026, 11, 20, 15, 59, 59, 900_000, tzinfo=UTC), first]
    came = edges + [first + timedelta(minutes=each) for each in minutes]
    store([Fact(created=each, resolved=rng.choice([None, at])) for each in came])
    store([Fact(created=at - DAY, place=BENZILAN_VILLAGE), Fact(created=at - DAY, restricted=True)])
    expected = [
        sum(local(each).hour == hour for each in came if each >= first) for hour in range(24)
    ]
    assert hours(reach(), at) == expected


@pytest.mark.both_databases
def test_the_median_of_a_week_is_of_what_was_answered(db_session):
    due, lengths = mondays(END)[-2] - DAY, [30, 480, 481, 5]
    facts = [Fact(due=due, met=due - HOUR, minutes=(each, 2 * each)) for each in lengths]
    store([*facts, Fact(due=due)])
    week = on_time(reach(), END)[-2]
    assert (week.n, week.d) == (4, 5)
    assert week.minutes == median(lengths)
    assert on_time(reach(), END)[-3].minutes is None


def test_the_standard_is_the_policy_in_force(db_session):
    assert standard_hours(BEIMEN) == 8


def test_subcategories_count_for_their_group_and_the_rest_apart():
    loads = [
        Load("ELDER-05", 2, 0, 0, 0),
        Load("ELDER", 1, 0, 0, 1),
        Load(None, 4, 0, 0, 0),
        Load("GONE-01", 1, 0, 0, 0),
        Load("ENV-01", 3, 0, 0, 2),
    ]
    assert [(each.key, each.open, each.overdue) for each in by_group(loads)] == [
        ("ENV", 3, 2),
        ("ELDER", 3, 1),
        ("", 5, 0),
    ]


def test_every_chart_has_its_table_in_the_page(app, open_one, as_):
    open_one()
    open_one(area_code="533422102201")
    page = as_("lead.jiantang").get("/board?lang=en").text
    for name in ("weeks", "ages", "hours"):
        assert f'data-chart="{name}" data-table="{name}-table" aria-hidden="true"' in page
    table = page[page.index('id="hours-table"') :].partition("</table>")[0]
    counted = dict(LABELS.findall(table))
    assert len(counted) == 24
    assert sum(int(each) for each in counted.values()) == 1
    assert counted[f"{local(now()).hour:02d}"] == "1"
    assert 'data-limit="8"' in page
    assert page.count("charts.js") == 1
    assert "charts.js" not in as_("lead.jiantang").get("/queue").text


def test_nothing_of_it_is_loaded_every_half_minute(as_):
    lead = as_("lead.jiantang")
    part = lead.get("/board?fragment=board").text
    for slow in ("data-chart", 'id="silent"', 'id="on-call"', 'id="alerts"', "<table data"):
        assert slow not in part
