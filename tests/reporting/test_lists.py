"""Every figure opens the list of its requests, for those who may see them."""

from __future__ import annotations

from random import Random

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import User
from service_desk.accounts.queries import reach_of
from service_desk.accounts.reach import AreaReach, Reach
from service_desk.directory.areas import area_range
from service_desk.foundation.clock import local
from service_desk.foundation.database import session
from service_desk.reporting import requests
from service_desk.reporting.months import Month
from service_desk.reporting.queries import report
from service_desk.reporting.requests import LEVELS, Figure, Question, listed
from tests.reporting.worlds import (
    BEIMEN,
    BENZILAN,
    COUNTY,
    DAY,
    END,
    PREFECTURE,
    START,
    TOWNSHIP,
    Fact,
    invent,
    store,
)

NOVEMBER = Month(2026, 11)
AT = END + DAY
ALL = Reach(1, frozenset(), (AreaReach(*area_range(PREFECTURE), None, True),), frozenset())
NUMBERS = {
    Figure.VOLUME: lambda row: row["volume"],
    Figure.RESPONSE_DUE: lambda row: row["first_response"]["d"],
    Figure.RESPONSE_MET: lambda row: row["first_response"]["n"],
    Figure.RESOLVED: lambda row: row["resolved"],
    Figure.INVITED: lambda row: row["invited"],
    Figure.RATED: lambda row: row["rated"],
    **{
        Figure(name): lambda row, at=str(level): row["ratings"][at]
        for name, level in LEVELS.items()
    },
}


def ask(figure=Figure.VOLUME, area=PREFECTURE, category=None, before=None):
    return Question(figure, NOVEMBER, area, category, before)


def reach_named(username):
    user_id = session.scalar(sa.select(User.id).where(User.username == username))
    return reach_of(user_id, local(AT).date())


@pytest.mark.both_databases
@pytest.mark.parametrize("seed", range(3))
def test_every_list_is_as_long_as_its_figure(db_session, seed):
    rng = Random(seed)
    store([invent(rng, AT) for _ in range(90)])
    for area in (PREFECTURE, COUNTY, TOWNSHIP, BENZILAN, BEIMEN):
        for row in report(NOVEMBER, area, AT)["rows"]:
            if row["area_code"] != area:
                continue
            for figure, number in NUMBERS.items():
                found = listed(ask(figure, area, row["category"]), ALL, AT)
                assert len(found) == number(row), (figure, area, row["category"])


@pytest.mark.both_databases
def test_a_lead_sees_the_requests_of_their_own_area_only(db_session):
    here, _there = store([Fact(), Fact(place="533422102001", lead=BENZILAN)])
    found = listed(ask(), reach_named("lead.jiantang"), AT)
    assert [each.id for each in found] == [here]


def test_an_analyst_sees_figures_and_no_request(db_session):
    store([Fact()])
    assert report(NOVEMBER, PREFECTURE, AT)["total"]["volume"] == 1
    assert listed(ask(), reach_named("analyst"), AT) == []


def test_a_restricted_matter_is_listed_for_who_needs_to_know(db_session):
    (secret,) = store([Fact(restricted=True, category="SAFE-01")])
    assert listed(ask(), reach_named("lead.jiantang"), AT) == []
    cleared = listed(ask(), reach_named("dispatch.diqing"), AT)
    assert [each.id for each in cleared] == [secret]


def test_pages_follow_each_other_without_a_gap(db_session, monkeypatch):
    monkeypatch.setattr(requests, "PAGE", 4)
    ids = store([Fact(created=START + DAY) for _ in range(10)])
    found, before = [], None
    while True:
        page = listed(ask(before=before), ALL, AT)
        found += [each.id for each in page[:4]]
        if len(page) <= 4:
            break
        before = page[3].id
    assert found == sorted(ids, reverse=True)
