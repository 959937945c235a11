"""The calendar page: a day or a whole table is taken, or named as wrong and nothing kept."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa

from service_desk.foundation.database import session
from service_desk.service_clock import queries
from service_desk.service_clock.models import CalendarDay, CalendarVersion
from service_desk.service_clock.views import LARGEST

CITY = "533401000000"
HEADER = "area_code,day,kind,name\n"
DAY = {"area_code": CITY, "day": "2026-09-14", "kind": "holiday", "name": "州庆"}


@pytest.fixture
def admin(client, password):
    client.sign_in("admin", password)
    return client


@pytest.fixture
def versions(app):
    def count():
        with app.app_context():
            return session.scalar(sa.select(sa.func.count()).select_from(CalendarVersion))

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
        assert queries.opening_on("533401101003", date(2026, 9, 14)) == ()
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
    ],
)
def test_a_wrong_day_is_shown_again_and_nothing_is_kept(admin, versions, changes):
    before = versions()
    answer = admin.send("/admin/calendar/day", page="/admin/calendar", **{**DAY, **changes})
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.text
    assert versions() == before


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
def test_a_wrong_table_is_refused_and_nothing_is_kept(admin, versions, content):
    before = versions()
    answer = admin.send("/admin/calendar", file=table(content))
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.text
    assert versions() == before


def test_a_missing_file_is_asked_for(admin):
    assert admin.send("/admin/calendar").status_code == 422


@pytest.mark.parametrize("username", ["grid.beimen", "dispatch.diqing"])
def test_others_may_not_see_or_change_it(client, password, versions, username):
    client.sign_in(username, password)
    before = versions()
    assert client.get("/admin/calendar").status_code == 403
    answer = client.send("/admin/calendar/day", page="/account", **DAY)
    assert answer.status_code == 403
    assert versions() == before
