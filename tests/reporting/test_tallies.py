"""What the database counts is what a person counts one by one, on both databases."""

from __future__ import annotations

from random import Random

import pytest

from service_desk.directory.areas import contains
from service_desk.feedback.models import RatingSource
from service_desk.foundation.faults import NotFound
from service_desk.reporting.months import Month
from service_desk.reporting.queries import report
from service_desk.service_requests.lifecycle import CloseReason, Nature, Urgency
from tests.reporting.worlds import (
    BEIMEN,
    BENZILAN,
    BENZILAN_VILLAGE,
    COUNTY,
    DAY,
    END,
    HOUR,
    MINUTE,
    PREFECTURE,
    START,
    TOWNSHIP,
    Fact,
    Invited,
    Rated,
    invent,
    slow,
    store,
)

NOVEMBER = Month(2026, 11)
AREAS = (PREFECTURE, COUNTY, TOWNSHIP, BENZILAN, BEIMEN, BENZILAN_VILLAGE)
KEY = {"area_code", "area_name", "level", "category"}


def figures(row):
    return {name: value for name, value in row.items() if name not in KEY}


def total(*facts, area=PREFECTURE, at=END + 10 * DAY):
    store(list(facts))
    return report(NOVEMBER, area, at)["total"]


@pytest.mark.both_databases
@pytest.mark.parametrize("seed", range(6))
def test_every_row_of_a_random_month(db_session, seed):
    rng = Random(seed)
    at = rng.choice([START + 15 * DAY, END, END + 10 * DAY])
    facts = [invent(rng, at) for _ in range(120)]
    store(facts)
    for area in AREAS:
        found = report(NOVEMBER, area, at)
        assert found["total"]["area_code"] == area
        assert found["rows"][0] == found["total"]
        for row in found["rows"]:
            assert contains(area, row["area_code"])
            assert figures(row) == slow(facts, row["area_code"], row["category"], at)


@pytest.mark.both_databases
def test_no_category_is_left_out_and_no_row_is_there_twice(db_session):
    rng = Random(77)
    facts = [invent(rng, END) for _ in range(60)]
    store(facts)
    rows = report(NOVEMBER, PREFECTURE, END)["rows"]
    keys = [(row["area_code"], row["category"]) for row in rows]
    assert len(keys) == len(set(keys))
    own = [row for row in rows if row["area_code"] == PREFECTURE]
    parts = [row["volume"] for row in own if row["category"]]
    assert own[0]["category"] is None
    assert sum(parts) == own[0]["volume"] > 0


def test_the_first_response_is_on_time_until_its_due_time(db_session):
    due = START + 2 * DAY
    assert total(Fact(due=due, met=due))["first_response"] == {"n": 1, "d": 1}
    late = total(Fact(due=due, met=due + MINUTE))
    assert late["first_response"] == {"n": 1, "d": 2}


def test_what_is_not_due_yet_is_not_judged(db_session):
    due = START + 20 * DAY
    facts = [Fact(due=due), Fact(due=due, met=due - DAY)]
    assert total(*facts, at=due - MINUTE)["first_response"] == {"n": 1, "d": 1}
    assert report(NOVEMBER, PREFECTURE, due)["total"]["first_response"] == {"n": 1, "d": 2}


def test_danger_stays_in_response_and_out_of_satisfaction(db_session):
    due = START + DAY
    rated = Rated(1, 5, START + 3 * DAY)
    found = total(Fact(urgency=Urgency.P0, due=due, met=due, ratings=[rated]))
    assert found["first_response"] == {"n": 1, "d": 1}
    assert found["satisfaction"] == found["praise"] == {"n": 0, "d": 0}


@pytest.mark.parametrize(
    ("closed", "met", "expected"),
    [
        (-HOUR, None, {"n": 0, "d": 0}),
        (-HOUR, -2 * HOUR, {"n": 0, "d": 0}),
        (HOUR, None, {"n": 0, "d": 1}),
        (HOUR, -HOUR, {"n": 1, "d": 1}),
    ],
)
def test_withdrawn_before_the_answer_was_due_leaves_the_rate(db_session, closed, met, expected):
    due = START + 2 * DAY
    ended = (due + closed, CloseReason.WITHDRAWN)
    answered = None if met is None else due + met
    found = total(Fact(due=due, met=answered, closed=ended))
    assert found["first_response"] == expected
    assert found["volume"] == 1


def test_a_rating_after_rectification_does_not_replace_the_first(db_session):
    bad, good = Rated(1, 1, START + 3 * DAY), Rated(2, 5, START + 9 * DAY)
    found = total(Fact(ratings=[bad, good], invitations=[Invited(1, bad.at), Invited(2, good.at)]))
    assert found["satisfaction"] == {"n": 0, "d": 1}
    assert found["ratings"] == {"5": 0, "4": 0, "3": 0, "2": 0, "1": 1}
    assert found["rated_of_invited"] == {"n": 1, "d": 1}


def test_nobodys_voice_is_in_no_rate(db_session):
    default = Rated(1, 3, START + 3 * DAY, RatingSource.DEFAULT)
    real = Rated(2, 4, START + 4 * DAY)
    assert total(Fact(ratings=[default, real]))["satisfaction"] == {"n": 1, "d": 1}


def test_an_invitation_that_no_text_could_carry_is_not_counted(db_session):
    assert total(Fact(invitations=[Invited(1, START + DAY, asked=False)]))["invited"] == 0


def test_a_test_message_is_volume_and_nothing_else(db_session):
    found = total(Fact(nature=Nature.INVALID, met=START + DAY))
    assert (found["volume"], found["first_response"]["d"]) == (1, 0)


def test_a_village_counts_what_happened_there_a_unit_what_it_led(db_session):
    """A county's department led what happened in the village; both have it, the township not."""
    store([Fact(place=BEIMEN, lead=COUNTY, owner=BEIMEN)])
    volumes = {
        area: report(NOVEMBER, area, END)["total"]["volume"]
        for area in (BEIMEN, TOWNSHIP, COUNTY, BENZILAN, PREFECTURE)
    }
    assert volumes == {BEIMEN: 1, TOWNSHIP: 0, COUNTY: 1, BENZILAN: 0, PREFECTURE: 1}


def test_a_place_that_is_no_village_counts_by_unit_too(db_session):
    store([Fact(place=TOWNSHIP, lead=BENZILAN)])
    assert report(NOVEMBER, TOWNSHIP, END)["total"]["volume"] == 0
    assert report(NOVEMBER, BENZILAN, END)["total"]["volume"] == 1


def test_what_has_no_clock_counts_for_its_owner(db_session):
    store([Fact(due=None, owner=BENZILAN, nature=Nature.PRAISE)])
    assert report(NOVEMBER, BENZILAN, END)["total"]["volume"] == 1


def test_an_empty_month_is_zeros_and_no_figures(db_session):
    found = total(area=TOWNSHIP)
    assert found["volume"] == 0
    assert found["first_response"] == {"n": 0, "d": 0}
    assert found["median_service_min"] is found["p90_wall_min"] is None


def test_a_place_that_does_not_exist_has_no_report(db_session):
    with pytest.raises(NotFound):
        report(NOVEMBER, "533499999999", END)
