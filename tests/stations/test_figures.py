"""The figures: recounted from the rows, by place, by whom they may be seen."""

from __future__ import annotations

import csv
import random
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
import sqlalchemy as sa

from service_desk.directory.models import Station
from service_desk.directory.queries import villages
from service_desk.foundation.clock import SHANGHAI, now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_clock import calendar_file
from service_desk.service_clock.calendar_queries import opening_on
from service_desk.service_clock.service import import_calendar
from service_desk.stations import export, proposals
from service_desk.stations.models import StationDay, StationWeekend
from service_desk.stations.queries import compliance
from service_desk.stations.rules import Tally, Weekends
from tests.stations.conftest import BEIMEN, CITY, JIANTANG

PATH = "/station-day/compliance"
FIRST, LAST = date(2026, 9, 21), date(2026, 10, 20)
AT = datetime(2026, 10, 21, 9, tzinfo=SHANGHAI)
ONE = timedelta(days=1)


def put(area, day, number, kind, hours):
    row = {"area_code": area, "day": day, "number": number, "kind": kind, "hours": hours}
    session.execute(sa.insert(StationDay).values(source="clerk", recorded_at=AT, **row))


def any_word(dice):
    if dice.random() < 0.25:
        return "excused", []
    pairs = [[510, 720], [810, 1080], [700, 900], [1300, 1900]]
    return "opened", dice.sample(pairs, dice.randint(0, 3))


def recount(area, weekends):
    """The same from the rows alone, minute by minute; scheduled is what opens by the calendar."""
    query = sa.select(StationDay.__table__).where(StationDay.area_code == area)
    last = {row.day: row for row in session.execute(query.order_by(StationDay.number))}
    opened = {minute for row in last.values() for minute in minutes_of(row)}
    days = [FIRST + ONE * ahead for ahead in range((LAST - FIRST).days + 1)]
    kinds = [one_day(day, last.get(day), opened) for day in days if ought(area, day, weekends)]
    names = ("excused", "unknown", "short", "compliant")
    return Tally(len(kinds), *(kinds.count(name) for name in names))


def minutes_of(row):
    hours = row.hours if row.kind == "opened" else ()
    return {row.day.toordinal() * 1440 + m for opens, closes in hours for m in range(opens, closes)}


def ought(area, day, weekends):
    make_up = day == date(2026, 10, 10)
    return bool(opening_on(area, day)) and (day.weekday() < 5 or weekends or make_up)


def one_day(day, row, opened):
    minutes = sum(day.toordinal() * 1440 + minute in opened for minute in range(1440))
    if row is not None and row.kind == "excused":
        return "excused"
    if row is None and not minutes:
        return "unknown"
    return "compliant" if minutes >= 480 else "short"


@pytest.mark.both_databases
@pytest.mark.parametrize(("weekends", "by_hand"), [(False, 17), (True, 20)])
def test_every_station_counts_as_a_recount_from_the_rows(db_app, open_daily, weekends, by_hand):
    dice = random.Random(14)
    with db_app.app_context():
        with unit_of_work():
            codes = [each.code for each in villages(JIANTANG)]
            session.add(StationWeekend(area_code=CITY, saturday=weekends, sunday=weekends))
            for area in codes:
                for ahead in range(-1, 31):
                    for number in range(1, dice.choice((1, 2, 2, 3))):
                        kind = dice.choice(("opened", "opened", "opened", "excused"))
                        pairs = [(510, 720), (810, 1080), (700, 900), (1300, 1900)]
                        hours = [] if kind == "excused" else dice.sample(pairs, dice.randint(0, 3))
                        put(area, FIRST + ONE * ahead, number, kind, [*map(list, hours)])
        found = compliance(CITY, FIRST, LAST)
        by_code = {each.area_code: each.tally for each in found.stations}
        wanted = {area: recount(area, weekends) for area in codes}
        assert {area: by_code[area] for area in codes} == wanted
        assert found.within(JIANTANG) == sum(wanted.values(), Tally())
        assert found.total == sum(by_code.values(), Tally())
        # 22 weekdays, 25 September and five days in October off, 10 October made up for.
        assert wanted[BEIMEN].scheduled == by_hand


@pytest.mark.parametrize(("kind", "counts"), [("closure", 0), ("working", 1)])
@pytest.mark.parametrize("hours", ["", "10:00-12:00"])
def test_a_day_closed_for_some_hours_leaves_the_plan(app, open_daily, kind, counts, hours):
    day = date(2026, 10, 13)
    cells = {"area_code": BEIMEN, "day": str(day), "kind": kind, "name": "塌方", "hours": hours}
    with app.app_context():
        with unit_of_work():
            import_calendar([calendar_file.row(1, cells)], None, AT)
            put(BEIMEN, day, 1, "opened", [[600, 720]])
        found = compliance(BEIMEN, day, day).total
    assert (found.scheduled, found.short) == (counts, counts)


def test_no_day_is_no_figure(db_session):
    assert compliance(CITY, LAST, FIRST).total == Tally()


