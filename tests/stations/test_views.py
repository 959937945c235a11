"""The clerk's page: two taps, other hours, and who may not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.stations.conftest import BEIMEN, ELSEWHERE, PLANNED

HOME = "/station-day"
EIGHT = [[510, 720], [810, 1080]]


def sends(client, action, **fields):
    return client.send(f"{HOME}/{BEIMEN}/{action}", page=HOME, **fields)


def test_the_page_of_ones_own_village_opens(as_):
    client = as_("grid.beimen")
    assert client.get(HOME).status_code == 200
    assert client.get(f"{HOME}?area={BEIMEN}").status_code == 200
    assert f'href="{HOME}"' in client.get("/account").text


@pytest.mark.parametrize("area", [ELSEWHERE, "533401101000", "000000000000", "x"])
def test_no_other_village_is_there(as_, told, area, acts):
    client = as_("grid.beimen")
    assert client.get(f"{HOME}?area={area}").status_code == 404
    assert client.send(f"{HOME}/{area}/open", page=HOME).status_code == 404
    assert client.send(f"{HOME}/{area}/hours", page=HOME, day="2026-01-01").status_code == 404
    assert told(area) == []
    if area == ELSEWHERE:
        assert "out_of_scope" in acts(f"station:{area}")


@pytest.mark.parametrize("username", ["lead.jiantang", "legal.jiantang", "dispatch.jiantang"])
def test_who_holds_no_post_in_the_village_tells_nothing(as_, told, username):
    client = as_(username)
    assert client.get(HOME).status_code == 404
    assert client.send(f"{HOME}/{BEIMEN}/open", page="/account").status_code == 404
    assert told() == []


@pytest.mark.parametrize("username", ["analyst", "auditor", "admin"])
def test_who_enters_no_requests_is_refused(as_, told, username):
    client = as_(username)
    assert client.get(HOME).status_code == 403
    for action in ("open", "close", "planned", "hours", "excuse"):
        answer = client.send(f"{HOME}/{BEIMEN}/{action}", page="/account")
        assert answer.status_code == 403
    assert told() == []


def test_yesterday_as_planned_in_two_taps(as_, open_daily, told, yesterday):
    client = as_("grid.beimen")
    first = f"{HOME}/{BEIMEN}/planned?day={yesterday}"
    assert first in client.get(HOME).text.replace("&amp;", "&")
    shown = client.get(first)
    assert PLANNED in shown.text
    assert told() == []
    answer = client.send(f"{HOME}/{BEIMEN}/planned", page=first)
    assert answer.status_code == 303
    (row,) = told()
    assert (row.day, row.number, row.source, row.hours) == (yesterday, 1, "clerk", EIGHT)
    assert client.send(f"{HOME}/{BEIMEN}/planned", page=first).status_code == 303
    assert len(told()) == 1


def test_the_buttons_know_no_other_day(as_, open_daily, told, today):
    client = as_("grid.beimen")
    for day in (today + timedelta(days=1), today - timedelta(days=2), "x"):
        assert client.get(f"{HOME}/{BEIMEN}/planned?day={day}").status_code == 404
        assert sends(client, "planned", day=str(day)).status_code == 404
    assert told() == []


def test_open_now_and_close_now(as_, told):
    client = as_("grid.beimen")
    assert sends(client, "open").status_code == 303
    assert sends(client, "open").status_code == 303
    assert [row.open_since is not None for row in told()] == [True]
    assert sends(client, "close").status_code == 303
    assert told()[-1].open_since is None
    assert sends(client, "close").status_code == 422


def test_other_hours_correct_what_was_told(as_, told, yesterday, acts):
    client = as_("grid.beimen")
    for hours in ("9-12", "9-12 14-18", "9-12 14-18", ""):
        assert sends(client, "hours", day=str(yesterday), hours=hours).status_code == 303
    assert [row.number for row in told()] == [1, 2, 3]
    assert [row.hours for row in told()] == [[[540, 720]], [[540, 720], [840, 1080]], []]
    assert acts(f"station:{BEIMEN}") == ["station_day_corrected"] * 2


@pytest.mark.parametrize(
    ("ago", "hours"),
    [
        (1, "12:00-9:00"),
        (1, "9:00-12:00 11:00-13:00"),
        (1, "morning"),
        (1, "9:00-9:00"),
        (-1, "9:00-12:00"),
        (0, "0:00-24:00"),
        (1, "9-12 " * 40),
        (400, "9:00-12:00"),
        (2, "9:00-12:00"),
    ],
)
def test_hours_that_cannot_have_been_are_refused(as_, told, proposed, today, ago, hours):
    day = today - timedelta(days=ago)
    answer = sends(as_("grid.beimen"), "hours", day=str(day), hours=hours)
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.text
    assert told() == []
    assert proposed() == []


@pytest.mark.parametrize("day", ["", "0001-01-01", "2026-02-30", "soon"])
def test_a_day_that_is_none_is_refused(as_, told, proposed, day):
    answer = sends(as_("grid.beimen"), "hours", day=day, hours="9-12", proof="Book")
    assert answer.status_code == 422
    assert (told(), proposed()) == ([], [])


def test_an_earlier_day_waits_with_its_proof(as_, told, proposed, today):
    client, day = as_("grid.beimen"), today - timedelta(days=9)
    fields = {"day": str(day), "hours": "8:30-12 13:30-18", "proof": "值班簿第12页"}
    assert sends(client, "hours", **fields).status_code == 303
    assert told() == []
    (row,) = proposed()
    assert (row.approved, row.reason) == (None, "值班簿第12页")
    assert row.days == [[BEIMEN, day.isoformat(), EIGHT]]
    assert sends(client, "hours", **fields).status_code == 422
    assert len(proposed()) == 1


def test_force_majeure_needs_a_reason_and_days_that_have_been(as_, proposed, today):
    client, day = as_("grid.beimen"), today - timedelta(days=3)
    good = {"first_day": str(day), "last_day": str(today), "reason": "大雪封路"}
    for wrong in (
        {"reason": ""},
        {"last_day": str(today + timedelta(days=1))},
        {"last_day": str(day - timedelta(days=1))},
        {"first_day": str(today - timedelta(days=60))},
        {"first_day": "x"},
    ):
        assert sends(client, "excuse", **{**good, **wrong}).status_code == 422
    assert proposed() == []
    assert sends(client, "excuse", **good).status_code == 303
    assert len(proposed()[0].days) == 4
