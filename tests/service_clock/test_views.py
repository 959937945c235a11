"""The calendar page: a day or a whole table is taken, or named as wrong and nothing kept."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa

from service_desk.audit.models import AuditEntry
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_clock import calendar_queries
from service_desk.service_clock.models import CalendarDay, CalendarVersion
from service_desk.service_clock.views import LARGEST

CITY = "533401000000"
HEADER = "area_code,day,kind,name\n"
BEIMEN = "533401101003"
SNOW = {
    "place": BEIMEN,
    "first_day": "2026-12-01",
    "last_day": "2026-12-03",
    "act": "closure",
    "open_hours": "10:00-12:00",
    "reason": "大雪封山",
}
DAY = {"area_code": CITY, "day": "2026-09-14", "kind": "holiday", "name": "州庆"}


@pytest.fixture
def admin(client, password):
    client.sign_in("admin", password)
    return client


@pytest.fixture
def as_(app, password):
    """A browser in which somebody is signed in."""

    def signed_in(username):
        browser = app.test_client()
        browser.sign_in(username, password)
        return browser

    return signed_in


@pytest.fixture
def kept(app):
    """How many versions of the calendar there are, and how many entries of the record."""

    def count():
        with app.app_context():
            tables = (CalendarVersion, AuditEntry)
            counts = [sa.select(sa.func.count()).select_from(each) for each in tables]
            return tuple(session.scalar(each) for each in counts)

    return count


def table(text):
    return (BytesIO(text if isinstance(text, bytes) else text.encode()), "days.csv")


def test_the_page_shows_the_year_that_is_asked_for(admin):
    page = admin.get("/admin/calendar?year=2026")
    assert page.status_code == 200
    assert 'data-day="2026-10-10" data-kind="working"' in page.text
    assert 'data-day="2026-10-04" data-kind="holiday"' in page.text
    assert "2025-10-01" not in page.text
    for strange in ("1", "99999", "x"):
        assert admin.get(f"/admin/calendar?year={strange}").status_code == 200


def test_one_day_is_entered(app, admin):
    answer = admin.send("/admin/calendar/day", page="/admin/calendar", **DAY)
    assert (answer.status_code, answer.location) == (303, "/admin/calendar?year=2026")
    assert 'data-day="2026-09-14"' in admin.get(answer.location).text
    with app.app_context():
        assert calendar_queries.opening_on("533401101003", date(2026, 9, 14)) == ()
        newest = sa.select(sa.func.max(CalendarVersion.id)).scalar_subquery()
        version = session.scalars(
            sa.select(CalendarVersion).where(CalendarVersion.id == newest)
        ).one()
        assert version.created_by is not None


def test_a_table_is_taken_whole(app, admin):
    text = HEADER + f"{CITY},2026-09-14,holiday,州庆\n{CITY},2026-09-15,holiday,州庆\n"
    answer = admin.send("/admin/calendar", file=table(text))
    assert answer.status_code == 303
    with app.app_context():
        found = sa.select(sa.func.count()).where(CalendarDay.area_code == CITY)
        assert session.scalar(found) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"day": ""},
        {"day": "14 Sep"},
        {"day": "2026-02-30"},
        {"area_code": "533499000000"},
        {"kind": "off"},
        {"kind": ""},
        {"name": "长" * 81},
        {"name": "a\x07b"},
        {"hours": "10:00-12:00"},
        {"kind": "working", "hours": "10:00-12:00 11:00-13:00"},
    ],
)
def test_a_wrong_day_is_shown_again_and_nothing_is_kept(admin, kept, changes):
    before = kept()
    answer = admin.send("/admin/calendar/day", page="/admin/calendar", **{**DAY, **changes})
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.text
    assert kept() == before


@pytest.mark.parametrize(
    "content",
    [
        "",
        HEADER + f"{CITY},2026-09-31,holiday,\n",
        HEADER + "533499000000,2026-09-13,holiday,\n",
        b"\xff\xff\xff",
        HEADER + "#" * LARGEST,
    ],
)
def test_a_wrong_table_is_refused_and_nothing_is_kept(admin, kept, content):
    before = kept()
    answer = admin.send("/admin/calendar", file=table(content))
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.text
    assert kept() == before


def test_a_file_that_is_too_large_is_called_so(admin):
    content = table("#" * (LARGEST + 1))
    answer = admin.send("/admin/calendar?lang=en", page="/admin/calendar", file=content)
    assert answer.status_code == 422
    assert "This file is too large." in answer.text


def test_a_missing_file_is_asked_for(admin):
    assert admin.send("/admin/calendar").status_code == 422


@pytest.mark.parametrize("username", ["grid.beimen", "dispatch.diqing", "analyst"])
def test_others_may_not_see_or_change_it(client, password, kept, username):
    client.sign_in(username, password)
    before = kept()
    assert client.get("/admin/calendar").status_code == 403
    for path, fields in (("day", DAY), ("closure", SNOW)):
        answer = client.send(f"/admin/calendar/{path}", page="/account", **fields)
        assert answer.status_code == 403
    assert kept() == before


def test_a_closure_is_one_version_with_who_and_what(app, admin, kept):
    versions, _ = kept()
    answer = admin.send("/admin/calendar/closure", page="/admin/calendar", **SNOW)
    assert (answer.status_code, answer.location) == (303, "/admin/calendar?year=2026")
    assert admin.send("/admin/calendar/closure", page="/admin/calendar", **SNOW).status_code == 303
    assert kept()[0] == versions + 1
    page = admin.get(f"{answer.location}&lang=en").text
    assert 'data-day="2026-12-01" data-kind="closure"' in page
    assert "2026-12-01 Tue – 2026-12-03 Thu" in page
    assert "10:00-12:00" in page
    newest = page.split("data-version=")[1]
    for told in ("大雪封山", "3 days changed", "still being looked through"):
        assert told in newest
    with app.app_context():
        assert calendar_queries.opening_on(BEIMEN, date(2026, 12, 2)) == ((600, 720),)
        assert calendar_queries.opening_on("533401101004", date(2026, 12, 2)) != ((600, 720),)


def test_the_history_says_how_many_requests_gained_time(app, admin):
    admin.send("/admin/calendar/closure", page="/admin/calendar", **SNOW)
    for moved, told in ((0, "No open request gained"), (1, "1 open request "), (12, "12 open req")):
        with app.app_context(), unit_of_work():
            newest = calendar_queries.versions()[0]
            newest.moved, newest.reached = moved, None
        assert told in admin.get("/admin/calendar?lang=en").text


def test_a_closure_is_taken_out_again_by_the_lead_alone(app, admin, as_):
    admin.send("/admin/calendar/closure", page="/admin/calendar", **SNOW | {"open_hours": ""})
    again = {"act": "default", "first_day": "2026-12-02", "open_hours": ""}
    sent = {**SNOW, **again}
    as_("lead.jiantang").send("/admin/calendar/closure", page="/admin/calendar", **sent)
    with app.app_context():
        assert calendar_queries.opening_on(BEIMEN, date(2026, 12, 1)) == ()
        assert calendar_queries.opening_on(BEIMEN, date(2026, 12, 2)) == ((510, 720), (810, 1080))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"place": "533400000000"}, "place"),
        ({"place": "533499000000"}, "place"),
        ({"first_day": "yesterday"}, "first_day"),
        ({"first_day": "1999-12-31", "last_day": "1999-12-31"}, "first_day"),
        ({"first_day": "2026-10-01", "last_day": "2026-10-01", "place": CITY}, "first_day"),
        ({"last_day": "2026-11-30"}, "last_day"),
        ({"last_day": "2027-01-01"}, "last_day"),
        ({"last_day": ""}, "last_day"),
        ({"open_hours": "10:00-12:00 11:00-13:00"}, "open_hours"),
        ({"open_hours": "20:00-02:00"}, "open_hours"),
        ({"open_hours": "noon"}, "open_hours"),
        ({"act": "default"}, "open_hours"),
        ({"act": "holiday"}, "act"),
        ({"reason": " "}, "reason"),
        ({"reason": "长" * 81}, "reason"),
        ({"reason": "a\x07b"}, "reason"),
    ],
)
def test_a_wrong_closure_is_shown_again_and_nothing_is_kept(admin, kept, changes, field):
    admin.send("/admin/calendar/day", page="/admin/calendar", **{**DAY, "day": "2026-10-01"})
    before = kept()
    sent = {**SNOW, **changes}
    answer = admin.send("/admin/calendar/closure", page="/admin/calendar", **sent)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert kept() == before


def test_at_most_thirty_one_days(admin, kept):
    sent = {**SNOW, "first_day": "2026-12-01", "last_day": "2026-12-31"}
    assert admin.send("/admin/calendar/closure", page="/admin/calendar", **sent).status_code == 303


@pytest.mark.parametrize(
    ("username", "place", "status"),
    [
        ("lead.jiantang", BEIMEN, 303),
        ("lead.jiantang", "533401101000", 303),
        ("lead.jiantang", CITY, 422),
        ("lead.benzilan", BEIMEN, 422),
        ("county.xgll", BEIMEN, 303),
        ("county.xgll", CITY, 303),
        ("county.xgll", "533423101001", 422),
        ("admin", "533423101001", 303),
    ],
)
def test_stations_are_closed_inside_ones_own_area_only(as_, kept, username, place, status):
    client, before = as_(username), kept()
    sent = {**SNOW, "place": place}
    answer = client.send("/admin/calendar/closure", page="/admin/calendar", **sent)
    assert answer.status_code == status
    assert (kept() == before) == (status == 422)


@pytest.mark.parametrize(
    ("username", "area", "status"),
    [
        ("lead.jiantang", "533401101000", 403),
        ("county.xgll", CITY, 303),
        ("county.xgll", "533401101000", 303),
        ("county.xgll", "533423000000", 422),
        ("county.xgll", "533400000000", 422),
    ],
)
def test_days_are_entered_inside_ones_own_county_only(as_, kept, username, area, status):
    client, before = as_(username), kept()
    sent = {**DAY, "area_code": area}
    answer = client.send("/admin/calendar/day", page="/admin/calendar", **sent)
    assert answer.status_code == status
    assert (kept() == before) == (status != 303)


@pytest.mark.parametrize(
    ("username", "row", "status"),
    [
        ("lead.jiantang", f"{BEIMEN},2026-12-04,closure,,", 303),
        ("lead.jiantang", f"{BEIMEN},2026-12-04,holiday,,", 422),
        ("lead.benzilan", f"{BEIMEN},2026-12-04,closure,,", 422),
        ("county.xgll", f"{CITY},2026-12-04,holiday,,", 303),
        ("county.xgll", "533423000000,2026-12-04,holiday,,", 422),
    ],
)
def test_every_row_of_a_table_must_be_within_reach(as_, kept, username, row, status):
    client, before = as_(username), kept()
    first = "533401101003" if "lead.b" not in username else "533422102000"
    text = f"area_code,day,kind,name,hours\n{first},2026-12-01,closure,,10:00-12:00\n{row}\n"
    answer = client.send("/admin/calendar?lang=en", file=table(text))
    assert answer.status_code == status
    if status == 422:
        assert "Line 3: This place, or this kind of day, is not yours to enter." in answer.text
    assert (kept() == before) == (status == 422)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("closure,,10:00-12:00 11:00-13:00", "Line 3: These hours overlap."),
        ("working,,20:00-02:00", "Line 3: Closing time must be after opening time"),
        ("closure,,noon", "Line 3: Write hours as in"),
        ("holiday,,10:00-12:00", "Line 3: Only a working day or a closure"),
        ("shut,,", "Line 3: The kind is holiday, working, closure or default."),
    ],
)
def test_a_table_with_wrong_hours_is_refused_whole(admin, kept, row, told):
    before = kept()
    text = (
        f"area_code,day,kind,name,hours\n{CITY},2026-12-01,closure,,\n{BEIMEN},2026-12-02,{row}\n"
    )
    answer = admin.send("/admin/calendar?lang=en", file=table(text))
    assert answer.status_code == 422
    assert told in answer.text
    assert kept() == before


def test_a_working_day_may_have_hours_of_its_own(app, admin):
    sent = {**DAY, "kind": "working", "day": "2026-12-05", "hours": "9-12"}
    admin.send("/admin/calendar/day", page="/admin/calendar", **sent)
    with app.app_context():
        assert calendar_queries.opening_on(BEIMEN, date(2026, 12, 5)) == ((540, 720),)


def test_a_lead_is_shown_only_what_a_lead_may_send(as_):
    page = as_("lead.jiantang").get("/admin/calendar").text
    assert "/admin/calendar/closure" in page
    assert "/admin/calendar/day" not in page
    assert f'value="{BEIMEN}"' in page
    assert 'value="533423101001"' not in page