@pytest.mark.parametrize(
    ("username", "area", "status"),
    [
        ("lead.jiantang", JIANTANG, 200),
        ("lead.jiantang", CITY, 404),
        ("lead.jiantang", "533422102000", 404),
        ("county.xgll", CITY, 200),
        ("county.xgll", BEIMEN, 200),
        ("county.xgll", "533422000000", 404),
        ("analyst", "533400000000", 200),
        ("analyst", "533499000000", 404),
        ("analyst", "x", 404),
        ("grid.beimen", BEIMEN, 403),
        ("auditor", CITY, 403),
    ],
)
def test_figures_are_seen_by_whom_they_concern(as_, username, area, status):
    client = as_(username)
    for path in (PATH, f"{PATH}.csv"):
        assert client.get(f"{path}?area={area}&month=2026-10").status_code == status


def test_the_page_shows_n_of_d_and_sorts(as_, app):
    with app.app_context(), unit_of_work():
        put(BEIMEN, date(2026, 10, 12), 1, "opened", [[510, 720], [810, 1080]])
        put(BEIMEN, date(2026, 10, 13), 1, "opened", [[510, 720]])
        put(BEIMEN, date(2026, 10, 14), 1, "excused", [])
    client = as_("county.xgll")
    page = client.get(f"{PATH}?area={JIANTANG}&month=2026-10").text
    assert f'data-area="{BEIMEN}" data-n="1" data-d="' in page
    for column in ("name", "-rate", "unknown", "-short", "nothing", "-"):
        answer = client.get(f"{PATH}?area={JIANTANG}&month=2026-10&sort={column}")
        assert answer.status_code == 200
    top = client.get(f"{PATH}?area={JIANTANG}&month=2026-10&sort=-rate").text
    assert top.rindex(f'data-area="{BEIMEN}"') < top.rindex('data-area="533401101001"')


@pytest.mark.parametrize("month", ["2026-13", "x", "1999-01", "2026-1", "2026-10-01"])
def test_what_is_no_month_is_not_found(as_, month):
    assert as_("analyst").get(f"{PATH}?month={month}").status_code == 404


@pytest.mark.parametrize("month", ["2000-01", "2099-12", ""])
def test_any_month_opens(as_, month):
    assert as_("analyst").get(f"{PATH}?month={month}").status_code == 200


def test_the_table_for_spreadsheets_runs_nothing(as_, app):
    with app.app_context(), unit_of_work():
        named = sa.update(Station).where(Station.area_code == BEIMEN).values(name="=1+1")
        session.execute(named)
    answer = as_("lead.jiantang").get(f"{PATH}.csv?month=2026-10")
    assert answer.content_type == "text/csv; charset=utf-8"
    rows = list(csv.reader(StringIO(answer.data.decode("utf-8-sig"))))
    line = next(row for row in rows if row[0] == BEIMEN)
    assert line[3] == "'=1+1"
    assert all(cell.isdigit() for cell in line[4:])
    with app.app_context():
        assert len(rows) == 1 + len(villages(JIANTANG))


@pytest.mark.parametrize("text", ["=x", "+x", "-x", "@x", "\tx", "\rx"])
def test_a_formula_is_led_in_by_an_apostrophe(text):
    assert export.safe(text) == f"'{text}"
    assert export.safe(f"x{text}") == f"x{text}"


def test_the_county_says_which_weekends_count(as_, app, acts):
    client = as_("county.xgll")
    page, path = f"{PATH}?area={CITY}", f"/station-day/weekends/{CITY}"
    assert client.send(path, page=page, saturday="y").status_code == 303
    assert client.send(path, page=page, saturday="y").status_code == 303
    with app.app_context():
        row = session.get(StationWeekend, CITY)
        assert (row.saturday, row.sunday) == (True, False)
    assert acts(f"area:{CITY}") == ["station_weekends_set"]


@pytest.mark.parametrize(
    ("username", "area", "status"),
    [
        ("lead.jiantang", CITY, 404),
        ("lead.jiantang", JIANTANG, 404),
        ("county.xgll", "533422000000", 404),
        ("county.xgll", "x", 404),
        ("analyst", CITY, 403),
        ("dispatch.jiantang", CITY, 403),
    ],
)
def test_nobody_else_says_so(as_, app, username, area, status):
    answer = as_(username).send(f"/station-day/weekends/{area}", page="/account", sunday="y")
    assert answer.status_code == status
    with app.app_context():
        assert session.scalar(sa.select(sa.func.count()).select_from(StationWeekend)) == 0


def test_a_setting_holds_for_its_county_only(app, open_daily, id_of):
    with app.app_context():
        before = compliance("533400000000", FIRST, LAST)
        with unit_of_work():
            proposals.set_weekends("533422000000", Weekends(True, True), id_of("admin"), now())
        assert compliance("533400000000", FIRST, LAST).within(CITY) == before.within(CITY)
        with unit_of_work():
            proposals.set_weekends(CITY, Weekends(False, True), id_of("admin"), now())
        after = compliance("533400000000", FIRST, LAST)
        more = after.within(BEIMEN).scheduled - before.within(BEIMEN).scheduled
        assert more == 2, "11 and 18 October; the other Sundays are holidays"
