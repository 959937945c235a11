"""The list of divisions: real figures, nothing half loaded, nothing deleted."""

from __future__ import annotations

import csv
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from service_desk.directory import queries, service
from service_desk.directory.areas import AreaLevel
from service_desk.directory.divisions import BadRow, RowProblem, read_divisions
from service_desk.directory.hours import Interval
from service_desk.directory.models import Area, Station, StationHours
from service_desk.foundation.faults import Refused

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
BEIMEN = "533401101003"


@pytest.fixture
def rows():
    with service.BUNDLED.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def counted(session, level):
    return session.scalar(sa.select(sa.func.count()).where(Area.level == level))


@pytest.mark.both_databases
def test_the_real_divisions_are_there(db_session):
    assert counted(db_session, AreaLevel.COUNTY) == 3
    assert counted(db_session, AreaLevel.TOWNSHIP) == 29
    assert counted(db_session, AreaLevel.ZONE) == 1
    assert counted(db_session, AreaLevel.VILLAGE) == 197
    townships = sa.select(sa.func.count()).select_from(Area).where(Area.counts_as_township)
    assert db_session.scalar(townships) == 29
    assert db_session.scalar(sa.select(sa.func.count(Station.id))) == 197


@pytest.mark.both_databases
def test_loading_again_changes_nothing(db_session, rows):
    stations = db_session.scalar(sa.select(sa.func.count(Station.id)))
    assert service.load_divisions(rows, AT) == 0
    assert db_session.scalar(sa.select(sa.func.count(Station.id))) == stations


def test_a_place_that_is_no_longer_listed_ends_and_may_come_back(db_session, rows):
    gone = [row for row in rows if row["code12"] != BEIMEN]
    assert service.load_divisions(gone, AT) == 1
    assert db_session.get_one(Area, BEIMEN).valid_to is not None
    assert not queries.area_exists(BEIMEN)
    assert queries.area_named(BEIMEN) == BEIMEN
    assert service.load_divisions(rows, AT) == 1
    assert queries.area_exists(BEIMEN)


def test_a_new_name_is_taken_over(db_session, rows):
    renamed = [row | {"name": "新名社区"} if row["code12"] == BEIMEN else row for row in rows]
    assert service.load_divisions(renamed, AT) == 1
    assert queries.area_named(BEIMEN) == "新名社区"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"code12": "53340110100"}, RowProblem.CODE),
        ({"code12": "110101001001"}, RowProblem.CODE),
        ({"name": " "}, RowProblem.NAME),
        ({"name": "a" * 61}, RowProblem.NAME),
        ({"name": "北\x00门"}, RowProblem.NAME),
        ({"level": "village"}, RowProblem.LEVEL),
        ({"level": "township"}, RowProblem.LEVEL),
        ({"parent12": "533401102000"}, RowProblem.PARENT),
        ({"code12": "533401999001", "parent12": "533401999000"}, RowProblem.PARENT),
        ({"code12": "533401101004"}, RowProblem.TWICE),
        ({"level": None}, RowProblem.COLUMNS),
        ({"extra": "x"}, RowProblem.COLUMNS),
    ],
)
def test_the_first_bad_row_is_named_and_nothing_is_written(db_session, rows, change, problem):
    index = next(n for n, row in enumerate(rows) if row["code12"] == BEIMEN)
    spoiled = [*rows[:index], rows[index] | change, *rows[index + 1 :]]
    with pytest.raises(BadRow) as bad:
        read_divisions(spoiled)
    assert bad.value.problem is problem
    line = str(bad.value.line)
    with pytest.raises(Refused, match=line):
        service.load_divisions([*spoiled], AT)
    assert not db_session.dirty
    assert not db_session.new


def test_a_part_of_the_list_is_refused(db_session, rows):
    for part in ([], rows[5:]):
        with pytest.raises(Refused):
            service.load_divisions(part, AT)
    assert counted(db_session, AreaLevel.VILLAGE) == 197


def test_the_command_reads_a_file_and_names_a_bad_line(app, tmp_path):
    runner = app.test_cli_runner()
    done = runner.invoke(args=["desk", "import-divisions", str(service.BUNDLED)])
    assert (done.exit_code, done.output[:2]) == (0, "0 ")
    bad = tmp_path / "bad.csv"
    bad.write_text("code12,level\n533400000000,prefecture\n", encoding="utf-8")
    refused = runner.invoke(args=["desk", "import-divisions", str(bad)])
    assert refused.exit_code == 1
    assert "2" in refused.output
    bad.write_bytes(b"\xff\xfe\x00")
    assert runner.invoke(args=["desk", "import-divisions", str(bad)]).exit_code == 1


def test_places_are_found_by_their_names(db_session):
    names = [queries.full_name(place.code) for place in queries.search("建塘 北门")]
    assert names == ["香格里拉市 建塘镇 北门社区居民委员会"]
    assert len(queries.search("村", limit=5)) == 5
    assert queries.search("没有这个地方") == []


def test_places_below(db_session):
    assert len(queries.children("533400000000")) == 3
    assert len(queries.villages("533401501000")) == 3
    assert len(queries.villages("533400000000")) == 197
    assert len(queries.stations("533401501000")) == 3


@pytest.mark.both_databases
def test_a_station_gets_new_hours_or_keeps_the_old(db_session):
    station = queries.station_of(BEIMEN)
    weekend = [Interval(5, 540, 720), Interval(5, 780, 1080)]
    service.set_station_hours(station, weekend, 1, AT)
    assert station.hours_version == 2
    assert queries.week_of(station) == {5: ((540, 720), (780, 1080))}
    with pytest.raises(Refused, match="09:00-12:00"):
        service.set_station_hours(station, [*weekend, Interval(5, 540, 660)], 1, AT)
    assert queries.week_of(station) == {5: ((540, 720), (780, 1080))}


@pytest.mark.both_databases
def test_the_weeks_of_a_station_are_versions_that_stay(db_session):
    station = queries.station_of(BEIMEN)
    night = [Interval(4, 1200, 1560)]
    for week in (night, night, [], night):
        service.set_station_hours(station, week, 1, AT)
    told = [
        (each.version, each.reached, each.created_by) for each in queries.week_versions(station)
    ]
    assert told == [(4, 0, 1), (3, 0, 1), (2, 0, 1), (1, None, None)]
    rows = sa.select(StationHours.version, sa.func.count()).group_by(StationHours.version)
    kept = db_session.execute(rows.where(StationHours.station_id == station.id))
    assert dict(map(tuple, kept)) == {1: 10, 2: 1, 4: 1}
    assert queries.week_of(station) == {4: ((1200, 1560),)}
