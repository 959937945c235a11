"""`/reports` over HTTP: what is shown, to whom, and what opens behind it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.reporting import page, requests, views
from service_desk.reporting.figures import Fraction
from service_desk.reporting.service import close_month
from service_desk.service_requests.models import ServiceRequest
from tests.reporting.worlds import (
    BEIMEN,
    BENZILAN,
    COUNTY,
    DAY,
    END,
    MET,
    PREFECTURE,
    TOWNSHIP,
    Fact,
    Rated,
    done_in_time,
)

GOOD = done_in_time(minutes=(90, 1000), level=5)
BAD = Fact(due=MET, met=MET + DAY, minutes=(510, 2000), ratings=[Rated(1, 2, MET)])
MONTH = "/reports/2026-11"
PATHS = (MONTH, f"{MONTH}.json", f"{MONTH}.xlsx")


def links(text, figure):
    return [unescape(each) for each in re.findall(rf'href="([^"]*figure={figure}[^"]*)"', text)]


@pytest.mark.both_databases
def test_the_page_shows_fractions_with_their_parts(as_, stored):
    stored(GOOD, BAD)
    text = as_("lead.jiantang").get(MONTH).text
    assert "建塘镇" in text
    assert "50.00%" in text
    assert "1/2" in text
    assert "5.0" in text  # the median of 90 and 510 minutes, in hours
    assert "北门" in text


def test_an_empty_month_shows_a_dash_and_never_nothing_of_nothing(as_):
    text = as_("lead.jiantang").get(MONTH).text
    assert "—" in text
    assert "0.00%" not in text
    assert "100.00%" not in text


def test_every_figure_opens_the_list_of_its_requests(as_, stored, app):
    ids = stored(GOOD, BAD)
    client = as_("lead.jiantang")
    text = client.get(MONTH).text
    expected = {"volume": 2, "response_due": 2, "answered": 2, "resolved": 1}
    expected |= {"invited": 1, "rated": 2, "rated_5": 1, "rated_3": 0, "rated_2": 1}
    for figure, number in expected.items():
        addresses = links(text, figure)
        assert addresses, figure
        assert client.get(addresses[0]).text.count("data-reference=") == number
    assert client.get(f"{MONTH}/requests?figure=response_met").text.count("data-reference=") == 1
    with app.app_context():
        reference = session.get_one(ServiceRequest, ids[0]).reference
    opened = client.get(f"{MONTH}/requests?figure=volume").text
    assert f'href="/queue/{reference}"' in opened
    assert re.search(rf'data-reference="{reference}" data-urgency="P2" data-due="', opened)


def test_a_category_opens_only_its_own(as_, stored):
    stored(GOOD, Fact(category="LEGAL-03"), Fact(category=None))
    client = as_("lead.jiantang")
    text = client.get(MONTH).text
    for category in ("ELDER", "LEGAL", "OTHER"):
        (address,) = {each for each in links(text, "volume") if f"category={category}" in each}
        assert client.get(address).text.count("data-reference=") == 1


def test_a_long_list_has_pages(as_, stored, monkeypatch):
    for module in (requests, views):
        monkeypatch.setattr(module, "PAGE", 2)
    stored(GOOD, BAD, BAD)
    client = as_("lead.jiantang")
    first = client.get(f"{MONTH}/requests?figure=volume").text
    (following,) = re.findall(r'rel="next" href="([^"]*)"', first)
    second = client.get(unescape(following)).text
    assert (first.count("data-reference="), second.count("data-reference=")) == (2, 1)
    assert 'rel="next"' not in second


def test_a_made_up_page_is_the_first(as_, stored):
    stored(GOOD)
    client = as_("lead.jiantang")
    for before in ("x", "-1", "1" * 30, "", "１"):
        answer = client.get(f"{MONTH}/requests?figure=volume&before={before}")
        assert answer.text.count("data-reference=") == 1, before


def test_a_lead_sees_only_their_own_area(as_):
    client = as_("lead.jiantang")
    for path in ("/reports", *PATHS):
        for area in (BENZILAN, COUNTY, PREFECTURE, "533499999999", "5334", "x"):
            assert client.get(f"{path}?area={area}").status_code == 404, (path, area)


def test_the_whole_prefecture_is_open_to_the_analyst_but_no_request(as_, stored):
    stored(GOOD)
    client = as_("analyst")
    assert client.get("/reports").status_code == 200
    assert client.get(f"{MONTH}.json").get_json()["total"]["volume"] == 1
    assert client.get(f"{MONTH}.json?area={BEIMEN}").get_json()["area"] == BEIMEN
    listed = client.get(f"{MONTH}/requests?figure=volume")
    assert listed.status_code == 200
    assert "data-reference" not in listed.text


def test_a_place_that_does_not_exist_is_not_found(as_):
    client = as_("analyst")
    for path in PATHS:
        for area in ("533499999999", "533401101999"):
            assert client.get(f"{path}?area={area}").status_code == 404, (path, area)


@pytest.mark.parametrize("username", ["grid.beimen", "auditor", "admin"])
def test_who_has_no_business_with_reports_is_refused(as_, username):
    client = as_(username)
    for path in ("/reports", MONTH, f"{MONTH}.json", f"{MONTH}/requests?figure=volume"):
        assert client.get(path).status_code == 403


def test_who_is_not_signed_in_is_asked_to(client):
    assert client.get(MONTH).status_code == 302


def test_a_made_up_address_is_not_found(as_):
    client = as_("lead.jiantang")
    for path in (
        "/reports/2026-13",
        "/reports/2026-1.json",
        "/reports/x.xlsx",
        f"{MONTH}/requests",
        f"{MONTH}/requests?figure=nonsense",
        f"{MONTH}/requests?figure=volume&category=ELDER-05",
        "/reports/2026-13/requests?figure=volume",
    ):
        assert client.get(path).status_code == 404, path


def test_months_lead_to_their_reports(as_):
    client = as_("lead.jiantang")
    addresses = re.findall(r'href="(/reports/20[^"]*)"', client.get("/reports").text)
    assert len(addresses) == 12
    assert f"area={TOWNSHIP}" in addresses[0]
    assert client.get(unescape(addresses[-1])).status_code == 200


def test_a_frozen_month_says_when(as_, app, stored):
    from_day_five = END + 4 * DAY
    stored(GOOD)
    with app.app_context(), unit_of_work():
        assert close_month(from_day_five) == 1
    assert "2026-12-04" in as_("lead.jiantang").get(MONTH).text


def test_without_a_figure_there_is_no_change():
    half, none = Fraction(1, 2), Fraction(0, 0)
    assert page.change(half, none) == page.change(none, half) == ("", "")


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "—"), (90.0, "1.5"), (3.0, "0.1"), (0.0, "0.0")]
)
def test_minutes_are_hours_with_one_decimal_half_up(value, shown):
    assert page.minutes(value) == shown


@pytest.mark.parametrize(("before", "tone"), [((1, 3), "good"), ((2, 3), "bad"), ((1, 2), "")])
def test_more_is_good_and_less_is_bad(app, before, tone):
    with app.test_request_context("/?lang=en"):
        words, found = page.change(Fraction(1, 2), Fraction(*before))
    assert found == tone
    assert words.startswith(("+", "-"))
