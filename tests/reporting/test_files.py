"""The report as JSON and as a workbook, by address and by command."""

from __future__ import annotations

import json
from io import BytesIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
import sqlalchemy as sa

from service_desk.directory.models import Area
from service_desk.foundation.database import session
from service_desk.foundation.localisation import speak
from service_desk.reporting.export import columns, workbook
from service_desk.reporting.months import Month
from service_desk.reporting.queries import report
from tests.reporting.worlds import (
    BEIMEN,
    END,
    PREFECTURE,
    TOWNSHIP,
    done_in_time,
    store,
)

NOVEMBER = Month(2026, 11)
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ROW = {
    "area_code": str,
    "area_name": str,
    "level": str,
    "category": str | None,
    "volume": int,
    "first_response": dict,
    "median_service_min": float | None,
    "p90_service_min": float | None,
    "median_wall_min": float | None,
    "p90_wall_min": float | None,
    "resolved": int,
    "invited": int,
    "rated": int,
    "ratings": dict,
    "satisfaction": dict,
    "praise": dict,
    "rated_of_invited": dict,
}
BUSY = done_in_time(minutes=(300, 1000), level=4)


@pytest.fixture
def desk(app):
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["desk", "report", *words])


def cells(data):
    """Rows of the only sheet, as (type, value) by column."""
    with ZipFile(BytesIO(data)) as book:
        assert "xl/worksheets/sheet2.xml" not in book.namelist()
        strings = ET.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314 - ours
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    texts = ["".join(item.itertext()) for item in strings]
    assert not sheet.findall(f".//{SHEET}f")
    return [[_cell(cell, texts) for cell in row] for row in sheet.iter(f"{SHEET}row")]


def _cell(cell, texts):
    value = cell.findtext(f"{SHEET}v")
    return texts[int(value)] if cell.get("t") == "s" else float(value)


def test_json_has_the_shape_of_the_contract(as_, stored):
    stored(BUSY)
    answer = as_("lead.jiantang").get("/reports/2026-11.json")
    found = answer.get_json()
    assert set(found) == {
        "month",
        "area",
        "definition_version",
        "frozen_at",
        "rows",
        "total",
    }
    assert (found["month"], found["area"], found["frozen_at"]) == ("2026-11", TOWNSHIP, None)
    for row in [*found["rows"], found["total"]]:
        assert set(row) == set(ROW)
        for name, kind in ROW.items():
            assert isinstance(row[name], kind), name
        assert set(row["ratings"]) == {"5", "4", "3", "2", "1"}
        for name in ("first_response", "satisfaction", "praise", "rated_of_invited"):
            assert set(row[name]) == {"n", "d"}
    assert {row["level"] for row in found["rows"]} == {"township", "village"}


def test_an_empty_figure_is_null(as_):
    total = as_("lead.jiantang").get("/reports/2026-11.json").get_json()["total"]
    assert total["median_service_min"] is None
    assert total["first_response"] == {"n": 0, "d": 0}


def test_the_workbook_holds_the_same_numbers_as_numbers(db_session):
    store([BUSY])
    found = report(NOVEMBER, TOWNSHIP, END)
    with speak("en"):
        heads, *rows = cells(workbook(found))
        assert heads == [heading for heading, _path in columns()]
    assert len(rows) == len(found["rows"])
    first = dict(zip([path for _heading, path in columns()], rows[0], strict=True))
    assert first["area_code"] == TOWNSHIP
    assert first["volume"] == first["first_response", "n"] == first["ratings", "4"] == 1.0
    assert first["median_service_min"] == 300.0
    village = next(row for row in rows if row[0] != TOWNSHIP and row[0] != BEIMEN)
    assert village[3] == 0.0
    assert "—" in village


def test_no_cell_is_ever_a_formula_or_a_link(db_session):
    for name in ("=1+1", "@SUM(A1)", "+86", "-1", "http://example.org", "{=1}"):
        session.execute(sa.update(Area).where(Area.code == BEIMEN).values(name=name))
        rows = cells(workbook(report(NOVEMBER, BEIMEN, END)))
        assert rows[1][1] == name


def test_the_address_gives_the_workbook_as_a_file(as_, stored):
    stored(BUSY)
    answer = as_("lead.jiantang").get(f"/reports/2026-11.xlsx?area={BEIMEN}")
    assert answer.headers["Content-Disposition"].endswith(f"report-2026-11-{BEIMEN}.xlsx")
    assert cells(answer.data)[1][0] == BEIMEN


@pytest.mark.both_databases
def test_the_command_writes_what_the_page_shows(app, desk, tmp_path, stored):
    stored(BUSY)
    out = tmp_path / "report.json"
    answer = desk("--month", "2026-11", "--area", TOWNSHIP, "--format", "json", "--out", str(out))
    assert answer.exit_code == 0
    assert answer.output.startswith(f"{out}: 2026-11")
    with app.app_context():
        expected = report(NOVEMBER, TOWNSHIP, END)
    found = json.loads(out.read_text("utf-8"))
    assert found["total"]["volume"] == expected["total"]["volume"] == 1
    assert [row["area_code"] for row in found["rows"]] == [
        row["area_code"] for row in expected["rows"]
    ]


def test_the_command_writes_a_workbook_of_the_whole_prefecture(desk, tmp_path):
    out = tmp_path / "report.xlsx"
    assert desk("--month", "2026-11", "--format", "xlsx", "--out", str(out)).exit_code == 0
    rows = cells(out.read_bytes())
    assert rows[1][0] == PREFECTURE
    assert len(rows) > 230


WRONG = (
    ("--month", "2026-13", "no month"),
    ("--area", "12", "12-digit"),
    ("--area", "533499999999", "no place"),
    ("--format", "pdf", "json"),
    ("--out", "no/such/folder/report.json", "cannot be written"),
)


def test_the_command_says_in_a_sentence_what_is_wrong(desk, tmp_path):
    right = {"--month": "2026-11", "--area": TOWNSHIP, "--format": "json"}
    for option, value, said in WRONG:
        asked = {**right, "--out": str(tmp_path / "report.json"), option: value}
        answer = desk(*[word for pair in asked.items() for word in pair])
        assert answer.exit_code in (1, 2)
        assert said in answer.output
        assert not list(tmp_path.glob("report.*"))
